//! The outbox: in order per chat, until it is sent or given up.

use nanofolks_protocol::{Delivery, DeliveryId, DeliveryRow, DeliveryState, Timestamp};
use rusqlite::{Connection, Row, named_params, params};

use crate::fault::Fault;
use crate::row::{Key as _, Sum, from_json, from_word, id, json, maybe_time};

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

/// Notes how a delivery goes; `false` when it is over already.
pub(crate) fn progress(tx: &Connection, new: &Progress<'_>) -> Result<bool, Fault> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = :state, attempts = :attempts, next_at = :next_at,
                               reason = coalesce(:reason, reason)
             WHERE id = :id AND state NOT IN ('sent', 'dead')",
        )?
        .execute(named_params! {
            ":id": new.id.key(),
            ":state": new.state.as_str(),
            ":attempts": new.attempts,
            ":next_at": new.next_at.map(Timestamp::as_millis),
            ":reason": new.reason,
        })?;
    if changed == 1 {
        return Ok(true);
    }
    let known = tx.prepare_cached("SELECT 1 FROM outbox WHERE id = ?1")?.exists([new.id.key()])?;
    if known { Ok(false) } else { Err(Fault::missing(format!("delivery {}", new.id))) }
}

/// Of each chat the oldest that is not over, if its time has come.
pub(crate) fn due(
    conn: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<DeliveryRow>, Fault> {
    conn.prepare_cached(
        "SELECT o.id, o.body, o.sum, o.state, o.attempts, o.next_at, o.reason FROM outbox o
         JOIN (SELECT min(n) AS n FROM outbox WHERE state NOT IN ('sent', 'dead')
               GROUP BY channel, chat) oldest ON o.n = oldest.n
         WHERE coalesce(o.next_at, ?1) <= ?1 ORDER BY o.n LIMIT ?2",
    )?
    .query_and_then(params![now.as_millis(), limit], |row| {
        Ok(DeliveryRow {
            delivery: read(row)?,
            state: from_word(&row.get::<_, String>("state")?, "the state of a delivery")?,
            attempts: row.get("attempts")?,
            next_at: maybe_time(row, "next_at")?,
            reason: row.get("reason")?,
        })
    })?
    .collect()
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
