//! Turns: a state machine on disk, from claim to ending.

use nanofolks_protocol::journal::{OpenCall, Orphan};
use nanofolks_protocol::ports::Lease;
use nanofolks_protocol::{CallId, OwnerId, Problem, RoomId, Timestamp, TurnId, TurnState, Written};
use rusqlite::{Connection, Row, params};

use crate::fault::Fault;
use crate::owners::Owners;
use crate::rooms::number;
use crate::row::{Key as _, from_json, from_word, id, json, maybe_id, time};
use crate::{approvals, budget, calls, inbox, requests};

/// Moves a turn to another state.
pub(crate) fn advance(
    tx: &Connection,
    turn: TurnId,
    to: TurnState,
    problem: Option<&Problem>,
    at: Timestamp,
) -> Result<(), Fault> {
    let (n, from) = find(tx, turn)?;
    if !may_follow(from, to) {
        return Err(Fault::refused(format!(
            "turn {turn} is {}, it cannot become {}",
            from.as_str(),
            to.as_str()
        )));
    }
    let ended_at = to.is_ending().then_some(at.as_millis());
    let problem = problem.map(json).transpose()?;
    tx.prepare_cached(
        "UPDATE turn SET state = ?2, ended_at = ?3, problem = coalesce(?4, problem) WHERE n = ?1",
    )?
    .execute(params![n, to.as_str(), ended_at, problem])?;
    if to.is_ending() { budget::lose(tx, n) } else { Ok(()) }
}

/// Holds on to a turn, unless it is not `owner`'s any more.
pub(crate) fn renew(
    tx: &Connection,
    turn: TurnId,
    owner: OwnerId,
    lease_until: Timestamp,
) -> Result<Written, Fault> {
    let held = tx
        .prepare_cached(
            // Never the same value twice: that is how others see that it was renewed, also
            // when the clock stands still.
            "UPDATE turn SET lease_until = iif(lease_until = ?3, ?3 + 1, ?3)
             WHERE id = ?1 AND owner = ?2 AND ended_at IS NULL",
        )?
        .execute(params![turn.key(), owner.key(), lease_until.as_millis()])?;
    if held == 1 {
        return Ok(Written::Done);
    }
    let owner = tx
        .prepare_cached(
            "SELECT iif(ended_at IS NULL, owner, NULL) AS owner FROM turn WHERE id = ?1",
        )?
        .query_and_then([turn.key()], |row| maybe_id(row, "owner"))?
        .next()
        .unwrap_or_else(|| Err(Fault::missing(format!("turn {turn}"))))?;
    Ok(Written::LeaseLost { owner })
}

/// Notes that somebody wants a turn to end; the first one counts. `false` when it is over.
pub(crate) fn ask_to_stop(tx: &Connection, turn: TurnId, by: &str) -> Result<bool, Fault> {
    let asked = tx
        .prepare_cached(
            "UPDATE turn SET stop_by = coalesce(stop_by, ?2) WHERE id = ?1 AND ended_at IS NULL",
        )?
        .execute(params![turn.key(), by])?;
    Ok(asked == 1)
}

/// Who wants a turn to end that is not over.
pub(crate) fn stop_asked(conn: &Connection, turn: TurnId) -> Result<Option<String>, Fault> {
    conn.prepare_cached(
        "SELECT stop_by FROM turn WHERE id = ?1 AND ended_at IS NULL AND stop_by IS NOT NULL",
    )?
    .query_and_then([turn.key()], |row| Ok(row.get("stop_by")?))?
    .next()
    .transpose()
}

/// `queued → running → (waiting_approval | waiting_answer)* → an ending`, and nothing
/// after an ending.
const fn may_follow(from: TurnState, to: TurnState) -> bool {
    !from.is_ending() && !matches!(to, TurnState::Queued)
}

/// Where a turn stands.
pub(crate) fn state(conn: &Connection, turn: TurnId) -> Result<Option<TurnState>, Fault> {
    conn.prepare_cached("SELECT state FROM turn WHERE id = ?1")?
        .query_and_then([turn.key()], read_state)?
        .next()
        .transpose()
}

/// The short name of a turn.
pub(crate) fn number_of(tx: &Connection, turn: TurnId) -> Result<i64, Fault> {
    find(tx, turn).map(|(n, _)| n)
}

/// The short name of a turn that is not over.
pub(crate) fn live_number(tx: &Connection, turn: TurnId) -> Result<i64, Fault> {
    match find(tx, turn)? {
        (n, state) if !state.is_ending() => Ok(n),
        (_, state) => Err(Fault::refused(format!("turn {turn} is {}", state.as_str()))),
    }
}

fn find(tx: &Connection, turn: TurnId) -> Result<(i64, TurnState), Fault> {
    tx.prepare_cached("SELECT n, state FROM turn WHERE id = ?1")?
        .query_and_then([turn.key()], |row| Ok((row.get("n")?, read_state(row)?)))?
        .next()
        .unwrap_or_else(|| Err(Fault::missing(format!("turn {turn}"))))
}

pub(crate) fn read_state(row: &Row<'_>) -> Result<TurnState, Fault> {
    from_word(&row.get::<_, String>("state")?, "the state of a turn")
}

/// Takes over the live turns whose owner is gone. Their state stays as it was.
pub(crate) fn adopt(
    tx: &Connection,
    owners: &Owners,
    room: &RoomId,
    owner: OwnerId,
    at: Timestamp,
) -> Result<Vec<Orphan>, Fault> {
    adopt_if(tx, owners, room, (owner, at), |lease| !owners.is_alive(lease.owner))
}

/// Takes over a turn whose owner is there and silent, if nothing has changed about it.
pub(crate) fn adopt_silent(
    tx: &Connection,
    owners: &Owners,
    room: &RoomId,
    silent: Lease,
    taker: (OwnerId, Timestamp),
) -> Result<Vec<Orphan>, Fault> {
    adopt_if(tx, owners, room, taker, |lease| *lease == silent)
}

fn adopt_if(
    tx: &Connection,
    owners: &Owners,
    room: &RoomId,
    (owner, at): (OwnerId, Timestamp),
    may_be_taken: impl Fn(&Lease) -> bool,
) -> Result<Vec<Orphan>, Fault> {
    let Some(room_number) = number(tx, room)? else { return Ok(Vec::new()) };
    let mut adopted = Vec::new();
    for (n, lease) in live(tx, room_number)? {
        if lease.owner == owner || !may_be_taken(&lease) {
            continue;
        }
        owners.hold(owner)?;
        budget::lose(tx, n)?;
        tx.prepare_cached("UPDATE turn SET owner = ?2, lease_until = ?3 WHERE n = ?1")?
            .execute(params![n, owner.key(), at.as_millis()])?;
        adopted.push(orphan(tx, room, n)?);
    }
    Ok(adopted)
}

fn live(tx: &Connection, room: i64) -> Result<Vec<(i64, Lease)>, Fault> {
    tx.prepare_cached(
        "SELECT n, id, owner, lease_until FROM turn WHERE room = ?1 AND ended_at IS NULL
         ORDER BY n",
    )?
    .query_and_then([room], |row| {
        let (turn, owner, until) = (id(row, "id")?, id(row, "owner")?, time(row, "lease_until")?);
        Ok((row.get("n")?, Lease { turn, owner, until }))
    })?
    .collect()
}

fn orphan(tx: &Connection, room: &RoomId, n: i64) -> Result<Orphan, Fault> {
    let mut orphan = tx
        .prepare_cached(
            "SELECT t.id AS turn, t.state, t.claimed_at, i.accepted_at, s.id AS session_id,
                    i.id, i.room, i.session, i.priority, i.envelope, i.options, i.sum
             FROM turn t JOIN session s ON s.n = t.session JOIN inbox i ON i.arrival = t.arrival
             WHERE t.n = ?1",
        )?
        .query_and_then([n], |row| {
            let (envelope, options) = inbox::verified(row)?;
            Ok(Orphan {
                turn: id(row, "turn")?,
                room: room.clone(),
                session: id(row, "session_id")?,
                state: read_state(row)?,
                accepted_at: time(row, "accepted_at")?,
                claimed_at: time(row, "claimed_at")?,
                envelope,
                options,
                open_calls: Vec::new(),
                finished: Vec::new(),
                approvals: Vec::new(),
                iterations: 0,
                spent_usd: 0.0,
                last: None,
            })
        })?
        .next()
        .unwrap_or_else(|| Err(Fault::Damaged(format!("turn number {n} lost its message"))))?;
    orphan.open_calls = open_calls(tx, n)?;
    orphan.finished = calls::results(tx, n)?;
    orphan.approvals = approvals::of_turn(tx, n, false)?;
    orphan.spent_usd = budget::spent_by_turn(tx, n)?.0;
    (orphan.iterations, orphan.last) = requests::so_far(tx, n)?;
    Ok(orphan)
}

fn open_calls(tx: &Connection, turn: i64) -> Result<Vec<OpenCall>, Fault> {
    tx.prepare_cached(
        "SELECT call_id, tool, idempotent, arguments FROM tool_call
         WHERE turn = ?1 AND finished_at IS NULL ORDER BY n",
    )?
    .query_and_then([turn], |row| {
        let call_id: String = row.get("call_id")?;
        let arguments: String = row.get("arguments")?;
        Ok(OpenCall {
            arguments: from_json(&arguments, &format!("the arguments of call {call_id}"))?,
            call_id: CallId::from_provider(&call_id),
            tool: row.get("tool")?,
            idempotent: row.get("idempotent")?,
        })
    })?
    .collect()
}
