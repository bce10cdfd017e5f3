//! `/redo`: back to what an undo left.

use nanofolks_protocol::Control;
use nanofolks_protocol::command::{Category, WhileBusy};

use super::{Asked, Command, Told};

pub(super) static COMMAND: Command =
    Command::new("redo", Category::Conversation, "bring back what /undo or /rewind left")
        .while_busy(WhileBusy::Reject)
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    asked.goes_on(Control::Redo, "what was taken back is here again").await
}
