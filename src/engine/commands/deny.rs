//! `/deny`: no to a question.

use nanofolks_protocol::command::{Category, Completes};
use nanofolks_protocol::{CommandOutput, Decision};

use super::{Asked, Command, Told, approvals, approve, may, short};

pub(super) static COMMAND: Command =
    Command::new("deny", Category::Turn, "refuse what a question asks for, and say why")
        .takes(&[may("ID", Completes::Approval), may("WHY", Completes::Text)])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let (first, after) =
        asked.rest.split_once(char::is_whitespace).unwrap_or((asked.rest.as_str(), ""));
    // The first word is an id only when a question has it; else it is all the reason.
    let known = !first.is_empty()
        && approvals::waiting(&asked)
            .await?
            .iter()
            .any(|one| one.id.to_string().starts_with(first));
    let (id, note) = if known { (Some(first), after) } else { (None, asked.rest.as_str()) };
    let request = approve::question(&asked, id).await?;
    let note = asked.shared.services.sanitizer.clean(note.trim()).into_owned();
    let note = (!note.is_empty()).then_some(note);
    approve::decide(&asked, &request, Decision::Deny { note }).await?;
    Ok(CommandOutput::text(format!("refused: {}", short(&request.summary, 80))))
}
