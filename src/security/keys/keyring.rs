//! The keyring of the system.
//!
//! It may ask the person, wait for another program, or not be there at all. So it is called
//! from a thread of its own, for a limited time, and everything but "there is no such entry"
//! means that it cannot be used.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use nanofolks_protocol::Secret;
use zeroize::Zeroizing;

/// Under which our entries are found.
const SERVICE: &str = "nanofolks.ai";
/// How long it may take; a person may have to unlock it.
const LIMIT: Duration = Duration::from_secs(30);

/// Connects to a keyring.
type Connect = Arc<dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync>;

pub(super) struct Keyring {
    connect: Connect,
    limit: Duration,
}

impl Keyring {
    pub(super) fn of_this_system() -> Self {
        Self { connect: Arc::new(connect), limit: LIMIT }
    }

    /// One that cannot be used.
    pub(super) fn none(why: &'static str) -> Self {
        let refuse = move || Err(Error::NotSupportedByStore(why.to_owned()));
        Self { connect: Arc::new(refuse), limit: LIMIT }
    }

    #[cfg(test)]
    pub(super) fn over(connect: Connect, limit: Duration) -> Self {
        Self { connect, limit }
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, String> {
        let found = self.call(name, |entry| entry.get_password())?;
        Ok(found.map(Secret::new))
    }

    pub(super) fn set(&self, name: &str, key: &Secret) -> Result<(), String> {
        let key = Zeroizing::new(key.expose().to_owned());
        match self.call(name, move |entry| entry.set_password(&key))? {
            Some(()) => Ok(()),
            None => Err("it took the key and lost it".to_owned()),
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), String> {
        self.call(name, |entry| entry.delete_credential()).map(drop)
    }

    /// Does something with an entry; nothing when there is none. The error is what to say.
    fn call<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<Option<T>, String> {
        let (connect, name) = (Arc::clone(&self.connect), name.to_owned());
        let (done, result) = channel();
        let call = move || {
            let result =
                connect().and_then(|store| store.build(SERVICE, &name, None)).and_then(work);
            // Nobody waits for it after the limit.
            drop(done.send(result));
        };
        let started = thread::Builder::new().name("keyring".to_owned()).spawn(call);
        started.map_err(|error| format!("no thread for it: {error}"))?;
        match result.recv_timeout(self.limit) {
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(Error::NoEntry)) => Ok(None),
            Ok(Err(error)) => Err(told(&error)),
            Err(_) => Err(format!("it did not answer within {} s", self.limit.as_secs())),
        }
    }
}

/// What a keyring says, without what is in it.
fn told(error: &Error) -> String {
    match error {
        Error::PlatformFailure(why) | Error::NoStorageAccess(why) => why.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "the entry is not a text".to_owned(),
        Error::Ambiguous(entries) => format!("{} entries have this name", entries.len()),
        other => other.to_string(),
    }
}

#[cfg(target_os = "linux")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NotSupportedByStore("this system has none that is known here".to_owned()))
}
