//! Channels: other ways in and out than the terminal.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    /// A folder: questions are files in its `in`, answers are files in its `out`.
    #[default]
    Folder,
    /// A file, a named pipe or a terminal that answers are written to, one after the other.
    File,
}

impl ChannelKind {
    /// Its name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::File => "file",
        }
    }
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChannelSettings {
    /// What it is: folder or file.
    pub kind: ChannelKind,
    /// Where it is, absolute.
    pub path: Option<PathBuf>,
    /// The room that what comes in goes to; general when not named.
    pub room: Option<String>,
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

impl super::Settings {
    /// The channels that lead somewhere; of the program's own only the pace is set.
    #[must_use]
    pub fn reachable_channels(&self) -> std::collections::BTreeMap<String, ChannelSettings> {
        let somewhere = self.channels.iter().filter(|(_, channel)| channel.path.is_some());
        somewhere.map(|(name, channel)| (name.clone(), channel.clone())).collect()
    }
}
