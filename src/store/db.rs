//! The one place that opens the database: flags, pragmas, version, migrations.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nanofolks_protocol::ports::StoreError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::StorePaths;
use crate::fault::{Fault, INPUT_OUTPUT, because_full, from_io};
use crate::sign;

/// Numbered and forward only; a released one is never edited.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first.sql")),
    M::up(include_str!("migrations/0002_control.sql")),
    M::up(include_str!("migrations/0003_learned.sql")),
    M::up(include_str!("migrations/0004_outward.sql")),
    M::up(include_str!("migrations/0005_stop.sql")),
    M::up(include_str!("migrations/0006_estimated.sql")),
    M::up(include_str!("migrations/0007_asked_again.sql")),
    M::up(include_str!("migrations/0008_calls.sql")),
    M::up(include_str!("migrations/0009_errands.sql")),
];

/// The newest version this program knows.
pub(crate) const VERSION: i64 = 9;

/// "nfok": what tells our files from other programs'.
const APPLICATION_ID: i64 = 0x6e66_6f6b;

/// Room for every statement of a turn.
const STATEMENTS: usize = 64;

const BUSY_MS: u64 = 5_000;

/// The largest old database, in bytes, that is brought up to date in memory to be read.
const IN_MEMORY: u64 = 256 << 20;

/// The lock of whoever makes or migrates the database. It holds a byte once one was made.
const GATE: &str = "migrate.lock";

/// How a file was opened.
pub(crate) struct Opened {
    /// The connection.
    pub(crate) conn: Connection,
    /// How further readers open it.
    pub(crate) readers: Readers,
}

/// How readers get at the database.
#[derive(Debug, Clone)]
pub(crate) enum Readers {
    /// They open the file.
    File(PathBuf),
    /// They open the file as one that nobody writes: there is no log beside it, and the
    /// folder takes no new files.
    Frozen(PathBuf),
    /// They share the first connection: there is no file.
    Shared,
}

/// Opens the database to read and write; makes it when it is not there.
pub(crate) fn open(paths: &StorePaths) -> Result<Opened, StoreError> {
    open_or_make(paths).map_err(|error| about(&paths.db, error))
}

fn open_or_make(paths: &StorePaths) -> Result<Opened, StoreError> {
    let db = &paths.db;
    match db.metadata() {
        Ok(file) if file.len() == 0 => {
            emptied(paths)?;
            make(paths)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(paths)?,
        Err(error) => return Err(from_io("cannot read", db, &error)),
        Ok(_) => {}
    }
    let new_log = !beside(db, "-wal").exists();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = connect(db, flags)?;
    match version(&conn)? {
        VERSION => {}
        newer if newer > VERSION => {
            return Err(StoreError::Newer { found: newer, known: VERSION });
        }
        _ => migrate(&mut conn, paths)?,
    }
    if conn.is_readonly(rusqlite::MAIN_DB).map_err(Fault::from)? {
        return Err(StoreError::ReadOnly(format!("{} may only be read", db.display())));
    }
    if new_log {
        sync_folder(db)?;
    }
    Ok(Opened { conn, readers: Readers::File(db.clone()) })
}

/// Fails where an empty file stands in the place of a database that once held something.
/// In a home without any trace of use it is as good as none.
pub(crate) fn emptied(paths: &StorePaths) -> Result<(), StoreError> {
    let db = &paths.db;
    if db.metadata().map_or(true, |file| file.len() > 0) {
        return Ok(());
    }
    let holds = |file: &Path| file.metadata().is_ok_and(|file| file.len() > 0);
    let filled = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut all| all.next().is_some());
    let mirror = db.with_file_name("sessions");
    let trace = if !log_is_empty(db) {
        beside(db, "-wal")
    } else if filled(&paths.blobs) {
        paths.blobs.clone()
    } else if filled(&mirror) {
        mirror
    } else if [GATE, sign::NAME].iter().any(|name| holds(&paths.run.join(name))) {
        paths.run.clone()
    } else {
        return Ok(());
    };
    let text = format!(
        "the file is empty, but {} shows that this home was in use: its contents are gone",
        trace.display()
    );
    Err(StoreError::Corrupt(text))
}

/// Says which file is damaged, and that a disk is full when that is why.
fn about(db: &Path, error: StoreError) -> StoreError {
    match because_full(db, error) {
        StoreError::Corrupt(what) => StoreError::Corrupt(format!("{}: {what}", db.display())),
        error => error,
    }
}

/// Opens the database to read; an empty one when it is not there. Writes to it only to bring
/// it up to date.
pub(crate) fn open_read_only(paths: &StorePaths) -> Result<Opened, StoreError> {
    open_as_it_is(paths).map_err(|error| about(&paths.db, error))
}

fn open_as_it_is(paths: &StorePaths) -> Result<Opened, StoreError> {
    if !paths.db.try_exists().map_err(|error| from_io("cannot read", &paths.db, &error))? {
        return Ok(Opened { conn: blank()?, readers: Readers::Shared });
    }
    emptied(paths)?;
    let file = Readers::File(paths.db.clone());
    let (conn, readers) = match reader(&file).and_then(|conn| version(&conn).map(|_| conn)) {
        // In a folder that takes no files SQLite cannot make the index of a log; without a
        // log it needs none.
        Err(StoreError::ReadOnly(_)) if log_is_empty(&paths.db) => {
            let frozen = Readers::Frozen(paths.db.clone());
            (reader(&frozen)?, frozen)
        }
        conn => (conn?, file.clone()),
    };
    match version(&conn)? {
        VERSION => Ok(Opened { conn, readers }),
        newer if newer > VERSION => Err(StoreError::Newer { found: newer, known: VERSION }),
        older => {
            drop(conn);
            // Whoever only reads cannot read the old form; it is brought up to date on the way.
            match open_or_make(paths) {
                Ok(opened) => drop(opened),
                Err(StoreError::ReadOnly(_)) => return in_memory(&readers, &paths.db, older),
                Err(error) => return Err(error),
            }
            Ok(Opened { conn: reader(&file)?, readers: file })
        }
    }
}

/// An old database that must not be written, brought up to date in memory. It stays as it is.
fn in_memory(file: &Readers, db: &Path, version: i64) -> Result<Opened, StoreError> {
    let bytes = db.metadata().map_err(|error| from_io("cannot read", db, &error))?.len();
    if bytes > IN_MEMORY {
        return Err(StoreError::ReadOnly(format!(
            "it is of version {version}, and has to be brought to version {VERSION} once, by \
             somebody who may write it"
        )));
    }
    let mut conn = Connection::open_in_memory().map_err(Fault::from)?;
    whole(&reader(file)?, &mut conn).map_err(Fault::from)?;
    migrations().to_latest(&mut conn).map_err(|error| migration_fault(&error))?;
    Ok(Opened { conn, readers: Readers::Shared })
}

/// Copies a database into another as it is at one moment.
fn whole(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    let backup = Backup::new(from, to)?;
    // All of it in one step: that is one read transaction, and writers go on.
    while backup.step(-1)? != StepResult::Done {
        std::thread::yield_now();
    }
    Ok(())
}

/// An empty database of the newest version, in memory.
pub(crate) fn blank() -> Result<Connection, StoreError> {
    let mut conn = Connection::open_in_memory().map_err(Fault::from)?;
    migrations().to_latest(&mut conn).map_err(|error| migration_fault(&error))?;
    Ok(conn)
}

/// A further connection that only reads.
pub(crate) fn reader(how: &Readers) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match how {
        Readers::File(path) => connect(path, flags),
        Readers::Frozen(path) => connect(&frozen_uri(path), flags | OpenFlags::SQLITE_OPEN_URI),
        Readers::Shared => Err(StoreError::Other("there is no database".to_owned())),
    }
}

/// Whether nothing waits in the log beside a database.
pub(crate) fn log_is_empty(db: &Path) -> bool {
    beside(db, "-wal").metadata().map_or(true, |log| log.len() == 0)
}

/// The path of a file that SQLite keeps beside the database.
pub(crate) fn beside(db: &Path, suffix: &str) -> PathBuf {
    let mut name = db.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The version of the schema in a file.
pub(crate) fn version(conn: &Connection) -> Result<i64, StoreError> {
    let read = |pragma| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let version = read("user_version").map_err(Fault::from)?;
    let ours = read("application_id").map_err(Fault::from)? == APPLICATION_ID;
    if ours || (version == 0 && is_empty(conn)?) {
        Ok(version)
    } else {
        Err(StoreError::Corrupt("this file belongs to another program".to_owned()))
    }
}

fn is_empty(conn: &Connection) -> Result<bool, StoreError> {
    let empty = conn
        .query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))
        .map_err(Fault::from)?;
    Ok(empty)
}

/// Migrations an existing file still needs.
pub(crate) fn pending(version: i64) -> u32 {
    u32::try_from(VERSION.saturating_sub(version)).unwrap_or(0)
}

fn frozen_uri(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    let mut uri = String::with_capacity(text.len() + 24);
    uri.push_str("file:");
    for c in text.chars() {
        match c {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            c => uri.push(c),
        }
    }
    uri.push_str("?immutable=1");
    PathBuf::from(uri)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(path, flags).map_err(Fault::from)?;
    set_up(&conn).map_err(Fault::from)?;
    Ok(conn)
}

fn set_up(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Whoever leaves last does not copy the log into the database: a command costs the
    // syncs of its commits and no more. The writer does it when nobody waits.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -512;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 0;",
    )
}

/// Copies a database as it is at one moment into a new file, with everything that is
/// still in its log. Says the version of its schema.
pub(crate) fn copy(how: &Readers, to: &Path) -> Result<i64, StoreError> {
    private_file(to).map_err(|error| from_io("cannot make", to, &error))?;
    let from = reader(how)?;
    let version = version(&from)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags).map_err(Fault::from)?;
    let all = || {
        whole(&from, &mut copy)?;
        // A file that is complete without a log beside it.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        copy.close().map_err(|(_, error)| error)
    };
    all().map_err(Fault::from)?;
    Ok(version)
}

/// Makes a folder, and those above it, for this user only.
pub(crate) fn private_folder(folder: &Path) -> Result<(), StoreError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| from_io("cannot make", folder, &error))
}

/// Makes a new database under another name and puts it in its place when it is complete.
/// So there never is half of one, and it takes one sync instead of five.
fn make(paths: &StorePaths) -> Result<(), StoreError> {
    let db = &paths.db;
    if let Some(folder) = db.parent() {
        private_folder(folder)?;
    }
    let gate = gate(paths)?;
    if db.metadata().is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    let draft = Draft::new(beside(db, ".new"));
    let told = |error: &io::Error| from_io("cannot make", db, error);
    let file = private_file(&draft.0).map_err(|error| told(&error))?;
    fill(&draft.0)?;
    file.sync_all().and_then(|()| fs::rename(&draft.0, db)).map_err(|error| told(&error))?;
    // From now on an empty file here is one whose contents were lost.
    gate.set_len(1).map_err(|error| told(&error))
}

/// A database that is being made. What is left of it goes when this does, and what a
/// process left that was killed at this very point goes before.
pub(crate) struct Draft(pub(crate) PathBuf);

impl Draft {
    fn new(path: PathBuf) -> Self {
        let draft = Self(path);
        draft.clear();
        draft
    }

    fn clear(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            fs::remove_file(beside(&self.0, suffix)).ok();
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Fills a new file. Nothing of it goes through a log: what a log holds is copied when the
/// connection closes, and nobody says so when the disk is full by then.
fn fill(draft: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = connect(draft, flags)?;
    conn.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY;",
    )
    .map_err(Fault::from)?;
    migrations().to_latest(&mut conn).map_err(|error| migration_fault(&error))?;
    conn.pragma_update(None, "journal_mode", "WAL").map_err(Fault::from)?;
    let number = |pragma| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let pages = number("page_count").map_err(Fault::from)?;
    let bytes = pages * number("page_size").map_err(Fault::from)?;
    conn.close().map_err(|(_, error)| Fault::from(error))?;
    let found = draft.metadata().map_err(|error| from_io("cannot read", draft, &error))?.len();
    if i64::try_from(found) == Ok(bytes) && log_is_empty(draft) {
        return Ok(());
    }
    let text = format!("{}: {found} of {bytes} bytes were written", draft.display());
    Err(because_full(draft, StoreError::Other(format!("{INPUT_OUTPUT}: {text}"))))
}

/// A new database that is to take the place of a damaged one, and the lock that keeps
/// others from making one. It does not look after references yet.
pub(crate) fn replacement(paths: &StorePaths) -> Result<(File, Draft, Connection), StoreError> {
    let gate = gate(paths)?;
    let draft = Draft::new(beside(&paths.db, ".salvage"));
    private_file(&draft.0).map_err(|error| from_io("cannot make", &draft.0, &error))?;
    fill(&draft.0)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = connect(&draft.0, flags)?;
    conn.pragma_update(None, "foreign_keys", false).map_err(Fault::from)?;
    Ok((gate, draft, conn))
}

/// Closes a new database when all of it is in the file itself, and not in its log.
pub(crate) fn settle(conn: Connection) -> Result<(), StoreError> {
    let busy: i64 = conn
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(Fault::from)?;
    if busy != 0 {
        return Err(StoreError::Busy("the new database is in use".to_owned()));
    }
    conn.close().map_err(|(_, error)| Fault::from(error).into())
}

/// Puts a new database in the place of a damaged one, which is kept under another name
/// together with its log. At every point of it the damaged one can be found.
pub(crate) fn replace(db: &Path, draft: &Path, aside: &Path) -> Result<(), StoreError> {
    let told = |error: &io::Error| from_io("cannot set aside", db, error);
    File::open(draft).and_then(|file| file.sync_all()).map_err(|error| told(&error))?;
    fs::hard_link(db, aside).or_else(|_| fs::rename(db, aside)).map_err(|error| told(&error))?;
    match fs::rename(beside(db, "-wal"), beside(aside, "-wal")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(told(&error)),
        _ => {}
    }
    fs::remove_file(beside(db, "-shm")).ok();
    fs::rename(draft, db).map_err(|error| told(&error))?;
    sync_folder(db)
}

/// Brings an existing file to the newest version.
fn migrate(conn: &mut Connection, paths: &StorePaths) -> Result<(), StoreError> {
    let _gate = gate(paths)?;
    // Another process may have done it while we waited.
    if version(conn)? < VERSION { upgrade(conn) } else { Ok(()) }
}

fn upgrade(conn: &mut Connection) -> Result<(), StoreError> {
    conn.pragma_update(None, "journal_mode", "WAL").map_err(Fault::from)?;
    migrations().to_latest(conn).map_err(|error| migration_fault(&error))
}

/// Only one process at a time makes or migrates the database.
fn gate(paths: &StorePaths) -> Result<File, StoreError> {
    private_folder(&paths.run)?;
    let path = paths.run.join(GATE);
    let open = || {
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        file.lock()?;
        Ok(file)
    };
    open().map_err(|error: io::Error| from_io("cannot lock", &path, &error))
}

/// A new file for this user only; the log takes over the mode of the database.
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Brings a file to an older version than the newest one.
#[cfg(test)]
pub(crate) fn bring_to(version: usize, path: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = connect(path, flags).unwrap();
    Migrations::from_slice(MIGRATIONS).to_version(&mut conn, version).unwrap();
    conn.close().unwrap();
}

fn migrations() -> Migrations<'static> {
    Migrations::from_slice(MIGRATIONS)
}

fn migration_fault(error: &rusqlite_migration::Error) -> StoreError {
    match error {
        rusqlite_migration::Error::RusqliteError {
            err: rusqlite::Error::SqliteFailure(e, m),
            ..
        } => Fault::Sql(rusqlite::Error::SqliteFailure(*e, m.clone())).into(),
        other => StoreError::Other(format!("cannot bring the database up to date: {other}")),
    }
}

/// New files, the database and its log, are durable once their folder is.
fn sync_folder(db: &Path) -> Result<(), StoreError> {
    let Some(folder) = db.parent() else { return Ok(()) };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| from_io("cannot sync", folder, &error))
}
