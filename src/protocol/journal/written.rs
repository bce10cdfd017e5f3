//! What a write did.

use crate::{Envelope, EnvelopeId, Limit, OwnerId, SessionId, Timestamp, TurnId, TurnOptions};

/// What a write did.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// It is on disk.
    Done,
    /// The envelope is in the inbox.
    Accepted {
        /// The envelope; an earlier one when the key was known.
        envelope: EnvelopeId,
        /// Whether it was known.
        duplicate: bool,
        /// The session it speaks in.
        session: SessionId,
        /// The turn that handles it, when it is claimed already.
        turn: Option<TurnId>,
    },
    /// What was claimed.
    Claimed(Box<Claimed>),
    /// Nothing was claimed; the rest of the batch was not written.
    NotClaimed(NotClaimed),
    /// The event's number.
    Event {
        /// Its number in the room.
        seq: u64,
    },
    /// Whether this answer settled the question.
    Settled {
        /// `false` when it was settled before.
        first: bool,
    },
    /// Whether it did anything; `false` when it came too late: the envelope is claimed, the
    /// delivery is known or over, the turn has ended.
    Changed(bool),
    /// The request is recorded and may be sent.
    Requested,
    /// It is held back.
    Reserved,
    /// It would be too much; nothing was held back, and the rest of the batch was not written.
    OverBudget(Box<OverBudget>),
    /// The turn is another process's, or over; the rest of the batch was not written.
    LeaseLost {
        /// Whose it is; `None` when it is over.
        owner: Option<OwnerId>,
    },
    /// Not written, because an earlier write of the batch said that the rest is not.
    Skipped,
}

/// Why nothing was held back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverBudget {
    /// The ceiling it would have gone through.
    pub limit: Limit,
    /// US dollars spent or held back under this ceiling.
    pub used_usd: f64,
    /// Tokens spent or held back under this ceiling.
    pub used_tokens: u64,
}

/// A claimed turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The turn.
    pub turn: TurnId,
    /// The session it speaks in.
    pub session: SessionId,
    /// The message.
    pub envelope: Envelope,
    /// What the sender wants.
    pub options: TurnOptions,
    /// When the message came.
    pub accepted_at: Timestamp,
}

/// Why nothing was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotClaimed {
    /// The inbox is empty.
    Empty,
    /// A turn of this room is running, here or in another process.
    Busy {
        /// The process that runs it.
        owner: OwnerId,
        /// Whether that process is this one.
        ours: bool,
    },
    /// The next row belongs to a process that is alive.
    Theirs {
        /// That process.
        owner: OwnerId,
    },
    /// Something was said since the request was built, or what waited was changed.
    Moved,
}
