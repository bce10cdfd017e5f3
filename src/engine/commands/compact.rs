//! `/compact`: sums up the older part of the conversation now.

use nanofolks_protocol::command::Category;
use nanofolks_protocol::{CommandOutput, Op, Receipt};

use super::{Asked, Command, Told};

pub(super) static COMMAND: Command = Command::new(
    "compact",
    Category::Conversation,
    "sum up the older part of the conversation now; nothing is deleted",
)
.aliases(&["compress"])
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let (room, options) = (asked.room().clone(), Box::new(asked.options.clone()));
    let done = asked.handle.submit(Op::Compact { room, options }).await?;
    let Receipt::Compacted { messages, before, after } = done else {
        return Ok(CommandOutput::default());
    };
    Ok(CommandOutput::text(format!(
        "{messages} messages are summed up: {before} tokens became {after}; the messages \
         themselves are kept"
    )))
}
