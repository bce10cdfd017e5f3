//! Bytes by their digest, as files: `blobs/ab/cdef…`.
//!
//! A file is written under another name, synced, and renamed; so under its own name there
//! is either nothing or all of it. What is read is compared with its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use nanofolks_protocol::BlobId;
use nanofolks_protocol::ports::{BlobError, Blobs, Boxed};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::db::private_folder;

#[cfg(test)]
mod tests;

/// The folder that holds them. Opens nothing before it is asked.
#[derive(Debug, Clone)]
pub struct BlobFolder {
    folder: PathBuf,
}

impl BlobFolder {
    /// The blobs in `folder`, which is made with the first of them.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder and the name of a blob's file in it.
    fn place(&self, id: &BlobId) -> (PathBuf, String) {
        let (first, rest) = id.as_str().split_at(2);
        (self.folder.join(first), rest.to_owned())
    }

    fn keep(&self, bytes: &[u8]) -> Result<BlobId, BlobError> {
        let id = name(bytes);
        let (folder, file) = self.place(&id);
        let path = folder.join(&file);
        // Bytes that are there already are not written again, unless they went bad.
        if fs::read(&path).is_ok_and(|found| found == bytes) {
            return sync_folder(&folder).map(|()| id);
        }
        if !folder.is_dir() {
            private_folder(&folder).map_err(|error| BlobError::Io(error.to_string()))?;
            sync_folder(&self.folder)?;
        }
        let draft = folder.join(format!(".{}.{file}", Uuid::now_v7().simple()));
        write_draft(&draft, bytes).and_then(|()| fs::rename(&draft, &path)).map_err(|error| {
            // What is left of it is of no use to anybody.
            fs::remove_file(&draft).ok();
            failed(&path, &error)
        })?;
        sync_folder(&folder).map(|()| id)
    }

    fn find(&self, id: &BlobId) -> Result<Bytes, BlobError> {
        let (folder, file) = self.place(id);
        let path = folder.join(file);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BlobError::Missing(id.clone()));
            }
            Err(error) => return Err(failed(&path, &error)),
        };
        if name(&bytes) == *id { Ok(bytes.into()) } else { Err(BlobError::Damaged(id.clone())) }
    }
}

impl Blobs for BlobFolder {
    fn put(&self, bytes: Bytes) -> Boxed<'_, Result<BlobId, BlobError>> {
        let blobs = self.clone();
        Box::pin(async move { apart(move || blobs.keep(&bytes)).await? })
    }

    fn get<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Bytes, BlobError>> {
        let (blobs, id) = (self.clone(), id.clone());
        Box::pin(async move { apart(move || blobs.find(&id)).await? })
    }
}

/// Off the runtime's threads: a sync takes as long as the disk likes.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| BlobError::Io(error.to_string()))
}

fn name(bytes: &[u8]) -> BlobId {
    BlobId::from_digest(&Sha256::digest(bytes).into())
}

fn write_draft(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> Result<(), BlobError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(folder, &error))
}

fn failed(path: &Path, error: &io::Error) -> BlobError {
    BlobError::Io(format!("{}: {error}", path.display()))
}
