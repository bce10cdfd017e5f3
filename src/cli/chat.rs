//! `nanofolks chat`: one question, or a conversation.

use super::{CliError, Cx, Run};

/// Talk with the bots, or ask one question
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// The question; `-` reads it from standard input
    #[arg(short, long, visible_alias = "message", visible_short_alias = 'm', value_name = "TEXT")]
    pub(crate) query: Option<String>,
}

impl Run for Args {
    fn run(self, _cx: &mut Cx) -> Result<(), CliError> {
        Err(CliError::failure("not_built", "chat is being built"))
    }
}
