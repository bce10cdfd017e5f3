//! A folder's own instructions, read from disk.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use nanofolks_config::{Paths, trust};
use nanofolks_protocol::ports::{FolderInstructions, Instructions};

#[cfg(test)]
mod tests;

/// The files that may hold them; the first that is there counts.
const NAMES: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];
/// Longer instructions are cut.
const LIMIT: u64 = 32 * 1024;

/// Reads instructions and asks the list of trusted folders.
pub(super) struct FolderFiles {
    pub(super) paths: Arc<Paths>,
}

impl Instructions for FolderFiles {
    fn of(&self, folder: &Path) -> Option<FolderInstructions> {
        let (name, text) =
            NAMES.iter().find_map(|name| Some((*name, read(&folder.join(name))?)))?;
        let trusted = trust::is_trusted(&self.paths, folder);
        Some(FolderInstructions { name: name.to_owned(), text, trusted })
    }
}

/// The text of a file, cut to the limit. What is empty or cannot be read is not there.
fn read(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.by_ref().take(LIMIT).read_to_end(&mut bytes).ok()?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if file.read(&mut [0]).is_ok_and(|more| more > 0) {
        text.push_str("\n[cut here]");
    }
    (!text.trim().is_empty()).then_some(text)
}
