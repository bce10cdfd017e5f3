//! Embedded models: what can be fetched, what is here.

mod pull;

use nanofolks_local::{Entry, Installed, Shelf, catalogue};
use serde_json::json;

pub(in crate::cli) use self::pull::bring;
pub(super) use self::pull::pull;
use super::rows::Embedded;
use crate::cli::{CliError, Cx, amount};
use crate::house::House;

/// The catalogue, and what was put into the folder by hand.
pub(crate) fn all(house: &House) -> Vec<Embedded> {
    let here = installed(house);
    let of_catalogue = catalogue()
        .iter()
        .map(|entry| known(entry, here.iter().find(|installed| installed.name == entry.id)));
    let by_hand = here.iter().filter(|installed| installed.entry.is_none()).map(unknown);
    of_catalogue.chain(by_hand).collect()
}

/// What can be fetched, for completion.
pub(crate) fn fetchable() -> Vec<(String, String)> {
    let offer = |entry: &Entry| {
        let about = format!("{}; {}", amount::bytes(entry.bytes), entry.about);
        (entry.id.clone(), about)
    };
    catalogue().iter().map(offer).collect()
}

/// What is here, for completion.
pub(crate) fn fetched(house: &House) -> Vec<(String, String)> {
    here(house).into_iter().map(|(name, bytes)| (name, amount::bytes(bytes))).collect()
}

/// What is here: names and sizes.
pub(crate) fn here(house: &House) -> Vec<(String, u64)> {
    installed(house).into_iter().map(|model| (model.name, model.bytes)).collect()
}

/// Deletes the file of a model.
pub(super) fn remove(cx: &mut Cx, id: &str) -> Result<(), CliError> {
    let shelf = Shelf::new(cx.house.paths()?.models());
    let bytes = shelf.remove(id).map_err(|error| error.to_problem())?;
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.model_remove.v1", "model": format!("local/{id}"), "bytes": bytes,
        }));
    } else {
        cx.out.line(&format!("removed local/{id}, {} are free again", amount::bytes(bytes)));
    }
    Ok(())
}

fn installed(house: &House) -> Vec<Installed> {
    // A folder that cannot be read has nothing to offer; `doctor` says why.
    let shelf = house.paths().map(|paths| Shelf::new(paths.models()));
    shelf.ok().and_then(|shelf| shelf.installed().ok()).unwrap_or_default()
}

fn known(entry: &Entry, installed: Option<&Installed>) -> Embedded {
    let record = installed.and_then(|installed| installed.record.as_ref());
    Embedded {
        id: entry.id.clone(),
        title: entry.title.clone(),
        about: entry.about.clone(),
        licence: entry.licence.clone(),
        bytes: installed.map_or(entry.bytes, |installed| installed.bytes),
        sha256: record.map(|record| record.sha256.clone()).or_else(|| entry.sha256.clone()),
        ram_mb: Some(entry.ram_mb),
        file: installed.map(|installed| installed.path.clone()),
        source: record.map(|record| record.source.clone()),
        fetchable: true,
    }
}

fn unknown(installed: &Installed) -> Embedded {
    let record = installed.record.as_ref();
    Embedded {
        id: installed.name.clone(),
        title: installed.name.clone(),
        about: "put there by hand".to_owned(),
        licence: String::new(),
        bytes: installed.bytes,
        sha256: record.map(|record| record.sha256.clone()),
        ram_mb: None,
        file: Some(installed.path.clone()),
        source: record.map(|record| record.source.clone()),
        fetchable: false,
    }
}
