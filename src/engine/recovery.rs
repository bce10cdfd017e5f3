//! What a dead process left behind: its turns end, with what is unknown said.

use std::sync::Arc;

use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::StoreError;
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    Content, Event, EventKind, Message, MessageId, Origin, Part, Problem, ProblemKind, Role,
    RoomId, ToolCall, ToolError, ToolResult, TurnState, Write,
};

use crate::engine::Shared;

/// Messages at the end of a session in which an open call can be.
const TAIL: u32 = 8;

/// Takes over the turns of a room whose process is gone, and ends them.
///
/// # Errors
/// The store's.
pub(crate) async fn recover(shared: &Arc<Shared>, room: &RoomId) -> Result<(), StoreError> {
    let services = &shared.services;
    let at = services.clock.now();
    let orphans = services.journal.adopt_orphans(room, services.owner, at).await?;
    for orphan in orphans {
        tracing::warn!(turn = %orphan.turn, %room, "a turn was left behind by a process that is gone");
        let tail = services.archive.messages(orphan.session, TAIL).await?;
        let mut writes = close_calls(shared, &orphan, &tail);
        writes.extend(end(shared, &orphan));
        shared.bus.commit(writes).await?;
    }
    Ok(())
}

fn end(shared: &Shared, orphan: &Orphan) -> [Write; 2] {
    let at = shared.services.clock.now();
    let problem = Problem::new(
        ProblemKind::Failure,
        "process_gone",
        "the process that handled this message ended before it was done",
    )
    .hint("ask again; what had been done is in the session");
    let duration_ms = u64::try_from(at.millis_since(orphan.claimed_at)).unwrap_or(0);
    let what = EventKind::TurnFailed { error: problem.clone(), answers: vec![], duration_ms };
    let event = Event {
        session: Some(orphan.session),
        turn: Some(orphan.turn),
        ..Event::new(at, orphan.room.clone(), what)
    };
    let (turn, problem) = (orphan.turn, Some(problem));
    [Write::Event(Box::new(event)), Write::Turn { turn, state: TurnState::Failed, problem, at }]
}

/// Answers the calls of the turn's last reply that have no result.
fn close_calls(shared: &Shared, orphan: &Orphan, tail: &[Arc<Message>]) -> Vec<Write> {
    let Some(last) = tail.last().filter(|message| message.turn == Some(orphan.turn)) else {
        return Vec::new();
    };
    let results: Vec<ToolResult> = last.tool_calls().map(|call| unknown(orphan, call)).collect();
    if results.is_empty() {
        return Vec::new();
    }
    let at = shared.services.clock.now();
    let mut writes: Vec<Write> = results
        .iter()
        .map(|result| Write::ToolFinished {
            turn: orphan.turn,
            result: Box::new(result.clone()),
            at,
        })
        .collect();
    let parts = results
        .into_iter()
        .map(|result| Part { origin: Origin::Tool, content: Content::ToolResult(result) })
        .collect();
    let message = Message {
        id: MessageId::fresh(),
        role: Role::Tool,
        bot: last.bot.clone(),
        turn: Some(orphan.turn),
        at,
        parts,
    };
    writes.push(Write::Message { session: orphan.session, message: Box::new(message) });
    writes
}

/// What is known about a call without a result: whether it had begun.
fn unknown(orphan: &Orphan, call: &ToolCall) -> ToolResult {
    let begun = orphan.open_calls.iter().any(|open| open.call_id == call.id);
    let (status, error) = if begun {
        let text = "the process ended while this ran; it may or may not have been done";
        (CallStatus::OutcomeUnknown, ToolError::new("outcome_unknown", text))
    } else {
        (CallStatus::Cancelled, ToolError::new("not_run", "the process ended before this ran"))
    };
    ToolResult::failed(call, status, error)
}
