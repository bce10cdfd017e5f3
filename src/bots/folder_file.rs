//! A folder's own instructions, read from `AGENTS.md`, else from `CLAUDE.md`.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nanofolks_protocol::ports::{FolderInstructions, Instructions};
use rustix::fs::OFlags;

#[cfg(test)]
mod tests;

/// The names, in order of preference.
const NAMES: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];
/// Most bytes that join a prompt.
const MAX_BYTES: usize = 16 * 1024;

/// Reads instructions from a folder's files. Who trusts a folder is decided elsewhere.
pub struct FolderFile {
    trusted: Box<dyn Fn(&Path) -> bool + Send + Sync>,
}

impl FolderFile {
    /// With a judge of which folders the person trusted.
    pub fn new(trusted: impl Fn(&Path) -> bool + Send + Sync + 'static) -> Self {
        Self { trusted: Box::new(trusted) }
    }
}

impl Instructions for FolderFile {
    fn of(&self, folder: &Path) -> Option<FolderInstructions> {
        NAMES.into_iter().find_map(|name| {
            // A file that cannot be read is as good as none.
            let (text, cut) = read(folder, name).ok().flatten()?;
            let trusted = (self.trusted)(folder);
            Some(FolderInstructions { name: name.to_owned(), text, cut, trusted })
        })
    }
}

/// The text of a regular file inside the folder, and the file's size when it was cut; nothing
/// when it is blank or not text.
fn read(folder: &Path, name: &str) -> io::Result<Option<(String, Option<u64>)>> {
    let real = fs::canonicalize(folder.join(name))?;
    if !real.starts_with(fs::canonicalize(folder)?) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "leads out of the folder"));
    }
    let file = open(&real)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::with_capacity(4096);
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.contains(&0) {
        return Ok(None);
    }
    let size = (bytes.len() > MAX_BYTES).then_some(metadata.len());
    Ok(cut(&bytes, name, metadata.len()).map(|text| (text, size)))
}

/// Links were resolved before: one that appeared since is not followed, and a pipe does not
/// hold us up.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    fs::OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// The text, cut at the end of a line if it is too long.
fn cut(bytes: &[u8], name: &str, size: u64) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let whole = bytes.len() <= MAX_BYTES;
    let kept = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    let kept = if whole {
        kept
    } else {
        let end = kept.iter().rposition(|byte| *byte == b'\n').map_or(kept.len(), |at| at + 1);
        kept.get(..end).unwrap_or(kept)
    };
    let mut text = String::from_utf8_lossy(kept).trim_end().to_owned();
    if text.trim().is_empty() {
        return None;
    }
    if !whole {
        // A character may have been cut in two.
        while text.ends_with(char::REPLACEMENT_CHARACTER) {
            text.pop();
        }
        text.push_str(&format!("\n[{name} goes on: {size} bytes, {} shown]", kept.len()));
    }
    Some(text)
}
