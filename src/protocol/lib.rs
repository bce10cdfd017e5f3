//! Words and ports: the ground floor.
//!
//! Every type that crosses a floor lives here, and so does every port (a trait between
//! floors). There is no I/O in this member and it imports nothing of ours.

pub mod approval;
pub mod bot;
pub mod budget;
pub mod command;
pub mod control;
pub mod envelope;
pub mod event;
pub mod handle;
pub mod history;
pub mod ids;
pub mod journal;
pub mod message;
pub mod model;
pub mod op;
pub mod outbox;
pub mod ports;
pub mod problem;
pub mod room;
pub mod secret;
pub mod time;
pub mod tool;
pub mod turn;

pub use approval::{
    ApprovalMode, ApprovalRequest, Cost, Decision, Network, Question, Scope, Verdict,
};
pub use bot::{BotId, BotProfile};
pub use budget::{Limit, LimitScope, Reservation, Spending, UsageFilter, UsageGroup, UsageRow};
pub use command::{Catalog, CommandOutput, CommandSpec};
pub use control::Control;
pub use envelope::{Attachment, Direction, Envelope, Priority, Sender, SenderRole, Trust};
pub use event::{Event, EventKind, NoticeLevel, ToolStatus};
pub use handle::{EngineHandle, EventStream};
pub use history::{ApprovalRow, Checkpoint, CompactionTier, Hit, Queued};
pub use ids::{
    ApprovalId, BlobId, CallId, DeliveryId, EnvelopeId, MessageId, OwnerId, ReservationId, RunId,
    SessionId, SubmissionId, TraceId, TurnId,
};
pub use journal::{Batch, Write, Written};
pub use message::{Content, Message, Origin, Part, Role};
pub use model::{
    Learned, ModelCard, ModelError, ModelErrorKind, ModelEvent, ModelRef, ModelRequest, Price,
    StopReason, Usage,
};
pub use op::{Op, Receipt, Submission};
pub use outbox::{Delivery, DeliveryFilter, DeliveryRow, DeliveryState};
pub use problem::{Problem, ProblemKind};
pub use room::{Room, RoomId, RoomKind, Session};
pub use secret::{Secret, SecretKind, WantedSecret};
pub use time::Timestamp;
pub use tool::{
    Availability, Effect, ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput, ToolResult,
};
pub use turn::{TurnOptions, TurnState};
