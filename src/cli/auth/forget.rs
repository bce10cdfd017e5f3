//! Forgets stored keys, and says what counts from then on.

use std::io::BufRead as _;

use nanofolks_providers::KeyPlace;
use nanofolks_security::KeyError;
use serde_json::json;

use super::told;
use crate::cli::output::one_line;
use crate::cli::{CliError, Cx};

/// Forgets the key of one provider.
pub(super) fn one(cx: &mut Cx, named: &str) -> Result<(), CliError> {
    // One that is configured no more may still have a key here.
    let name = match cx.house.catalog()?.provider_name(named) {
        Ok(name) => name,
        Err(_) => named.to_owned(),
    };
    let keys = cx.house.keys()?;
    let Some(tier) = keys.remove(&name).map_err(|error| told(&error))? else {
        let missing = CliError::usage("key_not_stored", format!("no key of {name} is stored"));
        let hint = elsewhere(cx, &name)?;
        return Err(missing.hint(hint.unwrap_or_else(|| "`nanofolks auth list` shows them".into())));
    };
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.auth_remove.v1", "provider": name, "tier": tier,
        }));
    } else {
        cx.out.line(&format!("the key of {name} is forgotten; it was in {tier}"));
    }
    if let Some(other) = elsewhere(cx, &name)? {
        cx.out.note(&other);
    }
    Ok(())
}

/// Forgets the only key, or all.
pub(super) fn logout(cx: &mut Cx, all: bool) -> Result<(), CliError> {
    let keys = cx.house.keys()?;
    if !all {
        // Without a home there is nothing to forget, and none is made.
        let names = keys.names().map_err(|error| told(&error))?;
        let mut names = names.into_keys();
        return match (names.next(), names.next()) {
            (Some(only), None) => one(cx, &only),
            (None, _) => said(cx, &[]),
            _ => Err(CliError::usage("which_key", "there are several stored keys")
                .hint("`nanofolks auth remove PROVIDER` forgets one, `--all` forgets all")),
        };
    }
    let there = cx.house.paths()?.root().is_dir();
    let gone = if there { keys.remove_all() } else { Ok(std::collections::BTreeMap::new()) };
    let gone: Vec<String> = gone.map_err(|error: KeyError| told(&error))?.into_keys().collect();
    said(cx, &gone)
}

/// Forgets every key, whatever state the vault is in.
pub(super) fn reset(cx: &mut Cx, yes: bool) -> Result<(), CliError> {
    if !cx.house.paths()?.root().is_dir() {
        return said(cx, &[]);
    }
    if !yes && !confirmed(cx)? {
        cx.out.note("nothing was forgotten");
        return Ok(());
    }
    let reset = cx.house.keys()?.reset().map_err(|error| told(&error))?;
    for (name, why) in &reset.left {
        cx.out.warning(
            &format!("the key of {name} is still in the keyring of the system: {}", one_line(why)),
            Some(&format!("`nanofolks auth remove {name}` where the keyring can be used")),
        );
    }
    said(cx, &reset.forgotten)
}

/// Asks the person at the terminal. Silence and doubt mean no.
fn confirmed(cx: &mut Cx) -> Result<bool, CliError> {
    if !cx.out.is_interactive() {
        return Err(CliError::usage("confirmation_needed", "all stored keys would be forgotten")
            .hint("`--yes` does it without asking"));
    }
    let names = cx.house.keys()?.names().unwrap_or_default();
    let names: Vec<String> = names.into_keys().collect();
    if !names.is_empty() {
        cx.out.note(&format!("stored keys: {}", one_line(&names.join(", "))));
    }
    cx.out.note_raw("Forget all keys and remove the vault? y = yes, n = no [n] ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| {
        CliError::failure("input_unreadable", format!("cannot read the answer: {error}"))
    })?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn said(cx: &mut Cx, gone: &[String]) -> Result<(), CliError> {
    if cx.out.is_json() {
        cx.out.object(&json!({ "schema": "nanofolks.auth_logout.v1", "forgotten": gone }));
    } else if gone.is_empty() {
        cx.out.line("no key is stored");
    } else {
        cx.out.line(&format!("forgotten: {}", one_line(&gone.join(", "))));
    }
    Ok(())
}

/// Where else a provider has a key.
fn elsewhere(cx: &Cx, name: &str) -> Result<Option<String>, CliError> {
    let named = match cx.house.catalog()?.key_place(name) {
        KeyPlace::Configured(reference) if reference == format!("keyring:{name}") => {
            return Ok(Some(format!("providers.{name}.api_key still says {reference}")));
        }
        KeyPlace::Configured(_) => format!("providers.{name}.api_key"),
        KeyPlace::Variable(variable) => variable.to_owned(),
        KeyPlace::Stored(_) => return Ok(usual(cx, name).as_deref().map(counts)),
        KeyPlace::Nowhere => return Ok(None),
    };
    Ok(Some(counts(&named)))
}

fn counts(named: &str) -> String {
    format!("the key in {named} still counts")
}

/// The vendor's variable, where the names were read before the key was forgotten.
fn usual(cx: &Cx, name: &str) -> Option<String> {
    let environment = cx.house.environment();
    let variables = nanofolks_providers::preset(name)?.key_env.iter();
    variables.copied().find(|variable| environment.has(variable)).map(str::to_owned)
}
