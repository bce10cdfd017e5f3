//! `nanofolks room`: the places of conversations, and what waits in them.

mod list;
mod queue;

use super::{CliError, Cx, Run};

/// List rooms; show and change what waits in them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A room has one name, however it is written: general, #General and room:general are the same.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List rooms
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show and change the messages that wait in a room
    Queue(queue::Queue),
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::List(list) => list.run(cx),
            What::Queue(queue) => queue.run(cx),
        }
    }
}
