//! Free space where the home is, or will be.

use std::path::Path;

use super::finding::Finding;
use crate::cli::amount;

/// Below this a turn may fail to be stored.
const NEEDED: u64 = 50_000_000;
/// Below this it is time to tidy up.
const COMFORTABLE: u64 = 1_000_000_000;

pub(super) fn check(home: &Path) -> Vec<Finding> {
    let Some(there) = home.ancestors().find(|folder| folder.exists()) else { return Vec::new() };
    match rustix::fs::statvfs(there) {
        Ok(space) => {
            let free = space.f_bavail.saturating_mul(space.f_frsize);
            // File systems without a table of files say zero of zero.
            let no_files = space.f_files > 0 && space.f_favail == 0;
            vec![judge(there, free, no_files)]
        }
        Err(error) => vec![
            Finding::warn("disk_unknown", "cannot tell how much space is left")
                .cause(error.to_string()),
        ],
    }
}

pub(super) fn judge(place: &Path, free: u64, no_files: bool) -> Finding {
    let what = format!("{} free at {}", amount::bytes(free), place.display());
    if no_files {
        return Finding::error("disk_no_files", "no more files can be made on this disk")
            .cause("its table of files is full")
            .remedy("remove files you do not need");
    }
    if free < NEEDED {
        Finding::error("disk_full", what)
            .cause("conversations cannot be stored safely")
            .remedy("free some space")
    } else if free < COMFORTABLE {
        Finding::warn("disk_low", what).remedy("free some space before you fetch a model")
    } else {
        Finding::ok("disk", what)
    }
}
