//! What survives a restart: one SQLite file, one writer.
//!
//! [`Store`] is the ports `Journal`, `Archive` and `Blobs`. Opening it is cheap: one
//! connection, no thread. The writer thread starts with the first write. Several processes
//! may have the same home open; each is alive as long as it holds its lock file
//! (`owners`), and what one has written the others read.
//!
//! Reads of bounded size run where they are asked, on a connection that is open already:
//! they take microseconds, less than handing them to another thread would. Only lists that
//! may be long move to a blocking thread.

mod apply;
mod approvals;
mod archive;
mod backup;
mod blobs;
mod budget;
mod calls;
mod checkpoints;
mod content;
mod db;
mod events;
mod fault;
mod inbox;
mod inspect;
mod learned;
mod messages;
mod outbox;
mod owners;
mod queue;
mod records;
mod requests;
mod rooms;
mod row;
mod salvage;
mod search;
mod sessions;
mod shared;
mod sign;
mod spending;
mod turns;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use nanofolks_protocol::journal::{Orphan, RequestRecord};
use nanofolks_protocol::ports::{BlobError, Blobs, Boxed, Journal, Lease, StoreError, Unwritten};
use nanofolks_protocol::{Batch, BlobId, OwnerId, RoomId, Timestamp, TurnId, Written};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

pub use self::backup::{
    BackupError, BackupFile, Extra, Manifest, Restored, restore_backup, verify_backup,
};
pub use self::blobs::BlobFolder;
use self::fault::Fault;
pub use self::inspect::{Check, Depth, Inspection, inspect};
use self::owners::Owners;
pub use self::owners::locks_work;
pub use self::salvage::{Rescued, Salvage, salvage};
use self::shared::Shared;
use self::sign::Sign;
use self::writer::{Job, Writer};

#[cfg(test)]
mod tests;

/// Longer lists are read on a blocking thread.
const READ_HERE: u32 = 256;

/// Where the store keeps things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePaths {
    /// The database; its log and its index lie beside it.
    pub db: PathBuf,
    /// The folder of the blobs.
    pub blobs: PathBuf,
    /// The folder of the lock files.
    pub run: PathBuf,
}

impl StorePaths {
    /// The usual places under a data root.
    #[must_use]
    pub fn under(root: &Path) -> Self {
        Self { db: root.join("nanofolks.db"), blobs: root.join("blobs"), run: root.join("run") }
    }
}

/// What a store has done since it was opened. One commit is one sync of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Transactions committed.
    pub commits: u64,
    /// Batches in them.
    pub batches: u64,
    /// Times the log was copied into the database.
    pub checkpoints: u64,
}

/// A home's database and blobs.
pub struct Store {
    // Dropped first: the writer ends before the locks are given back.
    writer: Writer,
    shared: Arc<Shared>,
    blobs: BlobFolder,
    paths: StorePaths,
    read_only: bool,
}

impl Store {
    /// Opens the database to read and write; makes it, or brings it up to date, first.
    ///
    /// A database that is damaged, newer or another program's is left as it is.
    pub fn open(paths: &StorePaths) -> Result<Self, StoreError> {
        Ok(Self::with(db::open(paths)?, paths, false))
    }

    /// Opens the database only to read, also in a home that may not be written. Where there
    /// is none, it reads as an empty one.
    pub fn open_read_only(paths: &StorePaths) -> Result<Self, StoreError> {
        Ok(Self::with(db::open_read_only(paths)?, paths, true))
    }

    fn with(opened: db::Opened, paths: &StorePaths, read_only: bool) -> Self {
        Self {
            writer: Writer::default(),
            shared: Arc::new(Shared::new(
                opened,
                Owners::new(paths.run.clone()),
                Sign::new(&paths.run),
            )),
            blobs: BlobFolder::new(paths.blobs.clone()),
            paths: paths.clone(),
            read_only,
        }
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let counters = &self.shared.counters;
        Stats {
            commits: counters.commits.load(Ordering::Relaxed),
            batches: counters.batches.load(Ordering::Relaxed),
            checkpoints: counters.checkpoints.load(Ordering::Relaxed),
        }
    }

    /// Whether the process that calls itself `owner` is running.
    ///
    /// A store holds every owner that it wrote an `Accept` or a `Claim` for, from just
    /// before the first of them until it is dropped.
    #[must_use]
    pub fn is_alive(&self, owner: OwnerId) -> bool {
        self.shared.owners.is_alive(owner)
    }

    /// Whether an owner is this process.
    #[must_use]
    pub fn is_ours(&self, owner: OwnerId) -> bool {
        self.shared.owners.is_ours(owner)
    }

    /// Whether a process was found that did not end by itself: a reason to look closely,
    /// with [`inspect`], when there is time. Known once this store owns something.
    #[must_use]
    pub fn found_unclean_end(&self) -> bool {
        self.shared.owners.unclean.load(Ordering::Relaxed)
    }

    /// The model requests of a turn, oldest first.
    pub async fn requests(&self, turn: TurnId) -> Result<Vec<RequestRecord>, StoreError> {
        self.read_apart(move |conn| requests::requests(conn, turn)).await
    }

    /// The way to the writer.
    fn lane(&self) -> Result<mpsc::Sender<Job>, StoreError> {
        if self.read_only {
            return Err(StoreError::ReadOnly("it was opened only to read".to_owned()));
        }
        self.writer.jobs(&self.shared)
    }

    /// Hands the writer a job and waits for its answer.
    async fn ask<T>(
        jobs: mpsc::Sender<Job>,
        job: impl FnOnce(oneshot::Sender<T>) -> Job,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::Other("the writer stopped".to_owned());
        let (reply, answer) = oneshot::channel();
        jobs.send(job(reply)).await.map_err(|_| gone())?;
        // Held no longer: a store that is dropped meanwhile waits for its senders to go.
        drop(jobs);
        answer.await.map_err(|_| gone())
    }

    async fn adopt(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<Vec<Orphan>, StoreError>>) -> Job,
    ) -> Result<Vec<Orphan>, StoreError> {
        Self::ask(self.lane()?, job).await?
    }

    /// Reads on a blocking thread.
    async fn read_apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || shared.read_apart(work))
            .await
            .map_err(|error| StoreError::Other(error.to_string()))?
    }

    /// Reads a list: here when it is short, on a blocking thread when it may be long.
    async fn read_list<T: Send + 'static>(
        &self,
        limit: u32,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        if limit <= READ_HERE { self.shared.read(work) } else { self.read_apart(work).await }
    }
}

impl Journal for Store {
    fn commit(&self, batch: Batch) -> Boxed<'_, Result<Vec<Written>, Unwritten>> {
        Box::pin(async move {
            // A writer that is gone took what it had with it.
            let lost = |error| Unwritten { error, batch: Batch::default() };
            match self.lane() {
                Ok(jobs) => Self::ask(jobs, |reply| Job::Commit { batch, reply })
                    .await
                    .unwrap_or_else(|error| Err(lost(error))),
                Err(error) => Err(Unwritten { error, batch }),
            }
        })
    }

    fn adopt_orphans<'a>(
        &'a self,
        room: &'a RoomId,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        let room = room.clone();
        Box::pin(self.adopt(move |reply| Job::Adopt { room, silent: None, owner, at, reply }))
    }

    fn adopt_silent<'a>(
        &'a self,
        room: &'a RoomId,
        lease: Lease,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        let (room, silent) = (room.clone(), Some(lease));
        Box::pin(self.adopt(move |reply| Job::Adopt { room, silent, owner, at, reply }))
    }
}

impl Blobs for Store {
    fn put(&self, bytes: Bytes) -> Boxed<'_, Result<BlobId, BlobError>> {
        self.blobs.put(bytes)
    }

    fn get<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Bytes, BlobError>> {
        self.blobs.get(id)
    }
}
