//! Another passphrase for the vault.

use nanofolks_protocol::Secret;
use nanofolks_security::keys::LockedBy;
use serde_json::json;

use super::{told, typed_in};
use crate::cli::{CliError, Cx, secret_prompt};

/// Longest passphrase.
const LONGEST: usize = 4096;
/// Where a passphrase may come from; who sets one of these has to change it too.
const VARIABLES: [&str; 2] = ["NANOFOLKS_VAULT_PASSPHRASE", "NANOFOLKS_VAULT_PASSPHRASE_FILE"];

/// Encrypts the vault anew.
pub(super) fn change(cx: &mut Cx, remove: bool, stdin: bool) -> Result<(), CliError> {
    let missing = || {
        CliError::usage("vault_none", "there is no vault, so it has no passphrase")
            .hint("`nanofolks auth add PROVIDER --tier vault` makes one and asks for it")
    };
    if !cx.house.paths()?.vault().exists() {
        return Err(missing());
    }
    let keys = cx.house.keys()?;
    // The old passphrase first: without it there is nothing to change.
    if !keys.unlock_vault().map_err(|error| told(&error))? {
        return Err(missing());
    }
    let new = if remove { None } else { Some(passphrase(cx, stdin)?) };
    let locked_by = keys.relock_vault(new.as_ref()).map_err(|error| told(&error))?;
    let locked_by = locked_by.ok_or_else(missing)?;
    say(cx, locked_by)
}

fn passphrase(cx: &Cx, stdin: bool) -> Result<Secret, CliError> {
    let failed = |error: std::io::Error| {
        let message = format!("cannot read the new passphrase: {error}");
        CliError::failure("passphrase_unreadable", message)
    };
    let new = if !stdin && cx.out.is_interactive() {
        let new = secret_prompt("new passphrase of the vault: ").map_err(failed)?;
        if secret_prompt("the same again: ").map_err(failed)? != new {
            return Err(CliError::usage("passphrase_differs", "the two are not the same")
                .hint("nothing was changed"));
        }
        new
    } else {
        typed_in(u64::try_from(LONGEST).unwrap_or(u64::MAX)).map_err(failed)?
    };
    if new.is_blank() {
        return Err(CliError::usage("passphrase_empty", "the new passphrase is empty")
            .hint("`--remove` lets a key file open the vault"));
    }
    if new.expose().len() > LONGEST {
        let message = format!("a passphrase has at most {LONGEST} bytes");
        return Err(CliError::usage("passphrase_too_long", message));
    }
    Ok(new)
}

fn say(cx: &mut Cx, locked_by: LockedBy) -> Result<(), CliError> {
    let paths = cx.house.paths()?;
    let environment = cx.house.environment();
    for variable in VARIABLES.iter().filter(|variable| environment.has(variable)) {
        cx.out.warning(
            &format!("{variable} is set, and what it gives is the old passphrase"),
            Some("change it too, or the vault stays closed"),
        );
    }
    let vault = paths.vault();
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.auth_passphrase.v1", "vault": vault, "locked_by": locked_by,
        }));
        return Ok(());
    }
    let vault = vault.display();
    cx.out.line(&match locked_by {
        LockedBy::Passphrase => format!("the new passphrase opens the vault {vault}"),
        LockedBy::KeyFile => {
            format!("{} opens the vault {vault}; it has no passphrase", paths.vault_key().display())
        }
    });
    Ok(())
}
