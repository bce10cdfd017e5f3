//! The outbox: in order per chat, until it is sent or given up.

use nanofolks_protocol::{
    Delivery, DeliveryFilter, DeliveryId, DeliveryRow, DeliveryState, OwnerId, Timestamp,
};
use rusqlite::{Connection, Row, named_params, params};

use crate::fault::Fault;
use crate::owners::Owners;
use crate::row::{Key as _, Sum, from_json, from_word, id, json, maybe_id, maybe_time};

/// How a delivery goes.
pub(crate) struct Progress<'a> {
    pub(crate) id: DeliveryId,
    pub(crate) state: DeliveryState,
    pub(crate) attempts: u32,
    pub(crate) next_at: Option<Timestamp>,
    pub(crate) reason: Option<&'a str>,
}

/// Puts something in, unless its chat knows its key already.
pub(crate) fn enqueue(tx: &Connection, new: &Delivery) -> Result<bool, Fault> {
    let body = json(new)?;
    let added = tx
        .prepare_cached(
            "INSERT INTO outbox (id, channel, chat, key, body, sum, state)
             VALUES (:id, :channel, :chat, :key, :body, :sum, :state)
             ON CONFLICT (channel, chat, key) DO NOTHING",
        )?
        .execute(named_params! {
            ":id": new.id.key(),
            ":channel": new.channel,
            ":chat": new.chat,
            ":key": new.key,
            ":body": body,
            ":sum": sum(new.id, &body).get(),
            ":state": DeliveryState::Waiting.as_str(),
        })?;
    Ok(added == 1)
}

/// Notes how a delivery goes; `false` when it is over already, or somebody else has begun a
/// later attempt. That it was sent counts in any case.
pub(crate) fn progress(tx: &Connection, new: &Progress<'_>) -> Result<bool, Fault> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = :state, attempts = max(attempts, :attempts),
                               next_at = :next_at, reason = coalesce(:reason, reason)
             WHERE id = :id AND state NOT IN ('sent', 'dead')
                 AND (attempts <= :attempts OR :state = 'sent')",
        )?
        .execute(named_params! {
            ":id": new.id.key(),
            ":state": new.state.as_str(),
            ":attempts": new.attempts,
            ":next_at": new.next_at.map(Timestamp::as_millis),
            ":reason": new.reason,
        })?;
    changed_or_missing(tx, new.id, changed)
}

/// Takes a delivery in hand for its next attempt.
pub(crate) fn take(
    tx: &Connection,
    owners: &Owners,
    id: DeliveryId,
    (owner, attempt, until): (OwnerId, u32, Timestamp),
) -> Result<bool, Fault> {
    // Before the row names its owner, the owner can be seen to live.
    owners.hold(owner)?;
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'sending', attempts = ?3, owner = ?2, next_at = ?4
             WHERE id = ?1 AND state NOT IN ('sent', 'dead', 'unknown') AND attempts = ?3 - 1",
        )?
        .execute(params![id.key(), owner.key(), attempt, until.as_millis()])?;
    changed_or_missing(tx, id, changed)
}

/// Puts a delivery back that is not sent.
pub(crate) fn revive(tx: &Connection, id: DeliveryId) -> Result<bool, Fault> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'waiting', next_at = NULL
             WHERE id = ?1 AND state IN ('failed', 'dead', 'unknown')",
        )?
        .execute([id.key()])?;
    changed_or_missing(tx, id, changed)
}

fn changed_or_missing(tx: &Connection, id: DeliveryId, changed: usize) -> Result<bool, Fault> {
    if changed == 1 {
        return Ok(true);
    }
    let known = tx.prepare_cached("SELECT 1 FROM outbox WHERE id = ?1")?.exists([id.key()])?;
    if known { Ok(false) } else { Err(Fault::missing(format!("delivery {id}"))) }
}

/// Of each chat the oldest that is not over, if its time has come.
pub(crate) fn due(
    conn: &Connection,
    owners: &Owners,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<DeliveryRow>, Fault> {
    conn.prepare_cached(
        "SELECT o.id, o.body, o.sum, o.state, o.attempts, o.next_at, o.reason, o.owner
         FROM outbox o
         JOIN (SELECT min(n) AS n FROM outbox WHERE state NOT IN ('sent', 'dead', 'unknown')
               GROUP BY channel, chat) oldest ON o.n = oldest.n
         WHERE coalesce(o.next_at, ?1) <= ?1 ORDER BY o.n LIMIT ?2",
    )?
    .query_and_then(params![now.as_millis(), limit], |row| whole(row, owners))?
    .collect()
}

/// Deliveries, newest first.
pub(crate) fn list(
    conn: &Connection,
    owners: &Owners,
    filter: &DeliveryFilter,
) -> Result<Vec<DeliveryRow>, Fault> {
    let turn = filter.turn.map(|turn| turn.to_string());
    conn.prepare_cached(
        "SELECT id, body, sum, state, attempts, next_at, reason, owner FROM outbox
         WHERE channel = coalesce(:channel, channel)
             AND (:turn IS NULL OR json_extract(body, '$.turn') = :turn)
             AND (:all OR state NOT IN ('sent', 'dead'))
         ORDER BY n DESC LIMIT :limit",
    )?
    .query_and_then(
        named_params! {
            ":channel": filter.channel, ":turn": turn, ":all": filter.all, ":limit": filter.limit,
        },
        |row| whole(row, owners),
    )?
    .collect()
}

/// A delivery.
pub(crate) fn one(
    conn: &Connection,
    owners: &Owners,
    id: DeliveryId,
) -> Result<Option<DeliveryRow>, Fault> {
    conn.prepare_cached(
        "SELECT id, body, sum, state, attempts, next_at, reason, owner FROM outbox WHERE id = ?1",
    )?
    .query_and_then([id.key()], |row| whole(row, owners))?
    .next()
    .transpose()
}

fn whole(row: &Row<'_>, owners: &Owners) -> Result<DeliveryRow, Fault> {
    let owner = maybe_id(row, "owner")?;
    let state = from_word(&row.get::<_, String>("state")?, "the state of a delivery")?;
    Ok(DeliveryRow {
        delivery: read(row)?,
        state,
        attempts: row.get("attempts")?,
        next_at: maybe_time(row, "next_at")?,
        reason: row.get("reason")?,
        owner,
        held: state == DeliveryState::Sending && owner.is_some_and(|one| owners.is_alive(one)),
    })
}

fn sum(id: DeliveryId, body: &str) -> Sum {
    Sum::new().bytes(id.key()).bytes(body.as_bytes())
}

fn read(row: &Row<'_>) -> Result<Delivery, Fault> {
    let (id, body): (DeliveryId, String) = (id(row, "id")?, row.get("body")?);
    let what = || format!("delivery {id}");
    sum(id, &body).check(row, what)?;
    from_json(&body, &what())
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    read(row).map(drop)
}
