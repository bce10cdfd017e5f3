//! A room's conversation as a tree of sessions. Going back is a new branch: what it leaves
//! stays as it was, to the byte, and stays listed.

use std::sync::Arc;

use nanofolks_protocol::control::Place;
use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::ports::SessionFilter;
use nanofolks_protocol::{
    Attachment, Content, Envelope, Event, EventKind, Message, MessageId, Origin, Part, Problem,
    ProblemKind, Role, RoomId, Session, SessionId, Write,
};

use crate::engine::Shared;

pub(crate) mod exchanges;

use exchanges::Exchange;

/// Most sessions of a room's trash that are looked at.
const TRASH: u32 = 10_000;

/// A session of a room: this one, or the current one.
///
/// # Errors
/// `session_unknown` when there is none, or it is in another room or in the trash.
pub(crate) async fn session(
    shared: &Shared,
    room: &RoomId,
    wanted: Option<SessionId>,
) -> Result<Session, Problem> {
    let archive = &shared.services.archive;
    let found = match wanted {
        Some(id) => archive.session(id).await,
        None => archive.room(room).await.map(|state| state.and_then(|state| state.session)),
    };
    let found = found.map_err(|error| error.to_problem())?;
    let Some(found) = found.filter(|session| session.room == *room) else {
        return Err(match wanted {
            None if has_others(shared, room).await? => Problem::no_current_session(room),
            _ => unknown(room, wanted),
        });
    };
    if wanted.is_some() && is_trashed(shared, &found).await? {
        let message = format!("session {} is in the trash", found.id);
        return Err(Problem::new(ProblemKind::Usage, "session_trashed", message)
            .hint("`nanofolks session restore` takes it out"));
    }
    Ok(found)
}

/// Whether a room has conversations that are not in the trash.
async fn has_others(shared: &Shared, room: &RoomId) -> Result<bool, Problem> {
    let room = Some(room.clone());
    let filter = SessionFilter { room, all: true, trashed: false, limit: 1 };
    let found = shared.services.archive.sessions(filter).await;
    Ok(!found.map_err(|error| error.to_problem())?.is_empty())
}

async fn is_trashed(shared: &Shared, session: &Session) -> Result<bool, Problem> {
    let room = Some(session.room.clone());
    let filter = SessionFilter { room, all: true, trashed: true, limit: TRASH };
    let trash = shared.services.archive.sessions(filter).await;
    let trash = trash.map_err(|error| error.to_problem())?;
    Ok(trash.iter().any(|one| one.session.id == session.id))
}

fn unknown(room: &RoomId, wanted: Option<SessionId>) -> Problem {
    let message = match wanted {
        Some(id) => format!("there is no session {id} in {room}"),
        None => format!("nothing was said in {room} yet"),
    };
    Problem::new(ProblemKind::Usage, "session_unknown", message)
}

/// A branch without the last exchanges.
///
/// # Errors
/// `nothing_to_undo` when there are not so many, else the store's.
pub(crate) async fn undo(
    shared: &Shared,
    session: &Session,
    exchanges: u32,
) -> Result<Session, Problem> {
    let first = last(shared, session, exchanges.max(1)).await?;
    let count = exchanges.max(1);
    let what = match count {
        1 => "the last exchange was taken back; the session before is kept".to_owned(),
        several => {
            format!("the last {several} exchanges were taken back; the session before is kept")
        }
    };
    branch(shared, session, first.before, session.title.clone(), what).await
}

/// The session that a branch was cut from, when nothing was said in the branch since.
///
/// # Errors
/// `nothing_to_redo`, else the store's.
pub(crate) async fn redo(shared: &Shared, session: &Session) -> Result<Session, Problem> {
    let nothing = |why: &str| {
        Problem::new(ProblemKind::Usage, "nothing_to_redo", format!("nothing to redo: {why}"))
            .hint("/sessions lists every session of the room, /resume goes on in one")
    };
    let Some(parent) = session.parent else { return Err(nothing("nothing was taken back")) };
    let archive = &shared.services.archive;
    let parent = archive.session(parent).await.map_err(|error| error.to_problem())?;
    let parent = parent.ok_or_else(|| nothing("the session before is gone"))?;
    if parent.messages <= session.messages {
        return Err(nothing("nothing was taken back"));
    }
    if session.messages > 0 {
        let before = session.messages - 1;
        let ours = archive.messages_after(session.id, before, 1).await;
        let theirs = archive.messages_after(parent.id, before, 1).await;
        let ours = ours.map_err(|error| error.to_problem())?;
        let theirs = theirs.map_err(|error| error.to_problem())?;
        let same =
            ours.first().map(|one| one.message.id) == theirs.first().map(|one| one.message.id);
        if !same {
            return Err(nothing("something was said since"));
        }
    }
    go_to(shared, parent, "what was taken back is here again").await
}

/// A branch that ends at an earlier place.
///
/// # Errors
/// `place_unknown` when the session has no such place, else the store's.
pub(crate) async fn rewind(
    shared: &Shared,
    session: &Session,
    to: Place,
) -> Result<Session, Problem> {
    let archive = &*shared.services.archive;
    let (upto, said) = match to {
        Place::Message(message) => {
            (Some(message), "the conversation goes on from an earlier message".to_owned())
        }
        Place::Exchange(0) => (None, "the conversation goes on from its beginning".to_owned()),
        Place::Exchange(number) => {
            let found = exchanges::first(archive, session, number).await;
            let found = found.map_err(|error| error.to_problem())?;
            let exchange = usize::try_from(number - 1).ok().and_then(|at| found.get(at));
            let exchange = exchange.ok_or_else(|| no_such_place(number, found.len()))?;
            (Some(exchange.last), format!("the conversation goes on after exchange {number}"))
        }
    };
    if let Some(message) = upto {
        refuse_in_the_middle(shared, session, message).await?;
    }
    let what = format!("{said}; the session before is kept");
    branch(shared, session, upto, session.title.clone(), what).await
}

/// A branch cannot end between a call and its result.
async fn refuse_in_the_middle(
    shared: &Shared,
    session: &Session,
    message: MessageId,
) -> Result<(), Problem> {
    let found = shared.services.archive.message(message).await;
    let found = found.map_err(|error| error.to_problem())?;
    let Some(found) = found else {
        let text = format!("there is no message {message} in session {}", session.id);
        return Err(Problem::new(ProblemKind::Usage, "place_unknown", text));
    };
    if found.tool_calls().next().is_some() {
        let text = "this message asks for tools; the branch would end before their answers";
        return Err(Problem::new(ProblemKind::Usage, "place_unfit", text)
            .hint("choose the message after it, or the one before"));
    }
    Ok(())
}

fn no_such_place(number: u32, there_are: usize) -> Problem {
    let message = format!("there is no exchange {number}; the session has {there_are}");
    Problem::new(ProblemKind::Usage, "place_unknown", message)
}

/// A branch of the whole conversation.
///
/// # Errors
/// The store's.
pub(crate) async fn fork(
    shared: &Shared,
    session: &Session,
    title: Option<String>,
) -> Result<Session, Problem> {
    let title = title
        .map(|title| shared.services.sanitizer.clean(&title).into_owned())
        .or_else(|| session.title.as_deref().map(|title| format!("{title} (branch)")));
    let messages = shared.services.archive.messages(session.id, 1).await;
    let newest = messages.map_err(|error| error.to_problem())?.last().map(|last| last.id);
    branch(shared, session, newest, title, "the conversation goes on in a branch".to_owned()).await
}

/// Goes on in another session of the room.
///
/// # Errors
/// The store's.
pub(crate) async fn switch(shared: &Shared, session: Session) -> Result<Session, Problem> {
    go_to(shared, session, "the conversation goes on in another session").await
}

/// The last message of a session once more, with a branch from before it to say it in. What
/// joined its turn is part of it now: behind it, in order, with everything sent along.
///
/// # Errors
/// `nothing_to_retry` when nothing was said, else the store's.
pub(crate) async fn retry(
    shared: &Shared,
    session: &Session,
    from: Envelope,
) -> Result<Envelope, Problem> {
    let exchange = last(shared, session, 1).await?;
    let attachments = sent_along(shared, &exchange).await?;
    let texts = exchange.said().map(|message| said(message)).filter(|text| !text.is_empty());
    let text = texts.collect::<Vec<_>>().join("\n\n");
    let what = "the last message is said again; the session before is kept".to_owned();
    let title = session.title.clone();
    let branch = branch(shared, session, exchange.before, title, what).await?;
    Ok(Envelope { session: Some(branch.id), text, attachments, ..from })
}

/// What people said in a message; the house's remarks are not theirs.
fn said(message: &Message) -> String {
    let texts = message.parts.iter().filter_map(|part| match &part.content {
        Content::Text { text } if part.origin != Origin::House => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// What was sent along with the messages of an exchange.
async fn sent_along(shared: &Shared, exchange: &Exchange) -> Result<Vec<Attachment>, Problem> {
    if let Some(turn) = exchange.message.turn {
        let record = shared.services.archive.turn_record(turn).await;
        if let Some(record) = record.map_err(|error| error.to_problem())? {
            let envelopes = std::iter::once(record.envelope).chain(record.joined);
            return Ok(envelopes.flat_map(|envelope| envelope.attachments).collect());
        }
    }
    Ok(exchange.said().flat_map(|message| &message.parts).filter_map(picture).collect())
}

/// The picture of an imported message; there is no envelope that knows more of it.
fn picture(part: &Part) -> Option<Attachment> {
    let Content::Image { mime, blob } = &part.content else { return None };
    Some(Attachment {
        kind: AttachmentKind::Image,
        mime: mime.clone(),
        name: "picture".to_owned(),
        blob: blob.clone(),
        bytes: 0,
        origin: part.origin,
    })
}

/// The exchange that begins the last so many.
async fn last(shared: &Shared, session: &Session, count: u32) -> Result<Exchange, Problem> {
    let found = exchanges::last(&*shared.services.archive, session, count).await;
    let mut found = found.map_err(|error| error.to_problem())?;
    let there_are = found.len();
    let at = usize::try_from(count).unwrap_or(usize::MAX) - 1;
    if at < there_are {
        return Ok(found.swap_remove(at));
    }
    let message = match there_are {
        0 => "nothing was said in this session yet".to_owned(),
        some => format!("the session has only {some} exchanges"),
    };
    Err(Problem::new(ProblemKind::Usage, "nothing_to_undo", message))
}

/// Begins a branch that ends with `upto`, or is empty, and makes it the room's session.
async fn branch(
    shared: &Shared,
    parent: &Session,
    upto: Option<MessageId>,
    title: Option<String>,
    what: String,
) -> Result<Session, Problem> {
    let at = shared.services.clock.now();
    let session = SessionId::fresh();
    let write = match upto {
        Some(_) => Write::BranchSession { session, parent: parent.id, upto, title, at },
        None => Write::BeginSession(Session {
            id: session,
            room: parent.room.clone(),
            parent: Some(parent.id),
            title,
            created_at: at,
            updated_at: at,
            messages: 0,
        }),
    };
    change(shared, &parent.room, session, write, what).await
}

/// Makes a known session the room's current one.
async fn go_to(shared: &Shared, session: Session, what: &str) -> Result<Session, Problem> {
    let (room, id) = (session.room.clone(), session.id);
    change(shared, &room, id, Write::BeginSession(session), what.to_owned()).await
}

async fn change(
    shared: &Shared,
    room: &RoomId,
    session: SessionId,
    write: Write,
    what: String,
) -> Result<Session, Problem> {
    let at = shared.services.clock.now();
    let event = Event {
        session: Some(session),
        ..Event::new(at, room.clone(), EventKind::RoomChanged { what })
    };
    let writes = vec![write, Write::Event(Box::new(event))];
    shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
    let now = shared.services.archive.session(session).await;
    now.map_err(|error| error.to_problem())?.ok_or_else(|| unknown(room, Some(session)))
}

/// Whether a message begins an exchange: a person speaks, and not into a turn that runs.
pub(crate) fn begins(before: Option<&Arc<Message>>, message: &Message) -> bool {
    message.role == Role::User
        && (message.turn.is_none() || before.is_none_or(|before| before.turn != message.turn))
}
