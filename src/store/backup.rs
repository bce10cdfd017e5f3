//! Safety copies: a folder with the database, the blobs and what the caller adds, and a
//! manifest that is written last. Without it, a copy is not complete.

mod copy;
mod restore;

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use nanofolks_protocol::ports::StoreError;
use nanofolks_protocol::{BlobId, Problem, ProblemKind, Timestamp};
use serde::{Deserialize, Serialize};

use self::copy::{digest_of, sync};
pub use self::restore::{Restored, restore_backup};
use crate::db::{self, Readers};
use crate::{Store, StorePaths};

const SCHEMA: &str = "nanofolks.backup.v1";
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "nanofolks.db";
const BLOBS: &str = "blobs";

/// Why there is no copy, or none that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The folder is in use.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The copy has no manifest: it was not finished, or it is something else.
    #[error("{} holds no complete backup: it has no {MANIFEST}", .0.display())]
    Incomplete(PathBuf),
    /// There is no such folder.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// What is in it is not what was put in.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// A newer version made it.
    #[error("the backup holds a database of version {found}, this program knows {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Somebody works in the home that is to be replaced.
    #[error("a process is working in {}", .0.display())]
    InUse(PathBuf),
    /// A path would lead out of the folder.
    #[error("{0:?} is no place in a backup")]
    Place(String),
    /// The disk said no.
    #[error("{0}")]
    Io(String),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// What the user is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let (kind, code, hint) = match self {
            Self::NotEmpty(_) => {
                (ProblemKind::Usage, "not_empty", "name another folder, or use --force")
            }
            Self::Incomplete(_) => (
                ProblemKind::Failure,
                "backup_incomplete",
                "it was interrupted; use another one, or make a new one",
            ),
            Self::Missing(_) => {
                (ProblemKind::Usage, "backup_missing", "name the folder of a backup")
            }
            Self::Damaged(_) => {
                (ProblemKind::Failure, "backup_damaged", "use another one, or make a new one")
            }
            Self::Newer { .. } => (ProblemKind::Failure, "database_newer", "update nanofolks"),
            Self::InUse(_) => (ProblemKind::Failure, "home_in_use", "end it first"),
            Self::Place(_) => (ProblemKind::Usage, "bad_path", "name a path inside of the home"),
            Self::Io(_) => (ProblemKind::Failure, "backup_failed", "check the disk and try again"),
            Self::Store(error) => return error.to_problem(),
        };
        Problem::new(kind, code, self.to_string()).hint(hint)
    }
}

/// A file that goes into the copy beside the database and the blobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Where it is.
    pub from: PathBuf,
    /// Where it goes, under the home: `config.toml`.
    pub to: String,
}

/// What is in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `nanofolks.backup.v1`.
    pub schema: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The version of the database's schema.
    pub version: i64,
    /// The files, by their paths.
    pub files: Vec<BackupFile>,
}

/// A file of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFile {
    /// Where it is, under the folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub sha256: BlobId,
}

impl Manifest {
    /// The size of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

impl Store {
    /// Copies everything into a new or empty folder, while others read and write.
    ///
    /// The database is copied as it is at one moment, then the blobs: none that it names
    /// is missing.
    pub async fn backup(
        &self,
        to: &Path,
        extras: &[Extra],
        at: Timestamp,
    ) -> Result<Manifest, BackupError> {
        let source = self.shared.readers();
        let (to, extras) = (to.to_owned(), extras.to_vec());
        let blobs = self.paths.blobs.clone();
        tokio::task::spawn_blocking(move || make(&source, &blobs, &to, &extras, at))
            .await
            .map_err(|error| BackupError::Io(error.to_string()))?
    }
}

fn make(
    source: &Readers,
    blobs: &Path,
    to: &Path,
    extras: &[Extra],
    at: Timestamp,
) -> Result<Manifest, BackupError> {
    if is_in_use(to)? {
        return Err(BackupError::NotEmpty(to.to_owned()));
    }
    let was_there = to.exists();
    let made = fill(source, blobs, to, extras, at);
    if made.is_err() {
        // Half of a copy is of no use to anybody. An empty folder was the caller's.
        fs::remove_dir_all(to).ok();
        if was_there {
            db::private_folder(to).ok();
        }
    }
    made
}

fn fill(
    source: &Readers,
    blobs: &Path,
    to: &Path,
    extras: &[Extra],
    at: Timestamp,
) -> Result<Manifest, BackupError> {
    db::private_folder(to)?;
    let version = db::copy(source, &to.join(DATABASE))?;
    let mut files = vec![digest_of(to, DATABASE)?];
    sync(&to.join(DATABASE))?;
    for path in copy::blob_paths(blobs)? {
        files.push(copy::copy_in(&blobs.join(&path), to, &format!("{BLOBS}/{path}"))?);
    }
    let mut taken: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
    for extra in extras {
        place(to, &extra.to)?;
        if extra.to == MANIFEST || !taken.insert(extra.to.clone()) {
            return Err(BackupError::Place(extra.to.clone()));
        }
        files.push(copy::copy_in(&extra.from, to, &extra.to)?);
    }
    copy::sync_folders(to, &files)?;
    let manifest = Manifest { schema: SCHEMA.to_owned(), made_at: at, version, files };
    write_manifest(to, &manifest)?;
    Ok(manifest)
}

fn write_manifest(to: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let draft = to.join(format!(".{MANIFEST}"));
    let text =
        serde_json::to_vec_pretty(manifest).map_err(|error| BackupError::Io(error.to_string()))?;
    let write = || {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&draft, to.join(MANIFEST))
    };
    write().map_err(|error: std::io::Error| io("cannot write", &draft, &error))?;
    sync(to)
}

/// Reads a copy through: every file is there, whole and unchanged.
pub fn verify_backup(folder: &Path) -> Result<Manifest, BackupError> {
    let path = folder.join(MANIFEST);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(match folder.exists() {
                true => BackupError::Incomplete(folder.to_owned()),
                false => BackupError::Missing(folder.to_owned()),
            });
        }
        Err(error) => return Err(io("cannot read", &path, &error)),
    };
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| BackupError::Damaged(format!("{MANIFEST}: {error}")))?;
    if manifest.schema != SCHEMA {
        return Err(BackupError::Damaged(format!("{MANIFEST} is {:?}", manifest.schema)));
    }
    if manifest.version > db::VERSION {
        let known = db::VERSION;
        return Err(BackupError::Newer { found: manifest.version, known });
    }
    if !manifest.files.iter().any(|file| file.path == DATABASE) {
        return Err(BackupError::Damaged(format!("{DATABASE} is not listed")));
    }
    for file in &manifest.files {
        place(folder, &file.path)?;
        match digest_of(folder, &file.path) {
            Ok(found) if found == *file => {}
            Ok(_) => return Err(BackupError::Damaged(format!("{} has changed", file.path))),
            Err(error) => return Err(BackupError::Damaged(error.to_string())),
        }
    }
    Ok(manifest)
}

/// Where a path of a manifest leads: under the folder, or nowhere.
fn place(folder: &Path, path: &str) -> Result<PathBuf, BackupError> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if plain && !path.is_empty() {
        Ok(folder.join(path))
    } else {
        Err(BackupError::Place(path.to_owned()))
    }
}

/// Whether something is there already.
fn is_in_use(folder: &Path) -> Result<bool, BackupError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io("cannot read", folder, &error)),
    }
}

fn io(what: &str, path: &Path, error: &std::io::Error) -> BackupError {
    BackupError::Io(format!("{what} {}: {error}", path.display()))
}

/// The places of a home that a copy is restored into.
fn paths_of(home: &Path) -> StorePaths {
    StorePaths::under(home)
}
