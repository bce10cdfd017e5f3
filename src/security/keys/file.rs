//! Files that hold keys: for their owner only, replaced whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::KeyError;

/// Larger files are not ours.
const LARGEST: u64 = 16 << 20;
/// How long another process may change the keys. Asking for a passphrase takes a while.
const PATIENCE: Duration = Duration::from_secs(30);
/// How what is not finished is called.
const UNFINISHED: &str = ".nanofolks-key-";

/// The contents of a file, or nothing when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, KeyError> {
    let told = |error| KeyError::file("read", path, error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(told(error)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() as u64 > LARGEST {
        return Err(KeyError::damaged(path, "it is much too large"));
    }
    Ok(Some(bytes))
}

/// Replaces a file. Whoever reads it sees the old one or the new one, whatever happens.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    finish(written(path, bytes)?, path)
}

/// The new contents beside the old ones, on the disk.
pub(super) fn written(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, KeyError> {
    let told = |error| KeyError::file("write", path, error);
    let folder = folder(path);
    private_folder(folder).map_err(told)?;
    sweep(folder);
    // For its owner only from the start.
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(told)?;
    file.write_all(bytes).map_err(told)?;
    file.as_file().sync_all().map_err(told)?;
    Ok(file)
}

/// Puts the new contents in the place of the old ones.
pub(super) fn finish(file: NamedTempFile, path: &Path) -> Result<(), KeyError> {
    let told = |error| KeyError::file("write", path, error);
    file.persist(path).map_err(|error| told(error.error))?;
    File::open(folder(path)).and_then(|folder| folder.sync_all()).map_err(told)
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), KeyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(KeyError::file("remove", path, error))
        }
        _ => Ok(()),
    }
}

/// Waits until nobody else changes the keys. The lock ends with what is returned.
pub(super) fn lock(path: &Path) -> Result<File, KeyError> {
    let told = |error| KeyError::file("lock", path, error);
    private_folder(folder(path)).map_err(told)?;
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(told)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(KeyError::Busy(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(told(error)),
        }
    }
}

/// Removes what a killed process did not finish. Only while the lock is held.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // It holds nothing that can be read without the vault's key; the next one tries again.
            drop(fs::remove_file(entry.path()));
        }
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}
