//! `nanofolks session`: lists and shows conversations.

use super::{CliError, Cx, Run};

/// List and show conversations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Run for Args {
    fn run(self, _cx: &mut Cx) -> Result<(), CliError> {
        Err(CliError::failure("not_built", "session is being built"))
    }
}
