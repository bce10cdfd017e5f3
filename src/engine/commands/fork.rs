//! `/fork`: a branch of the conversation.

use nanofolks_protocol::Control;
use nanofolks_protocol::command::{Category, Completes, WhileBusy};

use super::{Asked, Command, Told, may};

pub(super) static COMMAND: Command = Command::new(
    "fork",
    Category::Conversation,
    "go on in a branch; the session it comes from stays as it is",
)
.aliases(&["branch"])
.takes(&[may("TITLE", Completes::Text)])
.while_busy(WhileBusy::Reject)
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let title = (!asked.rest.is_empty()).then(|| asked.rest.clone());
    let what = Control::Fork { session: asked.envelope.session, title };
    asked.goes_on(what, "the conversation goes on in a branch").await
}
