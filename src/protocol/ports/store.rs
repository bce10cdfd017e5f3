//! What survives a restart.

use std::sync::Arc;

use super::Boxed;
use crate::history::{
    ModelOutcome, Numbered, Recording, SearchFilter, TurnFilter, TurnRecord, TurnSummary,
};
use crate::journal::Orphan;
use crate::{
    ApprovalId, ApprovalRow, Batch, BlobId, Checkpoint, DeliveryFilter, DeliveryId, DeliveryRow,
    Event, Hit, Learned, Message, MessageId, ModelRef, OwnerId, Problem, ProblemKind, Queued, Room,
    RoomId, Session, SessionId, Timestamp, TurnId, TurnState, Usage, UsageFilter, UsageRow,
    Written,
};

/// Why the store could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full: {0}")]
    Full(String),
    /// Reading or writing failed: the disk, or a limit on the size of files.
    #[error("the database cannot be written: the disk or a limit on file sizes is in the way: {0}")]
    Disk(String),
    /// The home or the database cannot be written.
    #[error("cannot write the database: {0}")]
    ReadOnly(String),
    /// What is stored is damaged.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// A newer version wrote it.
    #[error("the database has version {found}, this program knows {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Another process holds it for too long.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// Nothing has this name.
    #[error("{0} does not exist")]
    Missing(String),
    /// Anything else.
    #[error("the database failed: {0}")]
    Other(String),
}

impl StoreError {
    /// What the user is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let (code, hint) = match self {
            Self::Full(_) => ("disk_full", "free some space and try again"),
            Self::Disk(_) => (
                "disk_failed",
                "look at the disk, at `ulimit -f` and at the system's log; what was accepted \
                 before is safe",
            ),
            Self::ReadOnly(_) => ("home_read_only", "`nanofolks doctor` checks the home folder"),
            Self::Corrupt(_) => (
                "database_corrupt",
                "`nanofolks doctor --fix` sets it aside and saves what can be read",
            ),
            Self::Newer { .. } => ("database_newer", "update nanofolks, or use another home"),
            Self::Busy(_) => ("database_busy", "another process is writing; try again"),
            Self::Missing(_) => ("not_found", "`nanofolks session list --all` shows what is there"),
            Self::Other(_) => ("database_failed", "`nanofolks doctor` checks the database"),
        };
        let kind = match self {
            Self::Missing(_) => ProblemKind::Usage,
            _ => ProblemKind::Failure,
        };
        let mut problem = Problem::new(kind, code, self.to_string()).hint(hint);
        problem.retryable = matches!(self, Self::Busy(_) | Self::Full(_) | Self::Disk(_));
        problem
    }
}

/// A batch that was not written, and why. Whoever has to write it later gets it back.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Unwritten {
    /// Why not.
    pub error: StoreError,
    /// What was to be written.
    pub batch: Batch,
}

impl Unwritten {
    /// What the user is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        self.error.to_problem()
    }
}

impl From<Unwritten> for StoreError {
    fn from(unwritten: Unwritten) -> Self {
        unwritten.error
    }
}

/// Writes. Answers when it is on disk.
pub trait Journal: Send + Sync {
    /// Writes a batch whole or not at all; one answer per write, in order.
    fn commit(&self, batch: Batch) -> Boxed<'_, Result<Vec<Written>, Unwritten>>;

    /// Turns whose process is gone, and takes them over for `owner`.
    fn adopt_orphans<'a>(
        &'a self,
        room: &'a RoomId,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>>;

    /// Takes over a turn whose process is there but has let its lease be for too long: only
    /// when turn and lease are still the given ones.
    fn adopt_silent<'a>(
        &'a self,
        room: &'a RoomId,
        lease: Lease,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        let _nobody = (room, lease, owner, at);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

/// Who has a turn, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The turn.
    pub turn: TurnId,
    /// The process that has it.
    pub owner: OwnerId,
    /// Until when it holds, by that process's clock.
    pub until: Timestamp,
}

/// A room as a turn finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomState {
    /// The room.
    pub room: Room,
    /// Its current session, if one has begun.
    pub session: Option<Session>,
    /// The number of its newest event; 0 when there is none.
    pub seq: u64,
    /// Envelopes that wait.
    pub queued: u64,
    /// The turn that runs or waits, and who owns it.
    pub live: Option<(TurnId, OwnerId)>,
    /// The lease of that turn.
    pub lease: Option<Lease>,
}

/// Which sessions are wanted.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Only of this room.
    pub room: Option<RoomId>,
    /// Archived rooms too.
    pub all: bool,
    /// Only what is in the trash, instead of what is not.
    pub trashed: bool,
    /// Most sessions; newest first.
    pub limit: u32,
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSummary {
    /// The session.
    pub session: Session,
    /// What was used in it.
    pub usage: Usage,
    /// US dollars.
    pub cost_usd: f64,
    /// Whether every price was known.
    pub cost_known: bool,
    /// When it was put into the trash.
    pub trashed_at: Option<Timestamp>,
}

/// Reads. Sees everything that was answered as written.
pub trait Archive: Send + Sync {
    /// A room as a turn finds it; `None` when there is no such room.
    fn room<'a>(&'a self, room: &'a RoomId) -> Boxed<'a, Result<Option<RoomState>, StoreError>>;

    /// All rooms, by name; archived ones only when `all`.
    fn rooms(&self, all: bool) -> Boxed<'_, Result<Vec<Room>, StoreError>>;

    /// A session.
    fn session(&self, session: SessionId) -> Boxed<'_, Result<Option<Session>, StoreError>>;

    /// Sessions, newest first.
    fn sessions(&self, filter: SessionFilter)
    -> Boxed<'_, Result<Vec<SessionSummary>, StoreError>>;

    /// The newest `limit` messages of a session, oldest first.
    fn messages(
        &self,
        session: SessionId,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<Arc<Message>>, StoreError>>;

    /// Events of a room after a number, at most `limit`, in order.
    fn events<'a>(
        &'a self,
        room: &'a RoomId,
        after: u64,
        limit: u32,
    ) -> Boxed<'a, Result<Vec<Event>, StoreError>>;

    /// Where a turn stands.
    fn turn(&self, turn: TurnId) -> Boxed<'_, Result<Option<TurnState>, StoreError>>;

    /// Who asked for a turn to end that is not over, with [`crate::Write::StopTurn`].
    fn stop_asked(&self, turn: TurnId) -> Boxed<'_, Result<Option<String>, StoreError>>;

    /// Bytes kept with [`crate::Write::Content`].
    fn content<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Vec<u8>, StoreError>>;

    /// Waits for a sign that something was written, here or by another process. May come
    /// without a reason; may not come at all when nothing is watched, so the caller bounds
    /// the wait.
    ///
    /// Watching begins with the call, not with the first poll: make the future, read, and
    /// then wait, and nothing that is written in between is missed.
    fn changed(&self) -> Boxed<'_, ()> {
        Box::pin(std::future::pending())
    }

    /// The newest run room whose turns worked in `folder`, for `--continue`.
    fn last_run<'a>(&'a self, folder: &'a str) -> Boxed<'a, Result<Option<RoomId>, StoreError>>;

    /// Sessions whose id begins with `prefix`, hyphens or not; at most ten, oldest first.
    fn find_session<'a>(&'a self, prefix: &'a str)
    -> Boxed<'a, Result<Vec<SessionId>, StoreError>>;

    /// Messages of a session after a number, at most `limit`, in order, the inherited ones too.
    fn messages_after(
        &self,
        session: SessionId,
        after: u64,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<Numbered>, StoreError>>;

    /// A message by its name.
    fn message(&self, message: MessageId) -> Boxed<'_, Result<Option<Arc<Message>>, StoreError>>;

    /// Messages with all words of `query`, the last of which may be unfinished; the best first.
    /// Any text is a query.
    fn search<'a>(
        &'a self,
        query: &'a str,
        filter: SearchFilter,
        limit: u32,
    ) -> Boxed<'a, Result<Vec<Hit>, StoreError>>;

    /// The newest checkpoint that holds for a session; also one of its parent, when it
    /// stands for nothing but what was inherited.
    fn checkpoint(&self, session: SessionId) -> Boxed<'_, Result<Option<Checkpoint>, StoreError>>;

    /// Questions, oldest first; those that wait, or all.
    fn approvals(&self, pending_only: bool) -> Boxed<'_, Result<Vec<ApprovalRow>, StoreError>>;

    /// A question.
    fn approval(&self, approval: ApprovalId) -> Boxed<'_, Result<Option<ApprovalRow>, StoreError>>;

    /// What waits in a room, in the order in which it is claimed.
    fn queue<'a>(&'a self, room: &'a RoomId) -> Boxed<'a, Result<Vec<Queued>, StoreError>>;

    /// Turns, newest first.
    fn turns(&self, filter: TurnFilter) -> Boxed<'_, Result<Vec<TurnSummary>, StoreError>>;

    /// A turn with everything that a replay needs.
    fn turn_record(&self, turn: TurnId) -> Boxed<'_, Result<Option<TurnRecord>, StoreError>>;

    /// What a turn read of the world outside, in order.
    fn recorded(&self, turn: TurnId) -> Boxed<'_, Result<Vec<Recording>, StoreError>>;

    /// What was learned about a model.
    fn learned<'a>(&'a self, model: &'a ModelRef)
    -> Boxed<'a, Result<Option<Learned>, StoreError>>;

    /// Spending, added up; by key, days in order.
    fn usage(&self, filter: UsageFilter) -> Boxed<'_, Result<Vec<UsageRow>, StoreError>>;

    /// How models answered lately, oldest first; at most `limit`.
    fn outcomes(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<ModelOutcome>, StoreError>>;

    /// The same when one of them failed, and nothing when all went well. Costs next to nothing
    /// then: whoever begins a process asks before the first message.
    fn troubles(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<ModelOutcome>, StoreError>>;

    /// Deliveries, newest first.
    fn deliveries(&self, filter: DeliveryFilter)
    -> Boxed<'_, Result<Vec<DeliveryRow>, StoreError>>;

    /// A delivery.
    fn delivery(&self, id: DeliveryId) -> Boxed<'_, Result<Option<DeliveryRow>, StoreError>>;

    /// Whether a process is there, as far as its lock tells. That says nothing of a process
    /// that hangs.
    fn is_alive(&self, owner: OwnerId) -> bool;

    /// What may be sent now: of each chat the oldest that is not over, if its time has come.
    /// One in the state `sending` was left by somebody who did not say how it went.
    fn due(&self, now: Timestamp, limit: u32) -> Boxed<'_, Result<Vec<DeliveryRow>, StoreError>>;
}
