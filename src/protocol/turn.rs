//! A turn: the handling of one envelope, from claim to ending.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ApprovalMode, BotId, ModelRef};

/// Where a turn stands. Only the last three are endings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnState {
    /// Waiting for its room.
    Queued,
    /// At work.
    Running,
    /// Waiting for an approval.
    WaitingApproval,
    /// Waiting for an answer.
    WaitingAnswer,
    /// Done.
    Finished,
    /// Ended by a problem.
    Failed,
    /// Ended by somebody.
    Cancelled,
}

impl TurnState {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::WaitingApproval => "waiting_approval",
            Self::WaitingAnswer => "waiting_answer",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing follows it.
    #[must_use]
    pub const fn is_ending(self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Cancelled)
    }
}

/// What the sender wants of this turn; kept with the inbox row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnOptions {
    /// The bot that answers instead of the leader.
    pub bot: Option<BotId>,
    /// The model instead of the configured one.
    pub model: Option<ModelRef>,
    /// How much is allowed without asking.
    pub approval: ApprovalMode,
    /// Whether there is somebody to ask.
    pub attended: bool,
    /// Most model calls; the default is 20.
    pub max_iterations: u32,
    /// Most US dollars.
    pub max_cost_usd: Option<f64>,
    /// Most milliseconds from claim to ending.
    pub deadline_ms: Option<u64>,
    /// The working folder, absolute; the room's when there is none.
    pub folder: Option<String>,
    /// Whether the folder was named explicitly, which lifts the refusal to write in `/`,
    /// the home directory and the data root.
    pub folder_is_explicit: bool,
    /// Whether no socket may be opened.
    pub offline: bool,
    /// A JSON Schema the answer must follow.
    pub output_schema: Option<Value>,
}

impl TurnOptions {
    /// Most model calls of a turn that names no other number.
    pub const MAX_ITERATIONS: u32 = 20;
}

impl Default for TurnOptions {
    fn default() -> Self {
        Self {
            bot: None,
            model: None,
            approval: ApprovalMode::default(),
            attended: false,
            max_iterations: Self::MAX_ITERATIONS,
            max_cost_usd: None,
            deadline_ms: None,
            folder: None,
            folder_is_explicit: false,
            offline: false,
            output_schema: None,
        }
    }
}
