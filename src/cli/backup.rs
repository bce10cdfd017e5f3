//! `nanofolks backup`: safety copies of a home.

use std::path::{Path, PathBuf};

use nanofolks_store::{Extra, Manifest, restore_backup, verify_backup};
use serde_json::{Value, json};

use super::{CliError, Cx, Run, amount};
use crate::house::House;

/// Folders of a home that go into a copy beside the database and the blobs.
const FOLDERS: [&str; 3] = ["workspace", "themes", "sessions"];
/// Files of a home that do not: they mean nothing elsewhere.
const LEFT_OUT: [&str; 3] = ["nanofolks.db", "manifest.json", "vault.key"];
/// Most files of the home that are copied along.
const FILES: usize = 100_000;

/// Make, check and take back safety copies
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A copy is a folder with the database, the attachments, the settings and the workspace.
Embedded models and logs are not in it, nor the key file of the vault: a copy must not hold \
both. It can be made while everything is running.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a copy
    Create(Create),
    /// Read a copy through: is it whole and unchanged?
    Verify(Verify),
    /// Make an empty home what the copy says; with --force also one that is in use so far
    Restore(Restore),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// A new or empty folder [default: nanofolks-backup-DATE-TIME in this folder]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::DirPath)]
    path: Option<PathBuf>,
    /// The same as PATH
    #[arg(long, short, value_name = "PATH", conflicts_with = "path", hide = true,
          value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// The folder of the copy
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::DirPath)]
    path: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Restore {
    /// The folder of the copy
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::DirPath)]
    path: PathBuf,
    /// Replace a home that is there; it is kept aside, as HOME.before-TIME
    #[arg(long)]
    force: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::Create(create) => create.run(cx),
            What::Verify(verify) => verify.run(cx),
            What::Restore(restore) => restore.run(cx),
        }
    }
}

impl Create {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let paths = cx.house.paths()?;
        let to = absolute(&self.path.or(self.output).unwrap_or_else(default_name))?;
        if FOLDERS.iter().any(|folder| to.starts_with(paths.root().join(folder))) {
            return Err(CliError::usage(
                "backup_inside",
                format!("{} would be copied into itself", to.display()),
            )
            .hint("name a folder outside of the home"));
        }
        let extras = extras(paths.root())?;
        let store = cx.house.store()?;
        let at = House::clock().now();
        let manifest = cx.block_on(async {
            store.backup(&to, &extras, at).await.map_err(|error| error.to_problem().into())
        })?;
        told(cx, &to, &manifest, "made");
        Ok(())
    }
}

impl Verify {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let path = absolute(&self.path)?;
        let manifest = verify_backup(&path).map_err(|error| error.to_problem())?;
        told(cx, &path, &manifest, "whole");
        Ok(())
    }
}

impl Restore {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let paths = cx.house.paths()?;
        let (path, home) = (absolute(&self.path)?, absolute(paths.root())?);
        if path.starts_with(&home) {
            return Err(CliError::usage(
                "backup_inside",
                format!("{} is inside the home that it would replace", path.display()),
            )
            .hint("move the backup out of the home first"));
        }
        if let Some(parent) = home.parent() {
            std::fs::create_dir_all(parent).map_err(|error| unreadable(parent, &error))?;
        }
        let at = House::clock().now();
        let done = restore_backup(&path, &home, self.force, at);
        let done = done.map_err(|error| error.to_problem())?;
        if cx.out.is_json() {
            let mut object = object(&home, &done.manifest);
            object["aside"] = json!(done.aside);
            object["backup"] = json!(path);
            cx.out.object(&object);
            return Ok(());
        }
        cx.out.line(&format!("{} is restored from {}", home.display(), path.display()));
        if let Some(aside) = &done.aside {
            cx.out.note(&format!("what was there is in {}", aside.display()));
        }
        Ok(())
    }
}

fn told(cx: &mut Cx, path: &Path, manifest: &Manifest, what: &str) {
    if cx.out.is_json() {
        cx.out.object(&object(path, manifest));
        return;
    }
    let size = amount::bytes(manifest.bytes());
    let files = amount::counted(manifest.files.len() as u64, "file");
    cx.out.line(&format!("{} is {what}: {files}, {size}", path.display()));
}

fn object(path: &Path, manifest: &Manifest) -> Value {
    json!({
        "schema": "nanofolks.backup_done.v1",
        "path": path,
        "made_at": manifest.made_at,
        "database_version": manifest.version,
        "files": manifest.files.len(),
        "bytes": manifest.bytes(),
    })
}

fn default_name() -> PathBuf {
    PathBuf::from(jiff::Zoned::now().strftime("nanofolks-backup-%Y%m%d-%H%M%S").to_string())
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(|error| unreadable(path, &error))
}

/// What people wrote into the home: the files at its top, and some folders. Links are left
/// out, because they may lead anywhere.
fn extras(root: &Path) -> Result<Vec<Extra>, CliError> {
    let mut found = Vec::new();
    for path in entries(root)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_database = name.starts_with("nanofolks.db") || LEFT_OUT.contains(&name.as_str());
        if is_plain_file(&path) && !is_database {
            found.push(Extra { from: path, to: name });
        }
    }
    for folder in FOLDERS {
        collect(&root.join(folder), folder, &mut found)?;
    }
    Ok(found)
}

fn collect(folder: &Path, name: &str, found: &mut Vec<Extra>) -> Result<(), CliError> {
    if !folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    for path in entries(folder)? {
        let last = path.file_name().unwrap_or_default();
        let Some(last) = last.to_str() else { continue };
        let to = format!("{name}/{last}");
        if is_plain_file(&path) {
            found.push(Extra { from: path, to });
        } else {
            collect(&path, &to, found)?;
        }
        if found.len() > FILES {
            let message = format!("there are more than {FILES} files below {}", folder.display());
            return Err(CliError::failure("backup_too_large", message));
        }
    }
    Ok(())
}

fn is_plain_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let listed = match std::fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut paths = Vec::new();
    for entry in listed {
        paths.push(entry.map_err(|error| unreadable(folder, &error))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::failure("folder_unreadable", format!("cannot read {}: {error}", path.display()))
}
