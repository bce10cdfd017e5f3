//! The working folder: its instructions, and what a killed process left half written.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nanofolks_bots::FolderFile;
use nanofolks_protocol::ports::Instructions as _;
use nanofolks_tools::is_draft;

use super::finding::{Finding, Fix};

/// How deep, and at how many entries, it is looked for drafts.
const DEPTH: u32 = 4;
const ENTRIES: usize = 4_000;

pub(super) fn check(folders: &[PathBuf]) -> Vec<Finding> {
    let mut findings: Vec<_> = folders.iter().filter_map(|folder| instructions(folder)).collect();
    let drafts = folders.iter().flat_map(|folder| drafts(folder));
    findings.extend(drafts.map(|path| {
        Finding::info("draft_left", format!("{} was not written to its end", path.display()))
            .cause("a process was killed between writing a file and putting it into place")
            .remedy("the file it was to replace is as it was; --fix removes this one")
            .fix(Fix::RemoveUnlocked(path))
    }));
    findings
}

fn instructions(folder: &Path) -> Option<Finding> {
    let found = FolderFile::new(|_| false).of(folder)?;
    let bytes = found.cut?;
    let path = folder.join(&found.name);
    Some(
        Finding::warn(
            "instructions_cut",
            format!("{} has {bytes} bytes; only its beginning is sent", path.display()),
        )
        .remedy("keep it below 16 kB: it is part of every request"),
    )
}

/// Files of this user that carry the name and the check of a draft.
fn drafts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = ENTRIES;
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            if left == 0 {
                return found;
            }
            left -= 1;
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_dir() && depth < DEPTH && !name.starts_with('.') {
                open.push((entry.path(), depth + 1));
            }
            let ours = || {
                let owner = entry.metadata().map(|metadata| metadata.uid());
                owner.is_ok_and(|owner| owner == rustix::process::geteuid().as_raw())
            };
            if kind.is_file() && is_draft(&name) && ours() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
