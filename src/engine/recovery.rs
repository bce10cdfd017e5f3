//! What a dead process left behind: its turns are taken up where they stood.
//!
//! What was finished is not done again; a call that had begun and may simply run again does;
//! any other call that had begun gets the result `outcome_unknown`. A question that waited
//! still waits, with its old expiry. A model request without an answer is asked again.

use std::sync::Arc;

use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::StoreError;
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    Content, Decision, Event, EventKind, Message, MessageId, Origin, Part, Problem, ProblemKind,
    Role, RoomId, SessionId, Timestamp, ToolCall, ToolError, ToolResult, TurnId, TurnState, Write,
};

use crate::engine::Shared;
use crate::replay;
use crate::turn::{self, Resume, Source};

/// Takes over the turns of a room whose process is gone. There is at most one.
///
/// # Errors
/// The store's.
pub(crate) async fn adopt(
    shared: &Arc<Shared>,
    room: &RoomId,
) -> Result<Option<Orphan>, StoreError> {
    let services = &shared.services;
    let at = services.clock.now();
    let mut orphans = services.journal.adopt_orphans(room, services.owner, at).await?;
    let orphan = orphans.pop();
    if let Some(orphan) = &orphan {
        tracing::warn!(turn = %orphan.turn, %room, "taking up a turn whose process is gone");
    }
    Ok(orphan)
}

/// Newest turns that are looked at for those of scripts that are gone.
const SWEPT: u32 = 200;

/// Ends the turns of scripts whose process is gone: nobody waits for their answers, and no
/// other message will ever come into their rooms.
pub(crate) async fn sweep(shared: &Arc<Shared>) {
    if let Err(error) = try_sweep(shared).await {
        tracing::warn!(%error, "turns of scripts that are gone could not be ended");
    }
}

async fn try_sweep(shared: &Arc<Shared>) -> Result<(), StoreError> {
    let services = &shared.services;
    let filter = TurnFilter { room: None, session: None, limit: SWEPT };
    for turn in services.archive.turns(filter).await? {
        let is_left = turn.room.is_run() && !turn.state.is_ending();
        if !is_left || turn.owner == services.owner {
            continue;
        }
        let Some(orphan) = adopt(shared, &turn.room).await? else { continue };
        abandon(shared, &orphan, None).await?;
    }
    Ok(())
}

/// Ends a turn whose process is gone, so that it can be taken back.
///
/// # Errors
/// The store's, and an attachment that cannot be read.
pub(crate) async fn put_down(shared: &Arc<Shared>, orphan: &Orphan) -> Result<(), Problem> {
    let newest = shared.services.archive.messages(orphan.session, TAIL).await;
    let newest = newest.map_err(|error| error.to_problem())?;
    let begun = newest.iter().any(|message| message.turn == Some(orphan.turn));
    let message = if begun {
        None
    } else {
        // It was claimed and no more; what is taken back is what was said.
        let source = Source::new(shared.turn_clock(), *orphan.turn.as_uuid());
        let (turn, at) = (orphan.turn, orphan.claimed_at);
        Some(turn::user_message(shared, &orphan.envelope, turn, at, &source).await?)
    };
    abandon(shared, orphan, message).await.map_err(|error| error.to_problem())
}

/// Ends a turn that nobody goes on with.
async fn abandon(
    shared: &Shared,
    orphan: &Orphan,
    unsaid: Option<Arc<Message>>,
) -> Result<(), StoreError> {
    let services = &shared.services;
    let history = services.archive.messages(orphan.session, TAIL).await?;
    let mut writes = close_calls(shared, orphan, &history);
    let at = services.clock.now();
    writes.extend(unsaid.map(|message| Write::Message { session: orphan.session, message }));
    writes.extend(withdraw_questions(orphan, at));
    writes.push(replay::left(orphan.turn, at));
    writes.extend(end(orphan, at));
    shared.bus.commit(writes).await?;
    Ok(())
}

/// The questions of a turn that nobody goes on with wait for nobody.
fn withdraw_questions(orphan: &Orphan, at: Timestamp) -> Vec<Write> {
    let open = orphan.approvals.iter().filter(|row| row.decision.is_none());
    open.map(|row| Write::ApprovalSettled {
        approval: row.request.id,
        decision: Decision::Withdrawn,
        by: "nobody".to_owned(),
        at,
    })
    .collect()
}

/// Messages at the end of a session in which an open call can be.
const TAIL: u32 = 4;

/// Answers the calls of a turn's last reply that have no result.
fn close_calls(shared: &Shared, orphan: &Orphan, history: &[Arc<Message>]) -> Vec<Write> {
    let Resume { calls, mut results, .. } = resume(orphan, history);
    if calls.is_empty() {
        return Vec::new();
    }
    for call in &calls {
        if !results.iter().any(|result| result.call_id == call.id) {
            let error = ToolError::new("not_run", "the process ended before this ran");
            results.push(ToolResult::failed(call, CallStatus::Cancelled, error));
        }
    }
    let at = shared.services.clock.now();
    let (turn, session) = (orphan.turn, orphan.session);
    let mut writes: Vec<Write> = results
        .iter()
        .map(|result| Write::ToolFinished { turn, result: Box::new(result.clone()), at })
        .collect();
    let parts = results
        .into_iter()
        .map(|result| Part { origin: Origin::Tool, content: Content::ToolResult(result) })
        .collect();
    let bot = history.last().and_then(|last| last.bot.clone());
    let (id, role) = (MessageId::fresh(), Role::Tool);
    let message = Message { id, role, bot, turn: Some(turn), at, parts };
    writes.push(Write::Message { session, message: Arc::new(message) });
    writes
}

/// What is said of a turn whose process is gone.
fn gone() -> Problem {
    Problem::new(
        ProblemKind::Failure,
        "process_gone",
        "the process that handled this message ended before it was done",
    )
    .hint("ask again; what had been done is in the session")
}

/// The event that ends a turn whose process is gone.
pub(crate) fn left_event(
    room: &RoomId,
    session: SessionId,
    turn: TurnId,
    claimed_at: Timestamp,
    at: Timestamp,
) -> Event {
    let duration_ms = u64::try_from(at.millis_since(claimed_at)).unwrap_or(0);
    let what = EventKind::TurnFailed { error: gone(), answers: vec![], duration_ms };
    Event { session: Some(session), turn: Some(turn), ..Event::new(at, room.clone(), what) }
}

fn end(orphan: &Orphan, at: Timestamp) -> Vec<Write> {
    let Orphan { room, session, turn, claimed_at, .. } = orphan;
    let event = left_event(room, *session, *turn, *claimed_at, at);
    let (turn, problem) = (orphan.turn, Some(gone()));
    let mut writes = vec![
        Write::Event(Box::new(event)),
        Write::Turn { turn, state: TurnState::Failed, problem, at },
    ];
    if orphan.room.is_run() {
        writes.push(Write::ArchiveRoom { room: orphan.room.clone(), archived: true });
    }
    writes
}

/// Where a turn stood, from what is on disk.
pub(crate) fn resume(orphan: &Orphan, history: &[Arc<Message>]) -> Resume {
    let ours = |message: &&Arc<Message>| message.turn == Some(orphan.turn);
    let said = history
        .iter()
        .filter(ours)
        .filter(|message| message.role == Role::Assistant)
        .map(|message| message.text())
        .filter(|text| !text.is_empty())
        .collect();
    let calls: Vec<ToolCall> = history
        .last()
        .filter(ours)
        .map(|message| message.tool_calls().cloned().collect())
        .unwrap_or_default();
    let again = orphan
        .open_calls
        .iter()
        .filter(|open| open.idempotent)
        .map(|open| open.call_id.clone())
        .collect();
    let spoke = |message: &&Arc<Message>| message.role == Role::Assistant && ours(message);
    let answered = history.iter().filter(spoke).filter_map(|message| {
        let text = message.text();
        Some(BotAnswer { bot: message.bot.clone()?, text }).filter(|one| !one.text.is_empty())
    });
    Resume {
        answered: answered.collect(),
        iterations: orphan.iterations.saturating_sub(u32::from(is_unanswered(orphan))),
        said,
        results: calls.iter().filter_map(|call| known(orphan, call)).collect(),
        calls,
        again,
        approvals: orphan.approvals.clone(),
    }
}

/// Whether the newest request got no answer, so that asking again is not one more.
fn is_unanswered(orphan: &Orphan) -> bool {
    orphan.last.as_ref().is_some_and(|last| !last.answered)
}

/// The result of a call, when there is one: finished, or begun and nobody knows.
fn known(orphan: &Orphan, call: &ToolCall) -> Option<ToolResult> {
    if let Some(result) = orphan.finished.iter().find(|result| result.call_id == call.id) {
        return Some(result.clone());
    }
    let begun = orphan.open_calls.iter().find(|open| open.call_id == call.id)?;
    (!begun.idempotent).then(|| {
        let text = "the process ended while this ran; it may or may not have been done";
        let error = ToolError::new("outcome_unknown", text)
            .hint("look at what is there before doing it again");
        ToolResult::failed(call, CallStatus::OutcomeUnknown, error)
    })
}
