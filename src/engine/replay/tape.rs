//! The tape of a turn: everything it reads of the world, in the order in which it reads it.
//!
//! A turn that runs writes its tape; a turn that is run again reads it. The rest of the
//! engine does not know which of the two it is doing.
//!
//! Three kinds of reading are told apart, because that keeps a tape short:
//! - **the clock**: a number, the milliseconds since the reading before it;
//! - **what lasts** (settings, cards of models, a bot's persona, tools on offer): by its
//!   name, once per turn, and stored once for all turns that find the same;
//! - **what happens**: in its place between the other readings, most of it only when it is
//!   out of the ordinary, so that an ordinary turn says nothing.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod player;
mod recorder;

pub(crate) use player::Player;
pub(super) use recorder::Drained;
pub(crate) use recorder::Recorder;

/// One reading, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Item {
    /// The clock: milliseconds since the reading before, since 1970 for the first.
    Clock(i64),
    /// Anything else: what it is, and what was read.
    Read(String, Value),
}

/// What a turn reads of the world, written or read.
#[derive(Clone, Default)]
pub(crate) enum Reel {
    /// No turn: nothing is kept.
    #[default]
    Off,
    /// A turn that happens.
    Writing(Arc<Recorder>),
    /// A turn that is run again.
    Reading(Arc<Player>),
}

impl Reel {
    /// Reads something that happens once here, in its place.
    pub(crate) fn pass<T>(&self, name: &str, read: impl FnOnce() -> T) -> T
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read();
                tape.note(name, &value);
                value
            }
            Self::Reading(tape) => tape.take(name).unwrap_or_else(|| {
                tape.stray(name);
                read()
            }),
        }
    }

    /// Reads something that is there only out of the ordinary, in its place.
    pub(crate) fn rare<T>(&self, name: &str, read: impl FnOnce() -> Option<T>) -> Option<T>
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read()?;
                tape.note(name, &value);
                Some(value)
            }
            Self::Reading(tape) if tape.is_live() => read(),
            Self::Reading(tape) => tape.take(name),
        }
    }

    /// Notes something without asking what the tape says; a turn that is run again was told
    /// before.
    pub(crate) fn note<T: Serialize>(&self, name: &str, value: impl FnOnce() -> T) {
        if let Self::Writing(tape) = self {
            tape.note(name, &value());
        }
    }

    /// What the tape says that happens here; nothing for a turn that happens now.
    pub(crate) fn told<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        match self {
            Self::Reading(tape) if !tape.is_live() => tape.take(name),
            Self::Reading(_) | Self::Off | Self::Writing(_) => None,
        }
    }

    /// Reads something that lasts as long as the turn.
    pub(crate) fn lasting<T>(&self, key: &str, read: impl FnOnce() -> T) -> T
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read();
                tape.keep(key, &value);
                value
            }
            Self::Reading(tape) => match tape.lasting(key) {
                Some(value) => value,
                None => {
                    if !tape.is_live() {
                        tape.stray(key);
                    }
                    read()
                }
            },
        }
    }

    /// Reads something that lasts as long as the turn, and is there only out of the ordinary.
    pub(crate) fn lasting_if<T>(&self, key: &str, read: impl FnOnce() -> Option<T>) -> Option<T>
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read()?;
                tape.keep(key, &value);
                Some(value)
            }
            Self::Reading(tape) => tape.lasting(key),
        }
    }

    /// Whether the turn is run again from what was recorded.
    pub(crate) const fn is_reading(&self) -> bool {
        matches!(self, Self::Reading(_))
    }
}
