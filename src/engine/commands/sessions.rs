//! `/sessions`: the conversations of the room, branches and what they came from.

use nanofolks_protocol::command::{Category, Choice, Table};
use nanofolks_protocol::ports::{SessionFilter, SessionSummary};
use nanofolks_protocol::{CommandOutput, Problem};

use super::{Asked, Command, Told, said, short};

/// Sessions that are listed.
const LISTED: u32 = 100;

pub(super) static COMMAND: Command = Command::new(
    "sessions",
    Category::Places,
    "show the sessions of the room, branches too; /resume N goes on in one",
)
.aliases(&["history"])
.does(|asked| Box::pin(run(asked)));

/// The sessions of the room, the newest first: their numbers are those of the list.
pub(super) async fn of_room(asked: &Asked) -> Result<Vec<SessionSummary>, Problem> {
    let room = Some(asked.room().clone());
    let filter = SessionFilter { room, all: true, trashed: false, limit: LISTED };
    asked.shared.services.archive.sessions(filter).await.map_err(said)
}

async fn run(asked: Asked) -> Told {
    list(&asked).await
}

pub(super) async fn list(asked: &Asked) -> Told {
    let sessions = of_room(asked).await?;
    if sessions.is_empty() {
        return Ok(CommandOutput::text("nothing was said in this room yet"));
    }
    let current = match asked.envelope.session {
        Some(session) => Some(session),
        None => {
            let state = asked.shared.services.archive.room(asked.room()).await.map_err(said)?;
            state.and_then(|state| state.session).map(|session| session.id)
        }
    };
    let number = |id| sessions.iter().position(|one| one.session.id == id);
    let row = |(at, one): (usize, &SessionSummary)| {
        let session = &one.session;
        let mark = if Some(session.id) == current { "*" } else { "" };
        let parent = session.parent.and_then(number).map(|at| format!("of {}", at + 1));
        vec![
            mark.to_owned(),
            (at + 1).to_string(),
            short(session.title.as_deref().unwrap_or("(no title)"), 48),
            session.messages.to_string(),
            parent.unwrap_or_default(),
            session.id.to_string(),
        ]
    };
    let choice = |one: &SessionSummary| Choice {
        label: short(one.session.title.as_deref().unwrap_or("(no title)"), 60),
        about: match one.session.parent.and_then(number) {
            Some(at) => format!("{} messages, a branch of {}", one.session.messages, at + 1),
            None => format!("{} messages", one.session.messages),
        },
        is_current: Some(one.session.id) == current,
        line: format!("/resume {}", one.session.id),
    };
    let head = ["", "N", "TITLE", "MESSAGES", "BRANCH", "ID"].map(str::to_owned).to_vec();
    Ok(CommandOutput {
        choices: sessions.iter().map(choice).collect(),
        table: Some(Table { head, rows: sessions.iter().enumerate().map(row).collect() }),
        ..CommandOutput::default()
    })
}
