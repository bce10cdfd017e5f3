//! The whole tree of settings. A part is a file in `settings/`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod budget;
pub mod channels;
pub mod context;
pub mod engine;
mod limits;
pub mod log;
pub mod models;
pub mod providers;
pub mod sessions;
pub mod tools;
pub mod tui;

pub use budget::BudgetSettings;
pub use channels::{ChannelKind, ChannelSettings, CoalesceSettings};
pub use context::{ContextMode, ContextSettings};
pub use engine::EngineSettings;
pub use log::{LogFormat, LogSettings};
pub use models::{ModelSettings, PriceSettings};
pub use providers::{ProviderKind, ProviderSettings};
pub use sessions::SessionSettings;
pub use tools::ToolSettings;
pub use tui::{Busy, Glyphs, TuiSettings};

/// How everything is wished, all layers merged.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Settings {
    /// The model, as provider/model or an alias. Without it the first provider that is available decides.
    pub model: Option<String>,
    /// Short names for models, for example `sonnet = "anthropic/claude-sonnet-4-5"`.
    pub aliases: BTreeMap<String, String>,
    /// Models to go on with, in order, when the chosen one cannot be reached.
    pub fallback: Vec<String>,
    /// Whether a fallback may cost more than the model it stands in for.
    pub fallback_may_cost_more: bool,
    /// Where models are reached. Presets need only a key.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// What is known about models, by provider/model; overrides the built-in catalogue.
    pub models: BTreeMap<String, ModelSettings>,
    /// Other ways in and out than the terminal.
    pub channels: BTreeMap<String, ChannelSettings>,
    /// Turns and their limits.
    pub engine: EngineSettings,
    /// Ceilings of money and tokens, checked before each model call.
    pub budget: BudgetSettings,
    /// Conversations that grow too long for their model's window.
    pub context: ContextSettings,
    /// What bots may use.
    pub tools: ToolSettings,
    /// Log files.
    pub log: LogSettings,
    /// Conversations.
    pub sessions: SessionSettings,
    /// The terminal front end.
    pub tui: TuiSettings,
}
