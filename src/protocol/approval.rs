//! May a bot do this? Modes, verdicts, questions and answers.

mod outside;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::outside::{Cost, Network};
use crate::{ApprovalId, BotId, CallId, Effect, RoomId, Timestamp, TurnId};

#[cfg(test)]
mod tests;

/// How much is allowed without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalMode {
    /// Reads only; everything else is refused.
    Plan,
    /// Asks before every effect.
    #[default]
    Ask,
    /// Writes inside the working folder without asking.
    AutoEdit,
    /// Whatever a proven sandbox contains.
    AutoSandbox,
    /// Everything. Only for the operator, only with `--i-accept-no-sandbox`.
    Full,
}

/// A text that is not an approval mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an approval mode: plan, ask, auto-edit, auto-sandbox or full")]
pub struct ApprovalModeError(pub String);

impl ApprovalMode {
    /// All modes, from careful to careless.
    pub const ALL: [Self; 5] =
        [Self::Plan, Self::Ask, Self::AutoEdit, Self::AutoSandbox, Self::Full];

    /// Its name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Ask => "ask",
            Self::AutoEdit => "auto-edit",
            Self::AutoSandbox => "auto-sandbox",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for ApprovalMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ApprovalMode {
    type Err = ApprovalModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| ApprovalModeError(text.chars().take(80).collect()))
    }
}

/// What the policy says about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// Ask a person.
    Ask {
        /// Why.
        reason: String,
    },
    /// No.
    Deny {
        /// Why, for the model and the user.
        reason: String,
    },
}

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// This call.
    Once,
    /// Calls like this one in this turn.
    Turn,
    /// Calls like this one in this session.
    Session,
    /// Calls like this one in this folder.
    Project,
}

/// What a bot wants to know of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// Answers on offer; free text is always possible.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// A question to a person. What it shows is what runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRequest {
    /// Its name.
    pub id: ApprovalId,
    /// The room.
    pub room: RoomId,
    /// The turn that waits.
    pub turn: TurnId,
    /// The bot that asks.
    pub bot: BotId,
    /// The call in question.
    pub call_id: CallId,
    /// The tool.
    pub tool: String,
    /// One line in the user's words: `write notes.txt (312 bytes)`.
    pub summary: String,
    /// What will happen in full: a diff, an argument vector.
    pub preview: String,
    /// The arguments as they will run.
    pub arguments: Value,
    /// What it may do.
    pub effects: Vec<Effect>,
    /// Why it is asked.
    pub reason: String,
    /// The answers on offer.
    pub scopes: Vec<Scope>,
    /// What a yes for more than this call covers, word by word; empty where it was not kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pattern: String,
    /// The folder it would happen in; empty where it was not kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Which hosts it talks to, as far as that can be told.
    #[serde(default, skip_serializing_if = "Network::is_unknown")]
    pub network: Network,
    /// What it costs, as far as that can be told.
    #[serde(default, skip_serializing_if = "Cost::is_unknown")]
    pub cost: Cost,
    /// Set when a bot wants to know something: nothing runs, the answer is the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// Silence until then is a denial.
    pub expires_at: Timestamp,
}

impl ApprovalRequest {
    /// What it reaches beyond this machine and what it costs, in words.
    #[must_use]
    pub fn outside(&self) -> String {
        format!("{}; {}", self.network, self.cost)
    }
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Yes, this far.
    Allow {
        /// How far.
        scope: Scope,
    },
    /// No.
    Deny {
        /// What the person said with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// What the person answered to a question that is no yes or no.
    Answer {
        /// The answer.
        text: String,
    },
    /// Nobody answered in time.
    Expired,
    /// The turn ended first.
    Withdrawn,
}
