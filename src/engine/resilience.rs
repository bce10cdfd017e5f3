//! Which providers are asked. One that keeps failing is left alone for a while when there is
//! another one to ask, and then tried with a single request.
//!
//! `breaker` decides for one provider; here are all of them, shared by the turns of a process.

mod breaker;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use nanofolks_protocol::history::ModelOutcome;
use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{ModelError, ModelErrorKind, Timestamp};

pub use self::breaker::Standing;
use self::breaker::{Breaker, Failure};

#[cfg(test)]
mod tests;

/// Every provider's breaker.
#[derive(Debug, Default)]
pub(crate) struct Breakers {
    all: Mutex<HashMap<String, Breaker>>,
    /// Whether what other processes went through lately was looked up.
    recalled: AtomicBool,
    /// Spreads the ends of rests, so that processes do not all come back at once.
    spread: RandomState,
}

/// How far back it is looked for what other processes went through, in milliseconds, and how
/// many answers at most. An older outage says nothing about now.
const LATELY: i64 = 150_000;
const ANSWERS: u32 = 200;

impl Breakers {
    /// Takes over what earlier processes went through with the providers, once: three scripts
    /// in a row do not each find out for themselves that one is down.
    pub(crate) async fn recall(&self, archive: &dyn Archive, now: Timestamp) {
        if self.recalled.swap(true, Ordering::Relaxed) {
            return;
        }
        match archive.troubles(now.plus_millis(-LATELY), ANSWERS).await {
            Ok(outcomes) if outcomes.is_empty() => {}
            Ok(outcomes) => {
                let mut all = self.lock();
                for (provider, breaker) in breakers(&outcomes) {
                    if breaker.is_doubtful() {
                        all.entry(provider.to_owned()).or_insert(breaker);
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "nobody knows how the providers did lately"),
        }
    }

    /// Whether a provider failed so often lately that one attempt is enough to see whether it
    /// is back.
    pub(crate) fn doubts(&self, provider: &str) -> bool {
        self.lock().get(provider).is_some_and(Breaker::is_open)
    }

    /// Notes a failure of a provider. Only outages count; anything else it said is a sign of life.
    pub(crate) fn failed(&self, error: &ModelError, now: Timestamp) {
        let spread = self.spread.hash_one((&error.provider, now));
        let mut all = self.lock();
        let breaker = all.entry(error.provider.clone()).or_default();
        match failure(error.kind) {
            Some(failure) => breaker.failed(failure, error.retry_after, now, spread),
            None => breaker.answered(),
        }
    }

    /// Notes that a provider answers.
    pub(crate) fn answers(&self, provider: &str) {
        // Nothing is kept of a provider that never failed.
        self.lock().remove(provider);
    }

    /// Whether a provider may be asked now. Of one whose rest is over, the first who comes
    /// gets a yes; the others, once it answers.
    pub(crate) fn admits(&self, provider: &str, now: Timestamp) -> bool {
        self.lock().get_mut(provider).is_none_or(|breaker| breaker.admits(now))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Breaker>> {
        // A panic elsewhere leaves the map whole: every change is one insert, remove or update.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the providers stand, after what is on record, oldest first. Other processes' calls are
/// on record too, so this is what a process that just began would think of them.
#[must_use]
pub fn standings(outcomes: &[ModelOutcome], now: Timestamp) -> Vec<(String, Standing)> {
    let all = breakers(outcomes).into_iter();
    let mut standings: Vec<_> =
        all.map(|(name, breaker)| (name.to_owned(), breaker.standing(now))).collect();
    standings.sort_by(|one, other| one.0.cmp(&other.0));
    standings
}

fn breakers(outcomes: &[ModelOutcome]) -> HashMap<&str, Breaker> {
    let mut all: HashMap<&str, Breaker> = HashMap::new();
    for outcome in outcomes {
        let breaker = all.entry(outcome.model.provider.as_str()).or_default();
        let kind = outcome.problem.as_ref().and_then(|problem| ModelErrorKind::of(&problem.code));
        match kind.and_then(failure) {
            // Each of its attempts failed.
            Some(failure) => (0..outcome.requests.clamp(1, ATTEMPTS))
                .for_each(|_| breaker.failed(failure, None, outcome.at, 0)),
            None => breaker.answered(),
        }
    }
    all
}

/// Most attempts of one request that count.
const ATTEMPTS: u32 = 8;

/// Whether another provider may do better: this one is down, not the request wrong.
pub(crate) const fn is_outage(kind: ModelErrorKind) -> bool {
    failure(kind).is_some()
}

const fn failure(kind: ModelErrorKind) -> Option<Failure> {
    match kind {
        ModelErrorKind::RateLimited => Some(Failure::Limited),
        ModelErrorKind::Unavailable
        | ModelErrorKind::Unreachable
        | ModelErrorKind::Tls
        | ModelErrorKind::Timeout
        | ModelErrorKind::Cut
        | ModelErrorKind::Malformed => Some(Failure::Down),
        ModelErrorKind::Unauthorized
        | ModelErrorKind::Forbidden
        | ModelErrorKind::ModelNotFound
        | ModelErrorKind::BadRequest
        | ModelErrorKind::ContextOverflow
        | ModelErrorKind::Local
        | ModelErrorKind::Offline => None,
    }
}
