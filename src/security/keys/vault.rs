//! The vault: all keys in one encrypted file, opened with a passphrase or a key file.

mod relock;
mod sealed;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use nanofolks_protocol::Secret;
use serde::Serialize;
use zeroize::Zeroizing;

use self::sealed::{Entries, Fault, Lock, Root, Sealed};
use super::error::PASSPHRASE;
use super::{Ask, Asking, KeyError, file};

#[cfg(test)]
mod tests;

/// What opens a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockedBy {
    /// A passphrase.
    Passphrase,
    /// A file beside it.
    KeyFile,
}

/// What can be told about a vault without opening it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VaultState {
    /// Where it is.
    pub path: PathBuf,
    /// Where its key file is, or would be.
    pub key_file: PathBuf,
    /// What opens it.
    pub locked_by: LockedBy,
    /// The names of the keys in it.
    pub names: Vec<String>,
}

pub(super) struct Vault {
    path: PathBuf,
    key_file: PathBuf,
    ask: Ask,
    /// What opened it before: nobody is asked twice, and stretching a passphrase takes long.
    root: Mutex<Option<Root>>,
}

impl Vault {
    pub(super) fn new(path: PathBuf, key_file: PathBuf, ask: Ask) -> Self {
        Self { path, key_file, ask, root: Mutex::default() }
    }

    pub(super) fn names(&self) -> Result<Vec<String>, KeyError> {
        Ok(self.state()?.map(|state| state.names).unwrap_or_default())
    }

    pub(super) fn state(&self) -> Result<Option<VaultState>, KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(None) };
        let head = Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?.head;
        Ok(Some(VaultState {
            path: self.path.clone(),
            key_file: self.key_file.clone(),
            locked_by: locked_by(head.lock),
            names: head.names,
        }))
    }

    /// The key of this name. A vault that does not name it is not opened.
    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(None) };
        let sealed = Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?;
        if !sealed.head.names.iter().any(|known| known == name) {
            return Ok(None);
        }
        Ok(self.open(&sealed)?.0.remove(name))
    }

    pub(super) fn test(&self) -> Result<(), KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(()) };
        let sealed = Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?;
        match sealed.head.lock {
            Lock::KeyFile => self.open(&sealed).map(drop),
            Lock::Argon2id { .. } => Ok(()),
        }
    }

    /// Stores a key, and says what opens the vault when it was made for it. Only while the
    /// lock is held.
    pub(super) fn set(&self, name: &str, key: &Secret) -> Result<Option<LockedBy>, KeyError> {
        let (mut entries, root, made) = match file::read(&self.path)? {
            Some(bytes) => {
                let sealed =
                    Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?;
                let (entries, root) = self.open(&sealed)?;
                (entries, root, None)
            }
            None => {
                let root = self.create()?;
                let made = locked_by(root.lock());
                (Entries::new(), root, Some(made))
            }
        };
        entries.insert(name.to_owned(), key.clone());
        self.write(&entries, &root)?;
        self.keep(root);
        Ok(made)
    }

    /// Forgets a key. Only while the lock is held.
    pub(super) fn remove(&self, name: &str) -> Result<(), KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(()) };
        let sealed = Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?;
        let (mut entries, root) = self.open(&sealed)?;
        entries.remove(name);
        self.write(&entries, &root)
    }

    /// Removes the vault and its key file. Only while the lock is held.
    pub(super) fn destroy(&self) -> Result<(), KeyError> {
        file::remove(&self.path)?;
        file::remove(&self.key_file)?;
        *self.root.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn write(&self, entries: &Entries, root: &Root) -> Result<(), KeyError> {
        let bytes = root.seal(entries).map_err(|fault| self.told(fault, root.lock()))?;
        file::replace(&self.path, &bytes)
    }

    fn open(&self, sealed: &Sealed<'_>) -> Result<(Entries, Root), KeyError> {
        let lock = sealed.head.lock;
        let told = |fault| self.told(fault, lock);
        let kept = self.root.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(root) = kept.filter(|root| root.fits(sealed)) {
            return Ok((sealed.open(&root).map_err(told)?, root));
        }
        let root = match lock {
            Lock::KeyFile => sealed.root(&self.key_file()?).map_err(told)?,
            Lock::Argon2id { .. } => {
                let passphrase = (self.ask)(Asking::Unlock)?;
                let passphrase = passphrase.ok_or_else(|| KeyError::Locked(self.path.clone()))?;
                sealed.root(passphrase.expose().as_bytes()).map_err(told)?
            }
        };
        let entries = sealed.open(&root).map_err(told)?;
        self.keep(root.clone());
        Ok((entries, root))
    }

    /// What opens a new vault.
    fn create(&self) -> Result<Root, KeyError> {
        let passphrase = (self.ask)(Asking::Create)?.filter(|passphrase| !passphrase.is_blank());
        let root = match passphrase {
            Some(passphrase) => Root::fresh(Lock::PASSPHRASE, passphrase.expose().as_bytes()),
            None => Root::fresh(Lock::KeyFile, &self.new_key_file()?),
        };
        root.map_err(|fault| self.told(fault, Lock::KeyFile))
    }

    fn new_key_file(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        // One that is there opens an older copy of the vault, perhaps.
        if file::read(&self.key_file)?.is_some() {
            return self.key_file();
        }
        let bytes: [u8; 32] = sealed::random().map_err(|fault| self.told(fault, Lock::KeyFile))?;
        let bytes = Zeroizing::new(bytes.to_vec());
        let mut text: Zeroizing<String> =
            Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        text.push('\n');
        file::replace(&self.key_file, text.as_bytes())?;
        Ok(bytes)
    }

    fn key_file(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let missing = || KeyError::KeyFileMissing(self.key_file.clone());
        let text = Zeroizing::new(file::read(&self.key_file)?.ok_or_else(missing)?);
        let digits = text.trim_ascii();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
        let bytes = bytes.filter(|bytes| bytes.len() == 32 && digits.len() == 64);
        let wrong = || KeyError::damaged(&self.key_file, "it is no key file");
        bytes.map(Zeroizing::new).ok_or_else(wrong)
    }

    fn keep(&self, root: Root) {
        *self.root.lock().unwrap_or_else(PoisonError::into_inner) = Some(root);
    }

    fn told(&self, fault: Fault, lock: Lock) -> KeyError {
        let path = self.path.clone();
        match fault {
            Fault::Damaged(why) => KeyError::Damaged { path, why },
            Fault::Newer(version) => KeyError::Newer { path, version },
            Fault::WrongKey => {
                let what = match lock {
                    Lock::Argon2id { .. } => PASSPHRASE,
                    Lock::KeyFile => "the key file",
                };
                KeyError::WrongKey { path, what }
            }
            Fault::Cipher => KeyError::Cipher("the cipher refuses"),
        }
    }
}

const fn locked_by(lock: Lock) -> LockedBy {
    match lock {
        Lock::Argon2id { .. } => LockedBy::Passphrase,
        Lock::KeyFile => LockedBy::KeyFile,
    }
}
