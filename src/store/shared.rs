//! What the store's callers and its writer share: the connection, its readers, the locks.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nanofolks_protocol::ports::StoreError;
use rusqlite::Connection;

use crate::db::{self, Readers};
use crate::fault::Fault;
use crate::owners::Owners;
use crate::sign::Sign;

/// Readers that are kept open for the next read.
const KEPT: usize = 2;

/// What it has cost so far.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) commits: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) checkpoints: AtomicU64,
}

/// See the module.
pub(crate) struct Shared {
    /// The writer's connection. While no commit runs it serves reads as well, so that a
    /// command that does one thing opens one connection.
    primary: Mutex<Connection>,
    how: Readers,
    idle: Mutex<Vec<Connection>>,
    pub(crate) owners: Owners,
    pub(crate) counters: Counters,
    pub(crate) sign: Sign,
}

impl Shared {
    pub(crate) fn new(opened: db::Opened, owners: Owners, sign: Sign) -> Self {
        Self {
            primary: Mutex::new(opened.conn),
            how: opened.readers,
            idle: Mutex::default(),
            owners,
            counters: Counters::default(),
            sign,
        }
    }

    /// How further readers open the database.
    pub(crate) fn readers(&self) -> Readers {
        self.how.clone()
    }

    /// The writer's connection. Whoever panicked with it in hand left no transaction
    /// open: dropping one takes it back.
    pub(crate) fn primary(&self) -> MutexGuard<'_, Connection> {
        self.primary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on a connection that is free right now.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        match self.primary.try_lock() {
            Ok(conn) => Ok(work(&conn)?),
            Err(_) => self.read_apart(work),
        }
    }

    /// Reads on a connection that the writer does not need.
    pub(crate) fn read_apart<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        if matches!(self.how, Readers::Shared) {
            return Ok(work(&self.primary())?);
        }
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match kept {
            Some(conn) => conn,
            None => db::reader(&self.how)?,
        };
        let result = work(&conn);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(conn);
        }
        Ok(result?)
    }
}
