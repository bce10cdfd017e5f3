//! Conversations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Conversations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SessionSettings {
    /// Whether each session is also written live to a JSONL file.
    pub mirror_jsonl: bool,
}
