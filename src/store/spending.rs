//! What was spent: kept with the session, and added up by the quarter of an hour, so that
//! neither a list nor a ceiling adds up the past.

use nanofolks_protocol::{
    SessionId, Spending, Timestamp, Usage, UsageFilter, UsageGroup, UsageRow,
};
use rusqlite::{Connection, Row, named_params};

use crate::budget;
use crate::fault::Fault;
use crate::owners::Owners;
use crate::row::{count, int, json, maybe_id};
use crate::{rooms, turns};

/// A quarter of an hour: the days of every time zone begin with one.
const QUARTER_MS: i64 = 15 * 60 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;

/// Whatever a provider reports: no call used more tokens, or cost more.
const MOST_TOKENS: u64 = 1 << 40;
const MOST_USD: f64 = 1e9;

/// What a call used.
pub(crate) struct Bill<'a> {
    pub(crate) room: i64,
    pub(crate) session: Option<i64>,
    pub(crate) bot: &'a str,
    pub(crate) model: &'a str,
    pub(crate) usage: &'a Usage,
    pub(crate) requests: u32,
    pub(crate) cost_usd: Option<f64>,
    pub(crate) at: Timestamp,
}

/// A cost, unless it is none: a sum must not shrink, nor become infinite.
pub(crate) fn believable(cost: Option<f64>) -> Option<f64> {
    cost.filter(|usd| (0.0..=MOST_USD).contains(usd))
}

/// Tokens as they are added up.
pub(crate) fn tokens(count: u64) -> i64 {
    int(count.min(MOST_TOKENS))
}

/// The quarter of an hour that a point in time is in.
pub(crate) const fn quarter(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(QUARTER_MS)
}

/// Adds what a call used.
pub(crate) fn add(tx: &Connection, bill: &Bill<'_>) -> Result<(), Fault> {
    add_up(tx, bill, false)
}

/// Adds what a call used whose provider did not come to say: the worst case when it was lost
/// in a crash, an estimate when it broke off.
pub(crate) fn add_unsaid(tx: &Connection, bill: &Bill<'_>) -> Result<(), Fault> {
    add_up(tx, bill, true)
}

fn add_up(tx: &Connection, bill: &Bill<'_>, lost: bool) -> Result<(), Fault> {
    let unpriced = i64::from(bill.cost_usd.is_none() && *bill.usage != Usage::default());
    if bill.session.is_some() {
        add_to_session(tx, bill, unpriced)?;
    }
    tx.prepare_cached(
        "INSERT INTO spent (quarter, room, session, bot, model, requests, input_tokens,
                            cached_input_tokens, cache_write_tokens, output_tokens,
                            reasoning_tokens, cost_usd, unpriced, lost, lost_usd)
         VALUES (:quarter, :room, coalesce(:session, 0), :bot, :model, :requests, :input, :cached,
                 :cache_write, :output, :reasoning, :cost, :unpriced, :lost, :lost_usd)
         ON CONFLICT (quarter, room, session, bot, model) DO UPDATE SET
             requests = requests + excluded.requests,
             input_tokens = input_tokens + excluded.input_tokens,
             cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
             cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
             output_tokens = output_tokens + excluded.output_tokens,
             reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
             cost_usd = cost_usd + excluded.cost_usd,
             unpriced = unpriced + excluded.unpriced,
             lost = lost + excluded.lost,
             lost_usd = lost_usd + excluded.lost_usd",
    )?
    .execute(named_params! {
        ":requests": bill.requests,
        ":lost": i64::from(lost),
        ":lost_usd": if lost { bill.cost_usd.unwrap_or(0.0) } else { 0.0 },
        ":quarter": quarter(bill.at),
        ":room": bill.room,
        ":session": bill.session,
        ":bot": bill.bot,
        ":model": bill.model,
        ":input": tokens(bill.usage.input_tokens),
        ":cached": tokens(bill.usage.cached_input_tokens),
        ":cache_write": tokens(bill.usage.cache_write_tokens),
        ":output": tokens(bill.usage.output_tokens),
        ":reasoning": tokens(bill.usage.reasoning_tokens),
        ":cost": bill.cost_usd.unwrap_or(0.0),
        ":unpriced": unpriced,
    })?;
    Ok(())
}

fn add_to_session(tx: &Connection, bill: &Bill<'_>, unpriced: i64) -> Result<(), Fault> {
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
        ":input": tokens(bill.usage.input_tokens),
        ":cached": tokens(bill.usage.cached_input_tokens),
        ":cache_write": tokens(bill.usage.cache_write_tokens),
        ":output": tokens(bill.usage.output_tokens),
        ":reasoning": tokens(bill.usage.reasoning_tokens),
        ":cost": bill.cost_usd.unwrap_or(0.0),
        ":unpriced": unpriced,
        ":session": bill.session,
    })?;
    Ok(())
}

/// Records a call that is no bot's answer.
pub(crate) fn auxiliary(tx: &Connection, new: &Spending) -> Result<(), Fault> {
    let turn = new.turn.map(|turn| turns::number_of(tx, turn)).transpose()?;
    let (room, session) = rooms::place(tx, &new.room, new.session)?;
    let model = new.model.to_string();
    let bill = Bill {
        room,
        session,
        bot: new.bot.as_str(),
        model: &model,
        usage: &new.usage,
        requests: new.requests,
        cost_usd: believable(new.cost_usd),
        at: new.at,
    };
    tx.prepare_cached(
        "INSERT INTO auxiliary (turn, room, session, bot, model, purpose, usage, requests,
                                cost_usd, estimated, at)
         VALUES (:turn, :room, :session, :bot, :model, :purpose, :usage, :requests, :cost,
                 :estimated, :at)",
    )?
    .execute(named_params! {
        ":turn": turn,
        ":room": room,
        ":session": session,
        ":bot": bill.bot,
        ":model": bill.model,
        ":purpose": new.purpose,
        ":usage": json(&new.usage)?,
        ":requests": bill.requests,
        ":cost": bill.cost_usd,
        ":estimated": i64::from(new.estimated),
        ":at": new.at.as_millis(),
    })?;
    if let Some(reservation) = new.reservation {
        budget::release(tx, reservation)?;
    }
    add_up(tx, &bill, new.estimated)
}

/// Spending, added up; with what processes that are gone still hold back.
pub(crate) fn usage(
    conn: &Connection,
    owners: &Owners,
    filter: &UsageFilter,
) -> Result<Vec<UsageRow>, Fault> {
    if filter.group == UsageGroup::Kind {
        return by_kind(conn, filter);
    }
    let key = match filter.group {
        UsageGroup::Day => {
            let offset = i64::from(filter.offset_minutes) * MINUTE_MS;
            &format!("date((u.quarter * {QUARTER_MS} + {offset}) / 1000, 'unixepoch')")
        }
        UsageGroup::Model => "u.model",
        UsageGroup::Bot => "u.bot",
        UsageGroup::Room => "(SELECT id FROM room WHERE n = u.room)",
        UsageGroup::Session => "(SELECT id FROM session WHERE n = u.session)",
        UsageGroup::Kind => "'turn'",
    };
    let gone = budget::dead(conn, owners)?;
    let gone: Vec<String> =
        gone.iter().map(|owner| format!("x'{}'", owner.as_uuid().simple())).collect();
    conn.prepare(&format!(
        "SELECT {key} AS key, sum(requests) AS requests, sum(input_tokens) AS input_tokens,
                sum(cached_input_tokens) AS cached_input_tokens,
                sum(cache_write_tokens) AS cache_write_tokens,
                sum(output_tokens) AS output_tokens, sum(reasoning_tokens) AS reasoning_tokens,
                total(cost_usd) AS cost_usd, sum(unpriced) AS unpriced, sum(lost) AS lost,
                total(lost_usd) AS lost_usd
         FROM (SELECT quarter, room, session, bot, model, requests, input_tokens,
                      cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                      cost_usd, unpriced, lost, lost_usd FROM spent
               UNION ALL
               SELECT at / {QUARTER_MS}, room, coalesce(session, 0), bot, model, 1,
                      tokens - output_tokens, 0, 0, output_tokens, 0, iif(priced, usd, 0.0),
                      1 - priced, 1, iif(priced, usd, 0.0)
               FROM reservation WHERE owner IN ({})) u
         WHERE quarter >= coalesce(:since, quarter) AND quarter < coalesce(:until, quarter + 1)
         GROUP BY 1 ORDER BY 1",
        gone.join(", ")
    ))?
    .query_and_then(
        named_params! {
            ":since": filter.since.map(quarter),
            ":until": filter.until.map(quarter),
        },
        |row| read_row(row, filter.group),
    )?
    .collect()
}

/// Spending by what it was for. Only the calls that are no bot's answer are kept one by one,
/// so what is left of the sums are the turns.
fn by_kind(conn: &Connection, filter: &UsageFilter) -> Result<Vec<UsageRow>, Fault> {
    let part = |name: &str| {
        format!(
            "coalesce(sum(CAST(min(coalesce(json_extract(usage, '$.{name}'), 0), :most) AS INTEGER)), 0)
             AS {name}"
        )
    };
    conn.prepare(&format!(
        "WITH errand AS (
             SELECT purpose AS key, sum(requests) AS requests, {}, {}, {}, {}, {},
                    total(cost_usd) AS cost_usd,
                    sum(cost_usd IS NULL AND coalesce(json_extract(usage, '$.input_tokens'), 0)
                        + coalesce(json_extract(usage, '$.output_tokens'), 0) > 0) AS unpriced,
                    sum(estimated) AS lost,
                    total(iif(estimated, cost_usd, 0.0)) AS lost_usd
             FROM auxiliary
             WHERE at / {QUARTER_MS} >= coalesce(:since, at / {QUARTER_MS})
               AND at / {QUARTER_MS} < coalesce(:until, at / {QUARTER_MS} + 1)
             GROUP BY purpose),
         every AS (
             SELECT total(requests) AS requests, total(input_tokens) AS input_tokens,
                    total(cached_input_tokens) AS cached_input_tokens,
                    total(cache_write_tokens) AS cache_write_tokens,
                    total(output_tokens) AS output_tokens,
                    total(reasoning_tokens) AS reasoning_tokens, total(cost_usd) AS cost_usd,
                    total(unpriced) AS unpriced, total(lost) AS lost,
                    total(lost_usd) AS lost_usd
             FROM spent WHERE quarter >= coalesce(:since, quarter)
                          AND quarter < coalesce(:until, quarter + 1))
         SELECT * FROM (
         SELECT 'turn' AS key, {} FROM every WHERE requests > (SELECT total(requests) FROM errand)
         UNION ALL SELECT key, requests, input_tokens, cached_input_tokens, cache_write_tokens,
                          output_tokens, reasoning_tokens, cost_usd, unpriced, lost, lost_usd FROM errand)
         ORDER BY key = 'turn' DESC, key",
        part("input_tokens"),
        part("cached_input_tokens"),
        part("cache_write_tokens"),
        part("output_tokens"),
        part("reasoning_tokens"),
        REST,
    ))?
    .query_and_then(
        named_params! {
            ":since": filter.since.map(quarter),
            ":until": filter.until.map(quarter),
            ":most": tokens(u64::MAX),
        },
        |row| read_row(row, UsageGroup::Kind),
    )?
    .collect()
}

/// What is left of all sums without the errands.
const REST: &str = "CAST(requests - (SELECT total(requests) FROM errand) AS INTEGER) AS requests,
    CAST(input_tokens - (SELECT total(input_tokens) FROM errand) AS INTEGER) AS input_tokens,
    CAST(cached_input_tokens - (SELECT total(cached_input_tokens) FROM errand) AS INTEGER)
        AS cached_input_tokens,
    CAST(cache_write_tokens - (SELECT total(cache_write_tokens) FROM errand) AS INTEGER)
        AS cache_write_tokens,
    CAST(output_tokens - (SELECT total(output_tokens) FROM errand) AS INTEGER) AS output_tokens,
    CAST(reasoning_tokens - (SELECT total(reasoning_tokens) FROM errand) AS INTEGER)
        AS reasoning_tokens,
    max(0.0, cost_usd - (SELECT total(cost_usd) FROM errand)) AS cost_usd,
    CAST(unpriced - (SELECT total(unpriced) FROM errand) AS INTEGER) AS unpriced,
    CAST(lost - (SELECT total(lost) FROM errand) AS INTEGER) AS lost,
    max(0.0, lost_usd - (SELECT total(lost_usd) FROM errand)) AS lost_usd";

fn read_row(row: &Row<'_>, group: UsageGroup) -> Result<UsageRow, Fault> {
    let key = match group {
        UsageGroup::Session => maybe_id::<SessionId>(row, "key")?
            .map_or_else(String::new, |session| session.to_string()),
        UsageGroup::Day
        | UsageGroup::Model
        | UsageGroup::Bot
        | UsageGroup::Room
        | UsageGroup::Kind => row.get("key")?,
    };
    Ok(UsageRow {
        key,
        requests: count(row, "requests")?,
        usage: read_usage(row)?,
        cost_usd: row.get("cost_usd")?,
        cost_known: row.get::<_, i64>("unpriced")? == 0,
        lost_requests: count(row, "lost")?,
        lost_usd: row.get("lost_usd")?,
    })
}

/// The sums of a row.
pub(crate) fn read_usage(row: &Row<'_>) -> Result<Usage, Fault> {
    Ok(Usage {
        input_tokens: count(row, "input_tokens")?,
        cached_input_tokens: count(row, "cached_input_tokens")?,
        cache_write_tokens: count(row, "cache_write_tokens")?,
        output_tokens: count(row, "output_tokens")?,
        reasoning_tokens: count(row, "reasoning_tokens")?,
    })
}
