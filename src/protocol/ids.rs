//! Names of things we make: time-ordered where we make them, checked where others do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Makes a newtype over a UUIDv7, so that ids sort by the time they were made.
macro_rules! uuid_id {
    ($(#[$doc:meta] $name:ident)+) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, later than all made before it on this machine.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id that was stored as a UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id as a UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| IdError { text: text.chars().take(80).collect() })
            }
        }
    )+};
}

uuid_id! {
    /// Names an envelope.
    EnvelopeId
    /// Names a message of a session.
    MessageId
    /// Names a running process that claims turns; it lives as long as the process.
    OwnerId
    /// Names one bot's part in a turn.
    RunId
    /// Names a stretch of a room's conversation.
    SessionId
    /// Names a wish of a front, so that the events it causes can be told apart.
    SubmissionId
    /// Ties together everything one envelope caused, across rooms and processes.
    TraceId
    /// Names the handling of one envelope.
    TurnId
    /// Names a question that waits for a person.
    ApprovalId
    /// Names something that is to be sent to a chat.
    DeliveryId
    /// Names what is held back for a call until its cost is known.
    ReservationId
}

/// A text that is not one of our ids.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an id")]
pub struct IdError {
    /// What was given, cut to 80 characters.
    pub text: String,
}

/// Names a tool call inside a session.
///
/// Taken from the provider when it is usable everywhere (1–64 of `A-Z a-z 0-9 _ -`),
/// made by us otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(String);

impl CallId {
    const MAX_LEN: usize = 64;

    /// A new id.
    #[must_use]
    pub fn fresh() -> Self {
        Self(format!("call_{}", Uuid::now_v7().simple()))
    }

    /// The provider's id when every provider would accept it back, else a new one.
    #[must_use]
    pub fn from_provider(text: &str) -> Self {
        let usable = (1..=Self::MAX_LEN).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if usable { Self(text.to_owned()) } else { Self::fresh() }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names bytes by their SHA-256, in 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobId(String);

impl BlobId {
    /// The id for a digest.
    #[must_use]
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in digest {
            // Writing to a String cannot fail.
            let _ok = write!(text, "{byte:02x}").is_ok();
        }
        Self(text)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BlobId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError { text: text.chars().take(80).collect() })
        }
    }
}

impl TryFrom<String> for BlobId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.0
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
