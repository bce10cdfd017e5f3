//! A copy becomes a home again. What was there is kept aside.

use std::fs;
use std::path::{Path, PathBuf};

use nanofolks_protocol::Timestamp;

use super::copy::{copy_in, sync, sync_folders};
use super::{BackupError, Manifest, io, is_in_use, paths_of, verify_backup};
use crate::db::private_folder;
use crate::owners::Owners;

/// Large or independent things that no copy holds: they stay with the home.
const STAY: [&str; 2] = ["models", "profiles"];

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the copy held.
    pub manifest: Manifest,
    /// Where the home that was there is now.
    pub aside: Option<PathBuf>,
}

/// Makes a home from a copy, after reading it through. A home that is there is replaced
/// only when `force` is set, and only when nobody works in it; it is kept aside.
pub fn restore_backup(
    backup: &Path,
    home: &Path,
    force: bool,
    at: Timestamp,
) -> Result<Restored, BackupError> {
    let manifest = verify_backup(backup)?;
    let taken = is_in_use(home)?;
    if taken && !force {
        return Err(BackupError::NotEmpty(home.to_owned()));
    }
    if taken && Owners::new(paths_of(home).run).anybody() {
        return Err(BackupError::InUse(home.to_owned()));
    }
    let draft = beside(home, &format!("restoring-{}", at.as_millis()))?;
    let filled = fill(backup, &draft, &manifest).and_then(|()| put(&draft, home, taken, at));
    if filled.is_err() {
        // Half of a home is of no use to anybody.
        fs::remove_dir_all(&draft).ok();
    }
    Ok(Restored { manifest, aside: filled? })
}

fn fill(backup: &Path, draft: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    if is_in_use(draft)? {
        return Err(BackupError::NotEmpty(draft.to_owned()));
    }
    private_folder(draft)?;
    for file in &manifest.files {
        let copied = copy_in(&backup.join(&file.path), draft, &file.path)?;
        if copied != *file {
            return Err(BackupError::Damaged(format!("{} changed meanwhile", file.path)));
        }
    }
    sync_folders(draft, &manifest.files)
}

fn put(
    draft: &Path,
    home: &Path,
    taken: bool,
    at: Timestamp,
) -> Result<Option<PathBuf>, BackupError> {
    let mut aside = None;
    if taken {
        let place = beside(home, &format!("before-{}", at.as_millis()))?;
        if place.exists() {
            return Err(BackupError::NotEmpty(place));
        }
        fs::rename(home, &place).map_err(|error| io("cannot move", home, &error))?;
        aside = Some(place);
    }
    if let Err(error) = fs::rename(draft, home) {
        if let Some(place) = &aside {
            fs::rename(place, home).map_err(|error| io("cannot move back", place, &error))?;
        }
        return Err(io("cannot move", draft, &error));
    }
    if let Some(place) = &aside {
        for name in STAY.into_iter().filter(|name| !home.join(name).exists()) {
            // What cannot come along is still there, aside.
            fs::rename(place.join(name), home.join(name)).ok();
        }
    }
    if let Some(parent) = home.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        sync(parent)?;
    }
    Ok(aside)
}

/// A neighbour of the home, so that it can take its place in one step.
fn beside(home: &Path, suffix: &str) -> Result<PathBuf, BackupError> {
    let told = || BackupError::Place(home.display().to_string());
    let mut name = home.file_name().ok_or_else(told)?.to_owned();
    name.push(".");
    name.push(suffix);
    Ok(home.with_file_name(name))
}
