//! `/stop`: end what runs.

use nanofolks_protocol::command::{Category, WhileBusy};
use nanofolks_protocol::{CommandOutput, Op};

use super::{Asked, Command, Told};

pub(super) static COMMAND: Command =
    Command::new("stop", Category::Turn, "stop what is running; what was said so far stays")
        .aliases(&["cancel", "interrupt"])
        .while_busy(WhileBusy::Interrupt)
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let (room, by) = (asked.room().clone(), asked.envelope.sender.name.clone());
    asked.handle.submit(Op::Interrupt { room, turn: None, by }).await?;
    Ok(CommandOutput::default())
}
