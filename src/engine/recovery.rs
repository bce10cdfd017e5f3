//! What a dead process left behind: its turns are taken up where they stood.
//!
//! What was finished is not done again; a call that had begun and may simply run again does;
//! any other call that had begun gets the result `outcome_unknown`. A question that waited
//! still waits, with its old expiry. A model request without an answer is asked again.

use std::sync::Arc;

use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::StoreError;
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{Message, Role, RoomId, ToolCall, ToolError, ToolResult};

use crate::engine::Shared;
use crate::turn::Resume;

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
    Resume {
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
