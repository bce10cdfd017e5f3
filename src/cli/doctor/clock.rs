//! Whether the clock can be right.

use std::path::Path;
use std::time::UNIX_EPOCH;

use nanofolks_config::Paths;
use nanofolks_protocol::Timestamp;

use super::finding::Finding;
use crate::house::House;

/// No clock that is right shows less: 1 January 2026.
const EARLIEST: i64 = 1_767_225_600_000;
/// Files may be a little ahead, for example those of a file server.
const TOLERANCE: i64 = 24 * 60 * 60 * 1000;

pub(super) fn check(paths: &Paths) -> Vec<Finding> {
    let written = [paths.db(), paths.config(), paths.root().to_owned()];
    let newest = written.iter().filter_map(|path| modified(path)).max();
    vec![judge(House::clock().now(), newest)]
}

pub(super) fn judge(now: Timestamp, newest_file: Option<i64>) -> Finding {
    let shown = || format!("the clock says {now}");
    let remedy = "set the clock, or let the system set it (NTP)";
    if now.as_millis() < EARLIEST {
        return Finding::error("clock_wrong", shown())
            .cause("that is before this program was made; certificates will seem invalid")
            .remedy(remedy);
    }
    if newest_file.is_some_and(|newest| newest > now.as_millis() + TOLERANCE) {
        return Finding::warn("clock_behind", shown())
            .cause("files of the home were written later than that")
            .remedy(remedy);
    }
    Finding::ok("clock", shown())
}

fn modified(path: &Path) -> Option<i64> {
    let modified = path.metadata().ok()?.modified().ok()?;
    i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}
