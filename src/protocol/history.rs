//! What is read back: turns as they went, questions, what waits, what was found.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::journal::{RequestRecord, ResponseRecord};
use crate::{
    ApprovalRequest, CallId, Decision, Envelope, Event, Message, MessageId, ModelRef, OwnerId,
    Problem, RoomId, RunId, SessionId, Timestamp, ToolResult, TurnId, TurnOptions, TurnState,
};

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRow {
    /// The question.
    pub request: ApprovalRequest,
    /// The answer; `None` while it waits.
    pub decision: Option<Decision>,
    /// Who answered.
    pub by: Option<String>,
    /// When.
    pub settled_at: Option<Timestamp>,
}

/// How a model answered one request.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelOutcome {
    /// The model.
    pub model: ModelRef,
    /// When the answer ended.
    pub at: Timestamp,
    /// What went wrong.
    pub problem: Option<Problem>,
    /// How often it was asked for this answer.
    pub requests: u32,
}

/// An envelope that waits for its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The message.
    pub envelope: Envelope,
    /// What the sender wants.
    pub options: TurnOptions,
    /// The session it speaks in.
    pub session: SessionId,
    /// When it came.
    pub accepted_at: Timestamp,
    /// The process that accepted it.
    pub owner: OwnerId,
}

/// How a conversation was shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompactionTier {
    /// The oldest part, summed up beside the conversation.
    Background,
    /// More of it, before the next call.
    Aggressive,
    /// Without a model.
    Emergency,
}

/// What stands for the older part of a session. The messages stay where they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The newest message it stands for.
    pub upto: MessageId,
    /// How many messages of the session that are; 0 where it was not kept.
    #[serde(default)]
    pub messages: u64,
    /// What was said, in short.
    pub summary: String,
    /// Identifiers, decisions and failed attempts, word for word.
    pub ledger: Value,
    /// How it was made.
    pub tier: CompactionTier,
    /// Tokens before.
    pub tokens_before: u64,
    /// Tokens after.
    pub tokens_after: u64,
    /// When.
    pub at: Timestamp,
}

/// What a request would be made of, in tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextReport {
    /// The model.
    pub model: ModelRef,
    /// The window it is believed to have.
    pub window: u64,
    /// The window it is said to have.
    pub said_window: u64,
    /// All of it, as far as it can be told.
    pub used: u64,
    /// The system prompt.
    pub system: u64,
    /// The tools.
    pub tools: u64,
    /// Summary and ledger.
    pub summary: u64,
    /// Messages of earlier turns.
    pub history: u64,
    /// Messages of the turn that runs.
    pub turn: u64,
    /// Messages that are sent as they are.
    pub messages: u64,
    /// Messages that the summary stands for.
    pub summed_up: u64,
    /// Whether long conversations are shortened.
    pub compaction: bool,
}

/// A message of a session and its number there, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// Its number; a branch goes on counting where it left its parent.
    pub seq: u64,
    /// The message.
    pub message: Arc<Message>,
}

/// Where to search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchFilter {
    /// Only in this room.
    pub room: Option<RoomId>,
    /// Only in this session, and not in what it inherited.
    pub session: Option<SessionId>,
    /// Archived rooms too.
    pub all: bool,
    /// Sessions in the trash too.
    pub trashed: bool,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its session.
    pub session: SessionId,
    /// Its room.
    pub room: RoomId,
    /// The message.
    pub message: MessageId,
    /// When it was said.
    pub at: Timestamp,
    /// The words around what was found.
    pub snippet: String,
}

/// Which turns are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TurnFilter {
    /// Only of this room.
    pub room: Option<RoomId>,
    /// Only of this session.
    pub session: Option<SessionId>,
    /// Most turns; newest first.
    pub limit: u32,
}

/// A turn in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnSummary {
    /// The turn.
    pub turn: TurnId,
    /// Its room.
    pub room: RoomId,
    /// Its session.
    pub session: SessionId,
    /// What was asked.
    pub text: String,
    /// Where it stands.
    pub state: TurnState,
    /// The process it belongs to.
    pub owner: OwnerId,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What went wrong.
    pub problem: Option<Problem>,
}

/// A tool call of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The bot's part in the turn; `None` when it never started.
    pub run: Option<RunId>,
    /// The call.
    pub call_id: CallId,
    /// The tool.
    pub tool: String,
    /// The arguments as they ran; `None` when it never started.
    pub arguments: Option<Value>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What came out; `None` while it runs.
    pub result: Option<ToolResult>,
}

/// What a turn read of the world outside: what it is, and its bytes.
pub type Recording = (String, Vec<u8>);

/// A turn with everything that a replay needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// The turn.
    pub turn: TurnSummary,
    /// The message it handles.
    pub envelope: Envelope,
    /// The messages that became part of it besides, in the order in which they came.
    #[serde(default)]
    pub joined: Vec<Envelope>,
    /// What the sender wanted.
    pub options: TurnOptions,
    /// What models were asked, oldest first.
    pub requests: Vec<RequestRecord>,
    /// What they answered, in the order of the requests they belong to.
    pub responses: Vec<ResponseRecord>,
    /// What tools did, in the order in which they started.
    pub calls: Vec<CallRecord>,
    /// What was asked of people.
    pub approvals: Vec<ApprovalRow>,
    /// What was read of the world outside, in order.
    pub recorded: Vec<Recording>,
    /// What followers saw, from its beginning to its ending.
    pub events: Vec<Event>,
}
