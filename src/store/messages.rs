//! Messages of a session: appended, never changed.

use std::sync::Arc;

use nanofolks_protocol::{Message, MessageId, SessionId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::fault::Fault;
use crate::rooms::{missing_session, session_number};
use crate::row::{Key as _, Sum, count, from_json, id, json};

/// Appends a message.
pub(crate) fn append(tx: &Connection, session: SessionId, message: &Message) -> Result<(), Fault> {
    let at = message.at.as_millis();
    let Some((number, seq)) = tx
        .prepare_cached(
            "UPDATE session SET messages = messages + 1, updated_at = max(updated_at, ?2)
             WHERE id = ?1 RETURNING n, messages",
        )?
        .query_row(params![session.key(), at], |row| {
            Ok((row.get::<_, i64>("n")?, row.get::<_, i64>("messages")?))
        })
        .optional()?
    else {
        return Err(missing_session(session));
    };
    let body = json(message)?;
    let sum = sum(number, seq, &message.id, &body).get();
    tx.prepare_cached(
        "INSERT INTO message (id, session, seq, body, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![message.id.key(), number, seq, body, sum])?;
    Ok(())
}

/// The newest message of a session, counting those it inherited.
pub(crate) fn newest(conn: &Connection, session: i64) -> Result<Option<MessageId>, Fault> {
    let mut newest = None;
    walk(conn, session, 1, |row, _, _| {
        newest = Some(id(row, "id")?);
        Ok(())
    })?;
    Ok(newest)
}

/// The newest `limit` messages of a session, oldest first.
pub(crate) fn latest(
    conn: &Connection,
    session: SessionId,
    limit: u32,
) -> Result<Vec<Arc<Message>>, Fault> {
    let conn = conn.unchecked_transaction()?;
    let number = session_number(&conn, session)?.ok_or_else(|| missing_session(session))?;
    let mut messages = Vec::new();
    walk(&conn, number, limit, |row, session, seq| {
        messages.push(Arc::new(read(row, session, seq)?));
        Ok(())
    })?;
    messages.reverse();
    Ok(messages)
}

/// Goes back through a session and then through its parents. A missing number is a
/// message that was lost, and is said.
fn walk(
    conn: &Connection,
    session: i64,
    limit: u32,
    mut visit: impl FnMut(&Row<'_>, i64, i64) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut branch = session_row(conn, session)?;
    let mut next = branch.messages;
    let mut left = i64::from(limit);
    loop {
        let own = next - branch.inherited;
        let mut rows = conn.prepare_cached(
            "SELECT id, seq, body, sum FROM message WHERE session = ?1 AND seq <= ?2
             ORDER BY seq DESC LIMIT ?3",
        )?;
        let wanted = own.min(left);
        let mut rows = rows.query(params![branch.n, next, wanted])?;
        for seq in (next - wanted + 1..=next).rev() {
            match rows.next()? {
                Some(row) if row.get::<_, i64>("seq")? == seq => visit(row, branch.n, seq)?,
                _ => return Err(Fault::Damaged(format!("message {seq} of a session is gone"))),
            }
        }
        left -= wanted;
        next = branch.inherited;
        match branch.parent {
            Some(parent) if left > 0 && next > 0 => branch = session_row(conn, parent)?,
            _ => return Ok(()),
        }
        // Of a parent only what came before the branch; a parent may be a branch itself.
        while branch.inherited >= next {
            match branch.parent {
                Some(parent) => branch = session_row(conn, parent)?,
                None => return Err(Fault::Damaged("a session lost its parent".to_owned())),
            }
        }
    }
}

struct Branch {
    n: i64,
    parent: Option<i64>,
    inherited: i64,
    messages: i64,
}

fn session_row(conn: &Connection, n: i64) -> Result<Branch, Fault> {
    Ok(conn
        .prepare_cached("SELECT n, parent, inherited, messages FROM session WHERE n = ?1")?
        .query_row([n], |row| {
            Ok(Branch {
                n: row.get("n")?,
                parent: row.get("parent")?,
                inherited: row.get("inherited")?,
                messages: row.get("messages")?,
            })
        })?)
}

fn sum(session: i64, seq: i64, id: &MessageId, body: &str) -> Sum {
    Sum::new().int(session).int(seq).bytes(id.key()).bytes(body.as_bytes())
}

fn read(row: &Row<'_>, session: i64, seq: i64) -> Result<Message, Fault> {
    let id: MessageId = id(row, "id")?;
    let body: String = row.get("body")?;
    let what = || format!("message {id}");
    sum(session, seq, &id, &body).check(row, what)?;
    from_json(&body, &what())
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    let seq = crate::row::int(count(row, "seq")?);
    read(row, row.get("session")?, seq).map(drop)
}
