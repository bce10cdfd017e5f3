//! Ceilings of money and tokens, checked before each model call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Ceilings of money and tokens, checked before each model call. What is not named has none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BudgetSettings {
    /// Most US dollars of one model call.
    pub call_usd: Option<f64>,
    /// Most tokens of one model call, in and out.
    pub call_tokens: Option<u64>,
    /// Most US dollars of one conversation.
    pub session_usd: Option<f64>,
    /// Most tokens of one conversation.
    pub session_tokens: Option<u64>,
    /// Most US dollars of one room, ever.
    pub room_usd: Option<f64>,
    /// Most tokens of one room, ever.
    pub room_tokens: Option<u64>,
    /// Most US dollars of one bot, ever.
    pub bot_usd: Option<f64>,
    /// Most tokens of one bot, ever.
    pub bot_tokens: Option<u64>,
    /// Most US dollars of one day, midnight to midnight where you are.
    pub day_usd: Option<f64>,
    /// Most tokens of one day.
    pub day_tokens: Option<u64>,
    /// Most US dollars of this home, ever.
    pub install_usd: Option<f64>,
    /// Most tokens of this home, ever.
    pub install_tokens: Option<u64>,
    /// Whether a model of unknown price may be asked although there is a ceiling of money.
    pub allow_unknown_price: bool,
}

impl BudgetSettings {
    /// The ceilings of money with their keys.
    pub(super) fn money(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("budget.call_usd", self.call_usd),
            ("budget.session_usd", self.session_usd),
            ("budget.room_usd", self.room_usd),
            ("budget.bot_usd", self.bot_usd),
            ("budget.day_usd", self.day_usd),
            ("budget.install_usd", self.install_usd),
        ]
    }
}
