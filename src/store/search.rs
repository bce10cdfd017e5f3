//! The words of messages, and how they are found again.

use nanofolks_protocol::Hit;
use nanofolks_protocol::history::SearchFilter;
use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use crate::fault::Fault;
use crate::messages;
use crate::rooms::read_room_id;
use crate::row::{Key, id};

/// Words of a query that are looked for.
const WORDS: usize = 32;

/// Adds a message's words to the index.
pub(crate) fn index(tx: &Connection, message: i64, said: &str) -> Result<(), Fault> {
    if !said.is_empty() {
        tx.prepare_cached("INSERT INTO message_words (rowid, said) VALUES (?1, ?2)")?
            .execute(params![message, said])?;
    }
    Ok(())
}

/// Messages with all words of a query, the best first.
pub(crate) fn search(
    conn: &Connection,
    query: &str,
    filter: &SearchFilter,
    limit: u32,
) -> Result<Vec<Hit>, Fault> {
    let Some(query) = as_query(query) else { return Ok(Vec::new()) };
    let conn = conn.unchecked_transaction()?;
    let found: Vec<i64> = conn
        .prepare_cached(
            "SELECT m.n FROM message_words w
             JOIN message m ON m.n = w.rowid
             JOIN session s ON s.n = m.session JOIN room r ON r.n = s.room
             WHERE w.said MATCH :query
               AND (:room IS NULL OR r.id = :room) AND (:session IS NULL OR s.id = :session)
               AND (:all OR NOT r.archived) AND (:trashed OR s.trashed_at IS NULL)
             ORDER BY w.rank, m.n DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":query": query,
                ":room": filter.room.as_ref().map(nanofolks_protocol::RoomId::as_str),
                ":session": filter.session.as_ref().map(Key::key),
                ":all": filter.all,
                ":trashed": filter.trashed,
                ":limit": limit,
            },
            |row| row.get("n"),
        )?
        .collect::<Result<_, _>>()?;
    found.into_iter().map(|n| hit(&conn, &query, n)).collect()
}

/// The words around what was found are put together for the few that are shown only.
fn hit(conn: &Connection, query: &str, n: i64) -> Result<Hit, Fault> {
    let snippet: Option<String> = conn
        .prepare_cached(
            "SELECT snippet(message_words, 0, '', '', '…', 16) AS snippet FROM message_words
             WHERE said MATCH ?1 AND rowid = ?2",
        )?
        .query_row(params![query, n], |row| row.get("snippet"))
        .optional()?
        .flatten();
    conn.prepare_cached(
        "SELECT m.id, m.session, m.seq, m.body, m.sum, s.id AS session_id, r.id AS room
         FROM message m JOIN session s ON s.n = m.session JOIN room r ON r.n = s.room
         WHERE m.n = ?1",
    )?
    .query_and_then([n], |row| {
        let message = messages::whole(row)?;
        Ok(Hit {
            session: id(row, "session_id")?,
            room: read_room_id(row, "room")?,
            message: message.id,
            at: message.at,
            snippet: snippet.clone().unwrap_or_default(),
        })
    })?
    .next()
    .unwrap_or_else(|| Err(Fault::Damaged(format!("message number {n} is gone"))))
}

/// Any text as a query that FTS5 understands: each word in quotes, the last one may be
/// unfinished. `None` when there is no word in it.
fn as_query(text: &str) -> Option<String> {
    let mut query = String::with_capacity(text.len() + 16);
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '"')
        .filter(|word| word.chars().any(char::is_alphanumeric));
    for word in words.take(WORDS) {
        if !query.is_empty() {
            query.push(' ');
        }
        query.push('"');
        query.push_str(word);
        query.push('"');
    }
    if query.is_empty() {
        return None;
    }
    query.push('*');
    Some(query)
}
