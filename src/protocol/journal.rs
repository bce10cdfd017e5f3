//! What is written, as data: one batch is one transaction.
//!
//! The engine describes what is to be on disk; the store makes it so. A batch is written
//! whole or not at all, and several batches that wait at the same time share one sync.
//! That is what lets *accept, claim, first request* be one commit (ARCHITECTURE.md, "Syncs").

use std::sync::Arc;

use serde_json::Value;

use crate::{
    ApprovalRequest, BlobId, CallId, Checkpoint, Decision, Delivery, DeliveryId, DeliveryState,
    Envelope, EnvelopeId, Event, Learned, Message, MessageId, OwnerId, Problem, Reservation,
    ReservationId, Room, RoomId, RunId, Session, SessionId, Spending, Timestamp, ToolResult,
    TurnId, TurnOptions, TurnState,
};

mod orphan;
mod record;
mod written;

pub use orphan::{LastRequest, OpenCall, Orphan};
pub use record::{RequestRecord, ResponseRecord};
pub use written::{Claimed, NotClaimed, OverBudget, Written};

/// Writes that belong together, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The writes.
    pub writes: Vec<Write>,
}

/// One write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Makes the room when it is not there; changes nothing when it is.
    EnsureRoom(Room),
    /// Marks a room as archived or not.
    ArchiveRoom {
        /// The room.
        room: RoomId,
        /// Whether it is archived.
        archived: bool,
    },
    /// Begins a session and makes it the room's current one.
    BeginSession(Session),
    /// The same, but fails the batch with [`StoreError::Busy`](crate::ports::StoreError::Busy)
    /// when the room has a session already: somebody else was quicker.
    BeginFirstSession(Session),
    /// Gives a session a title.
    TitleSession {
        /// The session.
        session: SessionId,
        /// The title.
        title: String,
    },
    /// Puts an envelope into its room's inbox. A known idempotency key changes nothing.
    Accept {
        /// The message.
        envelope: Box<Envelope>,
        /// What the sender wants of the turn.
        options: Box<TurnOptions>,
        /// The session it speaks in.
        session: SessionId,
        /// The process that will run the turn.
        owner: OwnerId,
        /// When it came.
        at: Timestamp,
    },
    /// Claims the next inbox row of a room that has no live turn.
    ///
    /// Next is by priority, then by arrival. A row whose accepting process is alive and is
    /// not `owner` is not claimed: that process will. When nothing is claimed, the rest of
    /// the batch is **not** written.
    Claim {
        /// The room.
        room: RoomId,
        /// The process that claims.
        owner: OwnerId,
        /// The name the turn gets.
        turn: TurnId,
        /// Claims only this envelope, and only when the session's newest message is the
        /// given one: the first request was built on that.
        only: Option<Expected>,
        /// When it is claimed.
        at: Timestamp,
        /// Until when the lease holds for processes on other machines.
        lease_until: Timestamp,
    },
    /// Moves a turn to another state; an ending frees its room.
    Turn {
        /// The turn.
        turn: TurnId,
        /// The new state.
        state: TurnState,
        /// What went wrong, for `failed`.
        problem: Option<Problem>,
        /// When.
        at: Timestamp,
    },
    /// Appends an event; the store gives it the room's next number.
    Event(Box<Event>),
    /// Appends a message to a session.
    Message {
        /// The session.
        session: SessionId,
        /// The message.
        message: Arc<Message>,
    },
    /// Keeps bytes by their digest: a system prompt, a set of tool schemas.
    Content {
        /// The SHA-256 of `bytes`.
        id: BlobId,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Records a model request as references, before it is sent.
    Request(Box<RequestRecord>),
    /// Records how a model request ended.
    Response(Box<ResponseRecord>),
    /// A tool is about to run.
    ToolStarted {
        /// The turn.
        turn: TurnId,
        /// The bot's part in it.
        run: RunId,
        /// The call.
        call_id: CallId,
        /// The tool.
        tool: String,
        /// Whether it may simply run again after a crash.
        idempotent: bool,
        /// The arguments as they run.
        arguments: Value,
        /// When.
        at: Timestamp,
    },
    /// A tool ended.
    ToolFinished {
        /// The turn.
        turn: TurnId,
        /// The result.
        result: Box<ToolResult>,
        /// When.
        at: Timestamp,
    },
    /// A question that waits.
    ApprovalAsked(Box<ApprovalRequest>),
    /// The question is settled. The first answer counts; later ones change nothing.
    ApprovalSettled {
        /// The question.
        approval: crate::ApprovalId,
        /// The answer.
        decision: Decision,
        /// Who answered.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Begins a branch of a session and makes it the room's current session.
    BranchSession {
        /// The name the branch gets.
        session: SessionId,
        /// The session it branches from.
        parent: SessionId,
        /// The newest message that both share; all of them when there is none.
        upto: Option<MessageId>,
        /// The title.
        title: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Notes that nobody here knows what a session did cost: it came from elsewhere.
    Unpriced {
        /// The session.
        session: SessionId,
    },
    /// Puts a session into the trash, or takes it out. Nothing is deleted. A room whose
    /// current session goes into the trash has none then.
    TrashSession {
        /// The session.
        session: SessionId,
        /// Whether it goes in.
        trashed: bool,
        /// When.
        at: Timestamp,
    },
    /// Changes the text of an envelope that waits.
    EditQueued {
        /// The envelope.
        envelope: EnvelopeId,
        /// The new text.
        text: String,
    },
    /// Takes an envelope that waits out of the queue.
    WithdrawQueued {
        /// The envelope.
        envelope: EnvelopeId,
        /// When.
        at: Timestamp,
    },
    /// Makes envelopes that wait part of a turn that runs, all or none. When one of them does
    /// not wait any more, or says something else, the rest of the batch is **not** written.
    JoinTurn {
        /// The turn.
        turn: TurnId,
        /// The envelopes, and what they say.
        envelopes: Vec<(EnvelopeId, String)>,
    },
    /// Keeps what stands for the older part of a session.
    Checkpoint {
        /// The session.
        session: SessionId,
        /// What stands for it.
        checkpoint: Box<Checkpoint>,
    },
    /// Holds back what a call may cost. When that is over a ceiling, the rest of the batch
    /// is **not** written.
    Reserve(Box<Reservation>),
    /// Gives back what was held for a call that was not made. An unknown one changes nothing.
    Release {
        /// The reservation.
        reservation: ReservationId,
    },
    /// Records a call that is no bot's answer.
    Spent(Box<Spending>),
    /// Keeps what was learned about a model; the newest counts.
    Learned(Box<Learned>),
    /// Keeps what a turn read of the world outside: a clock, a seed, its environment.
    Recorded {
        /// The turn.
        turn: TurnId,
        /// What it is.
        name: String,
        /// What was read.
        bytes: Vec<u8>,
    },
    /// Puts something into the outbox. A known key changes nothing.
    Enqueue(Box<Delivery>),
    /// Notes how a delivery goes. An outcome of an attempt that is not the newest changes
    /// nothing, unless it is that it was sent.
    DeliveryState {
        /// The delivery.
        id: DeliveryId,
        /// Where it stands now.
        state: DeliveryState,
        /// How often it was tried.
        attempts: u32,
        /// When to try again; for `sending`, until when the one who tries is believed to.
        next_at: Option<Timestamp>,
        /// Why it did not work.
        reason: Option<String>,
    },
    /// Takes a delivery in hand, unless somebody else has done so since its attempts were
    /// counted, or it is over. Answers with [`Written::Changed`].
    TakeDelivery {
        /// The delivery.
        id: DeliveryId,
        /// The process that will try.
        owner: OwnerId,
        /// The number of this attempt, one more than were made.
        attempt: u32,
        /// Until when the one who tries is believed to.
        until: Timestamp,
    },
    /// Puts a delivery back that was given up, failed or nobody knows the outcome of.
    /// Answers with [`Written::Changed`].
    ReviveDelivery {
        /// The delivery.
        id: DeliveryId,
    },
    /// Hands a waiting envelope of a process that hangs to another one.
    /// Answers with [`Written::Changed`].
    Inherit {
        /// The envelope.
        envelope: EnvelopeId,
        /// The process that accepted it.
        from: OwnerId,
        /// The process that will run its turn.
        to: OwnerId,
    },
    /// Asks whoever runs a turn to end it; the first to ask counts. A turn that is over stays
    /// as it is. Answers with [`Written::Changed`].
    StopTurn {
        /// The turn.
        turn: TurnId,
        /// Who asks.
        by: String,
    },
    /// Holds on to a turn. When it is not `owner`'s any more, the rest of the batch is
    /// **not** written: begin a batch with it to write only as the owner.
    RenewLease {
        /// The turn.
        turn: TurnId,
        /// The process that believes it has it.
        owner: OwnerId,
        /// Until when the lease holds now.
        lease_until: Timestamp,
    },
}

/// What a claim was built on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// The newest message of the session, `None` when there is none yet.
    pub newest: Option<MessageId>,
}
