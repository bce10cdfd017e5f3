//! What a run writes down: collected as it goes, and on disk in one commit.

use nanofolks_protocol::ports::{Clock as _, Permit, StoreError, Unwritten};
use nanofolks_protocol::{EventKind, NoticeLevel, Problem, ProblemKind, TurnState, Write, Written};

use super::driver::Run;
use super::{budget, ending};

impl Run<'_> {
    /// Writes an event with the next commit.
    pub(super) fn note(&mut self, what: EventKind) {
        let event = self.speaker.event(&*self.job.source, what);
        self.pending.push(Write::Event(Box::new(event)));
    }

    pub(super) fn notice(&mut self, level: NoticeLevel, code: &str, text: &str) {
        let (code, text) = (code.to_owned(), text.to_owned());
        self.note(EventKind::Notice { level, code, text, hint: None });
    }

    /// Moves the turn to another state with the next commit.
    pub(super) fn move_to(&mut self, state: TurnState) {
        let at = self.job.source.now();
        self.pending.push(Write::Turn { turn: self.job.turn, state, problem: None, at });
    }

    /// Gives back what is held for a request that is not made.
    pub(super) fn give_back(&mut self) {
        let held = self.reservation.take().map(|reservation| Write::Release { reservation });
        self.pending.extend(held);
    }

    /// Writes everything that waits.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn flush(&mut self) -> Result<(), Problem> {
        let mut writes = std::mem::take(&mut self.pending);
        if !matches!(writes.first(), Some(Write::RenewLease { .. })) {
            writes.insert(0, ending::renew_lease(self.shared, self.job));
        }
        let written = match self.shared.bus.commit(writes).await {
            Ok(written) => written,
            Err(Unwritten { error, batch }) => {
                // Written with the ending, else a call would stand there without its result.
                // Only the request is not made any more.
                self.pending = batch.writes;
                self.pending
                    .retain(|write| !matches!(write, Write::Reserve(_) | Write::Request(_)));
                return Err(error.to_problem());
            }
        };
        if let Some(permit) = Permit::of(&written) {
            self.permit = Some(permit);
        }
        if let Some(problem) = budget::over(&written) {
            self.reservation = None;
            return Err(problem);
        }
        match written.first() {
            Some(Written::LeaseLost { .. }) => Err(lease_lost()),
            _ => Ok(()),
        }
    }

    /// Writes what is done and leaves the rest to the next process: the engine stops, the
    /// turn does not.
    pub(super) async fn suspend(&mut self) -> Result<Vec<Written>, StoreError> {
        let mut writes = std::mem::take(&mut self.pending);
        writes.insert(0, ending::renew_lease(self.shared, self.job));
        Ok(self.shared.bus.commit(writes).await?)
    }
}

/// Another process has taken the turn over; this one keeps its hands off.
pub(crate) fn lease_lost() -> Problem {
    Problem::new(
        ProblemKind::Failure,
        LEASE_LOST,
        "another process has taken this message over because this one was silent for too long",
    )
    .hint("`nanofolks session show last` has what it answers")
}

/// The code of [`lease_lost`].
pub(super) const LEASE_LOST: &str = "lease_lost";
