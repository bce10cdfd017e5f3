//! A tool's availability, remembered for a while and slow to turn bad.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use nanofolks_protocol::Availability;

#[cfg(test)]
mod tests;

/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(30);
/// A failure so soon after a success is taken for a hiccup.
const GRACE: Duration = Duration::from_secs(60);

/// The last answers of a tool's probe.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answer: Option<(Instant, Availability)>,
    good_at: Option<Instant>,
}

impl Verdict {
    /// The remembered answer, or the probe's when that is too old.
    pub(super) fn get(&self, now: Instant, probe: impl FnOnce() -> Availability) -> Availability {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, answer)) = &state.answer
            && now.duration_since(*at) < FRESH
        {
            return answer.clone();
        }
        let answer = probe();
        if answer == Availability::Available {
            state.good_at = Some(now);
        } else if state.good_at.is_some_and(|good| now.duration_since(good) < GRACE) {
            // Asked again next time; the tool does not vanish because of one slow moment.
            return Availability::Available;
        }
        state.answer = Some((now, answer.clone()));
        answer
    }
}
