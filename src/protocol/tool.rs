//! Tools: what bots can do. Descriptors, calls, results.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::ports::{Blobs, Recall};
use crate::{BlobId, BotId, CallId, RoomId, TurnId};

/// What a tool may do to the world. Decides approvals and the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Reads files.
    FsRead,
    /// Writes files.
    FsWrite,
    /// Runs programs.
    Exec,
    /// Reads from the network.
    NetRead,
    /// Changes something on the network.
    NetWrite,
    /// Sends a message to people.
    MessageSend,
    /// Spends money.
    Money,
    /// Writes memories.
    MemoryWrite,
    /// Makes something happen later.
    Schedule,
    /// Uses a secret.
    SecretRead,
}

impl Effect {
    /// Whether nothing is changed by it.
    #[must_use]
    pub const fn is_read_only(self) -> bool {
        match self {
            Self::FsRead | Self::NetRead => true,
            Self::FsWrite
            | Self::Exec
            | Self::NetWrite
            | Self::MessageSend
            | Self::Money
            | Self::MemoryWrite
            | Self::Schedule
            | Self::SecretRead => false,
        }
    }
}

/// Whether running a call twice does the same as running it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotence {
    /// Yes.
    Yes,
    /// No: after a crash its outcome is unknown.
    No,
    /// With the same call id as key.
    WithKey,
}

/// Who may see a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Models.
    Prompt,
    /// People, on the command line.
    Operator,
    /// Only the engine.
    Internal,
}

/// Which calls may run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concurrency {
    /// With anything.
    Parallel,
    /// One after another on the same path.
    SerialPerPath,
    /// Alone.
    Exclusive,
}

/// How an effect can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// It cannot.
    None,
    /// From a checkpoint.
    Checkpoint,
    /// By another call.
    Inverse,
}

/// Whether a tool can be used here and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Availability {
    /// It can.
    Available,
    /// The owner switched it off.
    Disabled {
        /// Where.
        reason: String,
    },
    /// Something it needs is not here.
    MissingDependency {
        /// What, and how to get it.
        reason: String,
    },
    /// The service behind it is not configured or not reachable.
    UnavailableProvider {
        /// Which.
        reason: String,
    },
    /// The other side changed.
    SchemaDrift {
        /// How.
        reason: String,
    },
}

/// Everything that is known about a tool before it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolDescriptor {
    /// `[a-z][a-z0-9_]{0,63}`.
    pub name: Cow<'static, str>,
    /// Grows when arguments or meaning change.
    pub version: u32,
    /// For people, a few words.
    pub title: Cow<'static, str>,
    /// For models: what it does. Names no other tool that might be missing.
    pub description: Cow<'static, str>,
    /// The set it belongs to, for example `file`.
    pub toolset: Cow<'static, str>,
    /// JSON Schema of its arguments, an object; made from the Rust type.
    pub params: Value,
    /// What it may do.
    pub effects: BTreeSet<Effect>,
    /// Whether it may be run again after a crash.
    pub idempotent: Idempotence,
    /// Who may see it.
    pub visibility: Visibility,
    /// How far a sender must be trusted for it to be offered.
    pub trust: BTreeSet<crate::Trust>,
    /// Longest run.
    #[serde(with = "seconds")]
    pub timeout: Duration,
    /// Most characters of result that go to the model.
    pub result_budget: usize,
    /// Which calls may run side by side.
    pub concurrency: Concurrency,
    /// How its effect can be taken back.
    pub undo: Undo,
    /// The name of its entries in the audit.
    pub audit_kind: Cow<'static, str>,
    /// Whether a call is a question to a person: the `question` of its arguments, with
    /// `choices`. It is not run; the answer is its result.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
}

impl ToolDescriptor {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.effects.iter().all(|effect| effect.is_read_only())
    }
}

mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(value.as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// A model's wish to use a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Ties the result to the call.
    pub id: CallId,
    /// The tool.
    pub name: String,
    /// Its arguments: an object, or `null` when `malformed` is set.
    pub arguments: Value,
    /// What the model wrote instead of JSON. Such a call is never run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub malformed: Option<String>,
    /// The provider's own data about the call, given back to that provider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<Value>,
}

/// What a tool is told about where it runs. Never the engine.
#[derive(Clone)]
pub struct ToolContext {
    /// The room.
    pub room: RoomId,
    /// The turn.
    pub turn: TurnId,
    /// The bot.
    pub bot: BotId,
    /// The working folder, absolute, links resolved.
    pub folder: PathBuf,
    /// Set when the folder may only be read: what to tell when somebody tries to write.
    pub read_only: Option<String>,
    /// Fires when the turn is stopped; a tool then ends within a second.
    pub cancel: CancellationToken,
    /// Where large outputs are kept.
    pub blobs: Arc<dyn Blobs>,
    /// What was said in this conversation.
    pub history: Arc<dyn Recall>,
}

/// What a tool gives back when it worked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolOutput {
    /// For the model: text, or structured data.
    pub data: Value,
    /// What the caller should know besides.
    pub warnings: Vec<String>,
    /// What was changed, for people: paths, addresses.
    pub effects: Vec<String>,
}

impl ToolOutput {
    /// Plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { data: Value::String(text.into()), ..Self::default() }
    }
}

/// Why a tool did not work. The model is told; the turn goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ToolError {
    /// Stable name, for example `not_found`.
    pub code: Cow<'static, str>,
    /// One sentence.
    pub message: String,
    /// Whether trying again may help.
    #[serde(default)]
    pub retryable: bool,
    /// What to do instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl ToolError {
    /// An error that does not go away by itself.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), message: message.into(), retryable: false, hint: None }
    }

    /// The same with something to do instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// It worked.
    Ok,
    /// It failed.
    Error,
    /// It was not allowed.
    Denied,
    /// It was stopped.
    Cancelled,
    /// It took too long.
    TimedOut,
    /// It had started when the process died; nobody knows how far it came.
    OutcomeUnknown,
}

/// Where the whole of an oversized output is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncated {
    /// The artifact that holds all of it.
    #[serde(rename = "ref")]
    pub artifact: BlobId,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256; the same digits as `ref`.
    pub sha256: BlobId,
}

/// Milliseconds a call waited and ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// Waiting for approval and for its turn.
    pub queued_ms: u64,
    /// Running.
    pub run_ms: u64,
}

/// The one result envelope, for every tool and every front.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// Whether it worked.
    pub ok: bool,
    /// The tool.
    pub tool: String,
    /// The call it answers.
    pub call_id: CallId,
    /// How it ended.
    pub status: CallStatus,
    /// What came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ToolError>,
    /// Where the rest is, when `data` is only head and tail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<Truncated>,
    /// What the caller should know besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What was changed, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<String>,
    /// How long it took.
    #[serde(default)]
    pub timing: Timing,
}

impl ToolResult {
    /// A result that reports an error.
    #[must_use]
    pub fn failed(call: &ToolCall, status: CallStatus, error: ToolError) -> Self {
        Self {
            ok: false,
            tool: call.name.clone(),
            call_id: call.id.clone(),
            status,
            data: None,
            error: Some(error),
            truncated: None,
            warnings: Vec::new(),
            effects: Vec::new(),
            timing: Timing::default(),
        }
    }

    /// A result that worked.
    #[must_use]
    pub fn worked(call: &ToolCall, output: ToolOutput) -> Self {
        Self {
            ok: true,
            tool: call.name.clone(),
            call_id: call.id.clone(),
            status: CallStatus::Ok,
            data: Some(output.data),
            error: None,
            truncated: None,
            warnings: output.warnings,
            effects: output.effects,
            timing: Timing::default(),
        }
    }

    /// What the model reads: text as it is, data as compact JSON, errors with their way out.
    #[must_use]
    pub fn for_model(&self) -> String {
        let mut text = match (&self.data, &self.error) {
            (Some(Value::String(text)), None) => text.clone(),
            (Some(data), None) => data.to_string(),
            (_, Some(error)) => match &error.hint {
                Some(hint) => format!("error ({}): {}; {hint}", error.code, error.message),
                None => format!("error ({}): {}", error.code, error.message),
            },
            (None, None) => "done".to_owned(),
        };
        for warning in &self.warnings {
            text.push_str("\n[warning: ");
            text.push_str(warning);
            text.push(']');
        }
        text
    }
}
