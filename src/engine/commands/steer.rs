//! `/steer`: text for the turn that runs.

use nanofolks_protocol::Op;
use nanofolks_protocol::command::{Category, Completes, WhileBusy};

use super::{Asked, Command, Told, must, sent};

pub(super) static COMMAND: Command =
    Command::new("steer", Category::Turn, "tell the turn that runs something at its next step")
        .takes(&[must("TEXT", Completes::Text)])
        .while_busy(WhileBusy::Steer)
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let (envelope, options) = (asked.message(&asked.rest), Box::new(asked.options.clone()));
    let receipt = asked.handle.submit(Op::Steer { envelope, options }).await?;
    Ok(sent(&receipt, "it waits for its turn"))
}
