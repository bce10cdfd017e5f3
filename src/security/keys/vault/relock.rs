//! Another passphrase for a vault, or none.

use nanofolks_protocol::Secret;
use zeroize::Zeroizing;

use super::sealed::{Entries, Fault, Lock, Root, Sealed};
use super::{KeyError, LockedBy, Vault, file, locked_by};

impl Vault {
    /// Opens the vault, asking for its passphrase where it has one; `false` when there is none.
    pub(in crate::keys) fn unlock(&self) -> Result<bool, KeyError> {
        Ok(self.opened()?.is_some())
    }

    /// Opens the vault with this passphrase; `false` when there is none. Nobody is asked.
    pub(in crate::keys) fn unlock_with(&self, passphrase: &Secret) -> Result<bool, KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(false) };
        let sealed = Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?;
        let lock = sealed.head.lock;
        let told = |fault| self.told(fault, lock);
        let root = match lock {
            Lock::KeyFile => sealed.root(&self.key_file()?),
            Lock::Argon2id { .. } => sealed.root(passphrase.expose().as_bytes()),
        };
        let root = root.map_err(told)?;
        sealed.open(&root).map_err(told)?;
        self.keep(root);
        Ok(true)
    }

    /// Encrypts all keys anew, for this passphrase or, without one, for the key file. The old
    /// vault stays until the new one lies on the disk and was opened again. Only while the
    /// lock is held.
    pub(in crate::keys) fn relock(
        &self,
        passphrase: Option<&Secret>,
    ) -> Result<Option<LockedBy>, KeyError> {
        let Some((entries, _)) = self.opened()? else { return Ok(None) };
        let (lock, material) = match passphrase {
            Some(new) => (Lock::PASSPHRASE, Zeroizing::new(new.expose().as_bytes().to_vec())),
            None => (Lock::KeyFile, self.new_key_file()?),
        };
        let told = |fault| self.told(fault, lock);
        let root = Root::fresh(lock, &material).map_err(told)?;
        let draft = file::written(&self.path, &root.seal(&entries).map_err(told)?)?;
        let written = file::read(draft.path())?.unwrap_or_default();
        reads(&written, &material, &entries).map_err(told)?;
        file::finish(draft, &self.path)?;
        self.keep(root);
        if passphrase.is_some() {
            // It opens nothing any more but copies of the vault as it was.
            file::remove(&self.key_file)?;
        }
        Ok(Some(locked_by(lock)))
    }

    fn opened(&self) -> Result<Option<(Entries, Root)>, KeyError> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(None) };
        let sealed = Sealed::parse(&bytes).map_err(|fault| self.told(fault, Lock::KeyFile))?;
        self.open(&sealed).map(Some)
    }
}

/// Whether these bytes are a vault that this opens, with these keys in it.
fn reads(bytes: &[u8], material: &[u8], entries: &Entries) -> Result<(), Fault> {
    let sealed = Sealed::parse(bytes)?;
    let again = sealed.open(&sealed.root(material)?)?;
    if again == *entries { Ok(()) } else { Err(Fault::Damaged("it was not written as it should")) }
}
