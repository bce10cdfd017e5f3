//! A room as it is entered: the newest of what was said, read backwards and never more than
//! a screenful or two, however long its past is.

use std::collections::HashSet;
use std::sync::Arc;

use nanofolks_protocol::ports::{Archive, RoomState, StoreError};
use nanofolks_protocol::{
    ApprovalId, Event, EventKind, Message, Problem, RoomId, SessionId, Timestamp, TurnId,
};
use nanofolks_tui::{Past, Said};

/// Newest events of a room that are looked at.
const EVENTS: u32 = 200;
/// Newest messages of a session that are shown.
const MESSAGES: u32 = 100;
/// Most text of them that is shown, in bytes; the newest message is shown in any case.
const TEXT: usize = 64 << 10;

/// The newest of a session: its events where they are among the newest of the room, and what
/// was said before, in the sessions it branched from, too.
pub(super) async fn read(
    archive: &dyn Archive,
    state: &RoomState,
    session: Option<SessionId>,
) -> Result<Past, Problem> {
    let room = &state.room.id;
    let failed = |error: StoreError| error.to_problem();
    let after = state.seq.saturating_sub(u64::from(EVENTS));
    let mut events = archive.events(room, after, EVENTS).await.map_err(failed)?;
    let session = session.or(state.session.as_ref().map(|session| session.id));
    events.retain(|event| event.session.is_none() || event.session == session);
    drop_until(&mut events, |turn| turn.is_some());
    let Some(session) = session else {
        return Ok(Past { events, seq: state.seq, ..Past::empty(room.clone()) });
    };
    let count = match &state.session {
        Some(current) if current.id == session => Some(current.messages),
        _ => archive.session(session).await.map_err(failed)?.map(|session| session.messages),
    };
    let mut said = match count {
        Some(1..) => archive.messages(session, MESSAGES).await.map_err(failed)?,
        _ => Vec::new(),
    };
    let mut above = count.unwrap_or(0).saturating_sub(u64::try_from(said.len()).unwrap_or(0));
    above += cut(&mut said);
    let known: HashSet<_> = said.iter().filter_map(|message| message.turn).collect();
    if above > 0 {
        // Nothing is shown from before the first message that is.
        drop_until(&mut events, |turn| turn.is_some_and(|turn| known.contains(&turn)));
    }
    let shown: HashSet<_> = events.iter().filter_map(began).collect();
    said.retain(|message| message.turn.is_none_or(|turn| !shown.contains(&turn)));
    Ok(Past {
        said: Said { above, messages: said },
        events,
        seq: state.seq,
        ..Past::empty(room.clone())
    })
}

/// Questions that wait for a person: in which room, and until when.
pub(super) async fn asked(
    archive: &dyn Archive,
) -> Result<Vec<(ApprovalId, RoomId, Option<Timestamp>)>, Problem> {
    let rows = archive.approvals(true).await.map_err(|error| error.to_problem())?;
    let requests = rows.into_iter().map(|row| row.request);
    Ok(requests.map(|asked| (asked.id, asked.room, Some(asked.expires_at))).collect())
}

/// Drops the oldest messages when there is too much text; says how many.
fn cut(said: &mut Vec<Arc<Message>>) -> u64 {
    let mut left = TEXT;
    let kept = said.iter().rev().take_while(|message| {
        let fits = left > 0;
        left = left.saturating_sub(message.text().len());
        fits
    });
    let over = said.len() - kept.count();
    said.drain(..over);
    u64::try_from(over).unwrap_or(0)
}

/// Drops everything before the first turn that is wanted.
fn drop_until(events: &mut Vec<Event>, wanted: impl Fn(Option<TurnId>) -> bool) {
    let first = events.iter().position(|event| {
        matches!(event.what, EventKind::TurnStarted { .. }) && wanted(event.turn)
    });
    events.drain(..first.unwrap_or(events.len()));
}

fn began(event: &Event) -> Option<TurnId> {
    event.turn.filter(|_| matches!(event.what, EventKind::TurnStarted { .. }))
}
