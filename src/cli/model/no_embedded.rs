//! Embedded models in a program that was built without them.

use std::path::PathBuf;

use nanofolks_protocol::{Problem, ProblemKind};

use super::rows::Embedded;
use crate::cli::{CliError, Cx};
use crate::house::House;

/// There are none.
pub(crate) fn all(_house: &House) -> Vec<Embedded> {
    Vec::new()
}

/// There are none.
pub(crate) fn fetchable() -> Vec<(String, String)> {
    Vec::new()
}

/// There are none.
pub(crate) fn fetched(_house: &House) -> Vec<(String, String)> {
    Vec::new()
}

/// There are none.
pub(crate) fn here(_house: &House) -> Vec<(String, u64)> {
    Vec::new()
}

pub(super) fn pull(
    _cx: &mut Cx,
    _id: Option<&str>,
    _file: Option<PathBuf>,
) -> Result<(), CliError> {
    Err(missing().into())
}

pub(in crate::cli) async fn bring(
    _house: &House,
    _name: &str,
    _tell: &(dyn Fn(nanofolks_tui::Progress) + Send + Sync),
) -> Result<(), Problem> {
    Err(missing())
}

pub(super) fn remove(_cx: &mut Cx, _id: &str) -> Result<(), CliError> {
    Err(missing().into())
}

fn missing() -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        "local_llm_missing",
        "this program was built without embedded models",
    )
    .hint("use another provider, or a build with the feature `local-llm`")
}
