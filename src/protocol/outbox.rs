//! The outbox: answers on their way to a chat.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DeliveryId, OwnerId, RoomId, Timestamp, TraceId, TurnId};

/// Something that is to be sent to a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its name.
    pub id: DeliveryId,
    /// The same key twice in one chat is the same delivery once. Given to the platform
    /// where it takes one.
    pub key: String,
    /// The channel.
    pub channel: String,
    /// The channel's name for the chat.
    pub chat: String,
    /// The channel's name for a thread in the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The turn it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnId>,
    /// What it belongs to, from the message that caused it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<TraceId>,
    /// The room it comes from.
    pub room: RoomId,
    /// What is sent, in the channel's own terms.
    pub payload: Value,
    /// When it was put in.
    pub at: Timestamp,
}

/// Where a delivery stands. Nothing follows `sent`; after `dead` and `unknown` only what a
/// person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Nobody has tried yet.
    Waiting,
    /// Somebody tries. Found in this state after its time, nobody knows how far it came.
    Sending,
    /// The platform has it.
    Sent,
    /// It did not work; it is tried again.
    Failed,
    /// It is not tried again.
    Dead,
    /// Whoever tried is gone, and the platform cannot tell a second try from a second message.
    /// A person has to look.
    Unknown,
}

impl DeliveryState {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing follows it by itself.
    #[must_use]
    pub const fn is_ending(self) -> bool {
        matches!(self, Self::Sent | Self::Dead | Self::Unknown)
    }
}

/// A delivery and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRow {
    /// What is sent.
    pub delivery: Delivery,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Not before then.
    pub next_at: Option<Timestamp>,
    /// Why it did not work.
    pub reason: Option<String>,
    /// The process that is or was at it.
    pub owner: Option<OwnerId>,
    /// Whether a living process is at it, as far as can be told.
    pub held: bool,
}

/// Which deliveries are wanted.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only of this channel.
    pub channel: Option<String>,
    /// Only of this turn.
    pub turn: Option<TurnId>,
    /// Those that are sent or given up, too.
    pub all: bool,
    /// Most deliveries; newest first.
    pub limit: u32,
}
