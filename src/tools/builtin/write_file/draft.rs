//! The file beside the file: what is written first, and moved over when it is whole.
//!
//! Its name follows from the turn and the call, so that whoever takes the turn up after a
//! crash knows it; it is locked while it is written, and it carries a check of itself, so that
//! nobody's own file is ever taken for one.

use std::io::{self, Write as _};

use cap_std::fs::{Dir, OpenOptions};
use nanofolks_protocol::{CallId, ToolContext};
use sha2::{Digest as _, Sha256};

use super::plan::Plan;

#[cfg(test)]
mod tests;

const BEGIN: &str = ".nanofolks-";
const END: &str = ".tmp";
/// Bytes of the name itself, and of its check.
const NAME: usize = 12;
const CHECK: usize = 4;

/// The name of a call's draft.
pub(super) fn name(cx: &ToolContext, call: &CallId) -> String {
    let mut digest = Sha256::new();
    digest.update(cx.turn.as_uuid().as_bytes());
    digest.update(call.as_str().as_bytes());
    let name = hex(digest.finalize().get(..NAME).unwrap_or_default());
    let check = check(&name);
    format!("{BEGIN}{name}{check}{END}")
}

/// Whether a file's name is that of what `write_file` writes first, beside the file itself.
#[must_use]
pub fn is_draft(file: &str) -> bool {
    let inner = file.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    inner.and_then(|inner| inner.split_at_checked(2 * NAME)).is_some_and(|(name, found)| {
        name.bytes().all(|byte| byte.is_ascii_hexdigit()) && check(name) == found
    })
}

fn check(name: &str) -> String {
    hex(Sha256::digest(name.as_bytes()).get(..CHECK).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the draft.
pub(super) fn write(parent: &Dir, name: &str, plan: &Plan) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let file = match parent.open_with(name, &options) {
        // It is of this very call, which ran before and did not come to its end.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            parent.remove_file(name)?;
            parent.open_with(name, &options)?
        }
        opened => opened?,
    };
    if let Some(permissions) = plan.permissions() {
        file.set_permissions(permissions)?;
    }
    let mut file = file.into_std();
    // Some file systems know no locks; the name tells enough.
    let _locked = file.try_lock().is_ok();
    file.write_all(&plan.bytes)?;
    file.sync_all()
}

/// Takes a draft away whose process is gone. `false` when there is none.
pub(super) fn remove(parent: &Dir, name: &str) -> bool {
    let is_file = parent.symlink_metadata(name).is_ok_and(|found| found.is_file());
    if !is_file {
        return false;
    }
    let free = parent.open(name).is_ok_and(|file| file.into_std().try_lock().is_ok());
    free && parent.remove_file(name).is_ok()
}
