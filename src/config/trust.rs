//! The folders whose settings and instructions count.
//!
//! A list in the home, changed only by the person.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{ConfigError, Paths, edit};

#[cfg(test)]
mod tests;

const SCHEMA: &str = "nanofolks.trusted.v1";

/// The list as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Trusted {
    schema: String,
    folders: BTreeSet<PathBuf>,
}

/// The trusted folders, absolute, in order.
///
/// # Errors
/// When the list is there and cannot be read.
pub fn list(paths: &Paths) -> Result<Vec<PathBuf>, ConfigError> {
    Ok(read(paths)?.folders.into_iter().collect())
}

/// Whether a folder itself is trusted. A list that cannot be read trusts nothing.
#[must_use]
pub fn is_trusted(paths: &Paths, folder: &Path) -> bool {
    read(paths).is_ok_and(|trusted| trusted.folders.contains(&real(folder)))
}

/// Trusts a folder; says whether that was new.
///
/// # Errors
/// When the list cannot be read or written.
pub fn add(paths: &Paths, folder: &Path) -> Result<bool, ConfigError> {
    change(paths, |folders| folders.insert(real(folder)))
}

/// Takes the trust back; says whether there was any.
///
/// # Errors
/// When the list cannot be read or written.
pub fn remove(paths: &Paths, folder: &Path) -> Result<bool, ConfigError> {
    change(paths, |folders| folders.remove(&real(folder)))
}

fn change(
    paths: &Paths,
    change: impl FnOnce(&mut BTreeSet<PathBuf>) -> bool,
) -> Result<bool, ConfigError> {
    let _lock = edit::lock(paths)?;
    let mut trusted = read(paths)?;
    let changed = change(&mut trusted.folders);
    if changed {
        let path = paths.trusted();
        let text = serde_json::to_string_pretty(&trusted)
            .map_err(|error| ConfigError::write(&path, error.into()))?;
        edit::replace(&path, &format!("{text}\n"))?;
    }
    Ok(changed)
}

fn read(paths: &Paths) -> Result<Trusted, ConfigError> {
    let path = paths.trusted();
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)
            .map_err(|error| ConfigError::read(&path, io::Error::other(error))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Trusted { schema: SCHEMA.to_owned(), folders: BTreeSet::new() })
        }
        Err(error) => Err(ConfigError::read(&path, error)),
    }
}

/// One name for one folder, whatever way leads to it.
fn real(folder: &Path) -> PathBuf {
    folder
        .canonicalize()
        .or_else(|_| std::path::absolute(folder))
        .unwrap_or_else(|_| folder.to_owned())
}
