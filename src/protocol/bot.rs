//! Bots: the members of the team.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names a bot, for example `leader`: 1–32 characters of `a-z 0-9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BotId(Cow<'static, str>);

/// Why a text is not a bot's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a bot's name: 1 to 32 characters of a-z 0-9 - _")]
pub struct BotIdError(pub String);

impl BotId {
    /// The bot that answers when nobody else was asked.
    pub const LEADER: Self = Self(Cow::Borrowed("leader"));

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BotId {
    type Err = BotIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ok = (1..=32).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if ok {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(BotIdError(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for BotId {
    type Error = BotIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BotId> for String {
    fn from(id: BotId) -> Self {
        id.0.into_owned()
    }
}

impl fmt::Display for BotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A bot, everything merged: who it is, how it sounds, what it may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotProfile {
    /// Its name.
    pub id: BotId,
    /// What people call it.
    pub title: String,
    /// One character that marks its lines.
    pub emoji: String,
    /// Its field, for example `coordination`.
    pub domain: String,
    /// Who it is and how it works: the first part of its prompt.
    pub persona: String,
    /// The same in two or three sentences, for models with little room.
    pub short_persona: String,
    /// The model it uses when the room and the call name none.
    pub model: Option<String>,
    /// Tools it may use; empty means all.
    pub allowed_tools: Vec<String>,
    /// Tools it may not use; wins over `allowed_tools`.
    pub denied_tools: Vec<String>,
}
