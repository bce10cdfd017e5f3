//! The outbox: answers leave for the chats they belong to, in order per chat, at least once.
//!
//! An answer is put in with the very commit that ends its turn. Here it is taken in hand,
//! brought out by its channel's [`Courier`], and noted. `plan` decides, this file does.
//! Nothing runs in a house without couriers.

mod plan;

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::ports::{Boxed, Clock as _, Courier, CourierError, StoreError};
use nanofolks_protocol::{
    Delivery, DeliveryRow, DeliveryState, Event, EventKind, Timestamp, Write, Written,
};
use serde_json::json;
use tokio::sync::Notify;

use self::plan::{After, Next};
use crate::engine::Shared;
use crate::turn::{Job, Outcome};

#[cfg(test)]
mod tests;

/// Most chats that are looked at together.
const CHATS: u32 = 1_000;
/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long what is under way may take when the engine stops.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// When to look again after the store failed, and at the latest while something waits: the
/// clock may have been changed.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Wakes whoever brings things out.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bell: Notify,
}

impl Outbox {
    /// Something may have been put in.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }
}

/// Puts a turn's answer into the outbox, when its message came by a channel with a courier.
/// Belongs into the commit that ends the turn.
pub(crate) fn enqueue(
    shared: &Shared,
    job: &Job,
    outcome: &Outcome,
    answers: &[BotAnswer],
) -> Vec<Write> {
    let envelope = &job.envelope;
    let has_courier =
        shared.reel.rare("courier", || courier(shared, &envelope.channel).map(|_| true));
    if has_courier.is_none() {
        return Vec::new();
    }
    let error = match outcome {
        Outcome::Failed(problem) => Some(problem),
        Outcome::Finished | Outcome::Stopped(_) => None,
    };
    let said = answers.iter().map(|answer| answer.text.clone());
    let failed = error.map(|problem| match &problem.hint {
        Some(hint) => format!("{} ({hint})", problem.message),
        None => problem.message.clone(),
    });
    let text = said.chain(failed).collect::<Vec<_>>().join("\n\n");
    if text.is_empty() {
        return Vec::new();
    }
    let delivery = Delivery {
        id: job.source.delivery(),
        key: format!("answer-{}", job.turn),
        channel: envelope.channel.clone(),
        chat: envelope.chat.clone(),
        thread: envelope.thread.clone(),
        turn: Some(job.turn),
        trace_id: Some(envelope.trace_id),
        room: envelope.room.clone(),
        payload: json!({
            "text": text, "answers": answers, "error": error,
            "in_reply_to": envelope.idempotency_key,
        }),
        at: job.source.now(),
    };
    let event = changed(&delivery, delivery.at, &Standing::waiting());
    vec![Write::Enqueue(Box::new(delivery)), event]
}

/// How a delivery stands, for the event that says so.
struct Standing<'a> {
    state: DeliveryState,
    attempts: u32,
    next_at: Option<Timestamp>,
    reason: Option<&'a str>,
}

impl Standing<'_> {
    const fn waiting() -> Self {
        Self { state: DeliveryState::Waiting, attempts: 0, next_at: None, reason: None }
    }
}

fn changed(delivery: &Delivery, at: Timestamp, now: &Standing<'_>) -> Write {
    let what = EventKind::DeliveryChanged {
        delivery: json!({
            "id": delivery.id, "key": delivery.key, "channel": delivery.channel,
            "chat": delivery.chat, "trace_id": delivery.trace_id, "state": now.state,
            "attempts": now.attempts, "next_at": now.next_at, "reason": now.reason,
        }),
    };
    let event = Event::new(at, delivery.room.clone(), what);
    Write::Event(Box::new(Event { turn: delivery.turn, ..event }))
}

fn courier<'a>(shared: &'a Shared, channel: &str) -> Option<&'a Arc<dyn Courier>> {
    shared.services.couriers.iter().find(|courier| courier.channel() == channel)
}

/// A chat of a channel.
type Place = (String, String);

/// Brings out what is in the outbox until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut dispatch = Dispatch {
        shared: Arc::clone(&shared),
        under_way: FuturesUnordered::new(),
        places: HashSet::new(),
        spread: RandomState::new(),
    };
    loop {
        let pause = dispatch.look().await;
        tokio::select! {
            biased;
            () = shared.tasks.stop().cancelled() => break,
            Some(place) = dispatch.under_way.next() => {
                dispatch.places.remove(&place);
            }
            () = shared.outbox.bell.notified() => {}
            () = left_by_others(&shared) => {}
            () = sleep(pause) => {}
        }
    }
    let rest = async { while dispatch.under_way.next().await.is_some() {} };
    if tokio::time::timeout(LAST_WORDS, rest).await.is_err() {
        tracing::warn!("a delivery was under way when the engine stopped");
    }
}

/// Waits until another process wrote something, where this one brings out what others leave.
async fn left_by_others(shared: &Shared) {
    match shared.services.settings.attends {
        true => shared.services.archive.changed().await,
        false => std::future::pending().await,
    }
}

async fn sleep(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause.min(LOOK_AGAIN)).await,
        None => std::future::pending().await,
    }
}

struct Dispatch {
    shared: Arc<Shared>,
    under_way: FuturesUnordered<Boxed<'static, Place>>,
    /// The chats of what is under way.
    places: HashSet<Place>,
    spread: RandomState,
}

impl Dispatch {
    /// Begins whatever may begin; says when to look again.
    async fn look(&mut self) -> Option<Duration> {
        let archive = Arc::clone(&self.shared.services.archive);
        let rows = match archive.due(Timestamp::from_millis(i64::MAX), CHATS).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                return Some(LOOK_AGAIN);
            }
        };
        let mut pause: Option<Duration> = None;
        for row in rows {
            let place = (row.delivery.channel.clone(), row.delivery.chat.clone());
            let Some(courier) = courier(&self.shared, &place.0).map(Arc::clone) else { continue };
            if self.places.contains(&place) {
                continue;
            }
            let now = self.shared.services.clock.now();
            match plan::next(&row, courier.knows_keys(), now) {
                Next::Wait(wait) => pause = Some(pause.map_or(wait, |pause| pause.min(wait))),
                Next::Try => {
                    self.places.insert(place.clone());
                    let spread = self.spread.hash_one((row.delivery.id, row.attempts));
                    let shared = Arc::clone(&self.shared);
                    self.under_way.push(Box::pin(async move {
                        bring(&shared, &*courier, row, spread).await;
                        place
                    }));
                }
                Next::Ask => {
                    let reason = "whoever sent it was gone before it was noted; it may have \
                                  arrived";
                    let after = After { state: DeliveryState::Unknown, next_at: None };
                    note(&self.shared, &row.delivery, row.attempts, after, Some(reason)).await;
                    // The next one of this chat is its oldest now.
                    pause = Some(Duration::ZERO);
                }
            }
        }
        pause
    }
}

/// One attempt, from the taking to the noting.
async fn bring(shared: &Shared, courier: &dyn Courier, row: DeliveryRow, spread: u64) {
    let DeliveryRow { delivery, attempts, .. } = row;
    let attempt = attempts.saturating_add(1);
    match take(shared, &delivery, attempt).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::warn!(%error, delivery = %delivery.id, "a delivery could not be begun");
            // The same trouble would come back at once.
            tokio::time::sleep(Duration::from_secs(1)).await;
            return;
        }
    }
    let outcome = match tokio::time::timeout(PATIENCE, courier.deliver(&delivery)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(CourierError::Unclear(format!("no word within {} s", PATIENCE.as_secs()))),
    };
    let now = shared.services.clock.now();
    let after = plan::after(&outcome, attempt, courier.knows_keys(), (now, spread));
    let reason = outcome.err().map(|error| error.to_string());
    let trace = delivery.trace_id.map(|trace| trace.to_string()).unwrap_or_default();
    tracing::info!(
        delivery = %delivery.id, channel = %delivery.channel, trace_id = trace, attempt,
        state = after.state.as_str(), reason = reason.as_deref(), "delivery"
    );
    note(shared, &delivery, attempt, after, reason.as_deref()).await;
}

async fn take(shared: &Shared, delivery: &Delivery, attempt: u32) -> Result<bool, StoreError> {
    let services = &shared.services;
    let until = services.clock.now().plus_millis(plan::LEASE_MS);
    let (id, owner) = (delivery.id, services.owner);
    let take = Write::TakeDelivery { id, owner, attempt, until };
    let written = shared.bus.commit(vec![take]).await?;
    Ok(written.first() == Some(&Written::Changed(true)))
}

/// Notes how it went, and says so. What cannot be noted is found as `sending` later on.
async fn note(
    shared: &Shared,
    delivery: &Delivery,
    attempts: u32,
    after: After,
    reason: Option<&str>,
) {
    let at = shared.services.clock.now();
    let reason = reason.map(|reason| shared.services.sanitizer.clean(reason).into_owned());
    let After { state, next_at } = after;
    let event =
        changed(delivery, at, &Standing { state, attempts, next_at, reason: reason.as_deref() });
    let writes =
        vec![Write::DeliveryState { id: delivery.id, state, attempts, next_at, reason }, event];
    if let Err(error) = shared.bus.commit(writes).await {
        tracing::error!(%error, delivery = %delivery.id, "how a delivery went could not be noted");
    }
}
