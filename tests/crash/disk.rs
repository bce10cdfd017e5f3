//! A disk that forgets: what is on it after the power went, if nothing lasts that was not
//! synced.
//!
//! Contents last once the file was synced. Names (new files, renames, removals) last once
//! their folder was; those of one folder are lost from the newest backwards, as a journal of
//! a file system loses them. Everything else is the disk's choice: it is kept whole, dropped
//! whole, or kept in part, down to single sectors.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::trace::Done;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// All of it is there.
    Kept,
    /// None of it is.
    Dropped,
    /// Some sectors are, some are not.
    Torn(u64),
}

#[derive(Debug, Clone)]
enum Change {
    Bytes { at: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    lasting: Vec<u8>,
    now: Vec<u8>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Name {
    Is(PathBuf, usize),
    Gone(PathBuf),
    Moved(PathBuf, PathBuf, usize),
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    now: BTreeMap<PathBuf, usize>,
    lasting: BTreeMap<PathBuf, usize>,
    names: Vec<Name>,
    folders: HashSet<PathBuf>,
}

impl Disk {
    /// The disk as it is, all of it lasting.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut disk = Self::default();
        disk.take_in(folder)?;
        disk.lasting = disk.now.clone();
        Ok(disk)
    }

    fn take_in(&mut self, folder: &Path) -> io::Result<()> {
        self.folders.insert(folder.to_owned());
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.take_in(&path)?;
            } else {
                let bytes = std::fs::read(&path)?;
                self.files.push(File { lasting: bytes.clone(), now: bytes, changes: Vec::new() });
                self.now.insert(path, self.files.len() - 1);
            }
        }
        Ok(())
    }

    /// Does one thing to it.
    pub fn take(&mut self, done: &Done) {
        match done {
            Done::Opened { path, emptied } => {
                if let Some(&file) = self.now.get(path) {
                    if *emptied {
                        self.change(file, Change::Length(0));
                    }
                } else {
                    self.files.push(File::default());
                    self.name(Name::Is(path.clone(), self.files.len() - 1));
                }
            }
            Done::Wrote { path, at, bytes } => {
                let Some(&file) = self.now.get(path) else { return };
                let end = self.files[file].now.len();
                let at = at.map_or(end, |at| usize::try_from(at).unwrap());
                self.change(file, Change::Bytes { at, bytes: bytes.clone() });
            }
            Done::Cut { path, length } => {
                let Some(&file) = self.now.get(path) else { return };
                self.change(file, Change::Length(usize::try_from(*length).unwrap()));
            }
            Done::Synced { path } => self.sync(path),
            Done::Renamed { from, to } => {
                if let Some(&file) = self.now.get(from) {
                    self.name(Name::Moved(from.clone(), to.clone(), file));
                }
            }
            Done::Linked { from, to } => {
                if let Some(&file) = self.now.get(from) {
                    self.name(Name::Is(to.clone(), file));
                }
            }
            Done::Removed { path } => {
                if self.now.contains_key(path) {
                    self.name(Name::Gone(path.clone()));
                }
            }
            Done::MadeFolder { path } => {
                self.folders.insert(path.clone());
            }
            Done::Said { .. } => {}
        }
    }

    fn change(&mut self, file: usize, change: Change) {
        let file = &mut self.files[file];
        apply(&mut file.now, &change);
        file.changes.push(change);
    }

    fn name(&mut self, name: Name) {
        called(&mut self.now, &name);
        self.names.push(name);
    }

    fn sync(&mut self, path: &Path) {
        if let Some(&file) = self.now.get(path) {
            let file = &mut self.files[file];
            file.lasting.clone_from(&file.now);
            file.changes.clear();
        } else if self.folders.contains(path) {
            let (here, rest): (Vec<Name>, Vec<Name>) =
                self.names.drain(..).partition(|name| name.folder() == Some(path));
            for name in &here {
                called(&mut self.lasting, name);
            }
            self.names = rest;
        }
    }

    /// The files of these names that are not what is really there: the record has gaps.
    #[must_use]
    pub fn differs(&self, names: &[&str]) -> Vec<String> {
        let named = self.now.iter().filter(|(path, _)| {
            path.file_name().is_some_and(|name| names.iter().any(|wanted| name == *wanted))
        });
        named
            .filter(|(path, file)| {
                std::fs::read(path).ok().as_ref() != Some(&self.files[**file].now)
            })
            .map(|(path, _)| format!("{} is not what was recorded", path.display()))
            .collect()
    }

    /// Writes what is left after the power went into `target`, in the place of `source`.
    pub fn leave(&self, fate: Fate, source: &Path, target: &Path) -> io::Result<()> {
        let mut chance =
            fastrand::Rng::with_seed(if let Fate::Torn(seed) = fate { seed } else { 0 });
        for folder in &self.folders {
            if let Ok(rest) = folder.strip_prefix(source) {
                std::fs::create_dir_all(target.join(rest))?;
            }
        }
        let mut names = self.lasting.clone();
        let kept = match fate {
            Fate::Kept => self.names.len(),
            Fate::Dropped => 0,
            Fate::Torn(_) => chance.usize(..=self.names.len()),
        };
        for name in &self.names[..kept] {
            called(&mut names, name);
        }
        for (path, file) in names {
            let Ok(rest) = path.strip_prefix(source) else { continue };
            // Shared memory is no part of what was stored; it is made anew.
            if rest.to_string_lossy().ends_with("-shm") {
                continue;
            }
            std::fs::write(target.join(rest), self.files[file].left(fate, &mut chance))?;
        }
        Ok(())
    }
}

impl Name {
    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Is(path, _) | Self::Gone(path) | Self::Moved(_, path, _) => path.parent(),
        }
    }
}

impl File {
    fn left(&self, fate: Fate, chance: &mut fastrand::Rng) -> Vec<u8> {
        match fate {
            Fate::Kept => self.now.clone(),
            Fate::Dropped => self.lasting.clone(),
            Fate::Torn(_) => {
                let mut left = self.lasting.clone();
                for change in &self.changes {
                    match change {
                        Change::Length(_) if chance.bool() => apply(&mut left, change),
                        Change::Length(_) => {}
                        Change::Bytes { at, bytes } => sectors(&mut left, *at, bytes, chance),
                    }
                }
                left
            }
        }
    }
}

/// Writes some of the sectors that these bytes are in.
fn sectors(into: &mut Vec<u8>, at: usize, bytes: &[u8], chance: &mut fastrand::Rng) {
    let mut start = 0;
    while start < bytes.len() {
        let end = ((at + start) / SECTOR + 1) * SECTOR - at;
        let end = end.min(bytes.len());
        if chance.bool() {
            let bytes = bytes[start..end].to_vec();
            apply(into, &Change::Bytes { at: at + start, bytes });
        }
        start = end;
    }
}

fn apply(contents: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Bytes { at, bytes } => {
            let end = at + bytes.len();
            if contents.len() < end {
                contents.resize(end, 0);
            }
            contents[*at..end].copy_from_slice(bytes);
        }
        Change::Length(length) => contents.resize(*length, 0),
    }
}

fn called(names: &mut BTreeMap<PathBuf, usize>, name: &Name) {
    match name {
        Name::Is(path, file) => {
            names.insert(path.clone(), *file);
        }
        Name::Gone(path) => {
            names.remove(path);
        }
        Name::Moved(from, to, file) => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
    }
}
