//! The one thread that writes.
//!
//! It takes whatever queued while the last commit ran, writes it in one transaction with a
//! savepoint for each batch when there are several, commits once, and only then answers. So an answer means *on
//! disk*, a bad batch does not spoil its neighbours, and nothing waits for a timer.

use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::{Lease, StoreError, Unwritten};
use nanofolks_protocol::{Batch, OwnerId, RoomId, Timestamp, Written};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::fault::{Fault, because_full};
use crate::shared::Shared;
use crate::{apply, turns};

/// Jobs that wait before callers have to.
const QUEUE: usize = 256;

/// Pages in the log after which it is copied into the database: when nobody waits, and in
/// any case. A short log is what makes the next process start fast, as it reads all of it.
const LOG_WHEN_IDLE: i32 = 256;
const LOG_AT_MOST: i32 = 2_000;

type Answer<T> = Result<T, StoreError>;

/// Something to write.
pub(crate) enum Job {
    /// A batch.
    Commit { batch: Batch, reply: oneshot::Sender<Result<Vec<Written>, Unwritten>> },
    /// Turns of dead processes are to be taken over.
    Adopt {
        room: RoomId,
        /// The lease of a process that is there but silent; without it, of those that are gone.
        silent: Option<Lease>,
        owner: OwnerId,
        at: Timestamp,
        reply: oneshot::Sender<Answer<Vec<Orphan>>>,
    },
}

/// What a job came to, before it is on disk.
enum Outcome {
    Written(Vec<Written>),
    Adopted(Vec<Orphan>),
}

/// The thread, from its first job on.
#[derive(Default)]
pub(crate) struct Writer {
    lane: Mutex<Option<Lane>>,
}

struct Lane {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Where jobs go; starts the thread when it is the first.
    pub(crate) fn jobs(&self, shared: &Arc<Shared>) -> Answer<mpsc::Sender<Job>> {
        let mut lane = self.lane.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lane.as_ref() {
            return Ok(lane.jobs.clone());
        }
        let (jobs, queue) = mpsc::channel(QUEUE);
        let shared = Arc::clone(shared);
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || run(&shared, queue))
            .map_err(|error| StoreError::Other(format!("cannot start a thread: {error}")))?;
        *lane = Some(Lane { jobs: jobs.clone(), thread });
        Ok(jobs)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let lane = self.lane.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Lane { jobs, thread }) = lane {
            drop(jobs);
            // What was handed over is written before we go. A panic over there was an
            // error to whoever waited.
            thread.join().ok();
        }
    }
}

fn run(shared: &Shared, mut queue: mpsc::Receiver<Job>) {
    watch_log(&shared.primary());
    let mut group = Vec::new();
    let mut sign = None;
    while let Some(first) = queue.blocking_recv() {
        group.push(first);
        while group.len() < QUEUE
            && let Ok(job) = queue.try_recv()
        {
            group.push(job);
        }
        // Free again before anybody is answered, who will want to read: one who finds it taken
        // opens another, and a connection costs as much as everything else in a question.
        let outcomes = commit(&mut shared.primary(), shared, &group);
        // Asked before anybody is answered, who might come back at once.
        let idle = queue.is_empty();
        for (job, outcome) in group.drain(..).zip(outcomes) {
            answer(job, outcome);
        }
        shared.sign.give(&mut sign);
        shorten_log(shared, idle);
    }
}

/// Writes a group with one commit. When that fails as a whole, each job gets a commit of
/// its own, so that only those fail that cannot be written. A database that others hold is
/// not waited for once more for each of them.
fn commit(conn: &mut Connection, shared: &Shared, group: &[Job]) -> Vec<Answer<Outcome>> {
    let mut outcomes = settle(conn, shared, group);
    for outcome in &mut outcomes {
        if let Err(error) = outcome {
            let db = conn.path().unwrap_or_default();
            *error = because_full(Path::new(db), error.clone());
        }
    }
    outcomes
}

fn settle(conn: &mut Connection, shared: &Shared, group: &[Job]) -> Vec<Answer<Outcome>> {
    let each = |error: &StoreError| group.iter().map(|_| Err(error.clone())).collect();
    match together(conn, shared, group).map_err(StoreError::from) {
        Ok(outcomes) => outcomes,
        Err(error @ StoreError::Busy(_)) => each(&error),
        Err(_) if group.len() > 1 => group
            .iter()
            .flat_map(|job| {
                together(conn, shared, std::slice::from_ref(job))
                    .unwrap_or_else(|fault| vec![Err(fault.into())])
            })
            .collect(),
        Err(error) => each(&error),
    }
}

fn together(
    conn: &mut Connection,
    shared: &Shared,
    group: &[Job],
) -> Result<Vec<Answer<Outcome>>, Fault> {
    let before = conn.total_changes();
    let mut tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = Vec::with_capacity(group.len());
    match group {
        // Alone, it is taken back with the transaction. A savepoint would copy every page
        // that it changes.
        [alone] => outcomes.push(Ok(write(&tx, shared, alone)?)),
        several => {
            for job in several {
                outcomes.push(apart(&mut tx, shared, job)?);
            }
        }
    }
    tx.commit()?;
    // A claim that finds nothing writes nothing, and the disk is not asked to sync.
    if conn.total_changes() != before {
        shared.counters.commits.fetch_add(1, Ordering::Relaxed);
    }
    shared.counters.batches.fetch_add(group.len() as u64, Ordering::Relaxed);
    Ok(outcomes)
}

/// Writes one job inside a savepoint. Fails only when the transaction itself is lost.
fn apart(tx: &mut Transaction<'_>, shared: &Shared, job: &Job) -> Result<Answer<Outcome>, Fault> {
    let savepoint = tx.savepoint()?;
    match write(&savepoint, shared, job) {
        Ok(outcome) => {
            savepoint.commit()?;
            Ok(Ok(outcome))
        }
        // A full disk takes the whole transaction with it.
        Err(fault) if savepoint.is_autocommit() => Err(fault),
        Err(fault) => {
            savepoint.finish()?;
            Ok(Err(fault.into()))
        }
    }
}

fn write(tx: &Connection, shared: &Shared, job: &Job) -> Result<Outcome, Fault> {
    match job {
        Job::Commit { batch, .. } => apply::batch(tx, &shared.owners, batch).map(Outcome::Written),
        Job::Adopt { room, silent, owner, at, .. } => match silent {
            None => turns::adopt(tx, &shared.owners, room, *owner, *at),
            Some(lease) => turns::adopt_silent(tx, &shared.owners, room, *lease, (*owner, *at)),
        }
        .map(Outcome::Adopted),
    }
}

fn answer(job: Job, outcome: Answer<Outcome>) {
    // Whoever stopped waiting does not need to know.
    match (job, outcome) {
        (Job::Commit { reply, .. }, Ok(Outcome::Written(written))) => {
            reply.send(Ok(written)).ok();
        }
        (Job::Adopt { reply, .. }, Ok(Outcome::Adopted(orphans))) => {
            reply.send(Ok(orphans)).ok();
        }
        (Job::Commit { batch, reply }, Err(error)) => {
            reply.send(Err(Unwritten { error, batch })).ok();
        }
        (Job::Adopt { reply, .. }, Err(error)) => drop(reply.send(Err(error))),
        (Job::Commit { .. }, Ok(Outcome::Adopted(_)))
        | (Job::Adopt { .. }, Ok(Outcome::Written(_))) => {}
    }
}

thread_local! {
    /// Pages in the log after the last commit of this thread.
    static LOG: Cell<i32> = const { Cell::new(0) };
}

fn watch_log(conn: &Connection) {
    conn.wal_hook(Some(|_, pages| {
        LOG.set(pages);
        Ok(())
    }));
}

/// Copies the log into the database, after the answers are out.
fn shorten_log(shared: &Shared, idle: bool) {
    let pages = LOG.get();
    if pages < LOG_WHEN_IDLE || (pages < LOG_AT_MOST && !idle) {
        return;
    }
    // It takes what it can without waiting for anybody; the rest comes next time.
    let done = shared
        .primary()
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(0));
    match done {
        Ok(_) => {
            LOG.set(0);
            shared.counters.checkpoints.fetch_add(1, Ordering::Relaxed);
        }
        Err(error) => tracing::warn!(%error, "the log could not be copied into the database"),
    }
}
