//! May this call be paid for? What it costs in the worst case is held back in the very
//! commit that records the request, so that no two processes spend the same dollar.

use jiff::tz::TimeZone;
use nanofolks_protocol::budget::{Limit, LimitScope, Reservation};
use nanofolks_protocol::journal::OverBudget;
use nanofolks_protocol::{
    BotId, ModelCard, Problem, ProblemKind, ReservationId, RoomId, SessionId, Timestamp, TurnId,
    Write, Written,
};

use super::prepare::Job;
use super::speech::Speaker;
use crate::engine::Shared;

#[cfg(test)]
mod tests;

/// The ceilings that hold everywhere.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    /// The ceilings; that of a day begins at midnight where the owner is.
    pub limits: Vec<Limit>,
    /// Whether a model of unknown price may be asked under a ceiling of money.
    pub allow_unknown_price: bool,
}

/// Who makes a call, and what for.
pub(crate) struct Payer<'a> {
    /// The turn it is made for.
    pub(crate) turn: Option<TurnId>,
    pub(crate) room: &'a RoomId,
    pub(crate) session: SessionId,
    pub(crate) bot: &'a BotId,
    /// Most US dollars of the turn.
    pub(crate) max_cost_usd: Option<f64>,
}

/// The ceilings of one call: the house's and the turn's own.
fn limits(budget: &Budget, max_cost_usd: Option<f64>, now: Timestamp) -> Vec<Limit> {
    let mut limits = budget.limits.clone();
    for limit in &mut limits {
        if limit.scope == LimitScope::Day {
            limit.since = Some(midnight(now));
        }
    }
    if max_cost_usd.is_some() {
        let scope = LimitScope::Turn;
        limits.push(Limit { scope, usd: max_cost_usd, tokens: None, since: None });
    }
    limits
}

/// The beginning of the owner's day.
fn midnight(now: Timestamp) -> Timestamp {
    let begun = jiff::Timestamp::from_millisecond(now.as_millis())
        .map(|time| time.to_zoned(TimeZone::system()))
        .and_then(|time| time.start_of_day());
    // A time that no calendar has: everything since the beginning counts.
    begun.map_or(Timestamp::from_millis(0), |time| {
        Timestamp::from_millis(time.timestamp().as_millisecond())
    })
}

/// What a request has at most.
#[derive(Clone, Copy)]
pub(crate) struct Worst<'a> {
    pub(crate) card: &'a ModelCard,
    /// Tokens of input, corrected by what the provider counted before.
    pub(crate) input: u64,
    /// Tokens of output.
    pub(crate) output: u32,
}

/// The write that holds back what a request may cost.
///
/// # Errors
/// `price_unknown` when there is a ceiling of money and nobody knows what the model costs.
pub(super) fn reserve(
    shared: &Shared,
    job: &Job,
    speaker: &Speaker,
    worst: &Worst<'_>,
) -> Result<(ReservationId, Write), Problem> {
    let payer = Payer {
        turn: Some(job.turn),
        room: &speaker.room,
        session: speaker.session,
        bot: &speaker.bot,
        max_cost_usd: job.options.max_cost_usd,
    };
    // Also where no ceiling is: what a process that dies holds back is what its call did cost.
    let reservation = hold(shared, &payer, worst)?;
    let id = reservation.id;
    Ok((id, Write::Reserve(Box::new(reservation))))
}

/// What has to be held back for a call, and under which ceilings.
///
/// # Errors
/// `price_unknown` when there is a ceiling of money and nobody knows what the model costs.
pub(crate) fn hold(
    shared: &Shared,
    payer: &Payer<'_>,
    worst: &Worst<'_>,
) -> Result<Reservation, Problem> {
    let budget = &shared.services.settings.budget;
    let at = shared.services.clock.now();
    let limits = limits(budget, payer.max_cost_usd, at);
    let card = worst.card;
    let (usd, tokens, output_tokens) = worst_case(worst);
    let wants_price = limits.iter().any(|limit| limit.usd.is_some());
    if usd.is_none() && wants_price && !budget.allow_unknown_price {
        let text =
            format!("nobody knows what {} costs, and there is a ceiling of cost", card.model);
        return Err(Problem::new(ProblemKind::Budget, "price_unknown", text).hint(format!(
            "set models.{:?}.price, or budget.allow_unknown_price = true",
            card.model.to_string()
        )));
    }
    Ok(Reservation {
        id: ReservationId::fresh(),
        owner: shared.services.owner,
        turn: payer.turn,
        room: payer.room.clone(),
        session: Some(payer.session),
        bot: payer.bot.clone(),
        model: card.model.clone(),
        usd: usd.unwrap_or(0.0),
        tokens,
        output_tokens,
        priced: usd.is_some(),
        at,
        limits,
    })
}

/// Holds back what a turn's first requests may cost; a turn that cannot be paid for is not
/// prepared any more.
pub(crate) fn reserve_first(shared: &Shared, job: &mut Job) -> Vec<Write> {
    let Ok(prepared) = &job.prepared else { return Vec::new() };
    let held: Result<Vec<_>, Problem> = prepared
        .all()
        .map(|prepared| {
            let speaker = Speaker {
                room: job.envelope.room.clone(),
                session: job.session.id,
                turn: job.turn,
                bot: prepared.bot.id.clone(),
            };
            let input = shared.gauges.at_most(speaker.session, &prepared.load);
            let output = prepared.request.max_output;
            reserve(shared, job, &speaker, &Worst { card: &prepared.card, input, output })
        })
        .collect();
    match held {
        Ok(held) => {
            let (ids, writes) = held.into_iter().unzip();
            job.reservations = ids;
            writes
        }
        Err(problem) => {
            job.prepared = Err(problem);
            Vec::new()
        }
    }
}

/// What a request costs when every token it may have is used and none is cached.
#[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^52")]
fn worst_case(worst: &Worst<'_>) -> (Option<f64>, u64, u64) {
    let Worst { card, input, output } = *worst;
    let output = u64::from(output);
    let usd = card.price.as_ref().map(|price| {
        let dearest = price.input.max(price.cache_write);
        (input as f64 * dearest + output as f64 * price.output) / 1e6
    });
    (usd, input + output, output)
}

/// The problem that a commit reports, when a ceiling was in the way.
pub(crate) fn over(written: &[Written]) -> Option<Problem> {
    written.iter().find_map(|one| match one {
        Written::OverBudget(over) => Some(problem(over)),
        _ => None,
    })
}

/// A ceiling as it was set: cents at least, and as many digits as it has.
fn dollars(usd: f64) -> String {
    let digits = format!("{usd:.6}");
    let cents = digits.len().saturating_sub(4);
    let rest = digits.get(cents..).unwrap_or_default().trim_end_matches('0');
    format!("${}{rest}", digits.get(..cents).unwrap_or_default())
}

fn problem(over: &OverBudget) -> Problem {
    let of = match over.limit.scope {
        LimitScope::Call => "a call",
        LimitScope::Turn => "a turn",
        LimitScope::Session => "this conversation",
        LimitScope::Room => "this room",
        LimitScope::Bot => "this bot",
        LimitScope::Day => "today",
        LimitScope::Install => "this home",
    };
    let ceiling = match (over.limit.usd, over.limit.tokens) {
        (Some(usd), None) => format!("{} for {of}; ${:.4} are spent", dollars(usd), over.used_usd),
        (None, Some(tokens)) => {
            format!("{tokens} tokens for {of}; {} are used", over.used_tokens)
        }
        (usd, tokens) => format!(
            "{} and {} tokens for {of}; ${:.4} and {} are used",
            dollars(usd.unwrap_or(0.0)),
            tokens.unwrap_or(0),
            over.used_usd,
            over.used_tokens
        ),
    };
    let text = format!("the next call could go over the ceiling of {ceiling}");
    Problem::new(ProblemKind::Budget, "budget", text)
        .hint("`nanofolks usage` shows what was spent; raise the ceiling, or ask for less")
}
