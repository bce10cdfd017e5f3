//! What was asked of models, as references, and how it ended.

use nanofolks_protocol::history::ModelOutcome;
use nanofolks_protocol::journal::{LastRequest, RequestRecord, ResponseRecord};
use nanofolks_protocol::{BlobId, MessageId, RunId, Timestamp, TurnId};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use crate::fault::Fault;
use crate::row::{
    Key, Sum, blob_id, count, digest, from_json, id, int, json, maybe_id, name, time,
};
use crate::spending::Bill;
use crate::{budget, spending, turns};

/// Records a request, as what it adds to the one before it in the same run.
pub(crate) fn request(tx: &Connection, new: &RequestRecord) -> Result<(), Fault> {
    let before = newest_of_run(tx, new.run)?;
    let shared = match before {
        Some(n) => match recent::shared(new, n) {
            Some(shared) => shared,
            None => recent::count(&messages_of(tx, n)?, new),
        },
        None => 0,
    };
    let added: Vec<u8> =
        new.messages.iter().skip(shared).flat_map(|id| id.key().iter().copied()).collect();
    let turn = turns::number_of(tx, new.turn)?;
    let (model, params) = (new.model.to_string(), json(&new.params)?);
    let shared = int(u64::try_from(shared).unwrap_or(u64::MAX));
    let sum = Sum::new()
        .bytes(new.run.key())
        .int(i64::from(new.iteration))
        .bytes(model.as_bytes())
        .bytes(&digest(&new.system))
        .bytes(&digest(&new.tools))
        .int(shared)
        .bytes(&added)
        .bytes(params.as_bytes())
        .get();
    tx.prepare_cached(
        "INSERT INTO request (turn, run, iteration, bot, model, system, tools, shared, added,
                              params, at, sum)
         VALUES (:turn, :run, :iteration, :bot, :model, :system, :tools, :shared, :added,
                 :params, :at, :sum)",
    )?
    .execute(named_params! {
        ":turn": turn,
        ":run": new.run.key(),
        ":iteration": new.iteration,
        ":bot": new.bot.as_str(),
        ":model": model,
        ":system": digest(&new.system),
        ":tools": digest(&new.tools),
        ":shared": shared,
        ":added": added,
        ":params": params,
        ":at": new.at.as_millis(),
        ":sum": sum,
    })
    .map_err(|error| {
        Fault::from(error).or_missing(|| format!("content {} or {}", new.system, new.tools))
    })?;
    recent::keep(new, tx.last_insert_rowid());
    Ok(())
}

/// The newest requests of this thread, so that the hundredth of a run costs no more than the
/// first. What a transaction took back does no harm: a row's number is looked up first, and
/// only who has the turn's lease writes requests of its runs.
mod recent {
    use std::cell::RefCell;
    use std::collections::VecDeque;

    use nanofolks_protocol::journal::RequestRecord;
    use nanofolks_protocol::{MessageId, RunId};

    /// Runs that are remembered.
    const RUNS: usize = 16;

    struct Recent {
        run: RunId,
        n: i64,
        messages: Vec<MessageId>,
    }

    thread_local! {
        static RECENT: RefCell<VecDeque<Recent>> = const { RefCell::new(VecDeque::new()) };
    }

    /// How many messages a request has in common with row `n`, when that is remembered.
    pub(super) fn shared(new: &RequestRecord, n: i64) -> Option<usize> {
        RECENT.with_borrow(|recent| {
            let before = recent.iter().find(|one| one.run == new.run && one.n == n)?;
            Some(count(&before.messages, new))
        })
    }

    /// How many messages at the beginning are the same.
    pub(super) fn count(before: &[MessageId], new: &RequestRecord) -> usize {
        before.iter().zip(&new.messages).take_while(|(a, b)| a == b).count()
    }

    pub(super) fn keep(new: &RequestRecord, n: i64) {
        RECENT.with_borrow_mut(|recent| {
            let mut one = match recent.iter().position(|one| one.run == new.run) {
                Some(at) => recent.remove(at),
                None if recent.len() >= RUNS => recent.pop_front(),
                None => None,
            }
            .unwrap_or_else(|| Recent { run: new.run, n, messages: Vec::new() });
            (one.run, one.n) = (new.run, n);
            one.messages.clone_from(&new.messages);
            recent.push_back(one);
        });
    }
}

fn newest_of_run(conn: &Connection, run: RunId) -> Result<Option<i64>, Fault> {
    Ok(conn
        .prepare_cached("SELECT max(n) AS n FROM request WHERE run = ?1")?
        .query_row([run.key()], |row| row.get("n"))?)
}

/// The messages of a request, put together from its run.
fn messages_of(conn: &Connection, n: i64) -> Result<Vec<MessageId>, Fault> {
    let mut steps = conn.prepare_cached(
        "SELECT shared, added FROM request
         WHERE run = (SELECT run FROM request WHERE n = ?1) AND n <= ?1 ORDER BY n",
    )?;
    let mut rows = steps.query([n])?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next()? {
        let shared = usize::try_from(count(row, "shared")?).unwrap_or(usize::MAX);
        messages.truncate(shared);
        for key in row.get_ref("added")?.as_blob().unwrap_or_default().chunks(16) {
            messages.push(MessageId::from_key(key).ok_or_else(|| {
                Fault::Damaged(format!("request number {n} names a message wrong"))
            })?);
        }
    }
    Ok(messages)
}

/// All requests of a turn, oldest first, for replay.
pub(crate) fn requests(conn: &Connection, turn: TurnId) -> Result<Vec<RequestRecord>, Fault> {
    requests_of(&*conn.unchecked_transaction()?, turn)
}

/// The same inside of a transaction.
pub(crate) fn requests_of(conn: &Connection, turn: TurnId) -> Result<Vec<RequestRecord>, Fault> {
    conn.prepare_cached(
        "SELECT q.n, q.run, q.iteration, q.bot, q.model, q.system, q.tools, q.shared, q.added,
                q.params, q.at, q.sum
         FROM request q JOIN turn t ON t.n = q.turn WHERE t.id = ?1 ORDER BY q.n",
    )?
    .query_and_then([turn.key()], |row| read_request(conn, turn, row))?
    .collect()
}

fn read_request(conn: &Connection, turn: TurnId, row: &Row<'_>) -> Result<RequestRecord, Fault> {
    verify(row)?;
    let n: i64 = row.get("n")?;
    let what = || format!("request number {n}");
    let params: String = row.get("params")?;
    let record = RequestRecord {
        turn,
        run: id(row, "run")?,
        bot: name(row, "bot")?,
        iteration: row.get("iteration")?,
        model: name(row, "model")?,
        system: blob_id(row, "system")?,
        tools: blob_id(row, "tools")?,
        messages: messages_of(conn, n)?,
        params: from_json(&params, &what())?,
        at: time(row, "at")?,
    };
    Ok(record)
}

/// Records how the newest open request of an iteration ended.
pub(crate) fn response(tx: &Connection, new: &ResponseRecord) -> Result<(), Fault> {
    let Some((request, room, session, bot, model)) = tx
        .prepare_cached(
            "SELECT q.n, t.room, t.session, q.bot, q.model
             FROM request q JOIN turn t ON t.n = q.turn
             WHERE q.run = ?1 AND q.iteration = ?2
               AND NOT EXISTS (SELECT 1 FROM response WHERE request = q.n)
             ORDER BY q.n DESC LIMIT 1",
        )?
        .query_row(params![new.run.key(), new.iteration], |row| {
            Ok::<(i64, i64, i64, String, String), _>((
                row.get("n")?,
                row.get("room")?,
                row.get("session")?,
                row.get("bot")?,
                row.get("model")?,
            ))
        })
        .optional()?
    else {
        return Err(Fault::missing(format!("open request {} of run {}", new.iteration, new.run)));
    };
    let bill = Bill {
        room,
        session: Some(session),
        bot: &bot,
        model: &model,
        usage: &new.usage,
        requests: new.requests,
        cost_usd: spending::believable(new.cost_usd),
        at: new.at,
    };
    tx.prepare_cached(
        "INSERT INTO response (request, message, usage, cost_usd, requests, estimated, problem, at,
                               stream)
         VALUES (:request, :message, :usage, :cost, :requests, :estimated, :problem, :at, :stream)",
    )?
    .execute(named_params! {
        ":request": request,
        ":message": new.message.as_ref().map(Key::key),
        ":usage": json(&new.usage)?,
        ":cost": bill.cost_usd,
        ":requests": new.requests,
        ":estimated": new.estimated,
        ":problem": new.problem.as_ref().map(json).transpose()?,
        ":at": new.at.as_millis(),
        ":stream": new.stream.as_ref().map(digest),
    })
    .map_err(|error| Fault::from(error).or_missing(|| "what arrived on the wire".to_owned()))?;
    if let Some(reservation) = new.reservation {
        budget::release(tx, reservation)?;
    }
    if new.estimated { spending::add_unsaid(tx, &bill) } else { spending::add(tx, &bill) }
}

/// How models answered the requests of a turn, in the order of the requests.
pub(crate) fn responses(conn: &Connection, turn: i64) -> Result<Vec<ResponseRecord>, Fault> {
    conn.prepare_cached(
        "SELECT q.run, q.iteration, a.message, a.usage, a.cost_usd, a.requests, a.estimated,
                a.problem, a.at, a.stream
         FROM request q JOIN response a ON a.request = q.n WHERE q.turn = ?1 ORDER BY q.n",
    )?
    .query_and_then([turn], |row| {
        let problem: Option<String> = row.get("problem")?;
        let stream: Option<[u8; 32]> = row.get("stream")?;
        Ok(ResponseRecord {
            run: id(row, "run")?,
            iteration: row.get("iteration")?,
            message: maybe_id(row, "message")?,
            usage: from_json(&row.get::<_, String>("usage")?, "the usage of a response")?,
            cost_usd: row.get("cost_usd")?,
            requests: row.get("requests")?,
            estimated: row.get("estimated")?,
            problem: problem.map(|text| from_json(&text, "a problem")).transpose()?,
            reservation: None,
            stream: stream.as_ref().map(BlobId::from_digest),
            at: time(row, "at")?,
        })
    })?
    .collect()
}

/// How models answered lately, oldest first.
pub(crate) fn outcomes(
    conn: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<ModelOutcome>, Fault> {
    let mut newest = conn
        .prepare_cached(
            "SELECT q.model, a.at, a.problem, a.requests FROM response a JOIN request q ON q.n = a.request
             WHERE a.at >= ?1 ORDER BY a.request DESC LIMIT ?2",
        )?
        .query_and_then(params![since.as_millis(), limit], |row| {
            let problem: Option<String> = row.get("problem")?;
            Ok(ModelOutcome {
                model: name(row, "model")?,
                at: time(row, "at")?,
                problem: problem.map(|text| from_json(&text, "a problem")).transpose()?,
                requests: row.get("requests")?,
            })
        })?
        .collect::<Result<Vec<_>, Fault>>()?;
    newest.reverse();
    Ok(newest)
}

/// The same when one of them failed; nothing when all went well, found by a look into an index.
pub(crate) fn troubles(
    conn: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<ModelOutcome>, Fault> {
    let failed: bool = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM response WHERE problem IS NOT NULL AND at >= ?1) AS failed",
        )?
        .query_row([since.as_millis()], |row| row.get("failed"))?;
    if failed { outcomes(conn, since, limit) } else { Ok(Vec::new()) }
}

/// How many requests a turn has made, and the newest of them.
pub(crate) fn so_far(conn: &Connection, turn: i64) -> Result<(u32, Option<LastRequest>), Fault> {
    let made = conn
        .prepare_cached("SELECT count(*) AS made FROM request WHERE turn = ?1")?
        .query_row([turn], |row| row.get("made"))?;
    let last = conn
        .prepare_cached(
            "SELECT run, bot, iteration, model,
                    EXISTS (SELECT 1 FROM response WHERE request = request.n) AS answered
             FROM request WHERE turn = ?1 ORDER BY n DESC LIMIT 1",
        )?
        .query_and_then([turn], |row| {
            Ok::<_, Fault>(LastRequest {
                run: id(row, "run")?,
                bot: name(row, "bot")?,
                iteration: row.get("iteration")?,
                model: name(row, "model")?,
                answered: row.get("answered")?,
            })
        })?
        .next()
        .transpose()?;
    Ok((made, last))
}

/// Reads a row again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    let n: i64 = row.get("n")?;
    let (run, added): (Vec<u8>, Vec<u8>) = (row.get("run")?, row.get("added")?);
    let (model, params): (String, String) = (row.get("model")?, row.get("params")?);
    let sum = Sum::new()
        .bytes(&run)
        .int(row.get("iteration")?)
        .bytes(model.as_bytes())
        .bytes(&row.get::<_, [u8; 32]>("system")?)
        .bytes(&row.get::<_, [u8; 32]>("tools")?)
        .int(row.get("shared")?)
        .bytes(&added)
        .bytes(params.as_bytes());
    sum.check(row, || format!("request number {n}"))
}
