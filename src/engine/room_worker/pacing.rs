//! Messages that come close together become one turn: held for a moment, then claimed
//! together.
//!
//! Only the claim waits. Each message is on disk before its sender is told so, and what is
//! held when the engine stops waits in the inbox for the next process.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{
    Envelope, Event, EventKind, Origin, Part, Priority, Problem, Queued, RoomKind, SenderRole,
    SessionId, Timestamp, Write,
};
use serde_json::Value;
use tokio::time::Instant;

use super::{RoomWorker, Wish};
use crate::engine::Shared;
use crate::pace::{Coalesce, Pace};
use crate::turn::Job;

/// Most messages of one turn.
const TOGETHER: usize = 64;

/// Messages whose claim waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    first: Instant,
    /// Which of the alarms counts: the newest.
    alarm: u64,
}

impl RoomWorker {
    /// How long a message waits for others, and how long the first of them at most; `None`
    /// when it does not wait.
    pub(super) async fn pause(&self, envelope: &Envelope) -> Option<(Duration, Duration)> {
        let services = &self.shared.services;
        let pace = services.settings.channels.get(&envelope.channel)?;
        if !is_talk(envelope) {
            return None;
        }
        // A room that cannot be read is reported where the message is written.
        let state = services.archive.room(&self.room).await.ok().flatten();
        let kind = state.map_or(RoomKind::Open, |state| state.room.kind);
        window(pace, pace.coalesce.filter(|joint| !joint.is_private(envelope, kind)))
    }

    /// A message comes while a turn runs: those whose window is open are not claimed with its
    /// ending, unless something waits with them that does not wait for others.
    pub(super) fn comes_meanwhile(&mut self, is_held: bool) {
        self.came_meanwhile = true;
        self.hurries |= !is_held;
        self.waits.store(!self.hurries, Ordering::SeqCst);
    }

    /// Nothing is held any more.
    pub(super) fn let_in(&mut self) {
        self.held = None;
        self.hurries = false;
        self.waits.store(false, Ordering::SeqCst);
    }

    /// Claims later, unless something comes that does not wait.
    pub(super) fn hold(&mut self, (quiet, most): (Duration, Duration)) {
        let now = Instant::now();
        let (first, alarm) = self.held.map_or((now, 0), |held| (held.first, held.alarm + 1));
        self.held = Some(Held { first, alarm });
        let due = (now + quiet).min(first + most);
        let (shared, me) = (Arc::clone(&self.shared), self.me.clone());
        self.shared.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = shared.tasks.stop().cancelled() => return,
                () = tokio::time::sleep_until(due) => {}
            }
            if let Some(me) = me.upgrade()
                && me.send(Wish::Due { alarm }).await.is_err()
            {
                tracing::debug!("the room was closed while messages were held");
            }
        });
    }

    /// The alarm rang: what was held is claimed, when no later alarm is set.
    pub(super) async fn due(&mut self, alarm: u64) {
        if self.held.is_some_and(|held| held.alarm == alarm) {
            self.let_in();
            self.look().await;
        }
    }
}

/// How long it has to be quiet, and how long the first message waits at most; `None` where
/// nothing waits.
fn window(pace: &Pace, joint: Option<Coalesce>) -> Option<(Duration, Duration)> {
    let quiet = joint.map_or(pace.debounce, |joint| joint.debounce.max(pace.debounce));
    let most = joint.map_or(quiet.saturating_mul(4), |joint| joint.max_wait.max(quiet));
    (!quiet.is_zero()).then_some((quiet, most))
}

/// Whether a message is talk of a person: commands and the house's reports do not wait.
fn is_talk(envelope: &Envelope) -> bool {
    envelope.sender.role == SenderRole::User
        && envelope.priority >= Priority::USER
        && nanofolks_protocol::command::command_line(&envelope.text).is_none()
}

impl Coalesce {
    /// Whether a message is of a talk between two that is to be left alone.
    fn is_private(&self, envelope: &Envelope, kind: RoomKind) -> bool {
        let said = envelope.metadata.get("direct").and_then(Value::as_bool).unwrap_or(false);
        self.multi_user_only && (said || kind == RoomKind::Direct)
    }
}

/// The messages that wait behind a claimed one and become part of its turn, in order. A
/// turn that is run again has those it had then.
pub(super) async fn companions(
    shared: &Shared,
    claimed: &Envelope,
    (session, came): (SessionId, Timestamp),
) -> Result<Vec<Envelope>, Problem> {
    let found = match pace_of(shared, claimed) {
        Some(pace) => find(shared, claimed, (session, came), pace).await?,
        None => Vec::new(),
    };
    let found = shared.reel.rare("together", || (!found.is_empty()).then_some(found));
    Ok(found.unwrap_or_default())
}

fn pace_of<'a>(shared: &'a Shared, claimed: &Envelope) -> Option<&'a Pace> {
    if shared.reel.is_reading() || !is_talk(claimed) {
        return None;
    }
    shared.services.settings.channels.get(&claimed.channel)
}

async fn find(
    shared: &Shared,
    claimed: &Envelope,
    (session, came): (SessionId, Timestamp),
    pace: &Pace,
) -> Result<Vec<Envelope>, Problem> {
    let archive = &shared.services.archive;
    let waiting = archive.queue(&claimed.room).await.map_err(|error| error.to_problem())?;
    let state = archive.room(&claimed.room).await.map_err(|error| error.to_problem())?;
    let kind = state.map_or(RoomKind::Open, |state| state.room.kind);
    let joint = pace.coalesce.filter(|joint| !joint.is_private(claimed, kind));
    let Some(window) = window(pace, joint) else { return Ok(Vec::new()) };
    let owner = shared.services.owner;
    // Another process that is alive answers its own.
    let ours = |one: &Queued| one.owner == owner || !archive.is_alive(one.owner);
    let waiting: Vec<Queued> = waiting
        .into_iter()
        .take_while(|one| one.session == session && ours(one) && is_like(&one.envelope, claimed))
        .take_while(|one| joint.is_some() || one.envelope.sender.id == claimed.sender.id)
        .collect();
    let found = close(came, waiting, window);
    let enough = joint.is_none_or(|joint| found.len() + 1 >= joint.min_messages);
    let same = found.iter().all(|one| one.sender.id == claimed.sender.id);
    Ok(if enough || (same && !pace.debounce.is_zero()) { found } else { Vec::new() })
}

/// Whether a message is part of the same talk as another one.
fn is_like(one: &Envelope, first: &Envelope) -> bool {
    is_talk(one)
        && (&one.channel, &one.chat, &one.thread) == (&first.channel, &first.chat, &first.thread)
        && one.trust == first.trust
}

/// Those of the waiting messages that came close enough to each other and to the first.
fn close(
    first: Timestamp,
    waiting: Vec<Queued>,
    (quiet, most): (Duration, Duration),
) -> Vec<Envelope> {
    let within = |from: Timestamp, to: Timestamp, limit: Duration| {
        // A clock that was set back tells nothing.
        u128::try_from(to.millis_since(from)).unwrap_or(0) <= limit.as_millis()
    };
    let mut last = first;
    waiting
        .into_iter()
        .take_while(|one| {
            let before = std::mem::replace(&mut last, one.accepted_at);
            within(before, last, quiet) && within(first, last, most)
        })
        .take(TOGETHER - 1)
        .map(|one| one.envelope)
        .collect()
}

/// The messages of a turn as one: each with its sender, where there are several.
pub(super) fn joined(first: &Envelope, others: &[Envelope]) -> Envelope {
    let mut whole = first.clone();
    if others.is_empty() {
        return whole;
    }
    let all = || std::iter::once(first).chain(others);
    let several = others.iter().any(|one| one.sender.id != first.sender.id);
    let text = |one: &Envelope| {
        if several { format!("{}: {}", one.sender.name, one.text) } else { one.text.clone() }
    };
    whole.text = all().map(text).collect::<Vec<_>>().join("\n\n");
    whole.attachments = all().flat_map(|one| one.attachments.clone()).collect();
    whole
}

/// What the bot is told besides, where several people spoke.
pub(super) fn remark(first: &Envelope, others: &[Envelope]) -> Option<Part> {
    let several = others.iter().any(|one| one.sender.id != first.sender.id);
    several.then(|| {
        let text = format!(
            "[{} messages of several people came close together in a fast-moving conversation; \
             answer them together]",
            others.len() + 1
        );
        Part::text(Origin::House, text)
    })
}

/// Makes the others part of the turn, in the commit that begins it, and says so.
pub(super) fn join(job: &Job, others: &[Envelope], writes: &mut Vec<Write>) {
    if others.is_empty() {
        return;
    }
    let event = |other: &Envelope| {
        let (sender, text) = (other.sender.name.clone(), other.text.clone());
        let what = EventKind::TurnJoined { envelope: other.id, sender, text };
        Write::Event(Box::new(Event {
            session: Some(job.session.id),
            turn: Some(job.turn),
            ..Event::new(job.source.now(), job.envelope.room.clone(), what)
        }))
    };
    // Behind the beginning of the turn and its message.
    let at = writes.len().min(2);
    writes.splice(at..at, others.iter().map(event));
    let envelopes = others.iter().map(|other| (other.id, other.text.clone())).collect();
    writes.insert(0, Write::JoinTurn { turn: job.turn, envelopes });
}
