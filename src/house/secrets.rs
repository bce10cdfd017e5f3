//! The secrets in use: where stored keys come from, and how all are kept out of everything else.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_config::{Environment, NoStoredKeys, Paths, SecretRef, Settings, StoredKeys};
use nanofolks_protocol::{Problem, Secret};
use nanofolks_providers::presets;
use nanofolks_security::keys::{Ask, Asking};
use nanofolks_security::{KeyError, KeyPlaces, Keys, Sanitizer, Tier};
use zeroize::Zeroizing;

use crate::cli::secret_prompt;

#[cfg(test)]
mod tests;

/// The passphrase of the vault.
const PASSPHRASE: &str = "NANOFOLKS_VAULT_PASSPHRASE";
/// A file with it.
const PASSPHRASE_FILE: &str = "NANOFOLKS_VAULT_PASSPHRASE_FILE";
/// Where systemd puts the credentials of a service, and how ours is called.
const CREDENTIALS: (&str, &str) = ("CREDENTIALS_DIRECTORY", "nanofolks.vault");
/// `off`: the keyring is never asked.
const KEYRING: &str = "NANOFOLKS_KEYRING";
/// Longest passphrase.
const LONGEST: u64 = 4096;

/// The keys and secret headers of all providers, configured or in a vendor's usual variable.
/// Stored ones are learnt when they are unlocked. One that cannot be read is not in use.
pub(super) fn in_use(settings: &Settings, environment: &Environment) -> Vec<Secret> {
    let named = settings
        .providers
        .values()
        .flat_map(|provider| provider.api_key.iter().chain(provider.headers.values()))
        .filter_map(|secret: &SecretRef| secret.resolve(environment, &NoStoredKeys).ok());
    let usual = presets()
        .iter()
        .flat_map(|preset| preset.key_env.iter())
        .filter_map(|variable| environment.secret(variable));
    let passphrase = environment.secret(PASSPHRASE);
    named.chain(usual).chain(passphrase).collect()
}

/// The stored keys of a home. Opens nothing. While it is `quiet`, nobody is asked for a
/// passphrase.
pub(super) fn keys(paths: &Paths, environment: &Arc<Environment>, quiet: &Arc<AtomicBool>) -> Keys {
    let places = KeyPlaces {
        vault: paths.vault(),
        vault_key: paths.vault_key(),
        names: paths.keyring_names(),
        lock: paths.keys_lock(),
    };
    let off = environment.get(KEYRING).is_some_and(|word| word.eq_ignore_ascii_case("off"));
    let (environment, quiet) = (Arc::clone(environment), Arc::clone(quiet));
    let ask: Ask =
        Box::new(move |what| passphrase(&environment, what, !quiet.load(Ordering::Relaxed)));
    if off { Keys::without_keyring(places, ask) } else { Keys::new(places, ask) }
}

/// Whether the passphrase is told in one of the places that need nobody at the terminal.
pub(super) fn is_told(environment: &Environment) -> bool {
    let (folder, name) = CREDENTIALS;
    environment.secret(PASSPHRASE).is_some()
        || environment.get(PASSPHRASE_FILE).is_some()
        || environment.get(folder).is_some_and(|folder| Path::new(folder).join(name).exists())
}

/// The passphrase: from its variable, the file another one names, a credential of the service
/// manager, the person at the terminal.
fn passphrase(
    environment: &Environment,
    what: Asking,
    asks: bool,
) -> Result<Option<Secret>, KeyError> {
    if let Some(passphrase) = environment.secret(PASSPHRASE) {
        return Ok(Some(passphrase));
    }
    if let Some(file) = environment.get(PASSPHRASE_FILE) {
        return read(Path::new(file)).map(Some);
    }
    let (folder, name) = CREDENTIALS;
    if let Some(folder) = environment.get(folder) {
        let file = Path::new(folder).join(name);
        if file.exists() {
            return read(&file).map(Some);
        }
    }
    if !asks || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    let told = |error: std::io::Error| KeyError::Passphrase(error.to_string());
    match what {
        Asking::Unlock => secret_prompt("passphrase of the vault: ").map(Some).map_err(told),
        Asking::Create => {
            let new = secret_prompt("passphrase for the new vault (empty: a key file): ");
            let new = new.map_err(told)?;
            if new.is_blank() {
                return Ok(None);
            }
            if secret_prompt("the same again: ").map_err(told)? != new {
                return Err(KeyError::Passphrase("the two are not the same".to_owned()));
            }
            Ok(Some(new))
        }
    }
}

fn read(file: &Path) -> Result<Secret, KeyError> {
    let told = |why: String| KeyError::Passphrase(format!("{}: {why}", file.display()));
    let opened = std::fs::File::open(file).map_err(|error| told(error.to_string()))?;
    let mut text = Zeroizing::new(String::new());
    let read = opened.take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| told(error.to_string()))?;
    let secret = Secret::new(text.trim().to_owned());
    if secret.is_blank() { Err(told("it is empty".to_owned())) } else { Ok(secret) }
}

/// Stored keys as the configuration and the providers ask for them. What is unlocked is kept
/// out of texts from then on.
pub(super) struct Lookup {
    keys: Arc<Keys>,
    sanitizer: Arc<Sanitizer>,
    /// Asking a keyring needs a socket.
    offline: bool,
    names: Mutex<Option<Arc<BTreeMap<String, Tier>>>>,
}

impl Lookup {
    pub(super) const fn new(keys: Arc<Keys>, sanitizer: Arc<Sanitizer>, offline: bool) -> Self {
        Self { keys, sanitizer, offline, names: Mutex::new(None) }
    }

    /// What is stored. What cannot be read says so when a key of it is needed.
    fn names(&self) -> Arc<BTreeMap<String, Tier>> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(self.keys.names().unwrap_or_default());
        Arc::clone(names.get_or_insert_with(read))
    }
}

impl StoredKeys for Lookup {
    fn has(&self, name: &str) -> bool {
        self.names().contains_key(name) || (!self.offline && matches!(self.get(name), Ok(Some(_))))
    }

    fn place(&self, name: &str) -> Option<String> {
        self.names().get(name).map(ToString::to_string)
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, Problem> {
        let found = self.keys.get(name).map_err(|error| error.to_problem())?;
        if let Some(secret) = &found {
            self.sanitizer.learn(secret);
        }
        Ok(found)
    }

    fn changed(&self) {
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
