//! Rooms and their sessions.

use nanofolks_protocol::ports::{Lease, RoomState, SessionFilter, SessionSummary, StoreError};
use nanofolks_protocol::{Room, RoomId, Session, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use crate::fault::Fault;
use crate::row::{
    Key as _, count, from_json, from_word, id, int, json, maybe_id, maybe_time, time, word,
};
use crate::spending::read_usage;

/// A session with its room and its parent by their names.
const SESSION: &str = "SELECT s.id, r.id AS room, p.id AS parent, s.title, s.messages,
        s.created_at, s.updated_at, s.trashed_at, s.input_tokens, s.cached_input_tokens,
        s.cache_write_tokens, s.output_tokens, s.reasoning_tokens, s.cost_usd, s.unpriced
     FROM session s JOIN room r ON r.n = s.room LEFT JOIN session p ON p.n = s.parent";

/// Makes the room unless it is there.
pub(crate) fn ensure(tx: &Connection, room: &Room) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO room (id, kind, members, folder, archived, created_at, updated_at)
         VALUES (:id, :kind, :members, :folder, :archived, :created_at, :updated_at)
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(named_params! {
        ":id": room.id.as_str(),
        ":kind": word(&room.kind)?,
        ":members": json(&room.members)?,
        ":folder": room.folder,
        ":archived": room.archived,
        ":created_at": room.created_at.as_millis(),
        ":updated_at": room.updated_at.as_millis(),
    })?;
    Ok(())
}

/// Puts a room away, or back.
pub(crate) fn archive(tx: &Connection, room: &RoomId, archived: bool) -> Result<(), Fault> {
    let changed = tx
        .prepare_cached("UPDATE room SET archived = ?2 WHERE id = ?1")?
        .execute(params![room.as_str(), archived])?;
    if changed == 0 { Err(missing_room(room)) } else { Ok(()) }
}

/// Begins a session in a room that has none.
pub(crate) fn begin_first(tx: &Connection, session: &Session) -> Result<(), Fault> {
    let has_one: Option<bool> = tx
        .prepare_cached("SELECT session IS NOT NULL FROM room WHERE id = ?1")?
        .query_map([session.room.as_str()], |row| row.get(0))?
        .next()
        .transpose()?;
    if has_one == Some(true) {
        let text = format!("{} has a session already", session.room);
        return Err(Fault::Told(StoreError::Busy(text)));
    }
    begin(tx, session)
}

/// Begins a session, and makes it the room's current one. A known session is only made
/// the current one.
///
/// A branch takes over the first `messages` messages of its parent.
pub(crate) fn begin(tx: &Connection, session: &Session) -> Result<(), Fault> {
    let room = number(tx, &session.room)?.ok_or_else(|| missing_room(&session.room))?;
    let parent = match session.parent {
        Some(id) => Some(session_number(tx, id)?.ok_or_else(|| missing_session(id))?),
        None => None,
    };
    let inherited = match parent {
        Some(parent) => tx
            .prepare_cached("SELECT min(messages, ?2) FROM session WHERE n = ?1")?
            .query_row(params![parent, int(session.messages)], |row| row.get(0))?,
        None => 0_i64,
    };
    tx.prepare_cached(
        "INSERT INTO session (id, room, parent, inherited, title, messages, created_at, updated_at)
         VALUES (:id, :room, :parent, :inherited, :title, :inherited, :created_at, :updated_at)
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(named_params! {
        ":id": session.id.key(),
        ":room": room,
        ":parent": parent,
        ":inherited": inherited,
        ":title": session.title,
        ":created_at": session.created_at.as_millis(),
        ":updated_at": session.updated_at.as_millis(),
    })?;
    let changed = tx
        .prepare_cached(
            "UPDATE room SET session = s.n, updated_at = max(room.updated_at, ?3)
             FROM (SELECT n FROM session WHERE id = ?2 AND room = ?1) s WHERE room.n = ?1",
        )?
        .execute(params![room, session.id.key(), session.updated_at.as_millis()])?;
    if changed == 0 {
        return Err(Fault::refused(format!("session {} is in another room", session.id)));
    }
    Ok(())
}

/// Gives a session a title.
pub(crate) fn title(tx: &Connection, session: SessionId, title: &str) -> Result<(), Fault> {
    let changed = tx
        .prepare_cached("UPDATE session SET title = ?2 WHERE id = ?1")?
        .execute(params![session.key(), title])?;
    if changed == 0 { Err(missing_session(session)) } else { Ok(()) }
}

/// The short name of a room.
pub(crate) fn number(conn: &Connection, room: &RoomId) -> Result<Option<i64>, Fault> {
    Ok(conn
        .prepare_cached("SELECT n FROM room WHERE id = ?1")?
        .query_row([room.as_str()], |row| row.get("n"))
        .optional()?)
}

/// The short name of a session.
pub(crate) fn session_number(conn: &Connection, id: SessionId) -> Result<Option<i64>, Fault> {
    Ok(conn
        .prepare_cached("SELECT n FROM session WHERE id = ?1")?
        .query_row([id.key()], |row| row.get("n"))
        .optional()?)
}

/// The short names of a room and of a session.
pub(crate) fn place(
    conn: &Connection,
    room: &RoomId,
    session: Option<SessionId>,
) -> Result<(i64, Option<i64>), Fault> {
    let n = number(conn, room)?.ok_or_else(|| missing_room(room))?;
    let session = match session {
        Some(id) => Some(session_number(conn, id)?.ok_or_else(|| missing_session(id))?),
        None => None,
    };
    Ok((n, session))
}

pub(crate) fn missing_room(room: &RoomId) -> Fault {
    Fault::missing(format!("room {room}"))
}

pub(crate) fn missing_session(session: SessionId) -> Fault {
    Fault::missing(format!("session {session}"))
}

/// A room as a turn finds it.
pub(crate) fn state(conn: &Connection, room: &RoomId) -> Result<Option<RoomState>, Fault> {
    // One view of the database for all that follows.
    let conn = conn.unchecked_transaction()?;
    let mut rooms = conn.prepare_cached(
        "SELECT n, id, kind, members, folder, archived, created_at, updated_at, seq, session
         FROM room WHERE id = ?1",
    )?;
    let mut rows = rooms.query([room.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let n: i64 = row.get("n")?;
    let session = match row.get::<_, Option<i64>>("session")? {
        Some(session) => Some(session_by_number(&conn, session)?),
        None => None,
    };
    let queued = conn
        .prepare_cached(
            "SELECT count(*) AS queued FROM inbox
             WHERE room = ?1 AND turn IS NULL AND withdrawn_at IS NULL",
        )?
        .query_row([n], |row| row.get::<_, i64>("queued"))?;
    let live = conn
        .prepare_cached(
            "SELECT id, owner, lease_until FROM turn WHERE room = ?1 AND ended_at IS NULL",
        )?
        .query_and_then([n], |row| {
            let (turn, owner) = (id(row, "id")?, id(row, "owner")?);
            Ok::<_, Fault>(Lease { turn, owner, until: time(row, "lease_until")? })
        })?
        .next()
        .transpose()?;
    Ok(Some(RoomState {
        room: read_room(row)?,
        session,
        seq: count(row, "seq")?,
        queued: u64::try_from(queued).unwrap_or(0),
        live: live.map(|lease| (lease.turn, lease.owner)),
        lease: live,
    }))
}

/// All rooms by name.
pub(crate) fn all(conn: &Connection, archived_too: bool) -> Result<Vec<Room>, Fault> {
    conn.prepare_cached(
        "SELECT id, kind, members, folder, archived, created_at, updated_at
         FROM room WHERE ?1 OR NOT archived ORDER BY id",
    )?
    .query_and_then([archived_too], read_room)?
    .collect()
}

/// The newest room made for one script that worked in `folder`.
pub(crate) fn last_run(conn: &Connection, folder: &str) -> Result<Option<RoomId>, Fault> {
    conn.prepare_cached(
        "SELECT r.id FROM turn t JOIN room r ON r.n = t.room
         WHERE t.run_folder = ?1 ORDER BY t.n DESC LIMIT 1",
    )?
    .query_and_then([folder], |row| read_room_id(row, "id"))?
    .next()
    .transpose()
}

/// A session.
pub(crate) fn session(conn: &Connection, id: SessionId) -> Result<Option<Session>, Fault> {
    conn.prepare_cached(&format!("{SESSION} WHERE s.id = ?1"))?
        .query_and_then([id.key()], read_session)?
        .next()
        .transpose()
}

fn session_by_number(conn: &Connection, n: i64) -> Result<Session, Fault> {
    conn.prepare_cached(&format!("{SESSION} WHERE s.n = ?1"))?
        .query_and_then([n], read_session)?
        .next()
        .unwrap_or_else(|| Err(Fault::Damaged(format!("session number {n} is gone"))))
}

/// Sessions, newest first.
pub(crate) fn sessions(
    conn: &Connection,
    filter: &SessionFilter,
) -> Result<Vec<SessionSummary>, Fault> {
    let which = match filter.room {
        Some(_) => "r.id = :room",
        None => "(:room IS NULL)",
    };
    conn.prepare_cached(&format!(
        "{SESSION} WHERE {which} AND (:all OR NOT r.archived) AND (s.trashed_at IS NOT NULL) = :trashed
         ORDER BY s.updated_at DESC, s.n DESC LIMIT :limit",
    ))?
    .query_and_then(
        named_params! {
            ":room": filter.room.as_ref().map(RoomId::as_str),
            ":all": filter.all,
            ":trashed": filter.trashed,
            ":limit": filter.limit,
        },
        read_summary,
    )?
    .collect()
}

pub(crate) fn read_room_id(row: &Row<'_>, column: &str) -> Result<RoomId, Fault> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| Fault::Damaged(format!("room {text:?}: {error}")))
}

fn read_room(row: &Row<'_>) -> Result<Room, Fault> {
    let id = read_room_id(row, "id")?;
    let what = || format!("room {id}");
    let room = Room {
        kind: from_word(&row.get::<_, String>("kind")?, &what())?,
        members: from_json(&row.get::<_, String>("members")?, &what())?,
        folder: row.get("folder")?,
        archived: row.get("archived")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        id,
    };
    Ok(room)
}

fn read_session(row: &Row<'_>) -> Result<Session, Fault> {
    Ok(Session {
        id: id(row, "id")?,
        room: read_room_id(row, "room")?,
        parent: maybe_id(row, "parent")?,
        title: row.get("title")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        messages: count(row, "messages")?,
    })
}

fn read_summary(row: &Row<'_>) -> Result<SessionSummary, Fault> {
    Ok(SessionSummary {
        session: read_session(row)?,
        usage: read_usage(row)?,
        cost_usd: row.get("cost_usd")?,
        cost_known: row.get::<_, i64>("unpriced")? == 0,
        trashed_at: maybe_time(row, "trashed_at")?,
    })
}

/// Notes that something happened in a room.
pub(crate) fn touch(tx: &Connection, room: i64, at: Timestamp) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE room SET updated_at = max(updated_at, ?2) WHERE n = ?1")?
        .execute(params![room, at.as_millis()])?;
    Ok(())
}
