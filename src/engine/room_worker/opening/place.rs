//! The room and the session in which a message is spoken; made when they are not there.

use std::sync::Arc;

use nanofolks_protocol::ports::{RoomState, StoreError};
use nanofolks_protocol::{
    BotId, Envelope, Event, EventKind, Message, Problem, ProblemKind, Room, RoomId, RoomKind,
    Session, SessionId, Timestamp, Write,
};

use crate::engine::Shared;
use crate::turn::HISTORY;

/// Characters of the first message that become the session's title.
const TITLE_CHARS: usize = 60;

/// Ends the room's session and begins the next.
pub(in crate::room_worker) async fn new_session(
    shared: &Arc<Shared>,
    room: &RoomId,
) -> Result<SessionId, StoreError> {
    let state = shared.services.archive.room(room).await?;
    let at = shared.services.clock.now();
    let mut writes = Vec::new();
    if state.is_none() {
        let members = members(shared, None);
        writes.push(Write::EnsureRoom(new_room(room, members, at)));
    }
    let session = fresh_session(room, at);
    let id = session.id;
    writes.push(Write::BeginSession(session));
    let what = EventKind::RoomChanged { what: "a new session began".to_owned() };
    let event = Event { session: Some(id), ..Event::new(at, room.clone(), what) };
    writes.push(Write::Event(Box::new(event)));
    shared.bus.commit(writes).await?;
    Ok(id)
}

pub(super) fn check_room(shared: &Shared, state: Option<&RoomState>) -> Result<(), Problem> {
    let limit = shared.services.settings.max_queued;
    match state {
        Some(state) if state.queued >= limit => Err(Problem::new(
            ProblemKind::Failure,
            "room_busy",
            format!("{limit} messages wait in {} already", state.room.id),
        )
        .hint("wait, or stop what is running")
        .retryable()),
        Some(_) | None => Ok(()),
    }
}

pub(super) async fn choose_session(
    shared: &Shared,
    state: Option<&RoomState>,
    envelope: &Envelope,
    at: Timestamp,
) -> Result<(Session, bool), Problem> {
    if let Some(id) = envelope.session {
        let found =
            shared.services.archive.session(id).await.map_err(|error| error.to_problem())?;
        return match found {
            Some(session) if session.room == envelope.room => Ok((session, false)),
            Some(_) | None => Err(StoreError::Missing(format!("session {id}")).to_problem()),
        };
    }
    match state.and_then(|state| state.session.clone()) {
        Some(session) => Ok((session, false)),
        None => Ok((fresh_session(&envelope.room, at), true)),
    }
}

pub(super) async fn read_history(
    shared: &Shared,
    session: SessionId,
) -> Result<Vec<Arc<Message>>, Problem> {
    shared.services.archive.messages(session, HISTORY).await.map_err(|error| error.to_problem())
}

pub(super) fn members(shared: &Shared, state: Option<&RoomState>) -> Vec<BotId> {
    state.map_or_else(|| shared.services.roster.bots(), |state| state.room.members.clone())
}

pub(super) fn new_room(id: &RoomId, members: Vec<BotId>, at: Timestamp) -> Room {
    let kind = if id.is_run() { RoomKind::Run } else { RoomKind::Open };
    Room {
        id: id.clone(),
        kind,
        members,
        folder: None,
        archived: false,
        created_at: at,
        updated_at: at,
    }
}

pub(super) fn fresh_session(room: &RoomId, at: Timestamp) -> Session {
    Session {
        id: SessionId::fresh(),
        room: room.clone(),
        parent: None,
        title: None,
        created_at: at,
        updated_at: at,
        messages: 0,
    }
}

pub(super) fn title(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no text)");
    if line.chars().count() <= TITLE_CHARS {
        return line.to_owned();
    }
    let mut title: String = line.chars().take(TITLE_CHARS - 1).collect();
    title.push('…');
    title
}
