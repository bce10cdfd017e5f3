//! A file that only grows, and knows how far it is.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nanofolks_protocol::{MessageId, SessionId};
use serde::Deserialize;

/// Bytes read at once while looking for the last line.
const CHUNK: u64 = 64 * 1024;

/// What is looked at in a line.
#[derive(Deserialize)]
struct Place {
    session: SessionId,
    #[serde(default)]
    seq: Option<u64>,
    #[serde(default)]
    id: Option<MessageId>,
}

/// The file of a conversation, locked against other processes until it is dropped.
pub(super) struct Mirrored {
    file: File,
    path: PathBuf,
    session: SessionId,
    last: Option<(u64, MessageId)>,
    empty: bool,
    pending: Vec<u8>,
}

impl Mirrored {
    /// Opens the file of a session; makes it where there is none. Half a line at its end,
    /// left by a crash, is taken off.
    pub(super) fn open(folder: &Path, session: SessionId) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let path = folder.join(format!("{session}.jsonl"));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)?;
        file.lock()?;
        let length = file.metadata()?.len();
        let (end, place) = last_line(&mut file, length, session)?;
        if end < length {
            file.set_len(end)?;
        }
        file.seek(SeekFrom::Start(end))?;
        let last = place.and_then(|place| place.seq.zip(place.id));
        Ok(Self { file, path, session, last, empty: end == 0, pending: Vec::new() })
    }

    /// Puts the file aside and begins a new one.
    pub(super) fn begin_again(self) -> io::Result<Self> {
        let seq = self.last.map_or(0, |(seq, _)| seq);
        let aside = self.path.with_extension(format!("{seq}.old"));
        fs::rename(&self.path, aside)?;
        let folder = self.path.parent().map(Path::to_owned).unwrap_or_default();
        let session = self.session;
        drop(self);
        Self::open(&folder, session)
    }

    /// The number and the name of the last message in it.
    pub(super) const fn last(&self) -> Option<(u64, MessageId)> {
        self.last
    }

    /// Whether nothing is in it.
    pub(super) const fn is_empty(&self) -> bool {
        self.empty
    }

    /// Adds a line.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.pending.extend_from_slice(line);
        self.pending.push(b'\n');
        self.empty = false;
        if self.pending.len() as u64 >= CHUNK { self.write() } else { Ok(()) }
    }

    /// Gives the added lines to the system.
    pub(super) fn write(&mut self) -> io::Result<()> {
        self.file.write_all(&std::mem::take(&mut self.pending))
    }
}

/// Where the last line ends that is one of ours, and what it says.
fn last_line(file: &mut File, length: u64, session: SessionId) -> io::Result<(u64, Option<Place>)> {
    let mut tail: Vec<u8> = Vec::new();
    let mut begin = length;
    loop {
        // The end of the last whole line in what was read.
        while let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') {
            let start = tail[..end].iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
            let start = match start {
                Some(start) => start,
                None if begin == 0 => 0,
                None => break,
            };
            let place = serde_json::from_slice::<Place>(&tail[start..end]).ok();
            if let Some(place) = place.filter(|place| place.session == session) {
                return Ok((begin + end as u64 + 1, Some(place)));
            }
            tail.truncate(start);
        }
        if begin == 0 {
            return Ok((0, None));
        }
        let size = begin.min(CHUNK);
        begin -= size;
        let mut chunk = vec![0; usize::try_from(size).unwrap_or(0)];
        file.seek(SeekFrom::Start(begin))?;
        file.read_exact(&mut chunk)?;
        chunk.append(&mut tail);
        tail = chunk;
    }
}
