//! What `doctor` wants to know about a database. Looks, and changes nothing.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

use nanofolks_protocol::ports::StoreError;
use rusqlite::{Connection, Row};

use crate::db::{self, Readers};
use crate::fault::Fault;
use crate::{StorePaths, checkpoints, content, events, inbox, messages, outbox, records, requests};

/// Larger files are read through only on request.
const QUICK_BYTES: u64 = 32 * 1024 * 1024;

/// Most problems that are listed.
const LISTED: usize = 20;

/// How closely it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The structure of the file, unless it is large.
    Quick,
    /// The structure, all indexes, and the checksum of every row that has one.
    Deep,
}

/// What a look through the file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It was not looked at: there is none, it cannot be opened, or it is large.
    Skipped,
    /// All is well.
    Sound,
    /// What is wrong, at most twenty lines.
    Damaged(Vec<String>),
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Whether there is a database.
    pub exists: bool,
    /// Its size in bytes, its log included.
    pub bytes: u64,
    /// The bytes of its log.
    pub log_bytes: u64,
    /// Its permissions, for example `0o600`.
    pub mode: Option<u32>,
    /// The user it belongs to.
    pub uid: Option<u32>,
    /// The version of its schema.
    pub version: Option<i64>,
    /// The newest version this program knows.
    pub known: i64,
    /// Migrations it still needs.
    pub pending: u32,
    /// Its structure.
    pub structure: Check,
    /// Its rows, by their checksums; only with [`Depth::Deep`].
    pub rows: Check,
    /// How many rows were checked.
    pub rows_checked: u64,
    /// Why it cannot be used.
    pub error: Option<StoreError>,
}

/// Looks at a home's database.
#[must_use]
pub fn inspect(paths: &StorePaths, depth: Depth) -> Inspection {
    let mut found = Inspection {
        exists: false,
        bytes: 0,
        log_bytes: 0,
        mode: None,
        uid: None,
        version: None,
        known: db::VERSION,
        pending: 0,
        structure: Check::Skipped,
        rows: Check::Skipped,
        rows_checked: 0,
        error: None,
    };
    match paths.db.symlink_metadata() {
        Ok(_) => found.exists = true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return found,
        Err(error) => {
            found.error = Some(crate::fault::from_io("cannot read", &paths.db, &error));
            return found;
        }
    }
    if let Ok(file) = paths.db.metadata() {
        found.describe(&file);
    }
    found.log_bytes = db::beside(&paths.db, "-wal").metadata().map_or(0, |log| log.len());
    found.bytes += found.log_bytes;
    if let Err(error) = look(paths, depth, &mut found) {
        found.error = Some(error);
    }
    found
}

impl Inspection {
    fn describe(&mut self, file: &Metadata) {
        self.bytes = file.len();
        self.mode = Some(file.mode() & 0o7777);
        self.uid = Some(file.uid());
    }
}

fn look(paths: &StorePaths, depth: Depth, found: &mut Inspection) -> Result<(), StoreError> {
    db::emptied(paths)?;
    // Without a log nobody writes, and nothing has to be made beside the file to read it.
    let how = if db::log_is_empty(&paths.db) {
        Readers::Frozen(paths.db.clone())
    } else {
        Readers::File(paths.db.clone())
    };
    let conn = db::reader(&how)?;
    let version = db::version(&conn)?;
    found.version = Some(version);
    found.pending = db::pending(version);
    if version > db::VERSION {
        return Err(StoreError::Newer { found: version, known: db::VERSION });
    }
    found.structure = match depth {
        Depth::Quick if found.bytes > QUICK_BYTES => Check::Skipped,
        Depth::Quick => structure(&conn, "quick_check")?,
        Depth::Deep => structure(&conn, "integrity_check")?,
    };
    if version == db::VERSION && found.structure != Check::Skipped {
        let odd = schema(&conn)?;
        if let (Some(line), Check::Sound) = (odd, &found.structure) {
            found.structure = Check::Damaged(vec![line]);
        }
    }
    if depth == Depth::Deep && version == db::VERSION {
        rows(&conn, found)?;
    }
    Ok(())
}

fn structure(conn: &Connection, check: &str) -> Result<Check, StoreError> {
    let mut lines = Vec::new();
    let read = conn.pragma(None, check, LISTED as i64, |row| {
        lines.push(row.get::<_, String>(0)?);
        Ok(())
    });
    match read {
        Ok(()) if lines.iter().all(|line| line == "ok") => Ok(Check::Sound),
        Ok(()) => Ok(Check::Damaged(lines)),
        Err(error) => match Fault::from(error).into() {
            StoreError::Corrupt(line) => {
                lines.push(line);
                Ok(Check::Damaged(lines))
            }
            other => Err(other),
        },
    }
}

/// What is not as this version makes it: a table that names a column otherwise can be sound
/// and of no use.
fn schema(conn: &Connection) -> Result<Option<String>, StoreError> {
    let made = db::blank()?;
    let all = |conn: &Connection| -> rusqlite::Result<BTreeMap<String, Option<String>>> {
        conn.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")?
            .query_map([], |row| Ok((row.get("name")?, row.get("sql")?)))?
            .collect()
    };
    let (made, found) = (all(&made).map_err(Fault::from)?, all(conn).map_err(Fault::from)?);
    let odd = made.iter().find(|(name, sql)| found.get(*name) != Some(sql));
    Ok(odd.map(|(name, _)| format!("{name} is not declared as it should be")))
}

/// Checks one row.
pub(crate) type Verify = fn(&Row<'_>) -> Result<(), Fault>;

/// The tables whose rows carry a checksum or are named by their digest.
pub(crate) const CHECKED: [(&str, Verify); 8] = [
    ("message", messages::verify),
    ("event", events::verify),
    ("inbox", inbox::verify),
    ("content", content::verify),
    ("request", requests::verify),
    ("checkpoint", checkpoints::verify),
    ("recorded", records::verify),
    ("outbox", outbox::verify),
];

/// Rows that were numbered and are not there any more; one line each.
const GONE: &str = "
    SELECT 'room ' || id || ' has lost events' AS line FROM room r
    WHERE seq != (SELECT count(*) FROM event WHERE room = r.n)
    UNION ALL
    SELECT 'session number ' || n || ' has lost messages' FROM session s
    WHERE messages - inherited != (SELECT count(*) FROM message WHERE session = s.n)";

fn rows(conn: &Connection, found: &mut Inspection) -> Result<(), StoreError> {
    let mut damaged = Vec::new();
    for (name, verify) in CHECKED {
        if let Err(fault) = table(conn, name, verify, found, &mut damaged) {
            match fault.into() {
                StoreError::Corrupt(line) => damaged.push(line),
                other => return Err(other),
            }
        }
    }
    let gone = || -> rusqlite::Result<Vec<String>> {
        conn.prepare(GONE)?.query_map([], |row| row.get("line"))?.collect()
    };
    damaged.extend(gone().map_err(Fault::from)?);
    damaged.truncate(LISTED);
    found.rows = if damaged.is_empty() { Check::Sound } else { Check::Damaged(damaged) };
    Ok(())
}

fn table(
    conn: &Connection,
    name: &str,
    verify: Verify,
    found: &mut Inspection,
    damaged: &mut Vec<String>,
) -> Result<(), Fault> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {name} ORDER BY rowid"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.rows_checked += 1;
        if let Err(fault) = verify(row) {
            damaged.push(fault.to_string());
        }
    }
    Ok(())
}
