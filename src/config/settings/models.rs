//! What is known about models; overrides the built-in catalogue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One model. What is not named here stays as the catalogue has it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModelSettings {
    /// Tokens of prompt and answer together.
    #[schemars(range(min = 256))]
    pub context_window: Option<u32>,
    /// Tokens it may answer at once.
    #[schemars(range(min = 1))]
    pub max_output: Option<u32>,
    /// Whether it can call tools.
    pub tools: Option<bool>,
    /// Whether it can look at pictures.
    pub images: Option<bool>,
    /// Whether it needs a short prompt.
    pub small: Option<bool>,
    /// What it costs.
    pub price: Option<PriceSettings>,
}

/// US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PriceSettings {
    /// Fresh input.
    #[schemars(range(min = 0.0))]
    pub input: f64,
    /// Output, reasoning included.
    #[schemars(range(min = 0.0))]
    pub output: f64,
    /// Input read from the provider's cache; the price of input when not named.
    #[schemars(range(min = 0.0))]
    pub cached_input: Option<f64>,
    /// Input written to the provider's cache; the price of input when not named.
    #[schemars(range(min = 0.0))]
    pub cache_write: Option<f64>,
}

impl From<PriceSettings> for nanofolks_protocol::Price {
    fn from(price: PriceSettings) -> Self {
        Self {
            input: price.input,
            output: price.output,
            cached_input: price.cached_input.unwrap_or(price.input),
            cache_write: price.cache_write.unwrap_or(price.input),
        }
    }
}
