//! `/resume`: go on in another session.

use nanofolks_protocol::command::{Category, Completes, Then};
use nanofolks_protocol::{CommandOutput, Control, Op, Problem, ProblemKind, Session};

use super::{Asked, Command, Told, may, said, sessions};

pub(super) static COMMAND: Command = Command::new(
    "resume",
    Category::Places,
    "go on in a session: its number, id or part of its title, or show them",
)
.takes(&[may("SESSION", Completes::Session)])
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    if asked.rest.is_empty() {
        return sessions::list(&asked).await;
    }
    let session = find(&asked, &asked.rest).await?;
    // What waits and what joins belong to the session they were typed in.
    asked.at_rest("resume").await?;
    let what = Box::new(Control::Switch { session: session.id });
    asked.handle.submit(Op::Control { room: session.room.clone(), what }).await?;
    let title = session.title.as_deref().unwrap_or("(no title)");
    let text = format!("going on in {title:?}, {} messages", session.messages);
    let mut output = CommandOutput::text(text);
    if session.room != *asked.room() {
        output = output.then(Then::Room(session.room.clone()));
    }
    Ok(output.then(Then::Session(Some(session.id))))
}

async fn find(asked: &Asked, wanted: &str) -> Result<Session, Problem> {
    let listed = sessions::of_room(asked).await?;
    if let Some(at) = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1))
        && let Some(one) = listed.get(at)
    {
        return Ok(one.session.clone());
    }
    let archive = &asked.shared.services.archive;
    if let [only] = archive.find_session(wanted).await.map_err(said)?.as_slice()
        && let Some(session) = archive.session(*only).await.map_err(said)?
    {
        return Ok(session);
    }
    let wanted_title = wanted.to_lowercase();
    let mut alike = listed.into_iter().map(|one| one.session).filter(|session| {
        session.title.as_deref().is_some_and(|title| title.to_lowercase().contains(&wanted_title))
    });
    match (alike.next(), alike.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(unclear("session_unknown", format!("there is no session {wanted:?}"))),
        (Some(_), Some(_)) => {
            Err(unclear("session_ambiguous", format!("several sessions are like {wanted:?}")))
        }
    }
}

fn unclear(code: &'static str, message: String) -> Problem {
    Problem::new(ProblemKind::Usage, code, message).hint("/sessions shows them")
}
