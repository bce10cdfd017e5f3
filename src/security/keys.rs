//! Keys at rest: the system's keyring, and an encrypted file where there is none.
//!
//! Making a [`Keys`] opens nothing. Which names are stored can be told without unlocking
//! anything: the vault's head and a list of the names in the keyring say so. A key leaves as a
//! [`Secret`] and appears in no error.

mod error;
mod file;
mod keyring;
mod names;
mod vault;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use nanofolks_protocol::Secret;
use serde::Serialize;

pub use self::error::KeyError;
use self::keyring::Keyring;
use self::names::Names;
use self::vault::Vault;
pub use self::vault::{LockedBy, VaultState};

#[cfg(test)]
mod tests;

/// Longest name of a key.
const LONGEST_NAME: usize = 64;
/// Longest key. Longer ones are not keys.
pub const LONGEST_KEY: usize = 16 * 1024;

/// Where a stored key lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The keyring of the system.
    Keyring,
    /// The encrypted file in the home.
    Vault,
}

/// The files of the keys.
#[derive(Debug, Clone)]
pub struct KeyPlaces {
    /// The vault.
    pub vault: PathBuf,
    /// What opens a vault that has no passphrase.
    pub vault_key: PathBuf,
    /// The names of the keys in the keyring.
    pub names: PathBuf,
    /// Held by whoever changes one of these.
    pub lock: PathBuf,
}

/// What a passphrase is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// To open the vault.
    Unlock,
    /// To make one. Without a passphrase it gets a key file.
    Create,
}

/// Gives the passphrase, if there is one.
pub type Ask = Box<dyn Fn(Asking) -> Result<Option<Secret>, KeyError> + Send + Sync>;

/// What became of a key that was to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it lies now.
    pub tier: Tier,
    /// Why the keyring was not taken, where it should have been.
    pub no_keyring: Option<String>,
    /// What opens the vault, when it was made just now.
    pub vault_made: Option<LockedBy>,
}

/// What became of all keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reset {
    /// The names of those that are gone, as far as they could be told.
    pub forgotten: Vec<String>,
    /// Those that are still in the keyring, and what it says.
    pub left: Vec<(String, String)>,
}

/// The keys of one home.
pub struct Keys {
    keyring: Keyring,
    names: Names,
    vault: Vault,
    lock: PathBuf,
}

impl Keys {
    /// The keys at these places. Opens nothing.
    #[must_use]
    pub fn new(places: KeyPlaces, ask: Ask) -> Self {
        Self::over(Keyring::of_this_system(), places, ask)
    }

    /// The same without a keyring, for example because the settings say so.
    #[must_use]
    pub fn without_keyring(places: KeyPlaces, ask: Ask) -> Self {
        Self::over(Keyring::none("it is switched off"), places, ask)
    }

    fn over(keyring: Keyring, places: KeyPlaces, ask: Ask) -> Self {
        let vault = Vault::new(places.vault, places.vault_key, ask);
        Self { keyring, names: Names::new(places.names), vault, lock: places.lock }
    }

    /// The names of all stored keys, and where each lies. Unlocks nothing.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be.
    pub fn names(&self) -> Result<BTreeMap<String, Tier>, KeyError> {
        let vault = self.vault.names()?.into_iter().map(|name| (name, Tier::Vault));
        let keyring = self.names.read()?.into_iter().map(|name| (name, Tier::Keyring));
        Ok(vault.chain(keyring).collect())
    }

    /// The key of this name.
    ///
    /// A name nobody wrote down is looked for in the keyring: another program may have put it
    /// there.
    ///
    /// # Errors
    /// When the tier that holds it cannot be opened.
    pub fn get(&self, name: &str) -> Result<Option<Secret>, KeyError> {
        check_name(name)?;
        let listed = self.names.read()?.contains(name);
        if !listed && let Some(secret) = self.vault.get(name)? {
            return Ok(Some(secret));
        }
        match self.keyring.get(name) {
            Ok(found) => Ok(found),
            Err(why) => Err(KeyError::NoKeyring { name: name.to_owned(), why }),
        }
    }

    /// Stores a key: in this tier, else where its predecessor is, else in the keyring, else in
    /// the vault.
    ///
    /// # Errors
    /// When the tier cannot be written. What was there before is still there then.
    pub fn set(&self, name: &str, key: &Secret, tier: Option<Tier>) -> Result<Stored, KeyError> {
        check_name(name)?;
        check_key(key)?;
        let _held = file::lock(&self.lock)?;
        let before = self.names()?.get(name).copied();
        let stored = match tier.or(before) {
            Some(Tier::Vault) => self.keep_in_vault(name, key, None)?,
            Some(Tier::Keyring) if tier.is_some() => match self.keep_in_keyring(name, key)? {
                Ok(stored) => stored,
                Err(why) => return Err(KeyError::NoKeyring { name: name.to_owned(), why }),
            },
            Some(Tier::Keyring) | None => match self.keep_in_keyring(name, key)? {
                Ok(stored) => stored,
                Err(why) => self.keep_in_vault(name, key, Some(why))?,
            },
        };
        // A name leads to one key only.
        match (before, stored.tier) {
            (Some(Tier::Vault), Tier::Keyring) => self.vault.remove(name)?,
            (Some(Tier::Keyring), Tier::Vault) => {
                self.names.change(|names| names.remove(name))?;
                // One that cannot be reached is not found under its name any more.
                drop(self.keyring.remove(name));
            }
            _ => {}
        }
        Ok(stored)
    }

    /// Forgets a key, and says where it was.
    ///
    /// # Errors
    /// When the tier that holds it cannot be written.
    pub fn remove(&self, name: &str) -> Result<Option<Tier>, KeyError> {
        check_name(name)?;
        let _held = file::lock(&self.lock)?;
        let tier = self.names()?.get(name).copied();
        match tier {
            Some(Tier::Vault) => self.vault.remove(name)?,
            Some(Tier::Keyring) => self.out_of_keyring(name)?,
            None => {}
        }
        Ok(tier)
    }

    /// Forgets every key, the vault and its key file. The vault is not opened for it.
    ///
    /// # Errors
    /// When something cannot be removed; what was removed before stays so.
    pub fn remove_all(&self) -> Result<BTreeMap<String, Tier>, KeyError> {
        let _held = file::lock(&self.lock)?;
        let all = self.names()?;
        for (name, tier) in &all {
            if *tier == Tier::Keyring {
                self.out_of_keyring(name)?;
            }
        }
        self.vault.destroy()?;
        self.names.destroy()?;
        Ok(all)
    }

    /// Forgets every key as [`Keys::remove_all`] does, also where a vault or the list of names
    /// cannot be read or the keyring not be asked; says what is left in it, and why.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn reset(&self) -> Result<Reset, KeyError> {
        let _held = file::lock(&self.lock)?;
        let mut reset = Reset::default();
        reset.forgotten.extend(self.vault.names().unwrap_or_default());
        for name in self.names.read().unwrap_or_default() {
            match self.keyring.remove(&name) {
                Ok(()) => reset.forgotten.push(name),
                Err(why) => reset.left.push((name, why)),
            }
        }
        self.vault.destroy()?;
        self.names.destroy()?;
        // What is left is found again by its name.
        self.names.change(|names| {
            names.extend(reset.left.iter().map(|(name, _)| name.clone()));
            !names.is_empty()
        })?;
        reset.forgotten.sort();
        Ok(reset)
    }

    /// Opens the vault, asking for its passphrase where it has one; `false` when there is no
    /// vault. What opened it is kept in memory.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn unlock_vault(&self) -> Result<bool, KeyError> {
        self.vault.unlock()
    }

    /// Opens the vault with a passphrase that somebody typed; `false` when there is no vault.
    /// What opened it is kept in memory. Stretching a passphrase takes a while.
    ///
    /// # Errors
    /// When it does not open it, or it cannot be read.
    pub fn unlock_vault_with(&self, passphrase: &Secret) -> Result<bool, KeyError> {
        self.vault.unlock_with(passphrase)
    }

    /// Gives the vault another passphrase, or with none a key file. Says what opens it now;
    /// nothing when there is no vault.
    ///
    /// # Errors
    /// When it cannot be opened or written. The old one is still there then.
    pub fn relock_vault(&self, passphrase: Option<&Secret>) -> Result<Option<LockedBy>, KeyError> {
        let _held = file::lock(&self.lock)?;
        self.vault.relock(passphrase)
    }

    /// What can be told about the vault without opening it; nothing when there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is no vault of ours.
    pub fn vault(&self) -> Result<Option<VaultState>, KeyError> {
        self.vault.state()
    }

    /// Opens the vault as far as that needs nobody to be asked, to see that it is whole.
    ///
    /// # Errors
    /// As [`Keys::get`].
    pub fn test_vault(&self) -> Result<(), KeyError> {
        self.vault.test()
    }

    fn keep_in_keyring(
        &self,
        name: &str,
        key: &Secret,
    ) -> Result<Result<Stored, String>, KeyError> {
        if let Err(why) = self.keyring.set(name, key) {
            return Ok(Err(why));
        }
        self.names.change(|names| names.insert(name.to_owned()))?;
        Ok(Ok(Stored { tier: Tier::Keyring, no_keyring: None, vault_made: None }))
    }

    fn keep_in_vault(
        &self,
        name: &str,
        key: &Secret,
        no_keyring: Option<String>,
    ) -> Result<Stored, KeyError> {
        let vault_made = self.vault.set(name, key)?;
        Ok(Stored { tier: Tier::Vault, no_keyring, vault_made })
    }

    fn out_of_keyring(&self, name: &str) -> Result<(), KeyError> {
        self.keyring
            .remove(name)
            .map_err(|why| KeyError::NoKeyring { name: name.to_owned(), why })?;
        self.names.change(|names| names.remove(name))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyring => "the keyring of the system",
            Self::Vault => "the vault",
        })
    }
}

fn check_name(name: &str) -> Result<(), KeyError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(plain) {
        return Ok(());
    }
    Err(KeyError::Name(name.chars().take(LONGEST_NAME).collect()))
}

/// Whether it can be a key: one line of visible characters.
fn check_key(key: &Secret) -> Result<(), KeyError> {
    let text = key.expose();
    if key.is_blank() {
        return Err(KeyError::NotAKey("it is empty"));
    }
    if text.len() > LONGEST_KEY {
        return Err(KeyError::NotAKey("it is too long"));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(KeyError::NotAKey("it has spaces, line ends or control characters in it"));
    }
    Ok(())
}
