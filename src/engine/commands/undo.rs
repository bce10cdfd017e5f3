//! `/undo`: without the last exchanges.

use nanofolks_protocol::command::{Category, Completes, WhileBusy};
use nanofolks_protocol::{Control, Problem, ProblemKind};

use super::{Asked, Command, Told, may};

pub(super) static COMMAND: Command = Command::new(
    "undo",
    Category::Conversation,
    "take back the last exchange, or the last N; /redo brings it back",
)
.takes(&[may("N", Completes::Number)])
.while_busy(WhileBusy::Reject)
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let exchanges = match asked.rest.as_str() {
        "" => 1,
        number => number.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
            let message = format!("{number:?} is not a number of exchanges");
            Problem::new(ProblemKind::Usage, "value_invalid", message)
        })?,
    };
    let what = Control::Undo { session: asked.envelope.session, exchanges };
    let text = match exchanges {
        1 => "the last exchange is taken back; /redo brings it back".to_owned(),
        several => format!("the last {several} exchanges are taken back; /redo brings them back"),
    };
    asked.goes_on(what, &text).await
}
