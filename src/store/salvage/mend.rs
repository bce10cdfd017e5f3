//! Makes what was rescued whole again: every number there, no reference into nothing.

use nanofolks_protocol::{
    BotId, Event, EventKind, Message, MessageId, NoticeLevel, Origin, Part, Role, RoomId, RoomKind,
    SessionId, Timestamp,
};
use rusqlite::{Connection, params};

use super::Rescued;
use crate::fault::Fault;
use crate::row::{Key as _, json, word};
use crate::{events, messages};

/// Lines that are put in at most: a count that went bad must not fill the disk.
const MOST: u64 = 1_000_000;

const GONE: &str = "this was lost when the database was damaged";

/// Counts rows of a table as lost that were counted as kept.
pub(super) fn note_lost(tables: &mut [Rescued], table: &str, lost: u64) {
    if let Some(found) = tables.iter_mut().find(|found| found.table == table) {
        found.kept = found.kept.saturating_sub(lost);
        found.lost += lost;
    }
}

/// Puts something in the place of rooms and sessions that are gone and still referred to.
pub(super) fn stand_in(tx: &Connection, at: Timestamp) -> Result<(), Fault> {
    tx.execute_batch(
        "UPDATE room SET session = NULL WHERE session NOT IN (SELECT n FROM session);
         UPDATE response SET stream = NULL WHERE stream NOT IN (SELECT id FROM content);",
    )?;
    let sessions = numbers(
        tx,
        "SELECT session FROM message UNION SELECT session FROM turn UNION SELECT session FROM inbox
         UNION SELECT parent FROM session WHERE parent IS NOT NULL
         EXCEPT SELECT n FROM session",
    )?;
    for session in sessions {
        tx.execute(
            "INSERT INTO session (n, id, room, title, messages, created_at, updated_at)
             VALUES (?1, ?2,
                     coalesce((SELECT room FROM turn WHERE session = ?1 LIMIT 1),
                              (SELECT room FROM session WHERE parent = ?1 LIMIT 1),
                              (SELECT n FROM room ORDER BY n LIMIT 1), 1),
                     'recovered', 0, ?3, ?3)",
            params![session, SessionId::fresh().key(), at.as_millis()],
        )?;
    }
    let rooms = numbers(
        tx,
        "SELECT room FROM session UNION SELECT room FROM event UNION SELECT room FROM inbox
         UNION SELECT room FROM turn EXCEPT SELECT n FROM room",
    )?;
    for room in rooms {
        tx.execute(
            "INSERT INTO room (n, id, kind, members, archived, created_at, updated_at)
             VALUES (?1, 'recovered-' || ?1, ?2, ?3, 0, ?4, ?4)",
            params![room, word(&RoomKind::Open)?, json(&[BotId::LEADER])?, at.as_millis()],
        )?;
    }
    Ok(())
}

fn numbers(tx: &Connection, sql: &str) -> Result<Vec<i64>, Fault> {
    Ok(tx.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Gives every lost message and event a line in its place, so that numbers have no gaps.
pub(super) fn fill_gaps(tx: &Connection, at: Timestamp) -> Result<u64, Fault> {
    tx.execute_batch(
        "UPDATE room AS r SET seq = max(seq,
             coalesce((SELECT max(seq) FROM event e WHERE e.room = r.n), 0));
         UPDATE session AS s SET messages = max(messages, inherited,
             coalesce((SELECT max(seq) FROM message m WHERE m.session = s.n), 0),
             coalesce((SELECT max(inherited) FROM session b WHERE b.parent = s.n), 0));",
    )?;
    let mut filled = 0;
    for (room, id, newest) in rooms(tx)? {
        for seq in
            missing(tx, "SELECT seq FROM event WHERE room = ?1 ORDER BY seq", room, 0, newest)?
        {
            let body = json(&lost_event(&id, at))?;
            tx.prepare_cached("INSERT INTO event (room, seq, body, sum) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![room, seq, body, events::sum(room, seq, &body).get()])?;
            filled += 1;
        }
    }
    for (session, inherited, newest) in sessions(tx)? {
        let known = "SELECT seq FROM message WHERE session = ?1 ORDER BY seq";
        for seq in missing(tx, known, session, inherited, newest)? {
            let lost = lost_message(at);
            let body = json(&lost)?;
            let sum = messages::sum(session, seq, &lost.id, &body).get();
            tx.prepare_cached(
                "INSERT INTO message (id, session, seq, body, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![lost.id.key(), session, seq, body, sum])?;
            filled += 1;
        }
    }
    // Where a count went bad, it now is what there is.
    tx.execute_batch(
        "UPDATE room AS r SET seq = coalesce((SELECT max(seq) FROM event e WHERE e.room = r.n), 0);
         UPDATE session AS s SET messages = max(inherited,
             coalesce((SELECT max(seq) FROM message m WHERE m.session = s.n), 0));",
    )?;
    Ok(filled)
}

fn rooms(tx: &Connection) -> Result<Vec<(i64, RoomId, i64)>, Fault> {
    tx.prepare("SELECT n, id, seq FROM room")?
        .query_and_then([], |row| {
            Ok((row.get("n")?, crate::rooms::read_room_id(row, "id")?, row.get("seq")?))
        })?
        .collect()
}

fn sessions(tx: &Connection) -> Result<Vec<(i64, i64, i64)>, Fault> {
    let rows = tx
        .prepare("SELECT n, inherited, messages FROM session")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// The numbers that are not there between two.
fn missing(
    tx: &Connection,
    known: &str,
    of: i64,
    after: i64,
    upto: i64,
) -> Result<Vec<i64>, Fault> {
    let mut gone = Vec::new();
    let mut next = after.saturating_add(1);
    let mut statement = tx.prepare_cached(known)?;
    let mut rows = statement.query([of])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        gone.extend((next..seq).take(room_for(&gone)));
        next = next.max(seq.saturating_add(1));
    }
    gone.extend((next..=upto).take(room_for(&gone)));
    Ok(gone)
}

fn room_for(gone: &[i64]) -> usize {
    usize::try_from(MOST).unwrap_or(usize::MAX).saturating_sub(gone.len())
}

fn lost_event(room: &RoomId, at: Timestamp) -> Event {
    let kind = EventKind::Notice {
        level: NoticeLevel::Error,
        code: "event_lost".into(),
        text: GONE.into(),
        hint: None,
    };
    Event::new(at, room.clone(), kind)
}

fn lost_message(at: Timestamp) -> Message {
    Message {
        id: MessageId::fresh(),
        role: Role::System,
        bot: None,
        turn: None,
        at,
        parts: vec![Part::text(Origin::House, GONE)],
    }
}

/// Takes out rows that refer to something that is gone, and those that refer to them.
pub(super) fn drop_dangling(tx: &Connection) -> Result<Vec<(String, u64)>, Fault> {
    let mut dropped = Vec::new();
    loop {
        let mut bad: Vec<(String, i64)> = tx
            .prepare("SELECT \"table\", rowid FROM pragma_foreign_key_check")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        bad.sort();
        bad.dedup();
        if bad.is_empty() {
            return Ok(dropped);
        }
        for (table, rowid) in bad {
            tx.execute(&format!("DELETE FROM {table} WHERE rowid = ?1"), [rowid])?;
            dropped.push((table, 1));
        }
    }
}

/// Makes the index of words anew.
pub(super) fn index_words(tx: &Connection) -> Result<(), Fault> {
    // Not with `rebuild`: that may not use the table-valued function of the view.
    tx.execute_batch(
        "INSERT INTO message_words (message_words) VALUES ('delete-all');
         INSERT INTO message_words (rowid, said)
             SELECT n, said FROM message_said WHERE said IS NOT NULL;",
    )?;
    Ok(())
}
