//! One provider's circuit breaker. Pure: the time is handed in.
//!
//! Closed until three failures in a row; then open for a minute; then one request may try,
//! and its outcome closes or opens it again. A provider that says "too many requests" rests
//! for as long as it says; that is no failure.

use std::time::Duration;

use nanofolks_protocol::Timestamp;
use serde::{Deserialize, Serialize};

/// Failures in a row that open it.
const FAILURES: u32 = 3;
/// Milliseconds it stays open, and that a provider without a wish of its own rests.
const OPEN: i64 = 60_000;
/// The longest rest that a provider can ask for.
const LONGEST: i64 = 3_600_000;
/// How long a request may try before another may: whoever had the place may have given up
/// without a word.
const TRIAL: i64 = 120_000;

/// What counts against a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It was asked too often.
    Limited,
    /// It could not be reached, or did not do its work.
    Down,
}

/// How a provider stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// It is asked.
    Closed {
        /// Failures in a row.
        failures: u32,
    },
    /// It asked to be left alone.
    Resting {
        /// Until then.
        until: Timestamp,
    },
    /// It failed too often and is left alone.
    Open {
        /// Until then.
        until: Timestamp,
    },
    /// The next request tries whether it is back.
    HalfOpen,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaker {
    failures: u32,
    /// It asked to be left alone until then.
    rest: Option<Timestamp>,
    /// It failed too often: left alone until then, tried with one request afterwards.
    open: Option<Timestamp>,
    /// A request is trying, and is given up after then.
    trial: Option<Timestamp>,
}

impl Breaker {
    /// Whether it may be asked; the one who is let through after a rest has the only place.
    pub(super) fn admits(&mut self, now: Timestamp) -> bool {
        if is_ahead(self.rest, now, LONGEST) {
            return false;
        }
        self.rest = None;
        if self.open.is_none() {
            return true;
        }
        if is_ahead(self.open, now, OPEN + OPEN / 10) || is_ahead(self.trial, now, TRIAL) {
            return false;
        }
        self.trial = Some(now.plus_millis(TRIAL));
        true
    }

    /// It answered, be it with a refusal.
    pub(super) fn answered(&mut self) {
        *self = Self::default();
    }

    /// It failed. `spread` moves the end of the rest by up to a tenth.
    pub(super) fn failed(
        &mut self,
        failure: Failure,
        wish: Option<Duration>,
        now: Timestamp,
        spread: u64,
    ) {
        let wish = wish.map(|wish| i64::try_from(wish.as_millis()).unwrap_or(LONGEST).min(LONGEST));
        if failure == Failure::Limited || wish.is_some() {
            self.rest = Some(now.plus_millis(wish.unwrap_or(OPEN)));
        }
        if failure == Failure::Limited {
            // It speaks, so it is up; the place of a trial is free again.
            self.trial = None;
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let is_closed = self.open.is_none() && self.failures < FAILURES;
        // What was asked before it opened and fails only now makes it rest no longer.
        let is_open = is_ahead(self.open, now, OPEN + OPEN / 10);
        if !is_closed && !is_open {
            let tenth = i64::try_from(spread % 6_000).unwrap_or(0);
            self.open = Some(now.plus_millis(OPEN + tenth));
            self.trial = None;
        }
    }

    /// Whether it failed since it answered last, or asked to be left alone.
    pub(super) const fn is_doubtful(&self) -> bool {
        self.failures > 0 || self.rest.is_some()
    }

    /// Whether it failed so often that it is left alone, or tried with one request.
    pub(super) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// How it stands, without taking anybody's place.
    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        match (self.rest, self.open) {
            (Some(until), _) if is_ahead(self.rest, now, LONGEST) => Standing::Resting { until },
            (_, Some(until)) if is_ahead(self.open, now, OPEN + OPEN / 10) => {
                Standing::Open { until }
            }
            (_, Some(_)) => Standing::HalfOpen,
            (_, None) => Standing::Closed { failures: self.failures },
        }
    }
}

/// Whether `time` is still to come. One that lies further ahead than it was ever set is left
/// over from before the clock was set back, and is over.
fn is_ahead(time: Option<Timestamp>, now: Timestamp, furthest: i64) -> bool {
    time.is_some_and(|time| (1..=furthest).contains(&time.millis_since(now)))
}
