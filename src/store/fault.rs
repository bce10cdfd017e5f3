//! What goes wrong inside, and what the caller is told about it.

use nanofolks_protocol::ports::StoreError;
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Something went wrong between a port and the disk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// SQLite said so.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// What is stored is not what was written.
    #[error("{0}")]
    Damaged(String),
    /// A value cannot be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is known what the caller is told.
    #[error(transparent)]
    Told(#[from] StoreError),
}

impl Fault {
    /// The caller asked for something that cannot be.
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Told(StoreError::Other(why.into()))
    }

    /// The caller named something that is not there.
    pub(crate) fn missing(what: impl std::fmt::Display) -> Self {
        Self::Told(StoreError::Missing(what.to_string()))
    }

    /// What a broken reference means: one of these is not there.
    pub(crate) fn or_missing(self, what: impl FnOnce() -> String) -> Self {
        match &self {
            Self::Sql(rusqlite::Error::SqliteFailure(error, _))
                if error.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY
                    || error.extended_code == ffi::SQLITE_CONSTRAINT_NOTNULL =>
            {
                Self::missing(what())
            }
            _ => self,
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Told(error) => error,
            Fault::Damaged(what) => Self::Corrupt(what),
            Fault::Json(error) => Self::Other(format!("cannot write JSON: {error}")),
            Fault::Sql(error) => told(&error),
        }
    }
}

/// SQLite's answer in our words.
fn told(error: &rusqlite::Error) -> StoreError {
    let text = error.to_string();
    let Some(code) = error.sqlite_error_code() else {
        return match error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => StoreError::Corrupt(text),
            _ => StoreError::Other(text),
        };
    };
    match code {
        ErrorCode::DiskFull => StoreError::Full(text),
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            StoreError::ReadOnly(text)
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy(text),
        ErrorCode::SystemIoFailure => StoreError::Disk(text),
        ErrorCode::FileLockingProtocolFailed => StoreError::Busy(text),
        _ => StoreError::Other(text),
    }
}

/// The operating system's answer in our words.
pub(crate) fn from_io(what: &str, path: &std::path::Path, error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind;
    let text = format!("{what} {}: {error}", path.display());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full(text),
        ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::NotFound
        | ErrorKind::NotADirectory => StoreError::ReadOnly(text),
        ErrorKind::FileTooLarge => StoreError::Disk(text),
        _ if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
            StoreError::Disk(text)
        }
        _ => StoreError::Other(text),
    }
}

/// How SQLite begins to say that reading or writing failed, whatever the reason.
pub(crate) const INPUT_OUTPUT: &str = "disk I/O error";

/// Less free space than this is none: a log or its index does not fit in.
const NO_ROOM: u64 = 64 * 1024;

/// SQLite calls a full disk by its name only where it wrote to the database itself; the
/// index of a log that cannot grow is just an error.
pub(crate) fn because_full(db: &std::path::Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Other(text) | StoreError::Disk(text)
            if text.contains(INPUT_OUTPUT) && no_room(db) =>
        {
            StoreError::Full(text)
        }
        error => error,
    }
}

fn no_room(db: &std::path::Path) -> bool {
    let folder = db.parent().unwrap_or(db);
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail * disk.f_frsize < NO_ROOM)
}
