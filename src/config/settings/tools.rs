//! What bots may use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What bots may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ToolSettings {
    /// Tools bots may use; empty means all.
    pub allowed: Vec<String>,
    /// Tools nobody may use; wins over `allowed`.
    pub disabled: Vec<String>,
}
