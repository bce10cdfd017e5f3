//! What waits in a room: seen, changed, taken back.

use nanofolks_protocol::journal::NotClaimed;
use nanofolks_protocol::{Envelope, EnvelopeId, Queued, RoomId, Timestamp, TurnId, Written};
use rusqlite::{Connection, params};

use crate::fault::Fault;
use crate::inbox::{self, verified};
use crate::rooms::number;
use crate::row::{Key as _, id, json, time};
use crate::turns;

/// Whether anything waits in a room.
pub(crate) fn any_waits(conn: &Connection, room: &RoomId) -> Result<bool, Fault> {
    Ok(conn
        .prepare_cached(
            "SELECT 1 FROM room r JOIN inbox i ON i.room = r.n
             WHERE r.id = ?1 AND i.turn IS NULL AND i.withdrawn_at IS NULL LIMIT 1",
        )?
        .exists([room.as_str()])?)
}

/// What waits in a room, in the order in which it is claimed.
pub(crate) fn waiting(conn: &Connection, room: &RoomId) -> Result<Vec<Queued>, Fault> {
    let Some(room) = number(conn, room)? else { return Ok(Vec::new()) };
    conn.prepare_cached(
        "SELECT i.id, i.room, i.session, i.priority, i.owner, i.accepted_at, i.envelope,
                i.options, i.sum, s.id AS session_id
         FROM inbox i JOIN session s ON s.n = i.session
         WHERE i.room = ?1 AND i.turn IS NULL AND i.withdrawn_at IS NULL
         ORDER BY i.priority, i.arrival",
    )?
    .query_and_then([room], |row| {
        let (envelope, options) = verified(row)?;
        Ok(Queued {
            envelope,
            options,
            session: id(row, "session_id")?,
            accepted_at: time(row, "accepted_at")?,
            owner: id(row, "owner")?,
        })
    })?
    .collect()
}

/// Changes the text of what waits; `false` when it does not wait any more.
pub(crate) fn edit(tx: &Connection, envelope: EnvelopeId, text: &str) -> Result<bool, Fault> {
    let found = tx
        .prepare_cached(
            "SELECT arrival, id, room, session, priority, envelope, options, sum FROM inbox
             WHERE id = ?1 AND turn IS NULL AND withdrawn_at IS NULL",
        )?
        .query_and_then([envelope.key()], |row| {
            let (old, options) = verified(row)?;
            let new = json(&Envelope { text: text.to_owned(), ..old })?;
            let (room, session) = (row.get("room")?, row.get("session")?);
            let priority = row.get("priority")?;
            let options = json(&options)?;
            let sum = inbox::sum(&envelope, room, session, priority, (&new, &options)).get();
            Ok::<_, Fault>((row.get::<_, i64>("arrival")?, new, options, sum))
        })?
        .next()
        .transpose()?;
    let Some((arrival, new, options, sum)) = found else { return too_late(tx, envelope) };
    tx.prepare_cached("UPDATE inbox SET envelope = ?2, options = ?3, sum = ?4 WHERE arrival = ?1")?
        .execute(params![arrival, new, options, sum])?;
    Ok(true)
}

/// Takes back what waits; `false` when it does not wait any more.
pub(crate) fn withdraw(
    tx: &Connection,
    envelope: EnvelopeId,
    at: Timestamp,
) -> Result<bool, Fault> {
    let changed = tx
        .prepare_cached(
            "UPDATE inbox SET withdrawn_at = ?2
             WHERE id = ?1 AND turn IS NULL AND withdrawn_at IS NULL",
        )?
        .execute(params![envelope.key(), at.as_millis()])?;
    if changed == 1 { Ok(true) } else { too_late(tx, envelope) }
}

/// Makes what waits part of a turn that runs, if all of it still says this.
pub(crate) fn join(
    tx: &Connection,
    turn: TurnId,
    envelopes: &[(EnvelopeId, String)],
) -> Result<Written, Fault> {
    let turn = turns::live_number(tx, turn)?;
    let mut arrivals = Vec::with_capacity(envelopes.len());
    for (envelope, text) in envelopes {
        match says(tx, *envelope)? {
            Some((arrival, said)) if said == *text => arrivals.push(arrival),
            _ => return Ok(Written::NotClaimed(NotClaimed::Moved)),
        }
    }
    for arrival in arrivals {
        tx.prepare_cached("UPDATE inbox SET turn = ?2, joined = ?2 WHERE arrival = ?1")?
            .execute(params![arrival, turn])?;
    }
    Ok(Written::Changed(true))
}

/// What an envelope says that waits.
fn says(tx: &Connection, envelope: EnvelopeId) -> Result<Option<(i64, String)>, Fault> {
    tx.prepare_cached(
        "SELECT arrival, id, room, session, priority, envelope, options, sum FROM inbox
         WHERE id = ?1 AND turn IS NULL AND withdrawn_at IS NULL",
    )?
    .query_and_then([envelope.key()], |row| {
        let (said, _options) = verified(row)?;
        Ok((row.get("arrival")?, said.text))
    })?
    .next()
    .transpose()
}

fn too_late(tx: &Connection, envelope: EnvelopeId) -> Result<bool, Fault> {
    let known = tx.prepare_cached("SELECT 1 FROM inbox WHERE id = ?1")?.exists([envelope.key()])?;
    if known { Ok(false) } else { Err(Fault::missing(format!("envelope {envelope}"))) }
}
