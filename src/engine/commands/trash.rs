//! `/trash`: the session into the trash.

use nanofolks_protocol::command::{Category, Completes, Then, WhileBusy};
use nanofolks_protocol::{CommandOutput, Write};

use super::{Asked, Command, Told, may};

pub(super) static COMMAND: Command = Command::new(
    "trash",
    Category::Conversation,
    "put the session into the trash; `nanofolks session restore` takes it out",
)
.aliases(&["delete"])
.takes(&[may("yes", Completes::Words(&["yes"]))])
.while_busy(WhileBusy::Reject)
.destructive()
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let session = asked.session().await?.id;
    let at = asked.shared.services.clock.now();
    let write = Write::TrashSession { session, trashed: true, at };
    asked.write(vec![write], "a session was put into the trash").await?;
    let text = format!("session {session} is in the trash; what you say next begins a new one");
    Ok(CommandOutput::text(text).then(Then::Session(None)))
}
