//! The terminal front end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What Enter does while a turn runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Busy {
    /// The text waits for its turn.
    #[default]
    Queue,
    /// The text joins the next model call.
    Steer,
    /// The turn is stopped first.
    Interrupt,
}

/// The marks on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Glyphs {
    /// Icons; the terminal's font must have them.
    Nerd,
    /// Marks of Unicode.
    Unicode,
    /// Letters and signs that every terminal has.
    Ascii,
}

/// The terminal front end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TuiSettings {
    /// What Enter does while a turn runs.
    pub busy: Busy,
    /// Whether the keys of the line are those of vi.
    pub vi: bool,
    /// The theme; chosen by the terminal's background when not named.
    pub theme: Option<String>,
    /// The marks on the screen; chosen by the terminal when not named.
    pub glyphs: Option<Glyphs>,
}
