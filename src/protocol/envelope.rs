//! The envelope: the one shape of a message on its way, in and out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{BlobId, EnvelopeId, Origin, RoomId, SessionId, Timestamp, TraceId};

#[cfg(test)]
mod tests;

/// Who sent something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderRole {
    /// A person.
    User,
    /// A bot.
    Bot,
    /// The house.
    System,
}

/// The sender as the channel knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The channel's name for them.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// Person, bot or house.
    pub role: SenderRole,
}

/// How far a sender is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The owner at this machine.
    Operator,
    /// A person the owner paired.
    Paired,
    /// A client of the gateway with a token.
    Gateway,
    /// A webhook.
    Webhook,
    /// A bot working for another bot.
    Child,
    /// The house.
    System,
}

/// Where an envelope goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the bots.
    Inbound,
    /// To people.
    Outbound,
}

/// Lower goes first: 0 system, 3 bot, 5 user, 7 background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Priority(pub u8);

impl Priority {
    /// The house's own messages.
    pub const SYSTEM: Self = Self(0);
    /// Bots to bots.
    pub const BOT: Self = Self(3);
    /// People.
    pub const USER: Self = Self(5);
    /// Whatever can wait.
    pub const BACKGROUND: Self = Self(7);
}

/// Something sent along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is used as.
    pub kind: AttachmentKind,
    /// Its type, for example `image/png`.
    pub mime: String,
    /// What people call it.
    pub name: String,
    /// Its bytes, in the blob store.
    pub blob: BlobId,
    /// How many bytes.
    pub bytes: u64,
    /// Where it came from.
    pub origin: Origin,
}

/// What an attachment is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// Text, fenced in the prompt.
    Text,
}

/// A message on its way. The only way anything enters a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Its name.
    pub id: EnvelopeId,
    /// The same key twice is the same message once. Comes from the channel's own message id.
    pub idempotency_key: String,
    /// Ties together everything it causes.
    pub trace_id: TraceId,
    /// The channel: `cli`, `tui`, `telegram`, …
    pub channel: String,
    /// The channel's name for the chat.
    pub chat: String,
    /// The channel's name for a thread in the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// Who sent it.
    pub sender: Sender,
    /// Where it goes.
    pub room: RoomId,
    /// The session it speaks in; the room's current one when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// In or out.
    pub direction: Direction,
    /// Lower goes first.
    pub priority: Priority,
    /// What was written.
    pub text: String,
    /// What was sent along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The channel's id of the message this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How far the sender is trusted.
    pub trust: Trust,
    /// Whatever the channel wants to keep.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
}
