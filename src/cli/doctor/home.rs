//! The home: whether it is there, ours, writable, private.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nanofolks_config::{HomeState, Paths};
use nanofolks_protocol::Problem;

use super::finding::{Finding, Fix};
use crate::house::House;

/// Anybody but the owner.
const OTHERS: u32 = 0o077;

pub(super) fn check(house: &House) -> Vec<Finding> {
    let paths = match house.paths() {
        Ok(paths) => paths,
        Err(problem) => return vec![Finding::of(&problem)],
    };
    let root = paths.root();
    match paths.check() {
        Ok(HomeState::Missing) => vec![
            Finding::info("home_missing", format!("there is no home yet: {}", root.display()))
                .remedy("it is made when it is first needed; --fix makes it now")
                .fix(Fix::MakeFolder(root.to_owned())),
        ],
        Ok(HomeState::Ready { mode }) => ready(&paths, mode),
        Err(error) => vec![Finding::of(&Problem::from(&error))],
    }
}

fn ready(paths: &Paths, mode: u32) -> Vec<Finding> {
    let root = paths.root();
    let mut findings = Vec::new();
    if mode & OTHERS == 0 {
        let what = format!("the home {} is yours alone ({mode:03o})", root.display());
        findings.push(Finding::ok("home", what));
    } else {
        let what = format!("others can look into the home {} ({mode:03o})", root.display());
        findings.push(
            Finding::warn("home_permissions", what)
                .cause("conversations and keys lie in it")
                .remedy(format!("chmod 700 '{}'", root.display()))
                .fix(Fix::Mode(root.to_owned(), 0o700)),
        );
        // In a private home the permissions inside matter to nobody.
        findings.extend(files(paths).iter().filter_map(|file| readable(file)));
    }
    findings.extend(folders(paths).iter().filter_map(|folder| misplaced(folder)));
    findings
}

/// Files that nobody else should read.
fn files(paths: &Paths) -> Vec<PathBuf> {
    let mut files = paths.config_candidates().to_vec();
    files.extend([paths.db(), paths.history(), paths.trusted(), paths.policy()]);
    files
}

fn readable(file: &Path) -> Option<Finding> {
    let mode = fs::symlink_metadata(file).ok().filter(fs::Metadata::is_file)?.mode() & 0o777;
    let private = mode & OTHERS == 0;
    (!private).then(|| {
        Finding::warn(
            "file_permissions",
            format!("others can read {} ({mode:03o})", file.display()),
        )
        .remedy(format!("chmod 600 '{}'", file.display()))
        .fix(Fix::Mode(file.to_owned(), 0o600))
    })
}

fn folders(paths: &Paths) -> [PathBuf; 5] {
    [paths.blobs(), paths.logs(), paths.models(), paths.run(), paths.workspace()]
}

/// Something else where a folder belongs, or a folder that cannot be used.
fn misplaced(folder: &Path) -> Option<Finding> {
    let metadata = fs::metadata(folder).ok()?;
    if !metadata.is_dir() {
        return Some(
            Finding::error("not_a_folder", format!("{} is not a folder", folder.display()))
                .remedy("move it away; the folder is made when it is needed"),
        );
    }
    let wanted =
        rustix::fs::Access::READ_OK | rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    let error = rustix::fs::access(folder, wanted).err()?;
    let finding = Finding::error("folder_unusable", format!("cannot use {}", folder.display()))
        .cause(error.to_string());
    let yours = metadata.uid() == rustix::process::geteuid().as_raw();
    Some(if yours {
        finding
            .remedy(format!("chmod 700 '{}'", folder.display()))
            .fix(Fix::Mode(folder.to_owned(), 0o700))
    } else {
        finding.remedy("give it back to your own user")
    })
}
