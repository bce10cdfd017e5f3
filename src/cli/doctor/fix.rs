//! Repairs what a finding offers to repair, and says what was done.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nanofolks_config::paths;
use nanofolks_store::{StorePaths, salvage};

use super::finding::{Finding, Fix, Level};
use crate::house::House;

/// Repairs one finding, if it can be.
pub(super) fn apply(finding: &mut Finding) {
    let Some(fix) = finding.fix.take() else { return };
    match repair(&fix) {
        Ok(done) => {
            finding.fixed = Some(done);
            finding.level = Level::Info;
            finding.remedy = None;
        }
        Err(error) => {
            finding.remedy = Some(format!("--fix could not repair it: {error}"));
            finding.level = finding.level.max(Level::Warn);
        }
    }
}

fn repair(fix: &Fix) -> io::Result<String> {
    match fix {
        Fix::Mode(path, mode) => {
            // A link could lead anywhere; only what lies in the home itself is changed.
            if path.symlink_metadata()?.is_symlink() {
                return Err(io::Error::other("it is a link"));
            }
            fs::set_permissions(path, Permissions::from_mode(*mode))?;
            Ok(format!("{} has the permissions {mode:03o} now", path.display()))
        }
        Fix::MakeFolder(path) => {
            paths::ensure(path)?;
            Ok(format!("made {}", path.display()))
        }
        Fix::RemoveUnlocked(path) => {
            remove_unlocked(path)?;
            Ok(format!("removed {}", path.display()))
        }
        Fix::Salvage(places) => save(places),
    }
}

/// What can be read of a damaged database goes into a new one.
fn save(places: &StorePaths) -> io::Result<String> {
    let done = salvage(places, House::clock().now()).map_err(io::Error::other)?;
    let mut said = format!(
        "the damaged file is kept as {}; {} rows were saved, {} are known to be lost",
        done.aside.display(),
        done.kept(),
        done.lost()
    );
    if done.placeholders > 0 {
        let lines = format!("; {} lines stand in for what is gone", done.placeholders);
        said.push_str(&lines);
    }
    Ok(said)
}

/// Removes a lock file while it is locked by us, so that nobody takes it in between.
fn remove_unlocked(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    match file.try_lock_shared() {
        Ok(()) => fs::remove_file(path),
        Err(_) => Err(io::Error::other("a process holds it")),
    }
}
