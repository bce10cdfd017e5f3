//! Stored keys: whether the vault is whole, private, and can be opened.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nanofolks_config::Paths;
use nanofolks_security::Tier;
use nanofolks_security::keys::LockedBy;

use super::finding::{Finding, Fix};
use crate::house::House;

pub(super) fn check(house: &House, paths: &Paths) -> Vec<Finding> {
    let Ok(keys) = house.keys() else { return Vec::new() };
    let names = match keys.names() {
        Ok(names) if names.is_empty() => return Vec::new(),
        Ok(names) => names,
        Err(error) => return vec![Finding::of(&error.to_problem())],
    };
    let count = |wanted| names.values().filter(|tier| **tier == wanted).count();
    let mut findings = Vec::new();
    if count(Tier::Keyring) > 0 {
        let what = format!("{} in the keyring of the system", number(count(Tier::Keyring)));
        findings.push(Finding::ok("keys_keyring", format!("{what} (not asked)")));
    }
    if let Ok(Some(vault)) = keys.vault() {
        let number = number(vault.names.len());
        let what = format!("{number} in the vault {}", vault.path.display());
        findings.push(match (keys.test_vault(), vault.locked_by) {
            (Err(error), _) => Finding::of(&error.to_problem()),
            (Ok(()), LockedBy::KeyFile) => {
                Finding::ok("vault", format!("{what}; its key file opens it"))
            }
            (Ok(()), LockedBy::Passphrase) => {
                Finding::ok("vault", format!("{what}, with a passphrase (not opened)"))
            }
        });
    }
    findings.extend([paths.vault(), paths.vault_key()].iter().filter_map(|file| exposed(file)));
    findings
}

fn number(keys: usize) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}

/// A file of keys that others can read, whatever the home allows.
fn exposed(file: &Path) -> Option<Finding> {
    let mode = file.symlink_metadata().ok()?.mode() & 0o777;
    let finding = || {
        let what = format!("others can read {} ({mode:03o})", file.display());
        Finding::warn("vault_permissions", what)
            .remedy(format!("chmod 600 '{}'", file.display()))
            .fix(Fix::Mode(file.to_owned(), 0o600))
    };
    (mode & 0o077 != 0).then(finding)
}
