//! When to try again, and after what pause. Pure.
//!
//! Only requests that got nothing at all are tried again; an answer that broke off is not.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use nanofolks_protocol::ModelErrorKind;

use crate::fault::Fault;

#[cfg(test)]
mod tests;

/// Nobody waits longer than this for one attempt; a longer wish ends the attempts.
pub(crate) const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The pauses of one request: growing, never twice the same.
#[derive(Debug)]
pub(crate) struct Schedule {
    pauses: ExponentialBackoff,
}

impl Schedule {
    /// At most `retries` pauses, the first one about `first`.
    pub(crate) fn new(retries: u32, first: Duration) -> Self {
        let pauses = ExponentialBuilder::default()
            .with_factor(2.0)
            .with_min_delay(first)
            .with_max_delay(MAX_PAUSE)
            .with_max_times(retries as usize)
            .with_jitter()
            .build();
        Self { pauses }
    }

    /// The pause after a failure; `None` means that trying again makes no sense.
    pub(crate) fn pause_after(&mut self, fault: &Fault) -> Option<Duration> {
        if !may_help(fault.kind) {
            return None;
        }
        let mut pause = self.pauses.next()?;
        if fault.kind == ModelErrorKind::Unreachable {
            // Nobody was bothered by the attempt, and somebody may be waiting for the answer.
            pause /= 4;
        }
        match fault.retry_after {
            Some(wish) if wish > MAX_PAUSE => None,
            Some(wish) => Some(pause.max(wish)),
            None => Some(pause),
        }
    }
}

/// Whether the same request may work in a moment, given that nothing of the answer came.
const fn may_help(kind: ModelErrorKind) -> bool {
    match kind {
        ModelErrorKind::RateLimited
        | ModelErrorKind::Unavailable
        | ModelErrorKind::Unreachable
        | ModelErrorKind::Cut => true,
        // Silence has already cost the whole patience.
        ModelErrorKind::Timeout
        | ModelErrorKind::Malformed
        | ModelErrorKind::Unauthorized
        | ModelErrorKind::Forbidden
        | ModelErrorKind::ModelNotFound
        | ModelErrorKind::BadRequest
        | ModelErrorKind::ContextOverflow
        | ModelErrorKind::Tls
        | ModelErrorKind::Local
        | ModelErrorKind::Offline => false,
    }
}
