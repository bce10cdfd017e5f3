//! Models: what we ask, what they send, what it costs. No vendor's dialect.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{BlobId, Message, Problem, ProblemKind, Timestamp, ToolCall, WantedSecret};

#[cfg(test)]
mod tests;

/// A provider and one of its models: `anthropic/claude-sonnet-4-5`.
///
/// The model's own name may contain slashes (`openrouter/openai/gpt-4.1-mini`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelRef {
    /// The provider's name in the configuration.
    pub provider: String,
    /// The provider's name for the model.
    pub model: String,
}

/// Why a text does not name a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not name a model: expected provider/model")]
pub struct ModelRefError(pub String);

impl FromStr for ModelRef {
    type Err = ModelRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().split_once('/') {
            Some((provider, model)) if !provider.is_empty() && !model.is_empty() => {
                Ok(Self { provider: provider.to_owned(), model: model.to_owned() })
            }
            _ => Err(ModelRefError(text.chars().take(200).collect())),
        }
    }
}

impl TryFrom<String> for ModelRef {
    type Error = ModelRefError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ModelRef> for String {
    fn from(model: ModelRef) -> Self {
        model.to_string()
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

/// US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Fresh input.
    pub input: f64,
    /// Output, reasoning included.
    pub output: f64,
    /// Input read from the provider's cache.
    pub cached_input: f64,
    /// Input written to the provider's cache.
    pub cache_write: f64,
}

/// What is known about a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// Its full name.
    pub model: ModelRef,
    /// Tokens of prompt and answer together.
    pub context_window: u32,
    /// Tokens it may answer at once.
    pub max_output: u32,
    /// Whether it can call tools.
    pub tools: bool,
    /// Whether it can look at pictures.
    pub images: bool,
    /// Whether it needs a short prompt: small models on this machine.
    pub small: bool,
    /// What it costs; `None` means unknown, zero means free.
    pub price: Option<Price>,
}

/// What was learned about a model by using it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The model.
    pub model: ModelRef,
    /// Tokens it counts for each one that we estimate.
    pub ratio: f64,
    /// Tokens it has room for, when that turned out to be less than it was said to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// The window it was said to have then: `window` holds only while that is still said.
    pub of: u32,
    /// When.
    pub at: Timestamp,
}

/// A tool as shown to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSchema {
    /// Its name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments, an object.
    pub parameters: Value,
}

/// How long a model should think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// As little as possible.
    Low,
    /// The middle.
    Medium,
    /// As long as it likes.
    High,
}

/// One request to a model. Cheap to clone: what is large is shared.
#[derive(Debug, Clone)]
pub struct ModelRequest {
    /// The provider's name for the model.
    pub model: String,
    /// The system prompt. Its bytes stay the same from turn to turn so that caches hit.
    pub system: Arc<str>,
    /// The conversation, oldest first. Never empty.
    pub messages: Arc<[Arc<Message>]>,
    /// The tools on offer, sorted by name.
    pub tools: Arc<[ToolSchema]>,
    /// The pictures that `messages` refer to.
    pub blobs: Arc<BTreeMap<BlobId, Bytes>>,
    /// Most tokens to answer with.
    pub max_output: u32,
    /// 0.0 to 2.0; `None` leaves it to the provider.
    pub temperature: Option<f32>,
    /// How long to think; `None` leaves it to the provider.
    pub effort: Option<Effort>,
    /// A JSON Schema the answer must follow, where the provider can promise that.
    pub output_schema: Option<Arc<Value>>,
    /// The provider failed lately: one attempt shows whether it is back, more would only cost
    /// time.
    pub trial: bool,
}

/// Tokens as the provider counted them, and what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// All input, cached input included.
    pub input_tokens: u64,
    /// The part of the input that was read from the provider's cache.
    pub cached_input_tokens: u64,
    /// The part of the input that was written to the provider's cache.
    #[serde(default)]
    pub cache_write_tokens: u64,
    /// All output, reasoning included.
    pub output_tokens: u64,
    /// The part of the output that was reasoning.
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_input_tokens: self.cached_input_tokens.saturating_add(other.cached_input_tokens),
            cache_write_tokens: self.cache_write_tokens.saturating_add(other.cache_write_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            reasoning_tokens: self.reasoning_tokens.saturating_add(other.reasoning_tokens),
        }
    }

    /// US dollars at `price`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^52")]
    pub fn cost(&self, price: &Price) -> f64 {
        let cached = self.cached_input_tokens.min(self.input_tokens);
        let written = self.cache_write_tokens.min(self.input_tokens - cached);
        let fresh = self.input_tokens - cached - written;
        (fresh as f64 * price.input
            + cached as f64 * price.cached_input
            + written as f64 * price.cache_write
            + self.output_tokens as f64 * price.output)
            / 1e6
    }
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It had said everything.
    End,
    /// It waits for tools.
    ToolUse,
    /// It hit the limit of output or of its window.
    Length,
    /// The provider's filter stopped it.
    Filtered,
    /// It refused.
    Refused,
}

/// What a model sends. A stream without `Finished` is a failure, never an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// More of the answer.
    Text(String),
    /// More of the reasoning.
    Reasoning(String),
    /// A finished piece of reasoning in the provider's own form, to be given back.
    ReasoningSeal(Value),
    /// A tool call, complete.
    ToolCall(ToolCall),
    /// Token counts so far; the last one counts.
    Usage(Usage),
    /// The request failed before anything of an answer came, and is sent again.
    Again {
        /// Why.
        error: ModelError,
        /// After which pause.
        pause: Duration,
    },
    /// The stream was closed properly.
    Finished {
        /// Why.
        reason: StopReason,
    },
}

/// What went wrong between us and a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{provider}: {message}")]
pub struct ModelError {
    /// The provider's name in the configuration.
    pub provider: String,
    /// What kind of failure.
    pub kind: ModelErrorKind,
    /// One sentence without secrets.
    pub message: String,
    /// How long the provider asks us to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
}

/// The kinds of failure, each with its own way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelErrorKind {
    /// No key, or one the provider does not take.
    Unauthorized,
    /// The key may not do this, or the account has no money left.
    Forbidden,
    /// The provider has no such model.
    ModelNotFound,
    /// The request was wrong.
    BadRequest,
    /// The request does not fit into the model's window.
    ContextOverflow,
    /// Too many requests.
    RateLimited,
    /// The provider is overloaded or broken (5xx).
    Unavailable,
    /// The address could not be reached.
    Unreachable,
    /// The certificate or the handshake was refused.
    Tls,
    /// Nothing came for too long.
    Timeout,
    /// The connection ended before the answer did.
    Cut,
    /// What came is not the provider's protocol.
    Malformed,
    /// The embedded model could not run.
    Local,
    /// `--offline` forbids it.
    Offline,
}

impl ModelErrorKind {
    /// Whether the same request may work a little later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::RateLimited
            | Self::Unavailable
            | Self::Unreachable
            | Self::Timeout
            | Self::Cut
            | Self::Malformed => true,
            Self::Unauthorized
            | Self::Forbidden
            | Self::ModelNotFound
            | Self::BadRequest
            | Self::ContextOverflow
            | Self::Tls
            | Self::Local
            | Self::Offline => false,
        }
    }

    const ALL: [Self; 14] = [
        Self::Unauthorized,
        Self::Forbidden,
        Self::ModelNotFound,
        Self::BadRequest,
        Self::ContextOverflow,
        Self::RateLimited,
        Self::Unavailable,
        Self::Unreachable,
        Self::Tls,
        Self::Timeout,
        Self::Cut,
        Self::Malformed,
        Self::Local,
        Self::Offline,
    ];

    /// The kind behind a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The stable code users see.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "provider_unauthorized",
            Self::Forbidden => "provider_forbidden",
            Self::ModelNotFound => "model_not_found",
            Self::BadRequest => "provider_bad_request",
            Self::ContextOverflow => "context_overflow",
            Self::RateLimited => "provider_rate_limited",
            Self::Unavailable => "provider_unavailable",
            Self::Unreachable => "provider_unreachable",
            Self::Tls => "provider_tls",
            Self::Timeout => "provider_timeout",
            Self::Cut => "stream_cut",
            Self::Malformed => "provider_malformed",
            Self::Local => "local_model",
            Self::Offline => "offline",
        }
    }
}

impl ModelError {
    /// A failure without a wish to wait.
    #[must_use]
    pub fn new(provider: &str, kind: ModelErrorKind, message: impl Into<String>) -> Self {
        Self { provider: provider.to_owned(), kind, message: message.into(), retry_after: None }
    }

    /// What the user is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let kind = match self.kind {
            ModelErrorKind::Offline | ModelErrorKind::Local => ProblemKind::Unavailable,
            _ => ProblemKind::Provider,
        };
        let mut problem = Problem::new(kind, self.kind.code(), self.to_string());
        problem.retryable = self.kind.is_retryable();
        problem.hint = self.hint();
        match self.kind {
            ModelErrorKind::Unauthorized => problem.wants(WantedSecret::key(&self.provider)),
            _ => problem,
        }
    }

    fn hint(&self) -> Option<String> {
        let provider = &self.provider;
        match self.kind {
            ModelErrorKind::Unauthorized => Some(format!(
                "check the key of {provider}: `nanofolks doctor` says where it comes from"
            )),
            ModelErrorKind::ModelNotFound => {
                Some(format!("`nanofolks model list` shows the models of {provider}"))
            }
            ModelErrorKind::Unreachable | ModelErrorKind::Tls => {
                Some("check the network and base_url: `nanofolks doctor`".to_owned())
            }
            ModelErrorKind::ContextOverflow => {
                Some("start a new session, or use a model with a larger window".to_owned())
            }
            ModelErrorKind::RateLimited | ModelErrorKind::Unavailable => {
                let wait = self.retry_after.filter(|wait| *wait >= Duration::from_secs(1));
                Some(match wait {
                    Some(wait) => {
                        format!("{provider} asks to wait: try again in {}", in_words(wait))
                    }
                    None => format!(
                        "try again in a minute; with a model in `fallback` another one goes on \
                         when {provider} is down"
                    ),
                })
            }
            ModelErrorKind::Offline => Some("leave out --offline, or use a local model".to_owned()),
            ModelErrorKind::Forbidden => Some(format!(
                "look at the account of {provider}: its rights and its balance, or use another key"
            )),
            ModelErrorKind::BadRequest => Some(format!(
                "another model may take it (--model); `nanofolks doctor` checks {provider}"
            )),
            ModelErrorKind::Timeout | ModelErrorKind::Cut => Some(
                "what had arrived is kept; `nanofolks session retry` (`/retry`) asks again"
                    .to_owned(),
            ),
            ModelErrorKind::Malformed => {
                Some(format!("check kind and base_url of {provider}: `nanofolks doctor`"))
            }
            ModelErrorKind::Local => Some(
                "`nanofolks doctor` checks the model file, `nanofolks model list` has others"
                    .to_owned(),
            ),
        }
    }
}

/// A time to wait, never less than it is: `45 s`, `12 min`, `2 h 5 min`.
fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes % 60) {
        (..=90, _) => format!("{seconds} s"),
        (..=3_540, _) => format!("{minutes} min"),
        (_, 0) => format!("{} h", minutes / 60),
        (_, rest) => format!("{} h {rest} min", minutes / 60),
    }
}
