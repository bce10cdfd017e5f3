//! Questions that wait for a person.

use nanofolks_protocol::{ApprovalId, ApprovalRequest, ApprovalRow, Decision, Timestamp};
use rusqlite::{Connection, Row, params};

use crate::fault::Fault;
use crate::row::{Key as _, from_json, json, maybe_time};
use crate::turns;

/// A question that waits. A known one stays as it was asked.
pub(crate) fn asked(tx: &Connection, request: &ApprovalRequest) -> Result<(), Fault> {
    let turn = turns::number_of(tx, request.turn)?;
    tx.prepare_cached(
        "INSERT INTO approval (id, turn, request, expires_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![
        request.id.key(),
        turn,
        json(request)?,
        request.expires_at.as_millis()
    ])?;
    Ok(())
}

/// Settles a question, unless somebody was faster.
pub(crate) fn settled(
    tx: &Connection,
    approval: ApprovalId,
    decision: &Decision,
    by: &str,
    at: Timestamp,
) -> Result<bool, Fault> {
    let changed = tx
        .prepare_cached(
            "UPDATE approval SET decision = ?2, settled_by = ?3, settled_at = ?4
             WHERE id = ?1 AND decision IS NULL",
        )?
        .execute(params![approval.key(), json(decision)?, by, at.as_millis()])?;
    if changed == 1 {
        return Ok(true);
    }
    let known =
        tx.prepare_cached("SELECT 1 FROM approval WHERE id = ?1")?.exists([approval.key()])?;
    if known { Ok(false) } else { Err(Fault::missing(format!("approval {approval}"))) }
}

/// Questions, oldest first; those that wait, or all.
pub(crate) fn all(conn: &Connection, pending_only: bool) -> Result<Vec<ApprovalRow>, Fault> {
    let which = if pending_only { "WHERE decision IS NULL" } else { "" };
    conn.prepare_cached(&format!(
        "SELECT request, decision, settled_by, settled_at FROM approval {which} ORDER BY n"
    ))?
    .query_and_then([], read)?
    .collect()
}

/// The questions of a turn, oldest first; those that wait, or all.
pub(crate) fn of_turn(
    conn: &Connection,
    turn: i64,
    pending_only: bool,
) -> Result<Vec<ApprovalRow>, Fault> {
    conn.prepare_cached(
        "SELECT request, decision, settled_by, settled_at FROM approval
         WHERE turn = ?1 AND (decision IS NULL OR NOT ?2) ORDER BY n",
    )?
    .query_and_then(params![turn, pending_only], read)?
    .collect()
}

/// A question.
pub(crate) fn one(conn: &Connection, approval: ApprovalId) -> Result<Option<ApprovalRow>, Fault> {
    conn.prepare_cached(
        "SELECT request, decision, settled_by, settled_at FROM approval WHERE id = ?1",
    )?
    .query_and_then([approval.key()], read)?
    .next()
    .transpose()
}

fn read(row: &Row<'_>) -> Result<ApprovalRow, Fault> {
    let request: String = row.get("request")?;
    let decision: Option<String> = row.get("decision")?;
    Ok(ApprovalRow {
        request: from_json(&request, "an approval")?,
        decision: decision.map(|text| from_json(&text, "the answer to an approval")).transpose()?,
        by: row.get("settled_by")?,
        settled_at: maybe_time(row, "settled_at")?,
    })
}
