//! What a user is told when something did not work.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{RoomId, WantedSecret};

/// The kind of a problem, which decides the exit code of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Something failed.
    Failure,
    /// The command line or the configuration is wrong.
    Usage,
    /// A policy forbids it.
    Policy,
    /// An approval is needed and there is nobody to ask.
    Approval,
    /// A ceiling of money, tokens or iterations is reached.
    Budget,
    /// The provider of the model failed.
    Provider,
    /// A feature, model or sandbox is not available here.
    Unavailable,
    /// The deadline passed.
    Deadline,
    /// Somebody interrupted it.
    Interrupted,
}

impl ProblemKind {
    /// The exit code of a command that ends with this problem.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Policy => 3,
            Self::Approval => 4,
            Self::Budget => 5,
            Self::Provider => 6,
            Self::Unavailable => 7,
            Self::Deadline => 124,
            Self::Interrupted => 130,
        }
    }
}

/// One problem: a stable code, one sentence and, where there is one, a way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable name for programs, for example `provider_unavailable`.
    pub code: Cow<'static, str>,
    /// One sentence: starts small, names the thing, has no full stop.
    pub message: String,
    /// What the user can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Whether trying again later may help.
    #[serde(default)]
    pub retryable: bool,
    /// Decides the exit code.
    pub kind: ProblemKind,
    /// The secret that would have helped, when that is what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wants: Option<Box<WantedSecret>>,
}

impl Problem {
    /// A problem without a hint that does not go away by itself.
    #[must_use]
    pub fn new(kind: ProblemKind, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            message: message.into(),
            hint: None,
            retryable: false,
            kind,
            wants: None,
        }
    }

    /// A room whose current conversation was put away, while others of it are there.
    #[must_use]
    pub fn no_current_session(room: &RoomId) -> Self {
        let message = format!("room {room} has no current conversation");
        Self::new(ProblemKind::Usage, "session_unknown", message).hint(format!(
            "`nanofolks session list --room {room} --all` shows what is there, \
             `nanofolks session resume ID` chooses one"
        ))
    }

    /// The same with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the secret that is missing.
    #[must_use]
    pub fn wants(mut self, secret: WantedSecret) -> Self {
        self.wants = Some(Box::new(secret));
        self
    }

    /// The same, marked as one that may go away by itself.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
