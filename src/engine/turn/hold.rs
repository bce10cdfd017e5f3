//! How sure this process is that a turn is still its own.
//!
//! A lease is renewed four times in its life. Whoever did not get to it, because it was
//! stopped or had no time, may have lost the turn; until it has asked, it shows nothing.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// See the module. Measured without the wall clock, which people set.
#[derive(Debug)]
pub(crate) struct Hold {
    renewed: Mutex<Instant>,
    lease: Duration,
}

impl Hold {
    /// A turn that was claimed just now.
    pub(crate) fn new(lease: Duration) -> Self {
        Self { renewed: Mutex::new(Instant::now()), lease }
    }

    /// How long to wait before renewing.
    pub(crate) fn pause(&self) -> Duration {
        self.lease / 4
    }

    /// The lease was renewed; `since` is when that was asked for.
    pub(crate) fn renewed(&self, since: Instant) {
        let mut renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        *renewed = since.max(*renewed);
    }

    /// Whether nobody can have taken the turn.
    pub(crate) fn is_sure(&self) -> bool {
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        renewed.elapsed() < silence(self.lease)
    }
}

/// How long a process may be silent before a lease that has run out is believed to have run
/// out: longer than it needs to renew one.
pub(crate) fn silence(lease: Duration) -> Duration {
    lease * 5 / 12
}
