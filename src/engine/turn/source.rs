//! A turn's own time and names. Everything in a turn that would differ when it is run again
//! comes from here: the clock, and names that follow from a seed.

use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_protocol::ports::Clock;
use nanofolks_protocol::{ApprovalId, CallId, DeliveryId, MessageId, RunId, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

#[cfg(test)]
mod tests;

/// Time and names of one turn.
pub(crate) struct Source {
    clock: Arc<dyn Clock>,
    seed: Uuid,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Names made so far.
    names: u64,
    /// What the clock said last, in milliseconds.
    last: i64,
}

impl Source {
    /// A source whose names follow from `seed`.
    pub(crate) fn new(clock: Arc<dyn Clock>, seed: Uuid) -> Self {
        Self { clock, seed, state: Mutex::default() }
    }

    pub(crate) fn message(&self) -> MessageId {
        MessageId::from_uuid(self.name())
    }

    pub(crate) fn run(&self) -> RunId {
        RunId::from_uuid(self.name())
    }

    pub(crate) fn approval(&self) -> ApprovalId {
        ApprovalId::from_uuid(self.name())
    }

    pub(crate) fn delivery(&self) -> DeliveryId {
        DeliveryId::from_uuid(self.name())
    }

    pub(crate) fn call(&self) -> CallId {
        CallId::from_provider(&format!("call_{}", self.name().simple()))
    }

    /// The next name: a UUIDv7 of the last time that was read, in the order they are made.
    fn name(&self) -> Uuid {
        let mut state = self.lock();
        state.names += 1;
        let millis = u64::try_from(state.last).unwrap_or(0);
        let mut hash = Sha256::new();
        hash.update(self.seed.as_bytes());
        hash.update(state.names.to_be_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&hash.finalize()[..10]);
        // The first twelve bits count, so that names of one millisecond sort as made.
        let count = u16::try_from(state.names % 4096).unwrap_or(0);
        random[..2].copy_from_slice(&count.to_be_bytes());
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic elsewhere leaves the state whole: every change is one push or one count.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Source {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        self.lock().last = now.as_millis();
        now
    }
}
