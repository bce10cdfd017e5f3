//! What was asked of models, as references, and how it ended.

use nanofolks_protocol::journal::{RequestRecord, ResponseRecord};
use nanofolks_protocol::{MessageId, RunId, TurnId, Usage};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use crate::fault::Fault;
use crate::row::{Key, Sum, blob_id, count, digest, from_json, id, int, json, time};
use crate::turns;

/// Records a request, as what it adds to the one before it in the same run.
pub(crate) fn request(tx: &Connection, new: &RequestRecord) -> Result<(), Fault> {
    let before = newest_of_run(tx, new.run)?;
    let shared = match before {
        Some(n) => {
            let before = messages_of(tx, n)?;
            before.iter().zip(&new.messages).take_while(|(a, b)| a == b).count()
        }
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
    Ok(())
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
    let conn = conn.unchecked_transaction()?;
    conn.prepare_cached(
        "SELECT q.n, q.run, q.iteration, q.bot, q.model, q.system, q.tools, q.shared, q.added,
                q.params, q.at, q.sum
         FROM request q JOIN turn t ON t.n = q.turn WHERE t.id = ?1 ORDER BY q.n",
    )?
    .query_and_then([turn.key()], |row| read_request(&conn, turn, row))?
    .collect()
}

fn read_request(conn: &Connection, turn: TurnId, row: &Row<'_>) -> Result<RequestRecord, Fault> {
    verify(row)?;
    let n: i64 = row.get("n")?;
    let what = || format!("request number {n}");
    let params: String = row.get("params")?;
    let (bot, model): (String, String) = (row.get("bot")?, row.get("model")?);
    let record = RequestRecord {
        turn,
        run: id(row, "run")?,
        bot: bot.parse().map_err(|error| Fault::Damaged(format!("{}: {error}", what())))?,
        iteration: row.get("iteration")?,
        model: model.parse().map_err(|error| Fault::Damaged(format!("{}: {error}", what())))?,
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
    let Some((request, session)) = tx
        .prepare_cached(
            "SELECT q.n, t.session FROM request q JOIN turn t ON t.n = q.turn
             WHERE q.run = ?1 AND q.iteration = ?2
               AND NOT EXISTS (SELECT 1 FROM response WHERE request = q.n)
             ORDER BY q.n DESC LIMIT 1",
        )?
        .query_row(params![new.run.key(), new.iteration], |row| {
            Ok((row.get::<_, i64>("n")?, row.get::<_, i64>("session")?))
        })
        .optional()?
    else {
        return Err(Fault::missing(format!("open request {} of run {}", new.iteration, new.run)));
    };
    tx.prepare_cached(
        "INSERT INTO response (request, message, usage, cost_usd, problem, at)
         VALUES (:request, :message, :usage, :cost, :problem, :at)",
    )?
    .execute(named_params! {
        ":request": request,
        ":message": new.message.as_ref().map(Key::key),
        ":usage": json(&new.usage)?,
        ":cost": new.cost_usd,
        ":problem": new.problem.as_ref().map(json).transpose()?,
        ":at": new.at.as_millis(),
    })?;
    add_usage(tx, session, new)
}

/// Sums are kept with the session, so that listing sessions does not add up their past.
fn add_usage(tx: &Connection, session: i64, new: &ResponseRecord) -> Result<(), Fault> {
    let usage = &new.usage;
    let unpriced = new.cost_usd.is_none() && *usage != Usage::default();
    tx.prepare_cached(
        "UPDATE session SET
             input_tokens = input_tokens + :input,
             cached_input_tokens = cached_input_tokens + :cached,
             cache_write_tokens = cache_write_tokens + :cache_write,
             output_tokens = output_tokens + :output,
             reasoning_tokens = reasoning_tokens + :reasoning,
             cost_usd = cost_usd + :cost,
             unpriced = unpriced + :unpriced
         WHERE n = :session",
    )?
    .execute(named_params! {
        ":input": int(usage.input_tokens),
        ":cached": int(usage.cached_input_tokens),
        ":cache_write": int(usage.cache_write_tokens),
        ":output": int(usage.output_tokens),
        ":reasoning": int(usage.reasoning_tokens),
        ":cost": new.cost_usd.filter(|cost| cost.is_finite()).unwrap_or(0.0),
        ":unpriced": unpriced,
        ":session": session,
    })?;
    Ok(())
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
