//! Control: the queue of a room, and the course of its conversation.
//!
//! Sessions are append-only trees. Whatever goes back begins a branch; the session it left
//! stays what it was, and stays listed.

use crate::{Envelope, EnvelopeId, MessageId, SessionId, TurnOptions};

/// What a front wishes of a room besides messages.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// Change the text of a message that waits.
    Edit {
        /// The message.
        envelope: EnvelopeId,
        /// The new text.
        text: String,
    },
    /// Take a message that waits out of the queue.
    Withdraw {
        /// The message.
        envelope: EnvelopeId,
    },
    /// Go on without the last exchanges: a branch that ends before them.
    Undo {
        /// The session; the room's current one when there is none.
        session: Option<SessionId>,
        /// How many exchanges, at least 1.
        exchanges: u32,
    },
    /// Go back to the session that was left by an undo or a rewind.
    Redo,
    /// Go on from an earlier message: a branch that ends with it.
    Rewind {
        /// The session; the room's current one when there is none.
        session: Option<SessionId>,
        /// Where the branch ends.
        to: Place,
    },
    /// Say the last message again, in a branch from before it.
    Retry {
        /// The session; the room's current one when there is none.
        session: Option<SessionId>,
        /// Who asks, and how; its text does not matter.
        from: Box<Envelope>,
        /// What is wanted of the new turn, its model among it.
        options: Box<TurnOptions>,
    },
    /// Begin a branch of the whole conversation.
    Fork {
        /// The session; the room's current one when there is none.
        session: Option<SessionId>,
        /// The title of the branch.
        title: Option<String>,
    },
    /// Go on in another session of the room.
    Switch {
        /// The session.
        session: SessionId,
    },
}

/// A place in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// After so many exchanges; 0 is the beginning.
    Exchange(u32),
    /// After this message.
    Message(MessageId),
}
