//! Lines that are not sent yet, a file for each room in `drafts/`.
//!
//! A thread of its own writes them, whole or not at all, so that the line being typed never
//! waits for the disk. They are files and not rows: a line changes many times before it is
//! said, nobody else has to hear of it, and a commit of the store is heard by everybody. Each
//! process has its own file in a room that several have open: the one it holds the lock of. A
//! file whose process is gone goes to the next one that enters the room. A line in which a
//! secret is seen is not kept, and what was kept of it before goes.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use nanofolks_protocol::RoomId;
use nanofolks_security::Sanitizer;
use nanofolks_tui::Draft;

#[cfg(test)]
mod tests;

/// Most processes with a draft in one room.
const MOST: usize = 16;

/// What is kept of the lines of this process.
pub(super) struct Drafts {
    folder: PathBuf,
    sanitizer: Arc<Sanitizer>,
    writer: Option<Writer>,
    /// Our files, while nothing is being written.
    held: HashMap<RoomId, Held>,
}

/// A file of ours.
struct Held {
    path: PathBuf,
    /// Ours as long as this is open.
    _lock: File,
}

struct Writer {
    lines: mpsc::Sender<(RoomId, Draft)>,
    /// It gives our files back at its end.
    thread: JoinHandle<HashMap<RoomId, Held>>,
}

impl Drafts {
    pub(super) fn new(folder: PathBuf, sanitizer: Arc<Sanitizer>) -> Self {
        Self { folder, sanitizer, writer: None, held: HashMap::new() }
    }

    /// What was being typed in a room, when nobody is typing it now.
    pub(super) fn find(&mut self, room: &RoomId) -> Option<Draft> {
        self.settle();
        if let Some(held) = self.held.get(room) {
            return read(&held.path);
        }
        if !self.folder.is_dir() {
            return None;
        }
        for number in 1..=MOST {
            let path = file(&self.folder, room, number);
            if !path.exists() {
                continue;
            }
            if let Ok(lock) = hold(&path) {
                let draft = read(&path);
                self.held.insert(room.clone(), Held { path, _lock: lock });
                return draft;
            }
        }
        None
    }

    /// Keeps a line; an empty one is not kept any more.
    pub(super) fn keep(&mut self, room: &RoomId, draft: Draft) {
        if self.writer.is_none() {
            self.writer = self.start();
        }
        if let Some(writer) = &self.writer {
            let _gone = writer.lines.send((room.clone(), draft)).is_err();
        }
    }

    fn start(&mut self) -> Option<Writer> {
        let (lines, read) = mpsc::channel();
        let (folder, sanitizer) = (self.folder.clone(), Arc::clone(&self.sanitizer));
        let held = std::mem::take(&mut self.held);
        let keeper = Keeper { folder, sanitizer, held };
        let thread = thread::Builder::new().name("drafts".to_owned());
        let thread = thread.spawn(move || keeper.work(&read)).ok()?;
        Some(Writer { lines, thread })
    }

    /// Waits until everything is written. The files stay ours: a room that was left may still
    /// have a line to be kept or taken away.
    fn settle(&mut self) {
        if let Some(Writer { lines, thread }) = self.writer.take() {
            drop(lines);
            self.held = thread.join().unwrap_or_default();
        }
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        self.settle();
    }
}

/// Writes what it is told, until nobody tells it any more.
struct Keeper {
    folder: PathBuf,
    sanitizer: Arc<Sanitizer>,
    held: HashMap<RoomId, Held>,
}

impl Keeper {
    fn work(mut self, lines: &mpsc::Receiver<(RoomId, Draft)>) -> HashMap<RoomId, Held> {
        while let Ok((mut room, mut draft)) = lines.recv() {
            while let Ok((next, line)) = lines.try_recv() {
                if next != room {
                    self.write(&room, &draft);
                }
                (room, draft) = (next, line);
            }
            self.write(&room, &draft);
        }
        self.held
    }

    fn write(&mut self, room: &RoomId, draft: &Draft) {
        let words = draft.words();
        let secret = self.sanitizer.clean(&words) != words;
        if let Err(error) = self.put(room, draft, draft.is_empty() || secret) {
            // The line itself is there; it is only not kept.
            tracing::warn!(%error, %room, "a draft was not kept");
        }
    }

    fn put(&mut self, room: &RoomId, draft: &Draft, nothing: bool) -> io::Result<()> {
        if nothing {
            return match self.held.get(room).map(|held| fs::remove_file(&held.path)) {
                Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let path = self.path(room)?;
        let bytes = serde_json::to_vec(draft)?;
        let new = path.with_extension("new");
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&bytes)?;
        drop(file);
        fs::rename(&new, &path)
    }

    /// Our file in a room.
    fn path(&mut self, room: &RoomId) -> io::Result<PathBuf> {
        if let Some(held) = self.held.get(room) {
            return Ok(held.path.clone());
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        for number in 1..=MOST {
            let path = file(&self.folder, room, number);
            // One that is there and ours to take is somebody's line: it stays.
            if path.exists() {
                continue;
            }
            if let Ok(lock) = hold(&path) {
                self.held.insert(room.clone(), Held { path: path.clone(), _lock: lock });
                return Ok(path);
            }
        }
        Err(io::Error::other("too many lines are kept in this room"))
    }
}

fn file(folder: &Path, room: &RoomId, number: usize) -> PathBuf {
    match number {
        1 => folder.join(format!("{room}.json")),
        _ => folder.join(format!("{room}.{number}.json")),
    }
}

fn hold(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let lock = options.create(true).append(true).mode(0o600).open(path.with_extension("lock"))?;
    lock.try_lock().map_err(io::Error::from)?;
    Ok(lock)
}

/// What a file says; one that cannot be understood says nothing.
fn read(path: &Path) -> Option<Draft> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
