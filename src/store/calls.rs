//! Tool calls: started, then finished.

use nanofolks_protocol::history::CallRecord;
use nanofolks_protocol::{CallId, RunId, Timestamp, ToolResult, TurnId};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use serde_json::Value;

use crate::fault::Fault;
use crate::row::{Key as _, from_json, json, maybe_id, maybe_time};
use crate::turns;

/// A tool call that is about to run.
pub(crate) struct Started<'a> {
    pub(crate) turn: TurnId,
    pub(crate) run: RunId,
    pub(crate) call_id: &'a CallId,
    pub(crate) tool: &'a str,
    pub(crate) idempotent: bool,
    pub(crate) arguments: &'a Value,
    pub(crate) at: Timestamp,
}

/// A tool is about to run. A call that is open already starts again: it is the same one.
pub(crate) fn started(tx: &Connection, call: &Started<'_>) -> Result<(), Fault> {
    let turn = turns::number_of(tx, call.turn)?;
    if open_call(tx, turn, call.call_id)?.is_some() {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO tool_call (turn, run, call_id, tool, idempotent, arguments, started_at)
         VALUES (:turn, :run, :call_id, :tool, :idempotent, :arguments, :at)",
    )?
    .execute(named_params! {
        ":turn": turn,
        ":run": call.run.key(),
        ":call_id": call.call_id.as_str(),
        ":tool": call.tool,
        ":idempotent": call.idempotent,
        ":arguments": json(call.arguments)?,
        ":at": call.at.as_millis(),
    })?;
    Ok(())
}

/// A tool ended; one that was refused never started.
pub(crate) fn finished(
    tx: &Connection,
    turn: TurnId,
    result: &ToolResult,
    at: Timestamp,
) -> Result<(), Fault> {
    let turn = turns::number_of(tx, turn)?;
    let text = json(result)?;
    match open_call(tx, turn, &result.call_id)? {
        Some(call) => tx
            .prepare_cached("UPDATE tool_call SET finished_at = ?2, result = ?3 WHERE n = ?1")?
            .execute(params![call, at.as_millis(), text])?,
        None => tx
            .prepare_cached(
                "INSERT INTO tool_call (turn, call_id, tool, idempotent, finished_at, result)
                 VALUES (?1, ?2, ?3, 0, ?4, ?5)",
            )?
            .execute(params![turn, result.call_id.as_str(), result.tool, at.as_millis(), text])?,
    };
    Ok(())
}

fn open_call(tx: &Connection, turn: i64, call: &CallId) -> Result<Option<i64>, Fault> {
    Ok(tx
        .prepare_cached(
            "SELECT n FROM tool_call
             WHERE turn = ?1 AND call_id = ?2 AND finished_at IS NULL ORDER BY n DESC LIMIT 1",
        )?
        .query_row(params![turn, call.as_str()], |row| row.get("n"))
        .optional()?)
}

/// The results of a turn's calls, in the order in which they started.
pub(crate) fn results(conn: &Connection, turn: i64) -> Result<Vec<ToolResult>, Fault> {
    Ok(of_turn(conn, turn)?.into_iter().filter_map(|call| call.result).collect())
}

/// The calls of a turn, in the order in which they started.
pub(crate) fn of_turn(conn: &Connection, turn: i64) -> Result<Vec<CallRecord>, Fault> {
    conn.prepare_cached(
        "SELECT run, call_id, tool, arguments, started_at, finished_at, result FROM tool_call
         WHERE turn = ?1 ORDER BY n",
    )?
    .query_and_then([turn], read)?
    .collect()
}

fn read(row: &Row<'_>) -> Result<CallRecord, Fault> {
    let call_id: String = row.get("call_id")?;
    let what = || format!("call {call_id}");
    let arguments: Option<String> = row.get("arguments")?;
    let result: Option<String> = row.get("result")?;
    Ok(CallRecord {
        run: maybe_id(row, "run")?,
        call_id: CallId::from_provider(&call_id),
        tool: row.get("tool")?,
        arguments: arguments.map(|text| from_json(&text, &what())).transpose()?,
        started_at: maybe_time(row, "started_at")?,
        finished_at: maybe_time(row, "finished_at")?,
        result: result.map(|text| from_json(&text, &what())).transpose()?,
    })
}
