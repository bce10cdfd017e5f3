//! Which providers are resting. A provider that could not be reached is not asked again for a
//! while when there is another one to ask.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nanofolks_protocol::{ModelError, ModelErrorKind, Timestamp};

#[cfg(test)]
mod tests;

/// How long a provider rests after a failure, unless it says itself how long.
const REST: Duration = Duration::from_secs(60);
/// The longest rest that a provider can ask for.
const LONGEST: Duration = Duration::from_secs(3600);

/// The providers that rest, each until when.
#[derive(Debug, Default)]
pub(crate) struct Resting {
    until: Mutex<HashMap<String, Timestamp>>,
}

impl Resting {
    /// Notes a failure of a provider.
    pub(crate) fn failed(&self, error: &ModelError, now: Timestamp) {
        let rest = error.retry_after.unwrap_or(REST).min(LONGEST);
        let millis = i64::try_from(rest.as_millis()).unwrap_or(i64::MAX);
        self.lock().insert(error.provider.clone(), now.plus_millis(millis));
    }

    /// Notes that a provider answers.
    pub(crate) fn answers(&self, provider: &str) {
        self.lock().remove(provider);
    }

    /// Whether a provider rests. A clock that was set back ends the rest.
    pub(crate) fn rests(&self, provider: &str, now: Timestamp) -> bool {
        let longest = i64::try_from(LONGEST.as_millis()).unwrap_or(i64::MAX);
        self.lock().get(provider).is_some_and(|until| {
            let left = until.millis_since(now);
            left > 0 && left <= longest
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Timestamp>> {
        // A panic elsewhere leaves the map whole: every change is one insert or remove.
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether another provider may do better: this one is down, not the request wrong.
pub(crate) const fn is_outage(kind: ModelErrorKind) -> bool {
    match kind {
        ModelErrorKind::RateLimited
        | ModelErrorKind::Unavailable
        | ModelErrorKind::Unreachable
        | ModelErrorKind::Tls
        | ModelErrorKind::Timeout
        | ModelErrorKind::Cut
        | ModelErrorKind::Malformed => true,
        ModelErrorKind::Unauthorized
        | ModelErrorKind::Forbidden
        | ModelErrorKind::ModelNotFound
        | ModelErrorKind::BadRequest
        | ModelErrorKind::ContextOverflow
        | ModelErrorKind::Local
        | ModelErrorKind::Offline => false,
    }
}
