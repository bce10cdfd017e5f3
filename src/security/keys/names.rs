//! The names of the keys in the keyring: no keyring can be asked for them everywhere, and
//! asking takes long. The file holds no key.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{KeyError, file};

#[derive(Serialize, Deserialize)]
struct Listed {
    keyring: BTreeSet<String>,
}

pub(super) struct Names {
    path: PathBuf,
}

impl Names {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn read(&self) -> Result<BTreeSet<String>, KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(BTreeSet::new()) };
        let listed: Listed = serde_json::from_slice(&bytes)
            .map_err(|_| KeyError::damaged(&self.path, "it is no list of names"))?;
        Ok(listed.keyring)
    }

    /// Changes the list, if `change` says that it did. Only while the lock is held.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut BTreeSet<String>) -> bool,
    ) -> Result<(), KeyError> {
        let mut keyring = self.read()?;
        if !change(&mut keyring) {
            return Ok(());
        }
        if keyring.is_empty() {
            return self.destroy();
        }
        let bytes = serde_json::to_vec(&Listed { keyring })
            .map_err(|_| KeyError::Cipher("the names cannot be written"))?;
        file::replace(&self.path, &bytes)
    }

    pub(super) fn destroy(&self) -> Result<(), KeyError> {
        file::remove(&self.path)
    }
}
