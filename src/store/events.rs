//! Events of a room: numbered without gaps, never changed.

use nanofolks_protocol::{Event, RoomId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::fault::Fault;
use crate::rooms::missing_room;
use crate::row::{Sum, count, from_json, int, json};

/// The numbers that the rooms of one batch have come to. They are read once and written
/// once, however many events a batch brings.
#[derive(Default)]
pub(crate) struct Numbers {
    rooms: Vec<Numbered>,
}

struct Numbered {
    id: RoomId,
    room: i64,
    seq: i64,
    updated_at: i64,
}

impl Numbers {
    fn of(&mut self, tx: &Connection, id: &RoomId) -> Result<&mut Numbered, Fault> {
        let known = self.rooms.iter().position(|one| one.id == *id);
        let at = match known {
            Some(at) => at,
            None => {
                let room = tx
                    .prepare_cached("SELECT n, seq, updated_at FROM room WHERE id = ?1")?
                    .query_row([id.as_str()], |row| {
                        let (room, seq) = (row.get("n")?, row.get("seq")?);
                        let updated_at = row.get("updated_at")?;
                        Ok(Numbered { id: id.clone(), room, seq, updated_at })
                    })
                    .optional()?
                    .ok_or_else(|| missing_room(id))?;
                self.rooms.push(room);
                self.rooms.len() - 1
            }
        };
        // `at` is the place of one that is there.
        self.rooms.get_mut(at).ok_or_else(|| missing_room(id))
    }

    /// Writes the numbers down, so that what reads a room sees them.
    pub(crate) fn settle(&mut self, tx: &Connection) -> Result<(), Fault> {
        for Numbered { room, seq, updated_at, .. } in self.rooms.drain(..) {
            tx.prepare_cached(
                "UPDATE room SET seq = ?2, updated_at = max(updated_at, ?3) WHERE n = ?1",
            )?
            .execute(params![room, seq, updated_at])?;
        }
        Ok(())
    }
}

/// Appends an event and gives it the room's next number.
pub(crate) fn append(tx: &Connection, numbers: &mut Numbers, event: &Event) -> Result<u64, Fault> {
    if event.what.is_live() {
        return Err(Fault::refused("live hints are not stored"));
    }
    let numbered = numbers.of(tx, &event.room)?;
    numbered.seq += 1;
    numbered.updated_at = numbered.updated_at.max(event.at.as_millis());
    let (room, seq) = (numbered.room, numbered.seq);
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
