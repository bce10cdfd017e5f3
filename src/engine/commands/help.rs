//! `/help`: the commands, by what they are about.

use nanofolks_protocol::CommandOutput;
use nanofolks_protocol::command::{Category, Completes};

use super::{Asked, Command, Told, catalog, may};

pub(super) static COMMAND: Command =
    Command::new("help", Category::Info, "show the commands, or what is known about one")
        .aliases(&["?", "commands"])
        .takes(&[may("COMMAND", Completes::Command)])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let catalog = catalog().on(&asked.envelope.channel);
    catalog.help(&asked.rest).map(CommandOutput::text)
}
