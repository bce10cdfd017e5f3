//! Questions that wait for a person: ask, answer, time out. The first answer counts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use nanofolks_protocol::{ApprovalId, Decision};
use tokio::sync::oneshot;

/// A decision and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) decision: Decision,
    pub(crate) by: String,
}

/// The questions that wait in this process.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    waiting: Mutex<HashMap<ApprovalId, oneshot::Sender<Decided>>>,
}

impl Approvals {
    /// Opens a question; the answer comes through the receiver.
    pub(crate) fn open(&self, approval: ApprovalId) -> oneshot::Receiver<Decided> {
        let (answer, receiver) = oneshot::channel();
        let earlier = self.lock().insert(approval, answer);
        drop(earlier);
        receiver
    }

    /// Gives an answer. `false` when the question is not open (any more).
    pub(crate) fn decide(&self, approval: ApprovalId, decided: Decided) -> bool {
        let waiting = self.lock().remove(&approval);
        waiting.is_some_and(|answer| answer.send(decided).is_ok())
    }

    /// Closes a question that nobody needs answered any more.
    pub(crate) fn close(&self, approval: ApprovalId) {
        let gone = self.lock().remove(&approval);
        drop(gone);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ApprovalId, oneshot::Sender<Decided>>> {
        // A panic elsewhere leaves the map whole: every change is one insert or remove.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
