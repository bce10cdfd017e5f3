//! Log files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Log files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LogSettings {
    /// What is written: off, error, warn, info, debug or trace; single targets after commas, as in `info,nanofolks_engine=debug`.
    pub level: String,
    /// How a line is written: json, one object each, or text, for reading as it is.
    pub format: LogFormat,
    /// How many daily files are kept.
    #[schemars(range(min = 1, max = 3650))]
    pub keep: u32,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Json, keep: 14 }
    }
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object.
    #[default]
    Json,
    /// Time, level, target, message, values.
    Text,
}
