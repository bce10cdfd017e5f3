//! What stands for the older part of a session. The messages stay where they are.

use nanofolks_protocol::{Checkpoint, SessionId};
use rusqlite::{Connection, Row, params};

use crate::fault::Fault;
use crate::messages;
use crate::rooms::{missing_session, session_number};
use crate::row::{Sum, from_json, json};

/// Keeps a checkpoint.
pub(crate) fn keep(tx: &Connection, session: SessionId, new: &Checkpoint) -> Result<(), Fault> {
    let n = session_number(tx, session)?.ok_or_else(|| missing_session(session))?;
    let seq = messages::position(tx, n, new.upto)?
        .ok_or_else(|| Fault::missing(format!("message {} of session {session}", new.upto)))?;
    let body = json(new)?;
    let sum = sum(n, seq, &body).get();
    tx.prepare_cached("INSERT INTO checkpoint (session, seq, body, sum) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![n, seq, body, sum])?;
    Ok(())
}

/// The newest checkpoint that holds for a session. Of a parent only one that stands for
/// nothing but what the session inherited.
pub(crate) fn newest(conn: &Connection, session: SessionId) -> Result<Option<Checkpoint>, Fault> {
    let conn = conn.unchecked_transaction()?;
    let n = session_number(&conn, session)?.ok_or_else(|| missing_session(session))?;
    let mut branch = Some((n, i64::MAX));
    while let Some((n, upto)) = branch {
        let found = conn
            .prepare_cached(
                "SELECT n, session, seq, body, sum FROM checkpoint
                 WHERE session = ?1 AND seq <= ?2 ORDER BY n DESC LIMIT 1",
            )?
            .query_and_then(params![n, upto], read)?
            .next()
            .transpose()?;
        if found.is_some() {
            return Ok(found);
        }
        branch = conn
            .prepare_cached("SELECT parent, min(inherited, ?2) AS upto FROM session WHERE n = ?1")?
            .query_row(params![n, upto], |row| {
                Ok(row.get::<_, Option<i64>>("parent")?.zip(row.get("upto")?))
            })?;
    }
    Ok(None)
}

fn sum(session: i64, seq: i64, body: &str) -> Sum {
    Sum::new().int(session).int(seq).bytes(body.as_bytes())
}

fn read(row: &Row<'_>) -> Result<Checkpoint, Fault> {
    let (n, body): (i64, String) = (row.get("n")?, row.get("body")?);
    let what = || format!("checkpoint number {n}");
    sum(row.get("session")?, row.get("seq")?, &body).check(row, what)?;
    from_json(&body, &what())
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    read(row).map(drop)
}
