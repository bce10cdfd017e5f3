//! Sessions as a tree: branches, the trash, names cut short.

use nanofolks_protocol::{MessageId, SessionId, Timestamp};
use rusqlite::{Connection, named_params, params};

use crate::fault::Fault;
use crate::messages;
use crate::rooms::{missing_session, session_number};
use crate::row::{Key as _, id};

/// Most sessions that share the beginning of a name.
const ALIKE: u32 = 10;

/// A branch that is to begin.
pub(crate) struct Branch<'a> {
    pub(crate) session: SessionId,
    pub(crate) parent: SessionId,
    pub(crate) upto: Option<MessageId>,
    pub(crate) title: Option<&'a str>,
    pub(crate) at: Timestamp,
}

/// Begins a branch and makes it the room's current session. A known one is only made the
/// current one.
pub(crate) fn branch(tx: &Connection, new: &Branch<'_>) -> Result<(), Fault> {
    let parent = session_number(tx, new.parent)?.ok_or_else(|| missing_session(new.parent))?;
    let inherited = match new.upto {
        None => None,
        Some(message) => Some(messages::position(tx, parent, message)?.ok_or_else(|| {
            Fault::missing(format!("message {message} of session {}", new.parent))
        })?),
    };
    tx.prepare_cached(
        "INSERT INTO session (id, room, parent, inherited, title, messages, created_at, updated_at)
         SELECT :id, room, n, coalesce(:inherited, messages), :title,
                coalesce(:inherited, messages), :at, :at
         FROM session WHERE n = :parent
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(named_params! {
        ":id": new.session.key(),
        ":parent": parent,
        ":inherited": inherited,
        ":title": new.title,
        ":at": new.at.as_millis(),
    })?;
    tx.prepare_cached(
        "UPDATE room SET session = s.n, updated_at = max(room.updated_at, ?2)
         FROM (SELECT n, room FROM session WHERE id = ?1) s WHERE room.n = s.room",
    )?
    .execute(params![new.session.key(), new.at.as_millis()])?;
    Ok(())
}

/// Notes that nobody here knows what a session did cost.
pub(crate) fn unpriced(tx: &Connection, session: SessionId) -> Result<(), Fault> {
    let n = session_number(tx, session)?.ok_or_else(|| missing_session(session))?;
    tx.prepare_cached("UPDATE session SET unpriced = unpriced + 1 WHERE n = ?1")?.execute([n])?;
    Ok(())
}

/// Puts a session into the trash, or takes it out. It stays what it was.
pub(crate) fn trash(
    tx: &Connection,
    session: SessionId,
    trashed: bool,
    at: Timestamp,
) -> Result<(), Fault> {
    let n = session_number(tx, session)?.ok_or_else(|| missing_session(session))?;
    tx.prepare_cached(
        "UPDATE session SET trashed_at = iif(?2, coalesce(trashed_at, ?3), NULL) WHERE n = ?1",
    )?
    .execute(params![n, trashed, at.as_millis()])?;
    if trashed {
        // Nobody goes on speaking in it without taking it out.
        tx.prepare_cached(
            "UPDATE room SET session = NULL
             WHERE n = (SELECT room FROM session WHERE n = ?1) AND session = ?1",
        )?
        .execute([n])?;
    }
    Ok(())
}

/// Sessions whose name begins like this, oldest first.
pub(crate) fn find(conn: &Connection, prefix: &str) -> Result<Vec<SessionId>, Fault> {
    let Some((from, to)) = range(prefix) else { return Ok(Vec::new()) };
    conn.prepare_cached("SELECT id FROM session WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3")?
        .query_and_then(params![from, to, ALIKE], |row| id(row, "id"))?
        .collect()
}

/// The first and the last name with these digits in front.
fn range(prefix: &str) -> Option<([u8; 16], [u8; 16])> {
    let digits: Vec<u8> = prefix
        .trim()
        .chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    if !(1..=32).contains(&digits.len()) {
        return None;
    }
    let (mut from, mut to) = ([0x00; 16], [0xff; 16]);
    for (place, digit) in digits.into_iter().enumerate() {
        let (byte, shift) = (place / 2, if place % 2 == 0 { 4 } else { 0 });
        from[byte] |= digit << shift;
        to[byte] &= !(0x0f << shift) | digit << shift;
    }
    Some((from, to))
}
