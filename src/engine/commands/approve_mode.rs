//! `/approve-mode`: how much is allowed without asking.

use nanofolks_protocol::command::{Category, Completes, Then};
use nanofolks_protocol::{ApprovalMode, CommandOutput, Op, Problem, ProblemKind};

use super::{Asked, Command, Told, may};

pub(super) static COMMAND: Command = Command::new(
    "approve-mode",
    Category::Settings,
    "show or choose how much is allowed without asking",
)
.aliases(&["mode", "approval"])
.takes(&[may("MODE", Completes::Words(&["plan", "ask", "auto-edit"]))])
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    if asked.rest.is_empty() {
        return Ok(CommandOutput::text(format!("approve-mode: {}", asked.options.approval)));
    }
    let mode: ApprovalMode = asked
        .rest
        .parse()
        .map_err(|error| Problem::new(ProblemKind::Usage, "value_invalid", format!("{error}")))?;
    if mode == ApprovalMode::Full {
        let message = "full is given at the start only";
        return Err(Problem::new(ProblemKind::Usage, "sandbox_not_accepted", message)
            .hint("nanofolks chat --approve full --i-accept-no-sandbox"));
    }
    asked.handle.submit(Op::SetApproval { room: asked.room().clone(), mode }).await?;
    Ok(CommandOutput::text(format!("approve-mode: {mode}")).then(Then::Approval(mode)))
}
