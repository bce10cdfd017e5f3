//! A folder's own instructions: `AGENTS.md`, else `CLAUDE.md`.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// What a folder asks of bots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderInstructions {
    /// The file's name.
    pub name: String,
    /// Its text, cut to a sensible length.
    pub text: String,
    /// The bytes of the file, when only its beginning is in `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<u64>,
    /// Whether the person trusted the folder. If not, the text is fenced as text of a file.
    pub trusted: bool,
}

/// Reads a folder's instructions.
pub trait Instructions: Send + Sync {
    /// The folder's instructions, if it has any that can be read.
    fn of(&self, folder: &Path) -> Option<FolderInstructions>;
}
