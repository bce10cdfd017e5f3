//! The inbox: accepted once, claimed in order.

use nanofolks_protocol::journal::{Claimed, Expected, NotClaimed};
use nanofolks_protocol::{
    Envelope, EnvelopeId, OwnerId, RoomId, RoomKind, SessionId, Timestamp, TurnId, TurnOptions,
    TurnState, Written,
};
use rusqlite::{Connection, Row, named_params, params};

use crate::fault::Fault;
use crate::messages;
use crate::owners::Owners;
use crate::rooms::{missing_room, missing_session, number, session_number, touch};
use crate::row::{Key as _, Sum, from_json, id, json, maybe_id, time, word};

/// What is accepted.
pub(crate) struct Accept<'a> {
    pub(crate) envelope: &'a Envelope,
    pub(crate) options: &'a TurnOptions,
    pub(crate) session: SessionId,
    pub(crate) owner: OwnerId,
    pub(crate) at: Timestamp,
}

/// What is claimed.
pub(crate) struct Claim<'a> {
    pub(crate) room: &'a RoomId,
    pub(crate) owner: OwnerId,
    pub(crate) turn: TurnId,
    pub(crate) only: Option<&'a Expected>,
    pub(crate) at: Timestamp,
    pub(crate) lease_until: Timestamp,
}

/// Puts an envelope into the inbox, unless its chat knows its key already.
pub(crate) fn accept(tx: &Connection, owners: &Owners, new: &Accept<'_>) -> Result<Written, Fault> {
    let envelope = new.envelope;
    if let Some(known) = known(tx, envelope)? {
        return Ok(known);
    }
    // Before the row names its owner, the owner can be seen to live.
    owners.hold(new.owner)?;
    let room = number(tx, &envelope.room)?.ok_or_else(|| missing_room(&envelope.room))?;
    let session = session_number(tx, new.session)?.ok_or_else(|| missing_session(new.session))?;
    let (text, options) = (json(envelope)?, json(new.options)?);
    let priority = i64::from(envelope.priority.0);
    let sum = sum(&envelope.id, room, session, priority, (&text, &options)).get();
    tx.prepare_cached(
        "INSERT INTO inbox (id, room, session, channel, chat, key, priority, owner, accepted_at,
                            envelope, options, sum)
         VALUES (:id, :room, :session, :channel, :chat, :key, :priority, :owner, :at,
                 :envelope, :options, :sum)",
    )?
    .execute(named_params! {
        ":id": envelope.id.key(),
        ":room": room,
        ":session": session,
        ":channel": envelope.channel,
        ":chat": envelope.chat,
        ":key": envelope.idempotency_key,
        ":priority": envelope.priority.0,
        ":owner": new.owner.key(),
        ":at": new.at.as_millis(),
        ":envelope": text,
        ":options": options,
        ":sum": sum,
    })?;
    touch(tx, room, new.at)?;
    Ok(Written::Accepted {
        envelope: envelope.id,
        duplicate: false,
        session: new.session,
        turn: None,
    })
}

/// The answer to an envelope that came before.
fn known(tx: &Connection, envelope: &Envelope) -> Result<Option<Written>, Fault> {
    tx.prepare_cached(
        "SELECT i.id, s.id AS session, t.id AS turn
         FROM inbox i JOIN session s ON s.n = i.session LEFT JOIN turn t ON t.n = i.turn
         WHERE i.channel = ?1 AND i.chat = ?2 AND i.key = ?3",
    )?
    .query_and_then(params![envelope.channel, envelope.chat, envelope.idempotency_key], |row| {
        Ok(Written::Accepted {
            envelope: id(row, "id")?,
            duplicate: true,
            session: id(row, "session")?,
            turn: maybe_id(row, "turn")?,
        })
    })?
    .next()
    .transpose()
}

/// A row of the inbox.
struct Waiting {
    arrival: i64,
    session: i64,
    session_id: SessionId,
    owner: OwnerId,
    envelope: Envelope,
    options: TurnOptions,
    accepted_at: Timestamp,
}

/// Claims the next row of a room.
pub(crate) fn claim(tx: &Connection, owners: &Owners, wish: &Claim<'_>) -> Result<Written, Fault> {
    let not = |why| Ok(Written::NotClaimed(why));
    let Some(room) = number(tx, wish.room)? else { return not(NotClaimed::Empty) };
    if let Some(owner) = busy(tx, room)? {
        return not(NotClaimed::Busy { owner, ours: owner == wish.owner });
    }
    let Some(row) = next(tx, room)? else { return not(NotClaimed::Empty) };
    if row.owner != wish.owner && owners.is_alive(row.owner) {
        return not(NotClaimed::Theirs { owner: row.owner });
    }
    if let Some(expected) = wish.only
        && !holds(tx, expected, row.envelope.id, row.session)?
    {
        return not(NotClaimed::Moved);
    }
    owners.hold(wish.owner)?;
    start(tx, room, &row, wish)?;
    Ok(Written::Claimed(Box::new(Claimed {
        turn: wish.turn,
        session: row.session_id,
        envelope: row.envelope,
        options: row.options,
        accepted_at: row.accepted_at,
    })))
}

/// Hands a waiting envelope to another process.
pub(crate) fn inherit(
    tx: &Connection,
    envelope: EnvelopeId,
    from: OwnerId,
    to: OwnerId,
) -> Result<bool, Fault> {
    let changed = tx
        .prepare_cached(
            "UPDATE inbox SET owner = ?3 WHERE id = ?1 AND owner = ?2 AND turn IS NULL
                 AND withdrawn_at IS NULL",
        )?
        .execute(params![envelope.key(), from.key(), to.key()])?;
    Ok(changed == 1)
}

/// Whether nothing was said since the first request was built.
fn holds(
    tx: &Connection,
    expected: &Expected,
    envelope: EnvelopeId,
    session: i64,
) -> Result<bool, Fault> {
    Ok(expected.envelope == envelope && expected.newest == messages::newest(tx, session)?)
}

fn busy(tx: &Connection, room: i64) -> Result<Option<OwnerId>, Fault> {
    tx.prepare_cached("SELECT owner FROM turn WHERE room = ?1 AND ended_at IS NULL")?
        .query_and_then([room], |row| id(row, "owner"))?
        .next()
        .transpose()
}

fn next(tx: &Connection, room: i64) -> Result<Option<Waiting>, Fault> {
    tx.prepare_cached(
        "SELECT i.arrival, i.id, i.room, i.session, s.id AS session_id, i.priority, i.owner,
                i.accepted_at, i.envelope, i.options, i.sum
         FROM inbox i JOIN session s ON s.n = i.session
         WHERE i.room = ?1 AND i.turn IS NULL AND i.withdrawn_at IS NULL
         ORDER BY i.priority, i.arrival LIMIT 1",
    )?
    .query_and_then([room], |row| {
        let (envelope, options) = verified(row)?;
        Ok(Waiting {
            arrival: row.get("arrival")?,
            session: row.get("session")?,
            session_id: id(row, "session_id")?,
            owner: id(row, "owner")?,
            envelope,
            options,
            accepted_at: time(row, "accepted_at")?,
        })
    })?
    .next()
    .transpose()
}

fn start(tx: &Connection, room: i64, row: &Waiting, wish: &Claim<'_>) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO turn (id, room, session, arrival, owner, state, claimed_at, lease_until,
                           run_folder, events_after)
         SELECT :id, :room, :session, :arrival, :owner, :state, :at, :lease_until,
                iif(kind = :run, :folder, NULL), seq
         FROM room WHERE n = :room",
    )?
    .execute(named_params! {
        ":id": wish.turn.key(),
        ":room": room,
        ":session": row.session,
        ":arrival": row.arrival,
        ":owner": wish.owner.key(),
        ":state": TurnState::Running.as_str(),
        ":at": wish.at.as_millis(),
        ":lease_until": wish.lease_until.as_millis(),
        ":folder": row.options.folder,
        ":run": word(&RoomKind::Run)?,
    })?;
    tx.prepare_cached("UPDATE inbox SET turn = ?2 WHERE arrival = ?1")?
        .execute(params![row.arrival, tx.last_insert_rowid()])?;
    Ok(())
}

/// The messages that became part of a turn besides the one it handles.
pub(crate) fn joined(conn: &Connection, turn: i64) -> Result<Vec<Envelope>, Fault> {
    conn.prepare_cached(
        "SELECT i.id, i.room, i.session, i.priority, i.envelope, i.options, i.sum
         FROM inbox i WHERE i.joined = ?1 ORDER BY i.arrival",
    )?
    .query_and_then([turn], |row| verified(row).map(|(envelope, _options)| envelope))?
    .collect()
}

/// The message of a row and what its sender wants, when its checksum says that they are
/// what was written.
pub(crate) fn verified(row: &Row<'_>) -> Result<(Envelope, TurnOptions), Fault> {
    let id: EnvelopeId = id(row, "id")?;
    let (text, options): (String, String) = (row.get("envelope")?, row.get("options")?);
    let what = || format!("envelope {id}");
    let (room, session) = (row.get("room")?, row.get("session")?);
    sum(&id, room, session, row.get("priority")?, (&text, &options)).check(row, what)?;
    Ok((from_json(&text, &what())?, from_json(&options, &what())?))
}

/// Over a row, its message and its options.
pub(crate) fn sum(
    id: &EnvelopeId,
    room: i64,
    session: i64,
    priority: i64,
    (text, options): (&str, &str),
) -> Sum {
    Sum::new()
        .bytes(id.key())
        .int(room)
        .int(session)
        .int(priority)
        .bytes(text.as_bytes())
        .bytes(options.as_bytes())
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    verified(row).map(drop)
}
