//! Conversations as lines of JSON: one line about the conversation, then one a message.
//!
//! Nothing is lost: what was written is read back the same. `read` takes such a file apart,
//! also one that is damaged; `foreign` understands the files of earlier programs.

pub(crate) mod foreign;
pub(crate) mod read;

use std::collections::{BTreeMap, BTreeSet};

use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::{
    BlobId, BotId, Content, Message, MessageId, Origin, Part, Role, Room, RoomId, RoomKind,
    Session, SessionId, Timestamp, TurnId,
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// The first line of every conversation says this.
pub(crate) const SCHEMA: &str = "nanofolks.transcript.v1";

/// A whole export as one object says this.
pub(crate) const EXPORT: &str = "nanofolks.export.v1";

/// The line about a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Heading {
    pub(crate) schema: String,
    pub(crate) session: SessionId,
    pub(crate) room: RoomId,
    #[serde(default)]
    pub(crate) room_kind: RoomKind,
    #[serde(default)]
    pub(crate) members: Vec<BotId>,
    #[serde(default)]
    pub(crate) archived: bool,
    #[serde(default)]
    pub(crate) parent: Option<SessionId>,
    #[serde(default)]
    pub(crate) title: Option<String>,
    pub(crate) created_at: Timestamp,
    /// When the last message came; not known while the file still grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<Timestamp>,
    /// How many messages follow; not known while the file still grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) messages: Option<u64>,
}

/// The line of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) session: SessionId,
    /// Its number in the session, from 1.
    pub(crate) seq: u64,
    pub(crate) id: MessageId,
    pub(crate) role: Role,
    #[serde(default)]
    pub(crate) bot: Option<BotId>,
    #[serde(default)]
    pub(crate) turn: Option<TurnId>,
    pub(crate) at: Timestamp,
    /// The text in the parts, for readers that want no more.
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) parts: Vec<Part>,
    /// The bytes that the parts refer to, in base64, where they are first referred to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) blobs: BTreeMap<BlobId, String>,
}

impl Heading {
    /// The heading of a conversation as it is now.
    pub(crate) fn whole(session: &Session, room: &Room) -> Self {
        Self {
            title: session.title.clone(),
            updated_at: Some(session.updated_at),
            messages: Some(session.messages),
            archived: room.archived,
            ..Self::opening(session, room)
        }
    }

    /// The heading of a file that grows: what does not change.
    pub(crate) fn opening(session: &Session, room: &Room) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            session: session.id,
            room: session.room.clone(),
            room_kind: room.kind,
            members: room.members.clone(),
            archived: false,
            parent: session.parent,
            title: None,
            created_at: session.created_at,
            updated_at: None,
            messages: None,
        }
    }
}

impl Line {
    /// The line of a message, without bytes.
    pub(crate) fn of(session: SessionId, numbered: &Numbered) -> Self {
        let message = &numbered.message;
        Self {
            session,
            seq: numbered.seq,
            id: message.id,
            role: message.role,
            bot: message.bot.clone(),
            turn: message.turn,
            at: message.at,
            text: message.text(),
            parts: message.parts.clone(),
            blobs: BTreeMap::new(),
        }
    }

    /// The message, and the bytes that came with it.
    fn into_message(self) -> (Message, BTreeMap<BlobId, String>) {
        let Self { id, role, bot, turn, at, text, mut parts, blobs, .. } = self;
        if parts.is_empty() && !text.is_empty() {
            parts.push(Part::text(origin(role), text));
        }
        (Message { id, role, bot, turn, at, parts }, blobs)
    }
}

/// The bytes that a message refers to.
pub(crate) fn blobs_of(message: &Message) -> BTreeSet<&BlobId> {
    message
        .parts
        .iter()
        .filter_map(|part| match &part.content {
            Content::Image { blob, .. } => Some(blob),
            Content::ToolResult(result) => {
                result.truncated.as_ref().map(|truncated| &truncated.artifact)
            }
            Content::Text { .. }
            | Content::Reasoning { .. }
            | Content::File { .. }
            | Content::ToolCall(_) => None,
        })
        .collect()
}

/// Where the words of somebody in this role come from.
const fn origin(role: Role) -> Origin {
    match role {
        Role::User => Origin::User,
        Role::Assistant => Origin::Model,
        Role::Tool => Origin::Tool,
        Role::System => Origin::House,
    }
}
