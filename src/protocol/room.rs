//! Rooms: where messages meet bots.
//!
//! A room has one queue and one history. Two messages in one room never run at
//! the same time; messages in different rooms may.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{BotId, SessionId, Timestamp};

#[cfg(test)]
mod tests;

/// Names a room, for example `general` or `telegram:4711`.
///
/// Lower case, 1–64 characters of `a-z 0-9 - _ :`. Parsing is the only way in, so
/// a `RoomId` in hand is always valid. People may write `#General` or `room:general`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(String);

/// Why a text is not a room name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoomIdError {
    /// It is empty or too long.
    #[error("a room name has 1 to {max} characters, this one has {got}", max = RoomId::MAX_LEN)]
    Length {
        /// How many characters it has.
        got: usize,
    },
    /// It holds a character that room names do not have.
    #[error("a room name cannot contain {0:?}")]
    Character(char),
}

impl RoomId {
    const MAX_LEN: usize = 64;

    /// The room that is always there.
    #[must_use]
    pub fn general() -> Self {
        Self("general".to_owned())
    }

    /// A room of its own for one script: `run-` and twelve random characters.
    #[must_use]
    pub fn for_run() -> Self {
        let random = uuid::Uuid::new_v4().simple().to_string();
        Self(format!("run-{}", &random[..12]))
    }

    /// Whether it is a room of its own for one script.
    #[must_use]
    pub fn is_run(&self) -> bool {
        self.0.starts_with("run-")
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomId {
    type Err = RoomIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut text = text.trim();
        while let Some(rest) = text.strip_prefix("room:").or_else(|| text.strip_prefix('#')) {
            text = rest;
        }
        let text = text.to_lowercase();
        let got = text.chars().count();
        if !(1..=Self::MAX_LEN).contains(&got) {
            return Err(RoomIdError::Length { got });
        }
        match text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | ':')) {
            Some(bad) => Err(RoomIdError::Character(bad)),
            None => Ok(Self(text)),
        }
    }
}

impl TryFrom<String> for RoomId {
    type Error = RoomIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RoomId> for String {
    fn from(id: RoomId) -> Self {
        id.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// General talk.
    #[default]
    Open,
    /// A goal, perhaps with a deadline.
    Project,
    /// Two members only.
    Direct,
    /// Led by the leader on its own.
    Coordination,
    /// One script's room; archived when it is done.
    Run,
}

/// A room as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its name.
    pub id: RoomId,
    /// What it is for.
    pub kind: RoomKind,
    /// The bots in it, leader first.
    pub members: Vec<BotId>,
    /// The folder its tools work in, for turns that come from elsewhere; absolute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Archived rooms are listed only with `--all`.
    #[serde(default)]
    pub archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something last happened in it.
    pub updated_at: Timestamp,
}

/// A stretch of a room's conversation, shared by all its bots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// The room it belongs to.
    pub room: RoomId,
    /// The session it branched from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<SessionId>,
    /// What people call it: given by them, else the start of the first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When the last message came.
    pub updated_at: Timestamp,
    /// How many messages it has.
    pub messages: u64,
}
