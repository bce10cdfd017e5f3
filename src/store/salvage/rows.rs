//! Rows out of a damaged table: from the front, from the back, and one by one between.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::fault::Fault;
use crate::inspect::Verify;

/// Rows between two damaged places that are looked for one by one.
const PROBES: i64 = 1_000_000;
/// The same where nobody knows how many there were.
const PROBES_IN_THE_DARK: i64 = 10_000;

/// Whether at least the first page makes sense.
pub(super) fn head_is_readable(conn: &Connection) -> bool {
    conn.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0)).is_ok()
        && conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).is_ok()
}

/// Copies what can be read of a table; says how many rows that were, and how many are
/// known to be lost.
pub(super) fn copy(old: &Connection, new: &Connection, table: &str) -> Result<(u64, u64), Fault> {
    let columns = shared_columns(old, new, table)?;
    if columns.is_empty() {
        return Ok((0, 0));
    }
    let mut copy = Copy { new, table, columns: &columns, kept: 0, refused: 0 };
    let Walk { last: first_end, broken } = copy.walk(old, "rowid > ?1 ORDER BY rowid", i64::MIN)?;
    if !broken {
        return Ok((copy.kept, copy.refused));
    }
    let back = copy.walk(old, "rowid > ?1 ORDER BY rowid DESC", first_end)?;
    let from = first_end.max(0);
    let (until, most) = if back.last == first_end {
        (from.saturating_add(PROBES_IN_THE_DARK), PROBES_IN_THE_DARK)
    } else {
        (back.last, PROBES)
    };
    let mut unread = 0;
    let mut probe = old.prepare(&copy.select("rowid = ?1"))?;
    for rowid in (from.saturating_add(1)..until).take(usize::try_from(most).unwrap_or(0)) {
        let mut rows = probe.query([rowid])?;
        match rows.next() {
            Ok(Some(row)) => copy.keep(row)?,
            Ok(None) => {}
            Err(_) => unread += 1,
        }
    }
    // In the dark every row of a broken page looks like one: nobody can count those.
    let unread = if most == PROBES { unread } else { unread.min(1) };
    Ok((copy.kept, copy.refused + unread))
}

struct Copy<'a> {
    new: &'a Connection,
    table: &'a str,
    columns: &'a [String],
    kept: u64,
    refused: u64,
}

/// How far a walk came.
struct Walk {
    last: i64,
    broken: bool,
}

impl Copy<'_> {
    fn select(&self, which: &str) -> String {
        format!("SELECT rowid, {} FROM {} WHERE {which}", self.columns.join(", "), self.table)
    }

    fn walk(&mut self, old: &Connection, which: &str, from: i64) -> Result<Walk, Fault> {
        let mut last = from;
        // A table whose root cannot be read fails here already.
        let Ok(mut statement) = old.prepare(&self.select(which)) else {
            return Ok(Walk { last, broken: true });
        };
        let mut rows = statement.query([from])?;
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    last = row.get(0)?;
                    self.keep(row)?;
                }
                Ok(None) => return Ok(Walk { last, broken: false }),
                Err(_) => return Ok(Walk { last, broken: true }),
            }
        }
    }

    fn keep(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let values: Result<Vec<Value>, _> =
            (0..=self.columns.len()).map(|column| row.get::<_, Value>(column)).collect();
        let Ok(values) = values else {
            self.refused += 1;
            return Ok(());
        };
        let places = vec!["?"; values.len()].join(", ");
        let columns = self.columns.join(", ");
        let inserted = self
            .new
            .prepare_cached(&format!(
                "INSERT OR IGNORE INTO {} (rowid, {columns}) VALUES ({places})",
                self.table
            ))?
            .execute(params_from_iter(values));
        match inserted {
            Ok(1) => self.kept += 1,
            // There already, or not of the shape that it should have.
            Ok(_) => {}
            Err(_) => self.refused += 1,
        }
        Ok(())
    }
}

/// The columns that both have. None when the damaged one does not know the table.
fn shared_columns(old: &Connection, new: &Connection, table: &str) -> Result<Vec<String>, Fault> {
    let columns = |conn: &Connection| -> rusqlite::Result<Vec<String>> {
        conn.prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([table], |row| row.get("name"))?
            .collect()
    };
    let Ok(there) = columns(old) else { return Ok(Vec::new()) };
    Ok(columns(new)?.into_iter().filter(|column| there.contains(column)).collect())
}

/// Takes out rows whose checksum does not match.
pub(super) fn drop_unsound(new: &Connection, table: &str, verify: Verify) -> Result<u64, Fault> {
    let mut bad = Vec::new();
    {
        let mut statement = new.prepare(&format!("SELECT rowid AS the_row, * FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if verify(row).is_err() {
                bad.push(row.get::<_, i64>("the_row")?);
            }
        }
    }
    let mut drop_row = new.prepare(&format!("DELETE FROM {table} WHERE rowid = ?1"))?;
    for rowid in &bad {
        drop_row.execute([rowid])?;
    }
    Ok(bad.len() as u64)
}
