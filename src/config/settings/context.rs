//! What happens to conversations that grow too long for their model's window.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a conversation that grows too long is shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContextMode {
    /// A model sums up what is left out.
    #[default]
    Summary,
    /// No model is asked; the beginnings of what was said stand in.
    TokenLimit,
    /// Not at all: what does not fit is left out.
    Off,
}

/// Conversations that grow too long for their model's window. Nothing is ever deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ContextSettings {
    /// How they are shortened: summary, token-limit (no model is asked) or off.
    pub mode: ContextMode,
    /// The share of the window from which on you are told.
    #[schemars(range(min = 0.1, max = 1.0))]
    pub warn: f64,
    /// The share from which on the oldest 30 % are summed up beside the conversation.
    #[schemars(range(min = 0.1, max = 1.0))]
    pub background: f64,
    /// The share from which on the oldest half is.
    #[schemars(range(min = 0.1, max = 1.0))]
    pub aggressive: f64,
    /// The share from which on it is shortened at once and without a model.
    #[schemars(range(min = 0.1, max = 1.0))]
    pub emergency: f64,
    /// Newest messages that stay as they are, unless they alone are too many.
    #[schemars(range(min = 2, max = 200))]
    pub preserve_recent: u32,
    /// The model that sums up, as provider/model or an alias; that of the conversation when not named.
    pub summary_model: Option<String>,
    /// Longest time in seconds that a summary may take.
    #[schemars(range(min = 1, max = 3600))]
    pub summary_timeout: u32,
}

impl Default for ContextSettings {
    fn default() -> Self {
        Self {
            mode: ContextMode::Summary,
            warn: 0.70,
            background: 0.80,
            aggressive: 0.85,
            emergency: 0.95,
            preserve_recent: 20,
            summary_model: None,
            summary_timeout: 120,
        }
    }
}

impl ContextSettings {
    /// The shares with their keys.
    pub(super) const fn shares(&self) -> [(&'static str, f64); 4] {
        [
            ("context.warn", self.warn),
            ("context.background", self.background),
            ("context.aggressive", self.aggressive),
            ("context.emergency", self.emergency),
        ]
    }
}
