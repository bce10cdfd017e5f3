//! `/answer`: what a bot wanted to know.

use nanofolks_protocol::command::{Category, Completes};
use nanofolks_protocol::{ApprovalRequest, CommandOutput, Decision, Problem, ProblemKind};

use super::{Asked, Command, Told, approvals, approve, must, short};

pub(super) static COMMAND: Command = Command::new(
    "answer",
    Category::Turn,
    "answer what a bot wants to know; with several, the id first",
)
.takes(&[must("TEXT", Completes::Text)])
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let (first, after) =
        asked.rest.split_once(char::is_whitespace).unwrap_or((asked.rest.as_str(), ""));
    // The first word is an id only when a question has it; else it is part of the answer.
    let waiting = approvals::waiting(&asked).await?;
    let known =
        !after.trim().is_empty() && waiting.iter().any(|one| one.id.to_string().starts_with(first));
    let (id, text) = if known { (Some(first), after) } else { (None, asked.rest.as_str()) };
    let request = match id {
        Some(_) => approve::question(&asked, id).await?,
        None => only(&asked, waiting)?,
    };
    if request.question.is_none() {
        let message = "this question is a yes or a no";
        return Err(Problem::new(ProblemKind::Usage, "answer_not_wanted", message)
            .hint("/approve or /deny settles it"));
    }
    approve::decide(&asked, &request, Decision::Answer { text: text.trim().to_owned() }).await?;
    Ok(CommandOutput::text(format!("answered: {}", short(&request.summary, 80))))
}

/// The only question of the room that wants an answer in words.
fn only(asked: &Asked, waiting: Vec<ApprovalRequest>) -> Result<ApprovalRequest, Problem> {
    let here = |one: &ApprovalRequest| one.room == *asked.room() && one.question.is_some();
    let mut wanted: Vec<_> = waiting.into_iter().filter(here).collect();
    match wanted.len() {
        1 => Ok(wanted.swap_remove(0)),
        0 => Err(Problem::new(
            ProblemKind::Usage,
            "approval_unknown",
            "no bot wants to know anything",
        )
        .hint("/approvals shows the questions")),
        several => {
            let message = format!("{several} questions wait; say which");
            Err(Problem::new(ProblemKind::Usage, "approval_ambiguous", message)
                .hint("/approvals shows their ids"))
        }
    }
}
