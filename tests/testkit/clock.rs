//! A clock that stands still.

use std::sync::atomic::{AtomicI64, Ordering};

use nanofolks_protocol::Timestamp;
use nanofolks_protocol::ports::Clock;

/// A clock that shows what it is told, and moves only when it is told.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl Default for FixedClock {
    /// 2025-11-20 21:00:00 UTC.
    fn default() -> Self {
        Self::at(1_763_672_400_000)
    }
}

impl FixedClock {
    /// A clock that shows this many milliseconds since 1970.
    #[must_use]
    pub const fn at(millis: i64) -> Self {
        Self(AtomicI64::new(millis))
    }

    /// Moves it; back, too.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
