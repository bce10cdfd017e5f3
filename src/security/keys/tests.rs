use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keyring_core::{CredentialStore, Error};
use nanofolks_protocol::WantedSecret;
use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::*;

/// A keyring in memory, or none.
type Connect = Arc<dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync>;

fn in_memory() -> Connect {
    let store = keyring_core::mock::Store::new().unwrap();
    Arc::new(move || Ok(Arc::<keyring_core::mock::Store>::clone(&store)))
}

fn headless() -> Connect {
    Arc::new(|| Err(Error::PlatformFailure("no bus".into())))
}

fn places(home: &Path) -> KeyPlaces {
    KeyPlaces {
        vault: home.join("vault"),
        vault_key: home.join("vault.key"),
        names: home.join("keyring.json"),
        lock: home.join("keys.lock"),
    }
}

fn keys(home: &TempDir, connect: &Connect, passphrase: Option<&'static str>) -> Keys {
    let ask: Ask = Box::new(move |_| Ok(passphrase.map(|text| Secret::new(text.to_owned()))));
    let keyring = Keyring::over(Arc::clone(connect), Duration::from_secs(5));
    Keys::over(keyring, places(home.path()), ask)
}

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn code(error: &KeyError) -> String {
    error.to_problem().code.into_owned()
}

#[test]
fn with_a_keyring_no_vault_is_made_and_the_name_is_known_without_asking_it() {
    let (home, keyring) = (home(), in_memory());
    let stored = keys(&home, &keyring, None).set("groq", &secret("gsk_1"), None).unwrap();
    assert_eq!((stored.tier, stored.no_keyring), (Tier::Keyring, None));
    assert!(!home.path().join("vault").exists());

    let silent = keys(&home, &headless(), None);
    assert_eq!(silent.names().unwrap(), [("groq".to_owned(), Tier::Keyring)].into());
    assert_eq!(code(&silent.get("groq").unwrap_err()), "keyring_unavailable");

    let again = keys(&home, &keyring, None);
    assert_eq!(again.get("groq").unwrap(), Some(secret("gsk_1")));
    assert_eq!(again.remove("groq").unwrap(), Some(Tier::Keyring));
    assert_eq!(again.get("groq").unwrap(), None);
    assert_eq!(again.names().unwrap(), BTreeMap::new());
}

#[test]
fn a_key_another_program_put_into_the_keyring_is_found() {
    let (home, keyring) = (home(), in_memory());
    let theirs = keyring().unwrap().build("nanofolks.ai", "anthropic_key", None).unwrap();
    theirs.set_password("sk-ant-1").unwrap();
    let found = keys(&home, &keyring, None).get("anthropic_key").unwrap();
    assert_eq!(found, Some(secret("sk-ant-1")));
}

#[test]
fn without_a_keyring_the_vault_is_taken_and_the_reason_told() {
    let home = home();
    let stored = keys(&home, &headless(), None).set("groq", &secret("gsk_1"), None).unwrap();
    assert_eq!(stored.tier, Tier::Vault);
    assert_eq!(stored.no_keyring.as_deref(), Some("no bus"));
    assert_eq!(stored.vault_made, Some(LockedBy::KeyFile));
    for file in ["vault", "vault.key"] {
        let mode = fs::metadata(home.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let other = keys(&home, &headless(), None);
    assert_eq!(other.get("groq").unwrap(), Some(secret("gsk_1")));
    let second = other.set("openai", &secret("sk-2"), None).unwrap();
    assert_eq!(second.vault_made, None);
}

#[test]
fn a_keyring_that_is_wished_for_and_not_there_is_an_error_and_nothing_is_stored() {
    let home = home();
    let keys = keys(&home, &headless(), None);
    let error = keys.set("groq", &secret("gsk_1"), Some(Tier::Keyring)).unwrap_err();
    assert_eq!(code(&error), "keyring_unavailable");
    assert!(!error.to_string().contains("gsk_1"));
    assert_eq!(keys.names().unwrap(), BTreeMap::new());
}

#[test]
fn a_keyring_that_does_not_answer_is_given_up() {
    let home = home();
    let (release, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let stuck: Connect = Arc::new(move || {
        gate.lock().unwrap().recv().ok();
        Err(Error::NoEntry)
    });
    let keyring = Keyring::over(stuck, Duration::from_millis(20));
    let keys = Keys::over(keyring, places(home.path()), Box::new(|_| Ok(None)));
    let stored = keys.set("groq", &secret("gsk_1"), None).unwrap();
    assert_eq!(stored.tier, Tier::Vault);
    assert!(stored.no_keyring.unwrap().contains("did not answer"));
    drop(release);
}

#[test]
fn a_key_that_changes_its_place_is_left_nowhere_else() {
    let (home, keyring) = (home(), in_memory());
    let keys = keys(&home, &keyring, None);
    keys.set("groq", &secret("gsk_1"), Some(Tier::Vault)).unwrap();
    // It stays where it is unless somebody says otherwise.
    assert_eq!(keys.set("groq", &secret("gsk_2"), None).unwrap().tier, Tier::Vault);
    keys.set("groq", &secret("gsk_3"), Some(Tier::Keyring)).unwrap();
    assert_eq!(keys.vault().unwrap().unwrap().names, Vec::<String>::new());
    assert_eq!(keys.get("groq").unwrap(), Some(secret("gsk_3")));
    keys.set("groq", &secret("gsk_4"), Some(Tier::Vault)).unwrap();
    let entry = keyring().unwrap().build("nanofolks.ai", "groq", None).unwrap();
    assert!(matches!(entry.get_password(), Err(Error::NoEntry)));
    assert_eq!(keys.get("groq").unwrap(), Some(secret("gsk_4")));
}

#[test]
fn a_passphrase_is_asked_once_and_a_wrong_one_changes_nothing() {
    let home = home();
    let made = keys(&home, &headless(), Some("correct horse")).set("a", &secret("k1"), None);
    assert_eq!(made.unwrap().vault_made, Some(LockedBy::Passphrase));
    assert!(!home.path().join("vault.key").exists());
    let before = fs::read(home.path().join("vault")).unwrap();

    let wrong = keys(&home, &headless(), Some("wrong horse"));
    assert_eq!(code(&wrong.get("a").unwrap_err()), "vault_wrong_key");
    assert_eq!(code(&wrong.set("b", &secret("k2"), None).unwrap_err()), "vault_wrong_key");
    assert_eq!(code(&wrong.remove("a").unwrap_err()), "vault_wrong_key");
    let nobody = keys(&home, &headless(), None);
    assert_eq!(code(&nobody.get("a").unwrap_err()), "vault_locked");
    assert_eq!(code(&nobody.set("b", &secret("k2"), None).unwrap_err()), "vault_locked");
    assert_eq!(fs::read(home.path().join("vault")).unwrap(), before);

    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let ask: Ask = Box::new(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(Some(Secret::new("correct horse".to_owned())))
    });
    let keyring = Keyring::over(headless(), Duration::from_secs(5));
    let right = Keys::over(keyring, places(home.path()), ask);
    assert_eq!(right.get("a").unwrap(), Some(secret("k1")));
    right.set("b", &secret("k2"), None).unwrap();
    assert_eq!(right.get("b").unwrap(), Some(secret("k2")));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[test]
fn a_typed_passphrase_opens_the_vault_for_all_that_comes() {
    let home = home();
    let nobody = keys(&home, &headless(), None);
    assert!(!nobody.unlock_vault_with(&secret("any")).unwrap(), "there is no vault");
    keys(&home, &headless(), Some("correct horse")).set("a", &secret("k1"), None).unwrap();

    let wrong = nobody.unlock_vault_with(&secret("wrong horse")).unwrap_err();
    assert_eq!(code(&wrong), "vault_wrong_key");
    assert_eq!(code(&nobody.get("a").unwrap_err()), "vault_locked");
    for error in [wrong, nobody.get("a").unwrap_err()] {
        assert_eq!(error.to_problem().wants.as_deref(), Some(&WantedSecret::passphrase()));
    }
    assert!(nobody.unlock_vault_with(&secret("correct horse")).unwrap());
    assert_eq!(nobody.get("a").unwrap(), Some(secret("k1")));
    // A wrong one later closes nothing.
    nobody.unlock_vault_with(&secret("wrong horse")).unwrap_err();
    assert_eq!(nobody.get("a").unwrap(), Some(secret("k1")));
}

#[test]
fn a_name_that_is_not_in_the_vault_needs_no_passphrase() {
    let home = home();
    keys(&home, &headless(), Some("correct horse")).set("a", &secret("k1"), None).unwrap();
    let ask: Ask = Box::new(|_| Err(KeyError::Passphrase("somebody was asked".into())));
    let keyring = Keyring::over(in_memory(), Duration::from_secs(5));
    let keys = Keys::over(keyring, places(home.path()), ask);
    assert_eq!(keys.get("b").unwrap(), None);
    assert_eq!(keys.names().unwrap().len(), 1);
}

#[test]
fn damaged_files_are_said_and_kept() {
    let home = home();
    let vault = home.path().join("vault");
    keys(&home, &headless(), None).set("a", &secret("k1"), None).unwrap();
    let good = fs::read(&vault).unwrap();
    let half = good[..good.len() - 3].to_vec();
    let newer = b"{\"nanofolks_vault\":9}\n".to_vec();
    for (bytes, expected) in [
        (half, "vault_damaged"),
        (b"hello".to_vec(), "vault_damaged"),
        (Vec::new(), "vault_damaged"),
        (newer, "vault_newer"),
    ] {
        fs::write(&vault, &bytes).unwrap();
        let keys = keys(&home, &headless(), None);
        assert_eq!(code(&keys.get("a").unwrap_err()), expected);
        assert_eq!(code(&keys.set("b", &secret("k2"), None).unwrap_err()), expected);
        assert_eq!(fs::read(&vault).unwrap(), bytes);
    }
    fs::write(&vault, good).unwrap();
    fs::rename(home.path().join("vault.key"), home.path().join("aside")).unwrap();
    let without = keys(&home, &headless(), None);
    assert_eq!(code(&without.get("a").unwrap_err()), "vault_key_missing");
    assert_eq!(code(&without.set("b", &secret("k2"), None).unwrap_err()), "vault_key_missing");
    fs::write(home.path().join("vault.key"), "00").unwrap();
    assert_eq!(code(&without.get("a").unwrap_err()), "vault_damaged");
    fs::write(home.path().join("vault.key"), "00".repeat(32)).unwrap();
    assert_eq!(code(&without.get("a").unwrap_err()), "vault_wrong_key");
    fs::rename(home.path().join("aside"), home.path().join("vault.key")).unwrap();
    assert_eq!(without.get("a").unwrap(), Some(secret("k1")));
}

#[test]
fn a_writer_that_died_before_the_end_is_as_if_it_never_was() {
    let home = home();
    let keys = keys(&home, &headless(), None);
    keys.set("a", &secret("k1"), None).unwrap();
    // Written and on the disk, but not in its place: what a kill before the rename leaves.
    let left = file::written(&home.path().join("vault"), b"half of something").unwrap();
    let (_, left) = left.keep().unwrap();
    assert_eq!(keys.get("a").unwrap(), Some(secret("k1")));
    keys.set("b", &secret("k2"), None).unwrap();
    assert!(!left.exists(), "what it left is still there");
    assert_eq!(keys.names().unwrap().len(), 2);
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let home = home();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let home = &home;
            scope.spawn(move || {
                let keys = keys(home, &headless(), None);
                for round in 0..5 {
                    let name = format!("w{writer}-{round}");
                    keys.set(&name, &secret(&name), None).unwrap();
                    assert_eq!(keys.get(&name).unwrap(), Some(secret(&name)));
                }
            });
        }
    });
    let keys = keys(&home, &headless(), None);
    assert_eq!(keys.names().unwrap().len(), 20);
    for name in keys.names().unwrap().keys() {
        assert_eq!(keys.get(name).unwrap(), Some(secret(name)));
    }
}

#[test]
fn forgetting_everything_needs_no_passphrase_and_leaves_no_file() {
    let (home, keyring) = (home(), in_memory());
    let filled = keys(&home, &keyring, Some("correct horse"));
    filled.set("a", &secret("k1"), Some(Tier::Vault)).unwrap();
    filled.set("b", &secret("k2"), Some(Tier::Keyring)).unwrap();
    let gone = keys(&home, &keyring, None).remove_all().unwrap();
    assert_eq!(gone.len(), 2);
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["keys.lock"]);
    let entry = keyring().unwrap().build("nanofolks.ai", "b", None).unwrap();
    assert!(matches!(entry.get_password(), Err(Error::NoEntry)));
}

#[test]
fn what_is_no_key_or_no_name_is_refused_without_repeating_it() {
    let home = home();
    let keys = keys(&home, &headless(), None);
    for bad in ["", "  ", "two words", "line\nline", "esc\u{1b}", &"x".repeat(LONGEST_KEY + 1)] {
        let error = keys.set("a", &secret(bad), None).unwrap_err();
        assert_eq!(code(&error), "key_invalid", "{bad:?}");
    }
    for bad in ["", "a/b", "a b", &"n".repeat(65)] {
        assert_eq!(code(&keys.set(bad, &secret("k"), None).unwrap_err()), "key_name_invalid");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "refused, and yet something is made");
}
