//! Events: facts, in the past tense. Stored, numbered per room, never changed.
//!
//! Three kinds are live hints instead of facts: `text.delta`, `reasoning.delta` and
//! `tool.output`. They carry no number, are not stored, and may be merged or lost without
//! harm, because `bot.finished` and `tool.finished` carry the whole.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ApprovalId, ApprovalRequest, BotId, CallId, Decision, EnvelopeId, MessageId, ModelRef, Problem,
    RoomId, SessionId, Timestamp, ToolCall, ToolResult, TraceId, TurnId, Usage, WantedSecret,
};

#[cfg(test)]
mod tests;

/// One event, as every front, file and socket sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The version of this shape: 1.
    pub v: u8,
    /// Its number in the room, from 1, without gaps; `None` for live hints.
    pub seq: Option<u64>,
    /// When it happened.
    pub at: Timestamp,
    /// The room.
    pub room: RoomId,
    /// The session.
    pub session: Option<SessionId>,
    /// The turn, when it belongs to one.
    pub turn: Option<TurnId>,
    /// The bot, when it belongs to one.
    pub bot: Option<BotId>,
    /// What happened.
    #[serde(flatten)]
    pub what: EventKind,
}

/// The five steps of the pipeline, by their names on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Who and what is mentioned.
    Tags,
    /// What kind of input it is.
    Intent,
    /// Who answers.
    Dispatch,
    /// The answers come in.
    Collect,
    /// What the room is told.
    Final,
}

/// How a tool call ended, for lists.
pub type ToolStatus = crate::tool::CallStatus;

/// How loud a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something is not as wished.
    Warn,
    /// Something did not work.
    Error,
}

/// One bot's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotAnswer {
    /// The bot.
    pub bot: BotId,
    /// What it said.
    pub text: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventKind {
    /// An envelope was claimed and is being handled.
    #[serde(rename = "turn.started")]
    TurnStarted {
        /// The envelope.
        envelope: EnvelopeId,
        /// Ties together everything it causes.
        trace_id: TraceId,
        /// The channel it came by.
        channel: String,
        /// Who sent it.
        sender: String,
        /// What was written.
        text: String,
    },
    /// A further message became part of the turn: text that steers it, or one of several
    /// that came close together.
    #[serde(rename = "turn.joined")]
    TurnJoined {
        /// The envelope.
        envelope: EnvelopeId,
        /// Who sent it.
        sender: String,
        /// What was written.
        text: String,
    },
    /// A step of the pipeline decided something.
    #[serde(rename = "turn.stage")]
    TurnStage {
        /// Which step.
        stage: Stage,
        /// What it decided, in a few words.
        decided: String,
        /// Why.
        reasons: Vec<String>,
    },
    /// A bot began to answer.
    #[serde(rename = "bot.started")]
    BotStarted {
        /// Its model.
        model: ModelRef,
    },
    /// Live: more of a bot's thoughts.
    #[serde(rename = "reasoning.delta")]
    ReasoningDelta {
        /// The text.
        text: String,
    },
    /// Live: more of a bot's answer.
    #[serde(rename = "text.delta")]
    TextDelta {
        /// The text.
        text: String,
    },
    /// A bot wants to use a tool.
    #[serde(rename = "tool.requested")]
    ToolRequested {
        /// The call, arguments as the model wrote them.
        call: ToolCall,
        /// What was repaired in the arguments before they were judged.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        repairs: Vec<String>,
    },
    /// The tool began to run.
    #[serde(rename = "tool.started")]
    ToolStarted {
        /// The call.
        call_id: CallId,
        /// The tool.
        tool: String,
        /// One line for people: `read src/main.rs`.
        summary: String,
    },
    /// Live: output of a running tool.
    #[serde(rename = "tool.output")]
    ToolOutput {
        /// The call.
        call_id: CallId,
        /// The text.
        text: String,
    },
    /// The tool ended.
    #[serde(rename = "tool.finished")]
    ToolFinished {
        /// The whole result envelope.
        result: ToolResult,
    },
    /// A person is asked.
    #[serde(rename = "approval.requested")]
    ApprovalRequested {
        /// The question.
        request: Box<ApprovalRequest>,
    },
    /// The question is settled.
    #[serde(rename = "approval.resolved")]
    ApprovalResolved {
        /// Which.
        approval: ApprovalId,
        /// How.
        #[serde(flatten)]
        decision: Decision,
        /// Who decided.
        by: String,
    },
    /// A bot asks the user something.
    #[serde(rename = "question.asked")]
    QuestionAsked {
        /// Names the question.
        question: ApprovalId,
        /// The text.
        text: String,
        /// Answers on offer; free text is always possible.
        choices: Vec<String>,
        /// From then on nobody is waited for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// The user answered.
    #[serde(rename = "question.answered")]
    QuestionAnswered {
        /// Which.
        question: ApprovalId,
        /// The answer.
        text: String,
    },
    /// A secret is asked for.
    #[serde(rename = "secret.requested")]
    SecretRequested {
        /// Its name, never its value.
        #[serde(flatten)]
        secret: WantedSecret,
        /// Why it is asked for; empty where it was not kept.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A secret was given.
    #[serde(rename = "secret.provided")]
    SecretProvided {
        /// Its name, never its value.
        #[serde(flatten)]
        secret: WantedSecret,
    },
    /// What a model call used.
    #[serde(rename = "usage")]
    Usage {
        /// The model.
        model: ModelRef,
        /// The tokens.
        #[serde(flatten)]
        usage: Usage,
        /// What it cost in US dollars.
        cost_usd: f64,
        /// Whether the price is known.
        cost_known: bool,
        /// How often the provider was asked for it.
        #[serde(default = "once", skip_serializing_if = "is_once")]
        requests: u32,
    },
    /// How full the model's window is.
    #[serde(rename = "context")]
    Context {
        /// Tokens used.
        used: u64,
        /// Tokens there are.
        window: u64,
    },
    /// Old messages are being summed up.
    #[serde(rename = "compaction.started")]
    CompactionStarted {
        /// Why.
        reason: String,
    },
    /// Old messages were summed up.
    #[serde(rename = "compaction.finished")]
    CompactionFinished {
        /// Tokens before.
        before: u64,
        /// Tokens after.
        after: u64,
    },
    /// Something the user should know.
    #[serde(rename = "notice")]
    Notice {
        /// How loud.
        level: NoticeLevel,
        /// Stable name.
        code: String,
        /// One sentence.
        text: String,
        /// What to do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
    /// A bot has said everything.
    #[serde(rename = "bot.finished")]
    BotFinished {
        /// The message it left in the session.
        message: MessageId,
        /// The whole text.
        text: String,
        /// Why it stopped.
        reason: String,
    },
    /// The turn ended well.
    #[serde(rename = "turn.finished")]
    TurnFinished {
        /// What each bot said.
        answers: Vec<BotAnswer>,
        /// Milliseconds from claim to ending.
        duration_ms: u64,
    },
    /// The turn ended with a problem; what had arrived is kept.
    #[serde(rename = "turn.failed")]
    TurnFailed {
        /// The problem.
        error: Problem,
        /// What each bot had said until then.
        answers: Vec<BotAnswer>,
        /// Milliseconds from claim to ending.
        duration_ms: u64,
    },
    /// Somebody ended the turn; what had arrived is kept.
    #[serde(rename = "turn.cancelled")]
    TurnCancelled {
        /// Who or what.
        by: String,
        /// What each bot had said until then.
        answers: Vec<BotAnswer>,
        /// Milliseconds from claim to ending.
        duration_ms: u64,
    },
    /// A room was made, renamed, archived, or its session changed.
    #[serde(rename = "room.changed")]
    RoomChanged {
        /// What changed, in a few words.
        what: String,
    },
    /// A message that waits says something else now; without a text it does not wait any
    /// more, and has no turn of its own.
    #[serde(rename = "queue.changed")]
    QueueChanged {
        /// The envelope.
        envelope: EnvelopeId,
        /// What it says now.
        text: Option<String>,
    },
    /// A task of the room changed.
    #[serde(rename = "task.changed")]
    TaskChanged {
        /// The task as it is now.
        task: Value,
    },
    /// A delivery changed.
    #[serde(rename = "delivery.changed")]
    DeliveryChanged {
        /// The delivery as it is now.
        delivery: Value,
    },
    /// A routine changed.
    #[serde(rename = "routine.changed")]
    RoutineChanged {
        /// The routine as it is now.
        routine: Value,
    },
}

impl EventKind {
    /// Whether it is a live hint: not stored, not numbered.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(
            self,
            Self::TextDelta { .. } | Self::ReasoningDelta { .. } | Self::ToolOutput { .. }
        )
    }

    /// Whether an answer that broke off goes on from here, in the middle of what was said.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        matches!(self, Self::Notice { code, .. } if code == "stream_cut" || code == "fallback")
    }

    /// Whether it ends a turn.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        matches!(
            self,
            Self::TurnFinished { .. } | Self::TurnFailed { .. } | Self::TurnCancelled { .. }
        )
    }
}

impl Event {
    /// The version of the shape.
    pub const VERSION: u8 = 1;

    /// An event that has no number yet.
    #[must_use]
    pub const fn new(at: Timestamp, room: RoomId, what: EventKind) -> Self {
        Self { v: Self::VERSION, seq: None, at, room, session: None, turn: None, bot: None, what }
    }
}

const fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over like this")]
const fn is_once(requests: &u32) -> bool {
    *requests == 1
}
