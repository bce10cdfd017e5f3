//! Log files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Log files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LogSettings {
    /// What is written: off, error, warn, info, debug or trace; single targets after commas, as in `info,nanofolks_engine=debug`.
    pub level: String,
    /// How many daily files are kept.
    #[schemars(range(min = 1, max = 3650))]
    pub keep: u32,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: "info".to_owned(), keep: 14 }
    }
}
