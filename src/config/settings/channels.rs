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
}
