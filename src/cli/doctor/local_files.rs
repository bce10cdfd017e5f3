//! The files of embedded models: as recorded, or changed.

use nanofolks_config::Paths;
use nanofolks_local::{Check, Installed, LocalError, Shelf};

use super::finding::Finding;
use crate::cli::amount;

pub(super) fn check(paths: &Paths, deep: bool) -> Vec<Finding> {
    let shelf = Shelf::new(paths.models());
    match shelf.installed() {
        Ok(models) if models.is_empty() => {
            vec![
                Finding::info("model_file_none", "no embedded model is on this machine")
                    .remedy("`nanofolks model pull` fetches the smallest"),
            ]
        }
        Ok(models) => models.iter().map(|model| one(&shelf, model, deep)).collect(),
        Err(error) => vec![Finding::of(&error.to_problem())],
    }
}

fn one(shelf: &Shelf, model: &Installed, deep: bool) -> Finding {
    let (name, file) = (&model.name, model.path.display());
    let size = amount::bytes(model.bytes);
    match shelf.verify(name, deep) {
        Ok(Check::Good) => {
            let read = if deep { "every byte as recorded" } else { "size and time as recorded" };
            Finding::ok("model_file", format!("local/{name}: {size}, {read}"))
        }
        Ok(Check::Unrecorded) => Finding::info(
            "model_file_unrecorded",
            format!("local/{name}: {size}, put there by hand"),
        )
        .cause("there is no recorded hash to compare it with")
        .remedy(format!("`nanofolks model pull {name} --file PATH` records one")),
        Ok(Check::Changed { reason }) => {
            // The same way out as for whoever asks it.
            let changed = LocalError::Changed { name: name.clone(), reason: reason.clone() };
            Finding {
                remedy: changed.to_problem().hint,
                ..Finding::error("model_file_changed", format!("{file} is not what was installed"))
                    .cause(reason)
            }
        }
        Err(error) => Finding::of(&error.to_problem()),
    }
}
