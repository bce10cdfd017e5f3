//! `/approve`: yes to a question.

use nanofolks_protocol::command::{Category, Completes};
use nanofolks_protocol::{
    ApprovalRequest, CommandOutput, Decision, Op, Problem, ProblemKind, Scope,
};

use super::{Asked, Command, Told, approvals, may, short};

pub(super) static COMMAND: Command = Command::new(
    "approve",
    Category::Turn,
    "allow what a question asks for; of several, the one with this id",
)
.aliases(&["allow", "yes"])
.takes(&[
    may("ID", Completes::Approval),
    may("SCOPE", Completes::Words(&["once", "turn", "session"])),
])
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let mut words: Vec<&str> = asked.rest.split_whitespace().collect();
    let scope = match words.last() {
        Some(&"once") => Some(Scope::Once),
        Some(&"turn") => Some(Scope::Turn),
        Some(&"session") => Some(Scope::Session),
        _ => None,
    };
    if scope.is_some() {
        words.pop();
    }
    let scope = scope.unwrap_or(Scope::Once);
    let request = question(&asked, words.first().copied()).await?;
    if request.question.is_some() {
        let message = "this question is no yes or no";
        return Err(Problem::new(ProblemKind::Usage, "answer_needed", message)
            .hint("/answer TEXT answers it, /deny declines"));
    }
    if !request.scopes.contains(&scope) {
        let message = "this question does not offer that scope";
        return Err(Problem::new(ProblemKind::Usage, "scope_not_offered", message));
    }
    decide(&asked, &request, Decision::Allow { scope }).await?;
    Ok(CommandOutput::text(format!("allowed: {}", short(&request.summary, 80))))
}

/// The question that is meant: by the beginning of its id, or the only one of the room.
pub(super) async fn question(asked: &Asked, id: Option<&str>) -> Result<ApprovalRequest, Problem> {
    let mut waiting = approvals::waiting(asked).await?;
    match id {
        Some(id) => waiting.retain(|request| request.id.to_string().starts_with(id)),
        None => waiting.retain(|request| request.room == *asked.room()),
    }
    match waiting.len() {
        1 => Ok(waiting.swap_remove(0)),
        0 => Err(Problem::new(ProblemKind::Usage, "approval_unknown", "no such question waits")
            .hint("/approvals shows them")),
        several => {
            let message = format!("{several} questions wait; say which");
            Err(Problem::new(ProblemKind::Usage, "approval_ambiguous", message)
                .hint("/approvals shows their ids"))
        }
    }
}

pub(super) async fn decide(
    asked: &Asked,
    request: &ApprovalRequest,
    decision: Decision,
) -> Result<(), Problem> {
    let by = asked.envelope.sender.name.clone();
    let wish = Op::Decide { approval: request.id, decision, by };
    asked.handle.submit(wish).await.map(drop)
}
