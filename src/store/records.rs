//! Turns as they went: lists of them, and everything that a replay needs.

use nanofolks_protocol::history::{Recording, TurnFilter, TurnRecord, TurnSummary};
use nanofolks_protocol::{Event, RoomId, TurnId};
use rusqlite::{Connection, Row, named_params, params};

use crate::fault::Fault;
use crate::rooms::read_room_id;
use crate::row::{Key, Sum, count, from_json, id, maybe_time, time};
use crate::turns::read_state;
use crate::{approvals, calls, events, inbox, requests, rooms, turns};

/// Events that are read at once when those of one turn are looked for.
const PAGE: u32 = 256;

/// A turn with its message, its room and its session by their names.
const TURN: &str = "SELECT t.n, t.id AS turn, t.state, t.owner, t.claimed_at, t.ended_at,
        t.problem, t.events_after, r.id AS room_id, s.id AS session_id,
        i.id, i.room, i.session, i.priority, i.envelope, i.options, i.sum
     FROM turn t JOIN room r ON r.n = t.room JOIN session s ON s.n = t.session
     JOIN inbox i ON i.arrival = t.arrival";

/// Keeps what a turn read of the world outside.
pub(crate) fn record(tx: &Connection, turn: TurnId, name: &str, bytes: &[u8]) -> Result<(), Fault> {
    let turn = turns::number_of(tx, turn)?;
    tx.prepare_cached("INSERT INTO recorded (turn, name, bytes, sum) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![turn, name, bytes, sum(turn, name, bytes).get()])?;
    Ok(())
}

/// What a turn read of the world outside, in order.
pub(crate) fn recorded(conn: &Connection, turn: TurnId) -> Result<Vec<Recording>, Fault> {
    recorded_of(conn, turns::number_of(conn, turn)?)
}

fn recorded_of(conn: &Connection, turn: i64) -> Result<Vec<Recording>, Fault> {
    conn.prepare_cached(
        "SELECT n, turn, name, bytes, sum FROM recorded WHERE turn = ?1 ORDER BY n",
    )?
    .query_and_then([turn], read_recorded)?
    .collect()
}

fn sum(turn: i64, name: &str, bytes: &[u8]) -> Sum {
    Sum::new().int(turn).bytes(name.as_bytes()).bytes(bytes)
}

fn read_recorded(row: &Row<'_>) -> Result<Recording, Fault> {
    let (n, turn): (i64, i64) = (row.get("n")?, row.get("turn")?);
    let (name, bytes): (String, Vec<u8>) = (row.get("name")?, row.get("bytes")?);
    sum(turn, &name, &bytes).check(row, || format!("recording number {n}"))?;
    Ok((name, bytes))
}

/// Reads a row of `recorded` again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    read_recorded(row).map(drop)
}

/// Turns, newest first.
pub(crate) fn list(conn: &Connection, filter: &TurnFilter) -> Result<Vec<TurnSummary>, Fault> {
    let conn = conn.unchecked_transaction()?;
    let room = match (filter.session, &filter.room) {
        (Some(session), _) => match rooms::session(&conn, session)? {
            // A session is in one room: the index of its turns finds those of the session.
            Some(session) if filter.room.as_ref().is_none_or(|room| *room == session.room) => {
                Some(session.room)
            }
            _ => return Ok(Vec::new()),
        },
        (None, room) => room.clone(),
    };
    let which = if room.is_some() { "r.id = :room" } else { "(:room IS NULL)" };
    conn.prepare_cached(&format!(
        "{TURN} WHERE {which} AND (:session IS NULL OR s.id = :session)
         ORDER BY t.n DESC LIMIT :limit"
    ))?
    .query_and_then(
        named_params! {
            ":room": room.as_ref().map(RoomId::as_str),
            ":session": filter.session.as_ref().map(Key::key),
            ":limit": filter.limit,
        },
        |row| read(row, inbox::verified(row)?.0.text),
    )?
    .collect()
}

/// A turn with everything that a replay needs.
pub(crate) fn whole(conn: &Connection, turn: TurnId) -> Result<Option<TurnRecord>, Fault> {
    let conn = conn.unchecked_transaction()?;
    let mut rows = conn.prepare_cached(&format!("{TURN} WHERE t.id = ?1"))?;
    let mut rows = rows.query([turn.key()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let n: i64 = row.get("n")?;
    let (envelope, options) = inbox::verified(row)?;
    let summary = read(row, envelope.text.clone())?;
    let events = events_of(&conn, &summary, count(row, "events_after")?)?;
    Ok(Some(TurnRecord {
        turn: summary,
        envelope,
        joined: inbox::joined(&conn, n)?,
        options,
        requests: requests::requests_of(&conn, turn)?,
        responses: requests::responses(&conn, n)?,
        calls: calls::of_turn(&conn, n)?,
        approvals: approvals::of_turn(&conn, n, false)?,
        recorded: recorded_of(&conn, n)?,
        events,
    }))
}

fn read(row: &Row<'_>, text: String) -> Result<TurnSummary, Fault> {
    let problem: Option<String> = row.get("problem")?;
    Ok(TurnSummary {
        turn: id(row, "turn")?,
        room: read_room_id(row, "room_id")?,
        session: id(row, "session_id")?,
        text,
        state: read_state(row)?,
        owner: id(row, "owner")?,
        claimed_at: time(row, "claimed_at")?,
        ended_at: maybe_time(row, "ended_at")?,
        problem: problem.map(|text| from_json(&text, "the problem of a turn")).transpose()?,
    })
}

/// The events of a turn: they come after its claim, and none comes after its ending.
fn events_of(conn: &Connection, turn: &TurnSummary, mut after: u64) -> Result<Vec<Event>, Fault> {
    let mut found = Vec::new();
    loop {
        let page = events::page(conn, &turn.room, after, PAGE)?;
        let Some(last) = page.last().and_then(|event| event.seq) else { return Ok(found) };
        after = last;
        for event in page.into_iter().filter(|event| event.turn == Some(turn.turn)) {
            let over = event.what.is_ending();
            found.push(event);
            if over {
                return Ok(found);
            }
        }
    }
}
