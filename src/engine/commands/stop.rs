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
    let here = asked.shared.services.owner;
    let is_elsewhere = asked.live_owner().await?.is_some_and(|owner| owner != here);
    asked.handle.submit(Op::Interrupt { room, turn: None, by }).await?;
    // Who follows the turn sees that it ends.
    let text = if is_elsewhere { "the turn of another process is told to end" } else { "" };
    Ok(CommandOutput::text(text))
}
