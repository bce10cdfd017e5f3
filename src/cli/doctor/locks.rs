//! Locks of the file system: they keep processes apart.

use std::io;
use std::path::Path;

use super::finding::Finding;

/// Looks only where a home is; the file it makes is gone again afterwards.
pub(super) fn check(home: &Path) -> Vec<Finding> {
    if !home.is_dir() {
        return Vec::new();
    }
    vec![judge(home, nanofolks_store::locks_work(home))]
}

pub(super) fn judge(home: &Path, work: io::Result<bool>) -> Finding {
    let place = home.display();
    match work {
        Ok(true) => Finding::ok("locks", format!("locks keep processes apart at {place}")),
        Ok(false) => Finding::error("locks_missing", format!("locks do not work at {place}"))
            .cause("its file system has none; two processes could answer one message")
            .remedy("put the home on a disk of this machine, with --home or NANOFOLKS_HOME"),
        Err(error) => Finding::warn("locks_unknown", format!("cannot test the locks at {place}"))
            .cause(error.to_string()),
    }
}
