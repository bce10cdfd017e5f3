//! The files below a folder, in order of their names, without what is ignored.
//!
//! Every step is taken from an open folder to an entry of it, and links are not followed, so
//! that nothing swapped meanwhile leads out of the working folder. For that reason the walk
//! is ours; what is ignored is decided by the library that decides it elsewhere.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec;

use cap_std::fs::{Dir, FileType};
use globset::GlobMatcher;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use nanofolks_protocol::ToolError;
use tokio_util::sync::CancellationToken;

use crate::folder::Folder;
use crate::job;

/// Most entries that are looked at.
pub(super) const MAX_ENTRIES: u64 = 500_000;
/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 64;
/// Longest ignore file that is read.
const MAX_IGNORE: u64 = 256 * 1024;
/// Folders of version control: never of interest.
const SKIPPED: [&str; 4] = [".git", ".hg", ".svn", ".jj"];

/// A file on the way.
pub(super) struct Found {
    /// The folder it is in.
    pub(super) dir: Arc<Dir>,
    /// Its name there.
    pub(super) name: OsString,
    /// Its path in the working folder.
    pub(super) path: PathBuf,
}

/// A walk that is under way.
pub(super) struct Walk<'a> {
    /// The working folder.
    pub(super) folder: &'a Folder,
    /// Stops the walk.
    pub(super) cancel: &'a CancellationToken,
    only: Option<GlobMatcher>,
    single: Option<Found>,
    stack: Vec<Level>,
    seen: u64,
    /// Entries left out because an ignore file names them.
    pub(super) ignored: u64,
    /// Entries that could not be read.
    pub(super) unreadable: u64,
    /// Whether it ended because there was too much.
    pub(super) exhausted: bool,
}

/// A folder of which some entries are still to be looked at.
struct Level {
    dir: Arc<Dir>,
    path: PathBuf,
    entries: vec::IntoIter<(OsString, FileType)>,
    rules: Option<Gitignore>,
}

impl<'a> Walk<'a> {
    /// Begins at a folder, or at a file, which then is all there is.
    pub(super) fn new(
        folder: &'a Folder,
        asked: &str,
        cancel: &'a CancellationToken,
    ) -> Result<Self, ToolError> {
        let mut walk = Self {
            folder,
            cancel,
            only: None,
            single: None,
            stack: Vec::new(),
            seen: 0,
            ignored: 0,
            unreadable: 0,
            exhausted: false,
        };
        if folder.is_folder(asked) {
            let (dir, path) = folder.folder(asked)?;
            let path = path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path);
            walk.enter(Arc::new(dir), path)?;
            return Ok(walk);
        }
        let open = folder.file(asked)?;
        let path = folder.relative(&open.real);
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let (dir, _) = folder.folder(&parent.unwrap_or(Path::new(".")).to_string_lossy())?;
        if let Some(name) = path.file_name() {
            let (name, path) = (name.to_owned(), path.to_path_buf());
            walk.single = Some(Found { dir: Arc::new(dir), name, path });
        }
        Ok(walk)
    }

    /// Only files that match.
    pub(super) fn only(&mut self, glob: Option<GlobMatcher>) {
        self.only = glob;
    }

    /// The next file.
    pub(super) fn next(&mut self) -> Result<Option<Found>, ToolError> {
        if let Some(found) = self.single.take() {
            return Ok(Some(found));
        }
        loop {
            if self.cancel.is_cancelled() {
                return Err(job::cancelled());
            }
            let Some(level) = self.stack.last_mut() else { return Ok(None) };
            let Some((name, kind)) = level.entries.next() else {
                self.stack.pop();
                continue;
            };
            self.seen += 1;
            if self.seen > MAX_ENTRIES {
                self.exhausted = true;
                return Ok(None);
            }
            let (dir, path) = (Arc::clone(&level.dir), level.path.join(&name));
            if kind.is_dir() && SKIPPED.iter().any(|skipped| name == *skipped) {
                continue;
            }
            if self.is_ignored(&path, kind.is_dir()) {
                self.ignored += 1;
            } else if kind.is_dir() {
                self.descend(&dir, &name, path)?;
            } else if kind.is_file() && self.only.as_ref().is_none_or(|only| only.is_match(&path)) {
                return Ok(Some(Found { dir, name, path }));
            }
        }
    }

    /// The nearest rule that speaks of a path decides.
    fn is_ignored(&self, path: &Path, is_dir: bool) -> bool {
        self.stack
            .iter()
            .rev()
            .filter_map(|level| level.rules.as_ref())
            .map(|rules| rules.matched(path, is_dir))
            .find(|verdict| !verdict.is_none())
            .is_some_and(|verdict| verdict.is_ignore())
    }

    fn descend(&mut self, dir: &Dir, name: &OsString, path: PathBuf) -> Result<(), ToolError> {
        if self.stack.len() >= MAX_DEPTH {
            self.unreadable += 1;
            return Ok(());
        }
        // What was a folder may be a link by now.
        let is_dir = dir.symlink_metadata(name).is_ok_and(|metadata| metadata.is_dir());
        match dir.open_dir(name) {
            Ok(dir) if is_dir => self.enter(Arc::new(dir), path),
            _ => {
                self.unreadable += 1;
                Ok(())
            }
        }
    }

    fn enter(&mut self, dir: Arc<Dir>, path: PathBuf) -> Result<(), ToolError> {
        let Ok(listing) = dir.entries() else {
            self.unreadable += 1;
            return Ok(());
        };
        let mut entries = Vec::new();
        let mut rules = false;
        for entry in listing {
            if self.cancel.is_cancelled() {
                return Err(job::cancelled());
            }
            if entries.len() as u64 > MAX_ENTRIES {
                self.exhausted = true;
                break;
            }
            match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                Ok(entry) => {
                    rules |= entry.0 == ".gitignore" && entry.1.is_file();
                    entries.push(entry);
                }
                Err(_) => self.unreadable += 1,
            }
        }
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let rules = rules.then(|| read_rules(&dir, &path)).flatten();
        self.stack.push(Level { dir, path, entries: entries.into_iter(), rules });
        Ok(())
    }
}

/// The rules of a folder's ignore file. Lines that are no rules are passed over.
fn read_rules(dir: &Dir, path: &Path) -> Option<Gitignore> {
    let mut text = String::new();
    dir.open(".gitignore").ok()?.take(MAX_IGNORE).read_to_string(&mut text).ok()?;
    let mut builder = GitignoreBuilder::new(path);
    for line in text.lines() {
        let _passed_over = builder.add_line(None, line).is_err();
    }
    builder.build().ok()
}
