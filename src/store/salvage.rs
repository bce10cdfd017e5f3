//! A damaged database is set aside, and what can be read of it goes into a new one.

mod mend;
mod rows;

use std::path::PathBuf;

use nanofolks_protocol::Timestamp;
use nanofolks_protocol::ports::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use crate::StorePaths;
use crate::db::{self, Readers};
use crate::fault::Fault;
use crate::inspect::CHECKED;
use crate::owners::Owners;

/// Everything that is rescued, what others refer to first. What was held back for calls
/// is not: they are over.
const TABLES: [&str; 16] = [
    "room",
    "session",
    "message",
    "event",
    "inbox",
    "turn",
    "content",
    "request",
    "response",
    "tool_call",
    "approval",
    "checkpoint",
    "spent",
    "auxiliary",
    "recorded",
    "learned",
];
const OUTBOX: &str = "outbox";

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// Its name.
    pub table: String,
    /// Rows in the new database.
    pub kept: u64,
    /// Rows that were known to be there and are not.
    pub lost: u64,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvage {
    /// The damaged database; its log lies beside it.
    pub aside: PathBuf,
    /// Table by table.
    pub tables: Vec<Rescued>,
    /// Messages and events that are gone; a line in their place says so.
    pub placeholders: u64,
}

impl Salvage {
    /// Rows that were rescued.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.tables.iter().map(|table| table.kept).sum()
    }

    /// Rows that were lost.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.tables.iter().map(|table| table.lost).sum()
    }
}

/// Copies what can be read of a damaged database, row by row, into a new one that takes
/// its place. The damaged one is kept as it is, as `nanofolks.db.corrupt-<time>`.
///
/// Refuses while anybody works in the home, and what is not ours.
pub fn salvage(paths: &StorePaths, at: Timestamp) -> Result<Salvage, StoreError> {
    if !paths.db.try_exists().unwrap_or(true) {
        return Err(StoreError::Missing(paths.db.display().to_string()));
    }
    if Owners::new(paths.run.clone()).anybody() {
        return Err(StoreError::Busy("a process is working in this home".to_owned()));
    }
    let old = ours(paths)?;
    let (_gate, draft, mut new) = db::replacement(paths)?;
    let done = rescue(old.as_ref(), &mut new, at)?;
    drop(old);
    db::settle(new)?;
    let time = at.to_string().replace(':', "-");
    let aside = db::beside(&paths.db, &format!(".corrupt-{time}"));
    if aside.exists() {
        return Err(StoreError::Other(format!("{} is there already", aside.display())));
    }
    db::replace(&paths.db, &draft.0, &aside)?;
    let (tables, placeholders) = done;
    Ok(Salvage { aside, tables, placeholders })
}

/// The damaged database, if anything of it can be read at all.
fn ours(paths: &StorePaths) -> Result<Option<Connection>, StoreError> {
    let Ok(conn) = db::reader(&Readers::File(paths.db.clone())) else { return Ok(None) };
    match db::version(&conn) {
        Ok(found) if found > db::VERSION => Err(StoreError::Newer { found, known: db::VERSION }),
        Ok(_) => Ok(Some(conn)),
        // Its head can be read, and says that it is another program's.
        Err(error) if rows::head_is_readable(&conn) => Err(error),
        Err(_) => Ok(None),
    }
}

fn rescue(
    old: Option<&Connection>,
    new: &mut Connection,
    at: Timestamp,
) -> Result<(Vec<Rescued>, u64), StoreError> {
    let tx = new.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Fault::from)?;
    let mut tables = Vec::new();
    for table in TABLES.into_iter().chain([OUTBOX]) {
        let (kept, lost) = match old {
            Some(old) => rows::copy(old, &tx, table)?,
            None => (0, 0),
        };
        tables.push(Rescued { table: table.to_owned(), kept, lost });
    }
    for (table, verify) in CHECKED {
        let bad = rows::drop_unsound(&tx, table, verify)?;
        mend::note_lost(&mut tables, table, bad);
    }
    mend::stand_in(&tx, at)?;
    let placeholders = mend::fill_gaps(&tx, at)?;
    for (table, gone) in mend::drop_dangling(&tx)? {
        mend::note_lost(&mut tables, &table, gone);
    }
    mend::index_words(&tx)?;
    tx.commit().map_err(Fault::from)?;
    Ok((tables, placeholders))
}
