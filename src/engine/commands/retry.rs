//! `/retry`: the last message once more.

use nanofolks_protocol::Control;
use nanofolks_protocol::command::{Category, Completes, WhileBusy};

use super::{Asked, Command, Told, may, sent};

pub(super) static COMMAND: Command = Command::new(
    "retry",
    Category::Conversation,
    "say the last message again, or to another model; the old answer is kept",
)
.takes(&[may("MODEL", Completes::Model)])
.while_busy(WhileBusy::Reject)
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let mut options = asked.options.clone();
    if !asked.rest.is_empty() {
        options.model = Some(asked.shared.services.models.resolve(&asked.rest)?);
    }
    let from = asked.message("");
    let session = asked.envelope.session;
    let what = Control::Retry { session, from, options: Box::new(options) };
    Ok(sent(&asked.control(what).await?, "the last message is said again when its turn comes"))
}
