//! Questions that wait for a person.

use nanofolks_protocol::{ApprovalId, ApprovalRequest, Decision, Timestamp};
use rusqlite::{Connection, params};

use crate::fault::Fault;
use crate::row::{Key as _, json};
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
