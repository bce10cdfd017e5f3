//! `/new`: the next session.

use nanofolks_protocol::command::{Category, Then, WhileBusy};
use nanofolks_protocol::{CommandOutput, Op, Receipt};

use super::{Asked, Command, Told};

pub(super) static COMMAND: Command =
    Command::new("new", Category::Conversation, "begin a new session; the old one is kept")
        .aliases(&["clear", "reset"])
        // What waits and what joins belong to the session they were typed in.
        .while_busy(WhileBusy::Reject)
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let wish = Op::NewSession { room: asked.room().clone() };
    let session = match asked.handle.submit(wish).await? {
        Receipt::Session(session) => Some(session),
        _ => None,
    };
    Ok(CommandOutput::text("a new session began").then(Then::Session(session)))
}
