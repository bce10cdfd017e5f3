//! Events of a room: numbered without gaps, never changed.

use nanofolks_protocol::{Event, RoomId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::fault::Fault;
use crate::rooms::missing_room;
use crate::row::{Sum, count, from_json, int, json};

/// Appends an event and gives it the room's next number.
pub(crate) fn append(tx: &Connection, event: &Event) -> Result<u64, Fault> {
    if event.what.is_live() {
        return Err(Fault::refused("live hints are not stored"));
    }
    let Some((room, seq)) = tx
        .prepare_cached(
            "UPDATE room SET seq = seq + 1, updated_at = max(updated_at, ?2)
             WHERE id = ?1 RETURNING n, seq",
        )?
        .query_row(params![event.room.as_str(), event.at.as_millis()], |row| {
            Ok((row.get::<_, i64>("n")?, row.get::<_, i64>("seq")?))
        })
        .optional()?
    else {
        return Err(missing_room(&event.room));
    };
    let body = match event.seq {
        None => json(event)?,
        Some(_) => json(&Event { seq: None, ..event.clone() })?,
    };
    let sum = sum(room, seq, &body).get();
    tx.prepare_cached("INSERT INTO event (room, seq, body, sum) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![room, seq, body, sum])?;
    u64::try_from(seq).map_err(|_| Fault::Damaged(format!("room {} counts wrong", event.room)))
}

/// Events after a number, in order. A missing number is an event that was lost, and is said.
pub(crate) fn after(
    conn: &Connection,
    room: &RoomId,
    after: u64,
    limit: u32,
) -> Result<Vec<Event>, Fault> {
    page(&*conn.unchecked_transaction()?, room, after, limit)
}

/// The same inside of a transaction.
pub(crate) fn page(
    conn: &Connection,
    room: &RoomId,
    after: u64,
    limit: u32,
) -> Result<Vec<Event>, Fault> {
    let Some::<(i64, u64)>((number, newest)) = conn
        .prepare_cached("SELECT n, seq FROM room WHERE id = ?1")?
        .query_and_then([room.as_str()], |row| Ok::<_, Fault>((row.get("n")?, count(row, "seq")?)))?
        .next()
        .transpose()?
    else {
        return Ok(Vec::new());
    };
    let mut events = conn.prepare_cached(
        "SELECT room, seq, body, sum FROM event WHERE room = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let events = events
        .query_and_then(params![number, int(after), limit], read)?
        .collect::<Result<Vec<_>, _>>()?;
    let wanted = newest.saturating_sub(after).min(u64::from(limit));
    let mut seqs = events.iter().map(|event| event.seq);
    for seq in after + 1..=after + wanted {
        if seqs.next() != Some(Some(seq)) {
            return Err(Fault::Damaged(format!("event {seq} of room {room} is gone")));
        }
    }
    Ok(events)
}

pub(crate) fn sum(room: i64, seq: i64, body: &str) -> Sum {
    Sum::new().int(room).int(seq).bytes(body.as_bytes())
}

fn read(row: &Row<'_>) -> Result<Event, Fault> {
    let seq = count(row, "seq")?;
    let body: String = row.get("body")?;
    let what = || format!("event {seq} of a room");
    sum(row.get("room")?, int(seq), &body).check(row, what)?;
    let event: Event = from_json(&body, &what())?;
    Ok(Event { seq: Some(seq), ..event })
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    read(row).map(drop)
}
