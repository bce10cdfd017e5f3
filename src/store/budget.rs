//! Ceilings: what a call may cost is held back in the transaction that checks them, so
//! that processes side by side never go through one together.

use nanofolks_protocol::journal::OverBudget;
use nanofolks_protocol::{
    Limit, LimitScope, OwnerId, Reservation, ReservationId, Timestamp, Usage, Written,
};
use rusqlite::{Connection, ToSql, named_params};

use crate::fault::Fault;
use crate::owners::Owners;
use crate::row::{Key as _, count, id, time};
use crate::spending::{self, Bill, quarter, tokens};
use crate::{rooms, turns};

/// Sums of money are not exact: less than this is nothing.
const DUST: f64 = 1e-9;

/// Where a call is made.
struct Place<'a> {
    turn: Option<i64>,
    room: i64,
    session: Option<i64>,
    bot: &'a str,
}

/// Holds back what a call may cost, if no ceiling is in the way.
pub(crate) fn reserve(
    tx: &Connection,
    owners: &Owners,
    new: &Reservation,
) -> Result<Written, Fault> {
    if !new.usd.is_finite() || new.usd < 0.0 {
        return Err(Fault::refused(format!("{} dollars cannot be held back", new.usd)));
    }
    let turn = new.turn.map(|turn| turns::live_number(tx, turn)).transpose()?;
    let (room, session) = rooms::place(tx, &new.room, new.session)?;
    let place = Place { turn, room, session, bot: new.bot.as_str() };
    owners.hold(new.owner)?;
    forget_the_dead(tx, owners)?;
    for limit in &new.limits {
        if limit.usd.is_none() && limit.tokens.is_none() {
            continue;
        }
        let (used_usd, used_tokens) = used(tx, limit, &place)?;
        let usd = limit.usd.is_some_and(|most| used_usd + new.usd > most + DUST || most.is_nan());
        let all = used_tokens.saturating_add(new.tokens);
        if usd || limit.tokens.is_some_and(|most| all > most) {
            let over = OverBudget { limit: *limit, used_usd, used_tokens };
            return Ok(Written::OverBudget(Box::new(over)));
        }
    }
    tx.prepare_cached(
        "INSERT INTO reservation (id, owner, turn, room, session, bot, model, usd, tokens,
                                  output_tokens, priced, at)
         VALUES (:id, :owner, :turn, :room, :session, :bot, :model, :usd, :tokens, :output,
                 :priced, :at)",
    )?
    .execute(named_params! {
        ":id": new.id.key(),
        ":owner": new.owner.key(),
        ":turn": place.turn,
        ":room": place.room,
        ":session": place.session,
        ":bot": place.bot,
        ":model": new.model.to_string(),
        ":usd": new.usd,
        ":tokens": tokens(new.tokens),
        ":output": tokens(new.output_tokens.min(new.tokens)),
        ":priced": new.priced,
        ":at": new.at.as_millis(),
    })?;
    Ok(Written::Reserved)
}

/// Gives back what was held. An unknown one changes nothing: its process was thought dead.
pub(crate) fn release(tx: &Connection, reservation: ReservationId) -> Result<(), Fault> {
    tx.prepare_cached("DELETE FROM reservation WHERE id = ?1")?.execute([reservation.key()])?;
    Ok(())
}

/// Counts whatever is still held back for a turn as spent: calls that were made, and nobody
/// said what they did cost.
pub(crate) fn lose(tx: &Connection, turn: i64) -> Result<(), Fault> {
    lose_where(tx, "turn = ?1", &turn)
}

fn forget_the_dead(tx: &Connection, owners: &Owners) -> Result<(), Fault> {
    for owner in dead(tx, owners)? {
        lose_where(tx, "owner = ?1", &owner.key())?;
    }
    Ok(())
}

/// Processes that hold something back and are gone.
pub(crate) fn dead(conn: &Connection, owners: &Owners) -> Result<Vec<OwnerId>, Fault> {
    let holders: Vec<OwnerId> = conn
        .prepare_cached("SELECT DISTINCT owner FROM reservation")?
        .query_and_then([], |row| id(row, "owner"))?
        .collect::<Result<_, Fault>>()?;
    Ok(holders.into_iter().filter(|owner| !owners.is_alive(*owner)).collect())
}

/// Moves reservations to what was spent, all in one transaction: none is counted twice.
fn lose_where(tx: &Connection, which: &str, value: &dyn ToSql) -> Result<(), Fault> {
    let lost = tx
        .prepare_cached(&format!(
            "DELETE FROM reservation WHERE {which}
             RETURNING room, session, bot, model, usd, tokens, output_tokens, priced, at"
        ))?
        .query_and_then([value], |row| {
            let output_tokens = count(row, "output_tokens")?;
            let input_tokens = count(row, "tokens")?.saturating_sub(output_tokens);
            let priced: bool = row.get("priced")?;
            Ok(Lost {
                room: row.get("room")?,
                session: row.get("session")?,
                bot: row.get("bot")?,
                model: row.get("model")?,
                usage: Usage { input_tokens, output_tokens, ..Usage::default() },
                cost_usd: priced.then(|| row.get("usd")).transpose()?,
                at: time(row, "at")?,
            })
        })?
        .collect::<Result<Vec<_>, Fault>>()?;
    for one in &lost {
        spending::add_unsaid(tx, &one.bill())?;
    }
    Ok(())
}

/// A call whose process died before it could say what it did cost.
struct Lost {
    room: i64,
    session: Option<i64>,
    bot: String,
    model: String,
    usage: Usage,
    cost_usd: Option<f64>,
    at: Timestamp,
}

impl Lost {
    fn bill(&self) -> Bill<'_> {
        Bill {
            room: self.room,
            session: self.session,
            bot: &self.bot,
            model: &self.model,
            usage: &self.usage,
            requests: 1,
            cost_usd: self.cost_usd,
            at: self.at,
        }
    }
}

/// Quarters of an hour after which nothing counts for a day any more. A clock that was a day
/// ahead lets nothing through twice; one that was a year ahead takes no year's days away.
const A_DAY_AND_THE_NEXT: i64 = 2 * 24 * 4;

/// What is spent or held back under a ceiling: US dollars and tokens.
fn used(tx: &Connection, limit: &Limit, place: &Place<'_>) -> Result<(f64, u64), Fault> {
    let since = limit.since.map(quarter);
    let (spent, held) = match limit.scope {
        LimitScope::Call => return Ok((0.0, 0)),
        LimitScope::Turn => match place.turn {
            Some(turn) => (spent_by_turn(tx, turn)?, sums(tx, HELD, "turn = ?1", &[&turn])?),
            None => return Ok((0.0, 0)),
        },
        LimitScope::Session => match place.session {
            Some(session) => {
                let spent = match since {
                    None => sums(tx, SESSION, "n = ?1", &[&session])?,
                    Some(since) => {
                        sums(tx, SPENT, "session = ?1 AND quarter >= ?2", &[&session, &since])?
                    }
                };
                (spent, sums(tx, HELD, "session = ?1", &[&session])?)
            }
            None => return Ok((0.0, 0)),
        },
        LimitScope::Room => {
            let spent = "room = ?1 AND quarter >= coalesce(?2, quarter)";
            (
                sums(tx, SPENT, spent, &[&place.room, &since])?,
                sums(tx, HELD, "room = ?1", &[&place.room])?,
            )
        }
        LimitScope::Bot => {
            let spent = "bot = ?1 AND quarter >= coalesce(?2, quarter)";
            (
                sums(tx, SPENT, spent, &[&place.bot, &since])?,
                sums(tx, HELD, "bot = ?1", &[&place.bot])?,
            )
        }
        LimitScope::Day | LimitScope::Install => {
            let spent = match since {
                Some(since) => {
                    let day = "quarter >= ?1 AND quarter < ?2";
                    sums(tx, SPENT, day, &[&since, &(since + A_DAY_AND_THE_NEXT)])?
                }
                None => sums(tx, SPENT, "TRUE", &[])?,
            };
            (spent, sums(tx, HELD, "TRUE", &[])?)
        }
    };
    Ok((spent.0 + held.0, spent.1.saturating_add(held.1)))
}

const SPENT: &str = "SELECT total(cost_usd) AS usd,
        coalesce(sum(input_tokens + output_tokens), 0) AS tokens FROM spent";
const SESSION: &str = "SELECT total(cost_usd) AS usd,
        coalesce(sum(input_tokens + output_tokens), 0) AS tokens FROM session";
const HELD: &str = "SELECT total(usd) AS usd, coalesce(sum(tokens), 0) AS tokens FROM reservation";

fn sums(
    tx: &Connection,
    from: &str,
    which: &str,
    values: &[&dyn ToSql],
) -> Result<(f64, u64), Fault> {
    tx.prepare_cached(&format!("{from} WHERE {which}"))?
        .query_and_then(values, |row| Ok((row.get("usd")?, count(row, "tokens")?)))?
        .next()
        .unwrap_or(Ok((0.0, 0)))
}

/// What a turn has cost so far: US dollars and tokens.
pub(crate) fn spent_by_turn(conn: &Connection, turn: i64) -> Result<(f64, u64), Fault> {
    conn.prepare_cached(
        "SELECT total(usd) AS usd, coalesce(sum(input + output), 0) AS tokens FROM (
             SELECT a.cost_usd AS usd,
                    CAST(min(json_extract(a.usage, '$.input_tokens'), ?2) AS INTEGER) AS input,
                    CAST(min(json_extract(a.usage, '$.output_tokens'), ?2) AS INTEGER) AS output
             FROM request q JOIN response a ON a.request = q.n WHERE q.turn = ?1
             UNION ALL
             SELECT x.cost_usd,
                    CAST(min(json_extract(x.usage, '$.input_tokens'), ?2) AS INTEGER),
                    CAST(min(json_extract(x.usage, '$.output_tokens'), ?2) AS INTEGER)
             FROM auxiliary x WHERE x.turn = ?1)",
    )?
    .query_and_then([turn, tokens(u64::MAX)], |row| Ok((row.get("usd")?, count(row, "tokens")?)))?
    .next()
    .unwrap_or(Ok((0.0, 0)))
}
