//! Files, copied and read with their digests.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nanofolks_protocol::BlobId;
use sha2::{Digest as _, Sha256};

use super::{BackupError, BackupFile, io, place};
use crate::db::private_folder;

const PIECE: usize = 64 * 1024;

/// The blobs of a folder, by their paths under it. Drafts are not blobs yet.
pub(super) fn blob_paths(blobs: &Path) -> Result<Vec<String>, BackupError> {
    let mut found = Vec::new();
    for shelf in names(blobs)? {
        for name in names(&blobs.join(&shelf))? {
            if !name.starts_with('.') {
                found.push(format!("{shelf}/{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    let told = |error: &std::io::Error| io("cannot read", folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(told(&error)),
    };
    entries
        .map(|entry| {
            let name = entry.map_err(|error| told(&error))?.file_name();
            name.into_string().map_err(|name| BackupError::Place(name.to_string_lossy().into()))
        })
        .collect()
}

/// Copies a file to its place in a folder, and onto the disk.
pub(super) fn copy_in(from: &Path, folder: &Path, path: &str) -> Result<BackupFile, BackupError> {
    let to = place(folder, path)?;
    if let Some(parent) = to.parent() {
        private_folder(parent)?;
    }
    let read = |error: &std::io::Error| io("cannot read", from, error);
    let written = |error: &std::io::Error| io("cannot write", &to, error);
    let mut source = File::open(from).map_err(|error| read(&error))?;
    let mut target = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&to)
        .map_err(|error| written(&error))?;
    let (bytes, sha256) = pour(&mut source, &mut target).map_err(|error| written(&error))?;
    target.sync_all().map_err(|error| written(&error))?;
    Ok(BackupFile { path: path.to_owned(), bytes, sha256 })
}

/// What a file of a folder is now.
pub(super) fn digest_of(folder: &Path, path: &str) -> Result<BackupFile, BackupError> {
    let at = place(folder, path)?;
    let (bytes, sha256) = File::open(&at)
        .and_then(|mut file| pour(&mut file, &mut std::io::sink()))
        .map_err(|error| io("cannot read", &at, &error))?;
    Ok(BackupFile { path: path.to_owned(), bytes, sha256 })
}

fn pour(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<(u64, BlobId)> {
    let mut digest = Sha256::new();
    let mut bytes = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, BlobId::from_digest(&digest.finalize().into())));
        }
        digest.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        bytes += read as u64;
    }
}

/// Makes the names of files durable, up to the folder.
pub(super) fn sync_folders(folder: &Path, files: &[BackupFile]) -> Result<(), BackupError> {
    let mut folders = BTreeSet::from([folder.to_owned()]);
    for file in files {
        let path = folder.join(&file.path);
        folders.extend(
            path.ancestors().skip(1).take_while(|above| *above != folder).map(Path::to_owned),
        );
    }
    folders.iter().try_for_each(|one| sync(one))
}

/// Makes a file or a folder durable.
pub(super) fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| io("cannot sync", path, &error))
}
