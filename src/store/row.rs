//! Between rows and our words: ids as bytes, values as JSON, checksums.

use std::fmt::Display;
use std::str::FromStr;

use nanofolks_protocol::{
    ApprovalId, BlobId, DeliveryId, EnvelopeId, MessageId, OwnerId, ReservationId, RunId,
    SessionId, Timestamp, TurnId,
};
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::fault::Fault;

/// An id as it is stored.
pub(crate) trait Key: Sized {
    /// Its 16 bytes.
    fn key(&self) -> &[u8];

    /// The id with these bytes.
    fn from_key(bytes: &[u8]) -> Option<Self>;
}

macro_rules! keys {
    ($($id:ident)+) => {$(
        impl Key for $id {
            fn key(&self) -> &[u8] {
                self.as_uuid().as_bytes()
            }

            fn from_key(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self::from_uuid)
            }
        }
    )+};
}

keys! {
    ApprovalId DeliveryId EnvelopeId MessageId OwnerId ReservationId RunId SessionId TurnId
}

/// Reads an id.
pub(crate) fn id<T: Key>(row: &Row<'_>, column: &str) -> Result<T, Fault> {
    maybe_id(row, column)?.ok_or_else(|| Fault::Damaged(format!("{column} holds no id")))
}

/// Reads an id that may be missing.
pub(crate) fn maybe_id<T: Key>(row: &Row<'_>, column: &str) -> Result<Option<T>, Fault> {
    let bytes = row.get_ref(column)?.as_blob_or_null();
    match bytes {
        Ok(None) => Ok(None),
        Ok(Some(bytes)) => T::from_key(bytes)
            .map(Some)
            .ok_or_else(|| Fault::Damaged(format!("{column} holds no id"))),
        Err(_) => Err(Fault::Damaged(format!("{column} holds no id"))),
    }
}

/// Reads a time.
pub(crate) fn time(row: &Row<'_>, column: &str) -> Result<Timestamp, Fault> {
    Ok(Timestamp::from_millis(row.get(column)?))
}

/// Reads a time that may be missing.
pub(crate) fn maybe_time(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>, Fault> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

/// Reads a count.
pub(crate) fn count(row: &Row<'_>, column: &str) -> Result<u64, Fault> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| Fault::Damaged(format!("{column} is negative")))
}

/// A count as SQLite holds it.
pub(crate) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Writes a value as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, Fault> {
    Ok(serde_json::to_string(value)?)
}

/// Reads one of the names that people choose: a bot, a model.
pub(crate) fn name<T: FromStr<Err: Display>>(row: &Row<'_>, column: &str) -> Result<T, Fault> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| Fault::Damaged(format!("{column} {text:?}: {error}")))
}

/// Reads a value from JSON.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Damaged(format!("{what}: {error}")))
}

/// Writes one of our short words, such as a room's kind.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, Fault> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Ok(other.to_string()),
    }
}

/// Reads one of our short words.
pub(crate) fn from_word<T: DeserializeOwned>(word: &str, what: &str) -> Result<T, Fault> {
    serde_json::from_value(serde_json::Value::from(word))
        .map_err(|error| Fault::Damaged(format!("{what}: {error}")))
}

/// The 32 bytes of a digest.
pub(crate) fn digest(id: &BlobId) -> [u8; 32] {
    let mut bytes = [0; 32];
    let digits = id.as_str().as_bytes();
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |value, digit| value << 4 | nibble(*digit));
    }
    bytes
}

const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        // A `BlobId` holds lower-case hexadecimal digits only.
        _ => digit.wrapping_sub(b'a').wrapping_add(10) & 0x0f,
    }
}

/// The digest in a column.
pub(crate) fn blob_id(row: &Row<'_>, column: &str) -> Result<BlobId, Fault> {
    let bytes: [u8; 32] = row.get(column)?;
    Ok(BlobId::from_digest(&bytes))
}

/// A checksum over a row, so that a flipped bit is seen.
pub(crate) struct Sum(crc32fast::Hasher);

impl Sum {
    /// Of nothing yet.
    pub(crate) fn new() -> Self {
        Self(crc32fast::Hasher::new())
    }

    /// And of these bytes.
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        self.0.update(&bytes.len().to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// And of this number.
    pub(crate) fn int(mut self, value: i64) -> Self {
        self.0.update(&value.to_le_bytes());
        self
    }

    /// What goes into the row.
    pub(crate) fn get(self) -> i64 {
        i64::from(self.0.finalize())
    }

    /// Compares with what is in the row.
    pub(crate) fn check(self, row: &Row<'_>, what: impl FnOnce() -> String) -> Result<(), Fault> {
        let stored: i64 = row.get("sum")?;
        if stored == self.get() {
            Ok(())
        } else {
            Err(Fault::Damaged(format!("{}: its checksum does not match", what())))
        }
    }
}
