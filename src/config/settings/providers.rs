//! Providers: where models are reached.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SecretRef;

/// The language a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// Anthropic Messages.
    Anthropic,
    /// OpenAI Responses.
    OpenaiResponses,
    /// OpenAI Chat Completions, and everything that resembles it.
    OpenaiChat,
    /// Google Gemini.
    Gemini,
    /// Ollama.
    Ollama,
    /// The embedded model.
    Local,
}

impl ProviderKind {
    /// Its name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenaiResponses => "openai-responses",
            Self::OpenaiChat => "openai-chat",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
            Self::Local => "local",
        }
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One provider.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ProviderSettings {
    /// The language it speaks; presets know theirs.
    pub kind: Option<ProviderKind>,
    /// What the vendor's SDK calls base URL: `…/v1` for OpenAI kinds, the host root for anthropic, gemini and ollama.
    pub base_url: Option<String>,
    /// The key: keyring:NAME, env:NAME, ${NAME} or the key itself.
    pub api_key: Option<SecretRef>,
    /// Headers sent along with every request. Values may be secrets, written like a key.
    pub headers: BTreeMap<String, SecretRef>,
    /// The model used when only the provider is known, for example in a choice at first start.
    pub default_model: Option<String>,
    /// Longest wait for a connection, in seconds.
    #[schemars(range(min = 1, max = 3600))]
    pub connect_timeout: Option<u32>,
    /// Longest wait from the request to the first byte of the answer, in seconds; idle_timeout when not set.
    #[schemars(range(min = 1, max = 86_400))]
    pub first_byte_timeout: Option<u32>,
    /// Longest silence between the pieces of an answer, in seconds.
    #[schemars(range(min = 1, max = 86_400))]
    pub idle_timeout: Option<u32>,
    /// Longest answer from first to last byte, in seconds.
    #[schemars(range(min = 1, max = 86_400))]
    pub timeout: Option<u32>,
    /// How often a request that may succeed later is tried again.
    #[schemars(range(min = 0, max = 20))]
    pub retries: Option<u32>,
}
