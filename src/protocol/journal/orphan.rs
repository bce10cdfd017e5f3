//! A turn that a dead process left behind, as the next one finds it.

use serde_json::Value;

use crate::{
    ApprovalRow, BotId, CallId, Envelope, ModelRef, RoomId, RunId, SessionId, Timestamp,
    ToolResult, TurnId, TurnOptions, TurnState,
};

/// A turn that a dead process left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Orphan {
    /// The turn.
    pub turn: TurnId,
    /// Its room.
    pub room: RoomId,
    /// Its session.
    pub session: SessionId,
    /// Where it stood.
    pub state: TurnState,
    /// When its message came.
    pub accepted_at: Timestamp,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// The message it handles.
    pub envelope: Envelope,
    /// What the sender wants.
    pub options: TurnOptions,
    /// Calls that had started and have no result.
    pub open_calls: Vec<OpenCall>,
    /// Results of its calls, oldest first.
    pub finished: Vec<ToolResult>,
    /// Its questions, those that wait and those answered meanwhile, oldest first.
    pub approvals: Vec<ApprovalRow>,
    /// Model requests made.
    pub iterations: u32,
    /// US dollars spent on it, as far as prices are known.
    pub spent_usd: f64,
    /// Its newest model request.
    pub last: Option<LastRequest>,
}

/// The newest model request of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct LastRequest {
    /// The bot's part in the turn.
    pub run: RunId,
    /// The bot.
    pub bot: BotId,
    /// Its number in the run.
    pub iteration: u32,
    /// The model.
    pub model: ModelRef,
    /// Whether it was answered.
    pub answered: bool,
}

/// A call that had started when its process died.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenCall {
    /// The call.
    pub call_id: CallId,
    /// The tool.
    pub tool: String,
    /// Whether it may simply run again.
    pub idempotent: bool,
    /// Its arguments.
    pub arguments: Value,
}
