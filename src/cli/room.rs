//! `nanofolks room`: the places of conversations, what waits in them and what runs.

mod list;
mod queue;
mod stop;

use super::{CliError, Cx, Run};

/// List rooms; show and change what waits in them, stop what runs
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
    /// Stop what runs in a room, whichever process runs it
    Stop(stop::Stop),
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::List(list) => list.run(cx),
            What::Queue(queue) => queue.run(cx),
            What::Stop(stop) => stop.run(cx),
        }
    }
}
