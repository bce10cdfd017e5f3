//! Messages of a session: appended, never changed.

use std::sync::Arc;

use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::{Message, MessageId, SessionId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::fault::Fault;
use crate::rooms::{missing_session, session_number};
use crate::row::{Key as _, Sum, count, from_json, id, int, json};
use crate::search;

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
    search::index(tx, tx.last_insert_rowid(), &message.text())
}

/// A message by its name.
pub(crate) fn message(conn: &Connection, id: MessageId) -> Result<Option<Arc<Message>>, Fault> {
    conn.prepare_cached("SELECT id, session, seq, body, sum FROM message WHERE id = ?1")?
        .query_and_then([id.key()], |row| whole(row).map(Arc::new))?
        .next()
        .transpose()
}

/// Messages after a number, in order. A missing number is a message that was lost, and is
/// said.
pub(crate) fn after(
    conn: &Connection,
    session: SessionId,
    after: u64,
    limit: u32,
) -> Result<Vec<Numbered>, Fault> {
    let conn = conn.unchecked_transaction()?;
    let number = session_number(&conn, session)?.ok_or_else(|| missing_session(session))?;
    let mut messages = Vec::new();
    for stretch in stretches(&conn, number)? {
        let left = i64::from(limit) - int(messages.len() as u64);
        let begin = stretch.after.max(int(after));
        let wanted = left.min(stretch.upto - begin);
        if wanted <= 0 {
            continue;
        }
        let mut rows = conn.prepare_cached(
            "SELECT id, session, seq, body, sum FROM message WHERE session = ?1 AND seq > ?2
             ORDER BY seq LIMIT ?3",
        )?;
        let mut rows = rows.query(params![stretch.session, begin, wanted])?;
        for expected in begin + 1..=begin + wanted {
            match rows.next()? {
                Some(row) if row.get::<_, i64>("seq")? == expected => messages
                    .push(Numbered { seq: count(row, "seq")?, message: Arc::new(whole(row)?) }),
                _ => return Err(gone(expected)),
            }
        }
    }
    Ok(messages)
}

/// The number of a message in a session, its own or inherited.
pub(crate) fn position(
    conn: &Connection,
    session: i64,
    message: MessageId,
) -> Result<Option<i64>, Fault> {
    let found = conn
        .prepare_cached("SELECT session, seq FROM message WHERE id = ?1")?
        .query_row([message.key()], |row| Ok((row.get("session")?, row.get("seq")?)))
        .optional()?;
    let Some::<(i64, i64)>((home, seq)) = found else { return Ok(None) };
    let holds = |part: &Stretch| part.session == home && part.after < seq && seq <= part.upto;
    Ok(stretches(conn, session)?.iter().any(holds).then_some(seq))
}

/// Messages that lie together: those of `session` after one number, up to another.
pub(crate) struct Stretch {
    pub(crate) session: i64,
    pub(crate) after: i64,
    pub(crate) upto: i64,
}

/// What a session is made of, oldest first: parts of its parents, then its own.
pub(crate) fn stretches(conn: &Connection, session: i64) -> Result<Vec<Stretch>, Fault> {
    let mut found = Vec::new();
    let mut branch = session_row(conn, session)?;
    let mut upto = branch.messages;
    loop {
        if branch.inherited < upto {
            found.push(Stretch { session: branch.n, after: branch.inherited, upto });
            upto = branch.inherited;
        }
        match branch.parent {
            Some(parent) if upto > 0 => branch = session_row(conn, parent)?,
            None if upto > 0 => return Err(Fault::Damaged("a session lost its parent".to_owned())),
            _ => break,
        }
    }
    found.reverse();
    Ok(found)
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
                _ => return Err(gone(seq)),
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

fn gone(seq: i64) -> Fault {
    Fault::Damaged(format!("message {seq} of a session is gone"))
}

pub(crate) fn sum(session: i64, seq: i64, id: &MessageId, body: &str) -> Sum {
    Sum::new().int(session).int(seq).bytes(id.key()).bytes(body.as_bytes())
}

fn read(row: &Row<'_>, session: i64, seq: i64) -> Result<Message, Fault> {
    let id: MessageId = id(row, "id")?;
    let body: String = row.get("body")?;
    let what = || format!("message {id}");
    sum(session, seq, &id, &body).check(row, what)?;
    from_json(&body, &what())
}

/// A message, from a row that has all its columns.
pub(crate) fn whole(row: &Row<'_>) -> Result<Message, Fault> {
    read(row, row.get("session")?, int(count(row, "seq")?))
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    whole(row).map(drop)
}
