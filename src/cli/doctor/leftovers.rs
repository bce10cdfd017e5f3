//! What ended processes left behind.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use nanofolks_config::Paths;
use nanofolks_protocol::OwnerId;

use super::finding::{Finding, Fix};
use crate::cli::amount;

pub(super) fn check(paths: &Paths) -> Vec<Finding> {
    let mut findings: Vec<_> =
        entries(&paths.run()).iter().filter_map(|path| stale_lock(path)).collect();
    findings.extend(entries(&paths.models()).iter().filter_map(|path| unfinished(path)));
    let edits = entries(&paths.run().join("edit"));
    findings.extend(edits.iter().filter_map(|folder| kept_edit(folder)));
    findings
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// The lock of a process that is gone. The next writer removes it as well.
fn stale_lock(path: &Path) -> Option<Finding> {
    let owner = path.file_name()?.to_str()?.strip_suffix(".lock")?;
    owner.parse::<OwnerId>().ok()?;
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Ok(()) => Some(
            Finding::info("stale_lock", format!("{} belongs to nobody", path.display()))
                .cause("a process ended without tidying up")
                .remedy("nothing has to be done; --fix removes it")
                .fix(Fix::RemoveUnlocked(path.to_owned())),
        ),
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
    }
}

/// A model whose download was interrupted.
fn unfinished(path: &Path) -> Option<Finding> {
    let model = path.file_name()?.to_str()?.strip_suffix(".part")?;
    let bytes = path.metadata().ok()?.len();
    Some(
        Finding::info(
            "model_unfinished",
            format!("local/{model} was fetched only in part ({})", amount::bytes(bytes)),
        )
        .remedy(format!("`nanofolks model pull {model}` goes on; or delete {}", path.display())),
    )
}

/// A text of `config edit` that was not right.
fn kept_edit(folder: &Path) -> Option<Finding> {
    let copy = folder.join(folder.file_name()?);
    copy.is_file().then(|| {
        Finding::info(
            "edit_kept",
            format!("a configuration with errors is kept: {}", copy.display()),
        )
        .remedy("`nanofolks config edit` takes it up again; or delete it")
    })
}
