//! Which keys there are and where each comes from. What a key is, is never shown.

use nanofolks_protocol::{Problem, Secret};
use nanofolks_providers::{Catalog, KeyPlace, ProviderStatus};
use nanofolks_security::Tier;
use serde_json::{Value, json};

use super::told;
use crate::cli::output::{error_object, one_line};
use crate::cli::{CliError, Cx};

/// Keys shorter than this are shown without their end.
const LONG: usize = 20;

/// The stored keys.
pub(super) fn list(cx: &mut Cx) -> Result<(), CliError> {
    let names = cx.house.keys()?.names().map_err(|error| told(&error))?;
    if cx.out.is_json() {
        let keys: Vec<Value> =
            names.iter().map(|(name, tier)| json!({ "provider": name, "tier": tier })).collect();
        cx.out.object(&json!({ "schema": "nanofolks.auth_list.v1", "keys": keys }));
        return Ok(());
    }
    if names.is_empty() {
        cx.out.line("no key is stored; `nanofolks auth add PROVIDER` stores one");
        return Ok(());
    }
    let row = |(name, tier): (&String, &Tier)| vec![one_line(name), tier.to_string()];
    let rows: Vec<_> = names.iter().map(row).collect();
    cx.out.table(&["PROVIDER", "KEPT IN"], &rows);
    Ok(())
}

/// Where keys come from.
pub(super) fn status(cx: &mut Cx, named: Option<&str>) -> Result<(), CliError> {
    cx.settings()?;
    let catalog = cx.house.catalog()?;
    let Some(named) = named else { return all(cx, &catalog) };
    let name = catalog.provider_name(named)?;
    let place = catalog.key_place(&name);
    let key = catalog.key_of(&name);
    if cx.out.is_json() {
        let mut object = row_object(&name, &place);
        object["schema"] = json!("nanofolks.auth_status.v1");
        object["usable"] = json!(matches!(key, Ok(Some(_))));
        object["masked"] = json!(key.as_ref().ok().and_then(Option::as_ref).map(masked));
        object["error"] = json!(key.as_ref().err().map(error_object));
        cx.out.object(&object);
    } else {
        cx.out.line(&format!("{name}: {}", from(&place)));
        if let Ok(Some(key)) = &key {
            cx.out.line(&format!("{name}: the key is {}", masked(key)));
        }
    }
    match key {
        Err(problem) if cx.out.is_json() => Err(CliError::Said(problem.kind.exit_code())),
        Err(problem) => Err(problem.into()),
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(CliError::Said(1)),
    }
}

fn all(cx: &mut Cx, catalog: &Catalog) -> Result<(), CliError> {
    let shown = |status: &ProviderStatus| {
        let place = catalog.key_place(&status.name);
        (place != KeyPlace::Nowhere || status.configured).then(|| (status.name.clone(), place))
    };
    let found: Vec<(String, KeyPlace)> = catalog.providers().iter().filter_map(shown).collect();
    let unread: Option<Problem> = cx.house.keys()?.names().err().map(|error| error.to_problem());
    if cx.out.is_json() {
        let rows: Vec<Value> = found.iter().map(|(name, place)| row_object(name, place)).collect();
        cx.out.object(&json!({
            "schema": "nanofolks.auth_status.v1", "providers": rows,
            "error": unread.as_ref().map(error_object),
        }));
        return Ok(());
    }
    if let Some(problem) = unread {
        cx.out.warning(&problem.message, problem.hint.as_deref());
    }
    if found.is_empty() {
        cx.out.line("no provider has a key; `nanofolks auth add PROVIDER` stores one");
        return Ok(());
    }
    let rows: Vec<_> = found.iter().map(|(name, place)| vec![name.clone(), from(place)]).collect();
    cx.out.table(&["PROVIDER", "KEY"], &rows);
    Ok(())
}

fn row_object(name: &str, place: &KeyPlace) -> Value {
    let (source, text) = match place {
        KeyPlace::Configured(reference) => ("config", Some(reference.clone())),
        KeyPlace::Stored(place) => ("stored", Some(place.clone())),
        KeyPlace::Variable(variable) => ("environment", Some((*variable).to_owned())),
        KeyPlace::Nowhere => ("none", None),
    };
    json!({ "provider": name, "source": source, "where": text })
}

fn from(place: &KeyPlace) -> String {
    match place {
        KeyPlace::Configured(reference) => format!("from the configuration ({reference})"),
        KeyPlace::Stored(place) => format!("in {place}"),
        KeyPlace::Variable(variable) => format!("from {variable}"),
        KeyPlace::Nowhere => "no key".to_owned(),
    }
}

/// The end of a key, enough to tell two apart.
fn masked(key: &Secret) -> String {
    let text: Vec<char> = key.expose().chars().collect();
    match text.len() {
        LONG.. => format!("••••{}", text[text.len() - 4..].iter().collect::<String>()),
        _ => "••••".to_owned(),
    }
}
