//! Channels: the ways in and out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A channel: `cli`, `telegram`, …
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChannelSettings {
    /// Milliseconds that a message waits for the next one of the same sender; those that come in that time become one turn. 0 turns it off.
    #[schemars(range(max = 60_000))]
    pub debounce_ms: u32,
    /// Messages of several people that come close together as one turn.
    pub coalesce: CoalesceSettings,
}

/// Messages of several people that come close together as one turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CoalesceSettings {
    /// Whether they become one turn.
    pub enabled: bool,
    /// Milliseconds that it has to be quiet before the turn begins.
    #[schemars(range(max = 60_000))]
    pub debounce_ms: u32,
    /// Milliseconds that the first message waits at most.
    #[schemars(range(max = 600_000))]
    pub max_wait_ms: u32,
    /// Fewer messages than this are answered one by one.
    #[schemars(range(min = 2, max = 64))]
    pub min_messages: u32,
    /// Whether a talk between two is left alone.
    pub multi_user_only: bool,
}

impl Default for CoalesceSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            debounce_ms: 1500,
            max_wait_ms: 5000,
            min_messages: 2,
            multi_user_only: true,
        }
    }
}
