//! Ops: what fronts may wish for. The whole API of the engine.

use tokio::sync::oneshot;

use crate::history::ContextReport;
use crate::{
    ApprovalId, ApprovalMode, CommandOutput, Control, Decision, Envelope, EnvelopeId, Event,
    Problem, RoomId, Session, SessionId, SubmissionId, TurnId, TurnOptions, WantedSecret,
};

/// A wish of a front.
#[derive(Debug, Clone)]
pub enum Op {
    /// Put a message into a room. Acknowledged only once it is on disk.
    Post {
        /// The message.
        envelope: Box<Envelope>,
        /// What the sender wants of the turn.
        options: Box<TurnOptions>,
    },
    /// Look into a room: what a process that is gone left behind in it goes on here.
    Open {
        /// The room.
        room: RoomId,
    },
    /// Answer a question.
    Decide {
        /// The question.
        approval: ApprovalId,
        /// The answer.
        decision: Decision,
        /// Who answers.
        by: String,
    },
    /// Stop what runs in a room.
    Interrupt {
        /// The room.
        room: RoomId,
        /// Only this turn; whatever runs when there is none.
        turn: Option<TurnId>,
        /// Who stops it.
        by: String,
    },
    /// Everything after a number.
    Replay {
        /// The room.
        room: RoomId,
        /// The last number already seen; 0 for everything.
        after: u64,
    },
    /// End a room's session and begin the next; the history stays.
    NewSession {
        /// The room.
        room: RoomId,
    },
    /// Sum up the older part of a room's conversation now. Answered when it is done.
    Compact {
        /// The room.
        room: RoomId,
        /// Who would answer with which model: their window counts.
        options: Box<TurnOptions>,
    },
    /// Say what the next request of a room would be made of.
    Context {
        /// The room.
        room: RoomId,
        /// Who would answer with which model.
        options: Box<TurnOptions>,
    },
    /// Change how much is allowed without asking, from the next call on.
    SetApproval {
        /// The room.
        room: RoomId,
        /// The mode.
        mode: ApprovalMode,
    },
    /// Put a message into a room so that it joins the next model call of the turn that runs
    /// there. When nothing runs, or the turn ends before, it is a message like any other.
    /// Acknowledged only once it is on disk.
    Steer {
        /// The message.
        envelope: Box<Envelope>,
        /// What the sender wants, should it become a turn of its own.
        options: Box<TurnOptions>,
    },
    /// Change the queue of a room or the course of its conversation.
    Control {
        /// The room.
        room: RoomId,
        /// What is wished.
        what: Box<Control>,
    },
    /// Carry out a slash command. The envelope is the message it was written as; it never
    /// reaches a model.
    Command {
        /// The line, slash and all, as its sender wrote it.
        envelope: Box<Envelope>,
        /// What the sender wants of turns that the command may begin.
        options: Box<TurnOptions>,
    },
    /// Tell a room that the secret is there which one of its turns had asked for. The value
    /// goes to whoever keeps it, never through here.
    SecretProvided {
        /// The room.
        room: RoomId,
        /// Its name.
        secret: WantedSecret,
    },
    /// Stop taking work, end what runs within five seconds, flush.
    Shutdown,
}

/// What a front is told right away.
#[derive(Debug, Clone, PartialEq)]
pub enum Receipt {
    /// The message is on disk.
    Posted {
        /// The envelope it is; an earlier one when the key was seen before.
        envelope: EnvelopeId,
        /// Whether it was there already.
        duplicate: bool,
        /// The turn that handles it, when it is already claimed.
        turn: Option<TurnId>,
        /// The session it speaks in.
        session: SessionId,
    },
    /// The message is on disk and joins the turn at its next model call.
    Steered {
        /// The envelope it is.
        envelope: EnvelopeId,
        /// The turn.
        turn: TurnId,
        /// The session it speaks in.
        session: SessionId,
    },
    /// The whole message was a word to stop, and what ran is being stopped.
    Stopped {
        /// The turn.
        turn: TurnId,
    },
    /// The room's conversation goes on in this session.
    Moved(Box<Session>),
    /// What a command had to say.
    Told(Box<CommandOutput>),
    /// A session began.
    Session(SessionId),
    /// The events asked for.
    Events(Vec<Event>),
    /// Older messages were summed up.
    Compacted {
        /// How many messages of the session are stood for now.
        messages: u64,
        /// Tokens before.
        before: u64,
        /// Tokens after.
        after: u64,
    },
    /// What the next request would be made of.
    Context(Box<ContextReport>),
    /// Done.
    Done,
}

/// A wish on its way, with the place for the answer.
#[derive(Debug)]
pub struct Submission {
    /// Its name.
    pub id: SubmissionId,
    /// The wish.
    pub op: Op,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Result<Receipt, Problem>>,
}
