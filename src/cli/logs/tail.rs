//! The end of a row of files, and what is added to it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Read from the end in pieces of this size.
const PIECE: u64 = 64 * 1024;

/// Most bytes read from one file: a log that floods must not fill the memory.
const MOST: u64 = 16 * 1024 * 1024;

/// Where reading stopped.
#[derive(Debug)]
pub(super) struct Tail {
    file: Option<PathBuf>,
    at: u64,
    /// The beginning of a line whose end is not written yet.
    partial: Vec<u8>,
}

impl Tail {
    /// The last `count` lines that are wanted, oldest first, and where they end.
    pub(super) fn open(
        files: &[PathBuf],
        count: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> (Vec<String>, Self) {
        let file = files.last().cloned();
        let at = file.as_deref().map_or(0, length);
        let mut found = Vec::new();
        for file in files.iter().rev() {
            if found.len() >= count {
                break;
            }
            last(file, count - found.len(), &wanted, &mut found);
        }
        found.reverse();
        (found, Self { file, at, partial: Vec::new() })
    }

    /// The lines that were added since, in the same file and in newer ones.
    pub(super) fn more(&mut self, files: &[PathBuf]) -> Vec<String> {
        let mut lines = Vec::new();
        for file in files {
            if self.file.as_ref().is_some_and(|current| file < current) {
                continue;
            }
            if self.file.as_ref() != Some(file) {
                *self = Self { file: Some(file.clone()), at: 0, partial: Vec::new() };
            }
            self.read(file, &mut lines);
        }
        lines
    }

    fn read(&mut self, file: &Path, lines: &mut Vec<String>) {
        let length = length(file);
        if length < self.at {
            // Somebody emptied it.
            (self.at, self.partial) = (0, Vec::new());
        }
        if length == self.at {
            return;
        }
        let from = self.at.max(length.saturating_sub(MOST));
        let Some(bytes) = part(file, from, length) else { return };
        self.at = length;
        self.partial.extend_from_slice(&bytes);
        let Some(end) = self.partial.iter().rposition(|byte| *byte == b'\n') else { return };
        let rest = self.partial.split_off(end + 1);
        let whole = std::mem::replace(&mut self.partial, rest);
        lines.extend(String::from_utf8_lossy(&whole).lines().map(str::to_owned));
    }
}

/// Adds the last lines of a file, the newest first.
fn last(file: &Path, count: usize, wanted: impl Fn(&str) -> bool, found: &mut Vec<String>) {
    let length = length(file);
    let mut from = length;
    let mut bytes = Vec::new();
    loop {
        let next = from.saturating_sub(PIECE);
        let Some(mut piece) = part(file, next, from) else { return };
        piece.append(&mut bytes);
        (bytes, from) = (piece, next);
        let enough = bytes.iter().filter(|byte| **byte == b'\n').count() > count;
        if from == 0 || length - from >= MOST || enough {
            let text = String::from_utf8_lossy(&bytes);
            // The first line may have lost its beginning.
            let skip = usize::from(from > 0);
            let lines: Vec<_> = text.lines().skip(skip).filter(|line| wanted(line)).collect();
            if lines.len() >= count || from == 0 || length - from >= MOST {
                found.extend(lines.iter().rev().take(count).map(|line| (*line).to_owned()));
                return;
            }
        }
    }
}

fn length(file: &Path) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.len())
}

fn part(file: &Path, from: u64, to: u64) -> Option<Vec<u8>> {
    let mut opened = File::open(file).ok()?;
    opened.seek(SeekFrom::Start(from)).ok()?;
    let mut bytes = Vec::new();
    opened.take(to - from).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
