//! `/approvals`: questions that wait for a person.

use nanofolks_protocol::command::{Category, Choice, Table};
use nanofolks_protocol::{ApprovalRequest, CommandOutput};

use super::{Asked, Command, Told, said, short};

pub(super) static COMMAND: Command =
    Command::new("approvals", Category::Turn, "show the questions that wait for an answer")
        .does(|asked| Box::pin(run(asked)));

/// The questions that wait, those of this room first.
pub(super) async fn waiting(
    asked: &Asked,
) -> Result<Vec<ApprovalRequest>, nanofolks_protocol::Problem> {
    let services = &asked.shared.services;
    let now = services.clock.now();
    let rows = services.archive.approvals(true).await.map_err(said)?;
    let mut waiting: Vec<_> =
        rows.into_iter().map(|row| row.request).filter(|one| one.expires_at > now).collect();
    waiting.sort_by_key(|request| request.room != *asked.room());
    Ok(waiting)
}

async fn run(asked: Asked) -> Told {
    let waiting = waiting(&asked).await?;
    if waiting.is_empty() {
        return Ok(CommandOutput::text("no question waits"));
    }
    let row = |request: &ApprovalRequest| {
        vec![
            request.id.to_string(),
            request.room.to_string(),
            request.bot.to_string(),
            short(&request.summary, 60),
        ]
    };
    let choice = |request: &ApprovalRequest| {
        let (label, line) = match &request.question {
            // What is asked elsewhere is seen in full there.
            _ if request.room != *asked.room() => {
                let label = format!("go to #{}: {}", request.room, short(&request.summary, 60));
                (label, format!("/room {}", request.room))
            }
            Some(asked) => {
                (format!("answer: {}", short(&asked.text, 60)), format!("/answer {} …", request.id))
            }
            None => {
                let label = format!("allow once: {}", short(&request.summary, 60));
                (label, format!("/approve {}", request.id))
            }
        };
        Choice { label, line, ..Choice::default() }
    };
    let head = ["ID", "ROOM", "BOT", "WANTS TO"].map(str::to_owned).to_vec();
    Ok(CommandOutput {
        choices: waiting.iter().map(choice).collect(),
        table: Some(Table { head, rows: waiting.iter().map(row).collect() }),
        ..CommandOutput::default()
    })
}
