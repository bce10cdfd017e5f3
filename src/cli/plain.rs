//! The conversation line by line: for dumb terminals, screen readers and people who like it.

use super::chat::Args;
use super::{CliError, Cx};

/// Talks until the person leaves.
pub(super) fn run(_args: &Args, _cx: &mut Cx) -> Result<(), CliError> {
    Err(CliError::failure("not_built", "the conversation is being built"))
}
