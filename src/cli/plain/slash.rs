//! What slash commands mean for the line mode: the engine carries them out, and what is
//! left to the front is done here.

use nanofolks_protocol::command::{Completes, Then};
use nanofolks_protocol::ports::{Archive, Boxed, SessionFilter, StoreError};
use nanofolks_protocol::{Op, Receipt, RoomId, SessionId};

use super::{Next, Talk};
use crate::cli::chat::Waiting;
use crate::cli::{CliError, Cx, Globals, registry, root, told};
use crate::house::House;

#[cfg(test)]
mod tests;

/// Most sessions that are offered.
const OFFERED: u32 = 50;

/// Whether somebody says goodbye in the way of shells and editors.
pub(super) fn is_farewell(text: &str) -> bool {
    matches!(text.trim(), "exit" | "quit" | ":q")
}

/// Does what a command line says. It never reaches a model.
pub(super) async fn run(line: String, talk: &mut Talk, cx: &mut Cx) -> Result<Next, CliError> {
    let sent = talk.envelope(line);
    let events = talk.handle.subscribe();
    let (envelope, options) = (Box::new(sent.clone()), Box::new(talk.options.clone()));
    let receipt = talk.handle.submit(Op::Command { envelope, options }).await?;
    let Receipt::Told(said) = receipt else { return Ok(Next::Go) };
    told::print(&mut cx.out, &said);
    let waiting = Waiting { envelope: sent, events, seen: 0 };
    apply(said.then, Some(waiting), talk, cx).await
}

/// Does what commands leave to the front.
pub(super) async fn apply(
    then: Vec<Then>,
    mut sent: Option<Waiting>,
    talk: &mut Talk,
    cx: &mut Cx,
) -> Result<Next, CliError> {
    let room = talk.room.clone();
    for step in then {
        match step {
            Then::Room(room) => (talk.room, talk.session) = (room, None),
            Then::Session(session) => talk.session = session,
            Then::Model(model) => talk.options.model = Some(model),
            Then::Bot(bot) => talk.options.bot = Some(bot),
            Then::Approval(mode) => talk.options.approval = mode,
            Then::Follow { envelope, turn, session } => {
                if let Some(Waiting { envelope: sent, events, seen }) = sent.take() {
                    talk.session = Some(session);
                    let sent = followed(sent, envelope, talk.room.clone());
                    let waiting = Waiting { envelope: sent, events, seen };
                    return talk.follow(waiting, None, turn, cx).await;
                }
            }
            Then::Own { name: "exit", .. } => return Ok(Next::Leave),
            Then::Own { name, rest } => talk.own.push((name, rest)),
            // The question is printed; the line that means yes is typed.
            Then::Confirm { .. } => {}
        }
    }
    if talk.room != room {
        return talk.pick_up(cx).await;
    }
    Ok(Next::Go)
}

fn followed(
    sent: nanofolks_protocol::Envelope,
    id: nanofolks_protocol::EnvelopeId,
    room: RoomId,
) -> nanofolks_protocol::Envelope {
    nanofolks_protocol::Envelope { id, room, ..sent }
}

/// Carries out a command that the front has, outside of everything that waits.
pub(crate) fn own(
    name: &str,
    rest: &str,
    (room, session): (&RoomId, Option<SessionId>),
    cx: &mut Cx,
) -> Result<(), CliError> {
    let session = session.map_or_else(|| "last".to_owned(), |session| session.to_string());
    let words: Vec<&str> = match name {
        "details" => {
            cx.globals.verbose = match rest {
                "on" => cx.globals.verbose.max(1),
                "off" => 0,
                _ => u8::from(cx.globals.verbose == 0),
            };
            let state = if cx.globals.verbose > 0 { "shown" } else { "hidden" };
            cx.out.note(&format!("details are {state}"));
            return Ok(());
        }
        "doctor" => vec!["doctor"],
        "logs" => vec!["logs"],
        "export" if rest.is_empty() => vec!["export", "--session", &session],
        // What only programs read is not among what is written for people.
        "export" if rest.ends_with(".jsonl") => {
            vec!["session", "export", &session, "--output", rest]
        }
        "export" => vec!["export", "--session", &session, "--output", rest],
        other => {
            let message = format!("/{other} is not possible here");
            return Err(CliError::usage("command_unavailable", message));
        }
    };
    let words = std::iter::once("nanofolks").chain(words);
    let matches = root().try_get_matches_from(words).map_err(CliError::Usage)?;
    // The room that was named at the start is not the one people are in by now.
    let named = cx.globals.room.replace(room.to_string());
    let done = match matches.subcommand() {
        Some((name, matches)) => registry::run(name, matches, cx),
        None => Ok(()),
    };
    cx.globals.room = named;
    done
}

/// What the Tab key offers for an argument; read when it is pressed.
pub(super) fn offers(
    archive: &dyn Archive,
    globals: &Globals,
    completes: Completes,
) -> Vec<String> {
    match completes {
        Completes::Room => {
            wait(archive.rooms(false)).into_iter().map(|room| room.id.to_string()).collect()
        }
        Completes::Session => {
            let filter = SessionFilter { all: true, limit: OFFERED, ..SessionFilter::default() };
            let sessions = wait(archive.sessions(filter));
            sessions.into_iter().map(|one| one.session.id.to_string()).collect()
        }
        Completes::Approval => {
            let waiting = wait(archive.approvals(true));
            waiting.into_iter().map(|row| row.request.id.to_string()).collect()
        }
        Completes::Model => {
            let rows = crate::cli::model::rows(&House::new(globals)).unwrap_or_default();
            rows.into_iter().map(|row| row.name).collect()
        }
        _ => Vec::new(),
    }
}

/// The answer of the store, or nothing.
fn wait<T>(future: Boxed<'_, Result<Vec<T>, StoreError>>) -> Vec<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.ok().and_then(|runtime| runtime.block_on(future).ok()).unwrap_or_default()
}
