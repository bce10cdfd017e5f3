//! Who is alive: a process is, while it holds the lock on `run/<owner>.lock`.
//!
//! The operating system frees the lock when the process ends, however it ends. So a free
//! lock means gone, at once, and nobody has to guess from times.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use nanofolks_protocol::OwnerId;
use nanofolks_protocol::ports::StoreError;

use crate::db::private_folder;
use crate::fault::from_io;

#[cfg(test)]
mod tests;

const SUFFIX: &str = "lock";

/// Another process may test or remove the file while it is being locked. That takes it
/// microseconds, or a slice of time when the machine is busy.
const ATTEMPTS: usize = 10_000;

/// The lock files of a home.
#[derive(Debug)]
pub(crate) struct Owners {
    folder: PathBuf,
    held: Mutex<HashMap<OwnerId, File>>,
    /// Whether a process was found that ended without giving its lock back.
    pub(crate) unclean: AtomicBool,
}

impl Owners {
    /// Looks at nothing yet.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, held: Mutex::default(), unclean: AtomicBool::new(false) }
    }

    /// Makes sure that `owner` counts as alive as long as this store is open.
    ///
    /// When another process holds it, that process is `owner`, and alive anyway.
    pub(crate) fn hold(&self, owner: OwnerId) -> Result<(), StoreError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.contains_key(&owner) {
            return Ok(());
        }
        if held.is_empty() {
            private_folder(&self.folder)?;
            self.sweep();
        }
        if let Some(file) = self.lock(owner)? {
            held.insert(owner, file);
        }
        Ok(())
    }

    /// Whether the process that calls itself `owner` is running.
    ///
    /// Where locks cannot be tested it counts as alive: a turn that waits too long is
    /// better than one that is handled twice.
    pub(crate) fn is_alive(&self, owner: OwnerId) -> bool {
        self.is_ours(owner) || is_locked(&self.path(owner))
    }

    /// Whether an owner is this process.
    pub(crate) fn is_ours(&self, owner: OwnerId) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&owner)
    }

    /// Whether any process works here.
    pub(crate) fn anybody(&self) -> bool {
        let Ok(entries) = fs::read_dir(&self.folder) else { return false };
        entries.flatten().any(|entry| owner_of(&entry.path()).is_some_and(|one| self.is_alive(one)))
    }

    fn path(&self, owner: OwnerId) -> PathBuf {
        self.folder.join(format!("{owner}.{SUFFIX}"))
    }

    fn lock(&self, owner: OwnerId) -> Result<Option<File>, StoreError> {
        let path = self.path(owner);
        let told = |error: &io::Error| from_io("cannot lock", &path, error);
        for _ in 0..ATTEMPTS {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path)
                .map_err(|error| told(&error))?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => {
                    prove(File::open(&path).map(|again| again.try_lock_shared()), &path)?;
                    return Ok(Some(file));
                }
                // Removed by somebody who found it free before we had it.
                Ok(()) => {}
                // Somebody tests it right now, or its owner lives elsewhere.
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
                Err(TryLockError::Error(error)) if is_unsupported(&error) => {
                    return Err(without_locks(&path));
                }
                Err(TryLockError::Error(error)) => return Err(told(&error)),
            }
        }
        if is_locked(&path) {
            return Ok(None);
        }
        Err(StoreError::Busy(format!("cannot lock {}", path.display())))
    }

    /// Removes what killed processes left behind.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if owner_of(&path).is_some() && remove_if_free(&path) {
                self.unclean.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for Owners {
    fn drop(&mut self) {
        let held = self.held.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (owner, file) in std::mem::take(held) {
            let path = self.folder.join(format!("{owner}.{SUFFIX}"));
            // Removed while it is still ours: nobody can take it in between. What cannot
            // be removed is swept by the next process.
            fs::remove_file(path).ok();
            drop(file);
        }
    }
}

/// Whether locks work in a folder: one is taken, and has to keep another one out. Leaves
/// nothing behind.
///
/// # Errors
/// When nobody can tell, for example because nothing can be written there.
pub fn locks_work(folder: &Path) -> io::Result<bool> {
    let path = folder.join(format!(".{}.probe", OwnerId::fresh()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let found = match file.try_lock() {
        Ok(()) => match File::open(&path).map(|again| again.try_lock_shared()) {
            Ok(Ok(())) => Ok(false),
            Ok(Err(TryLockError::WouldBlock)) => Ok(true),
            Ok(Err(TryLockError::Error(error))) | Err(error) => Err(error),
        },
        Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(false),
        Err(error) => Err(error.into()),
    };
    fs::remove_file(&path)?;
    found
}

/// Fails when a lock that was just taken does not keep others out: then nobody could tell who
/// is alive, and two processes could handle one message.
fn prove(second: io::Result<Result<(), TryLockError>>, path: &Path) -> Result<(), StoreError> {
    match second {
        Ok(Err(TryLockError::WouldBlock)) => Ok(()),
        Ok(Ok(())) => Err(without_locks(path)),
        Ok(Err(TryLockError::Error(error))) | Err(error) => {
            Err(from_io("cannot test the lock of", path, &error))
        }
    }
}

/// Whether the file system knows no locks.
fn is_unsupported(error: &io::Error) -> bool {
    let without = [rustix::io::Errno::NOLCK, rustix::io::Errno::NOSYS, rustix::io::Errno::NOTSUP];
    error.kind() == io::ErrorKind::Unsupported
        || error
            .raw_os_error()
            .is_some_and(|code| without.iter().any(|errno| errno.raw_os_error() == code))
}

fn without_locks(path: &Path) -> StoreError {
    let folder = path.parent().unwrap_or(path).display();
    StoreError::Other(format!(
        "the file system of {folder} has no working locks; put the home on a disk of this machine"
    ))
}

/// Whose lock file it is.
fn owner_of(path: &Path) -> Option<OwnerId> {
    if path.extension()? != SUFFIX {
        return None;
    }
    path.file_stem()?.to_str()?.parse().ok()
}

/// Whether somebody holds the lock.
fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        // Shared, so that two who ask at the same time do not take each other for the owner.
        Ok(file) => file.try_lock_shared().is_err(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Removes the file when nobody holds the lock. Only who holds all of it may do so: else
/// two who found it free could remove a new file of the same name.
fn remove_if_free(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    file.try_lock().is_ok() && is_at(&file, path) && fs::remove_file(path).is_ok()
}

/// Whether `path` still leads to `file`.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(path)) => file.dev() == path.dev() && file.ino() == path.ino(),
        _ => false,
    }
}
