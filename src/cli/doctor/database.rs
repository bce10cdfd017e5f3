//! The database: version, structure, rows.

use nanofolks_config::Paths;
use nanofolks_protocol::ports::StoreError;
use nanofolks_store::{Check, Depth, Inspection, StorePaths, inspect};

use super::finding::{Finding, Fix};
use crate::cli::amount;

pub(super) fn check(paths: &Paths, deep: bool) -> Vec<Finding> {
    let places = StorePaths { db: paths.db(), blobs: paths.blobs(), run: paths.run() };
    let found = inspect(&places, if deep { Depth::Deep } else { Depth::Quick });
    let name = places.db.display().to_string();
    if !found.exists && found.error.is_none() {
        return vec![Finding::info("database_none", "there is no database yet")];
    }
    if let Some(error) = &found.error {
        return vec![unusable(&places, error)];
    }
    let mut findings: Vec<_> = [&found.structure, &found.rows]
        .into_iter()
        .filter_map(|part| damaged(&name, part))
        .collect();
    // One repair is for all of it.
    if let Some(first) = findings.first_mut() {
        first.fix = Some(Fix::Salvage(places.clone()));
    }
    if found.pending > 0 {
        let what = format!("{name} is brought up to date when it is next used");
        findings.push(
            Finding::info("database_migrations", what)
                .cause(format!("{} migrations are missing", found.pending)),
        );
    }
    if findings.is_empty() {
        findings.push(Finding::ok("database", sound(&name, &found)));
    }
    findings
}

fn sound(name: &str, found: &Inspection) -> String {
    let version = found.version.unwrap_or_default();
    let looked = match (&found.structure, &found.rows) {
        (_, Check::Sound) => format!("sound, {} rows read", found.rows_checked),
        (Check::Sound, _) => "sound".to_owned(),
        (_, _) => "not read through, --deep does".to_owned(),
    };
    format!("{name}: version {version}, {}, {looked}", amount::bytes(found.bytes))
}

fn damaged(name: &str, part: &Check) -> Option<Finding> {
    let Check::Damaged(lines) = part else { return None };
    Some(
        Finding::error("database_corrupt", format!("{name} is damaged"))
            .cause(lines.join("; "))
            .remedy(SAVE),
    )
}

/// What to do about damage.
const SAVE: &str = "stop nanofolks, then `nanofolks doctor --fix` keeps the damaged file under \
                    another name and saves what can be read; `nanofolks backup restore` goes back \
                    to a safety copy";

fn unusable(places: &StorePaths, error: &StoreError) -> Finding {
    let name = places.db.display();
    let problem = error.to_problem();
    let finding = Finding::of(&problem);
    match error {
        StoreError::Newer { .. } => finding,
        StoreError::Corrupt(what) if !what.contains("another program") => {
            finding.remedy(SAVE).fix(Fix::Salvage(places.clone()))
        }
        // The usual hint is to run what is running.
        _ => Finding { remedy: None, ..finding }
            .cause(format!("{name}: {error}"))
            .remedy("move the file away to begin anew; it is never overwritten"),
    }
}
