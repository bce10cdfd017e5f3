//! The handle: all that a front knows of the engine.

use std::sync::Arc;

use tokio::sync::{broadcast, mpsc, oneshot};

use crate::{Event, Op, Problem, ProblemKind, Receipt, Submission, SubmissionId};

/// Sends wishes, hands out events. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EngineHandle {
    submissions: mpsc::Sender<Submission>,
    events: broadcast::Sender<Arc<Event>>,
}

/// Events from now on, in the order of each room.
#[derive(Debug)]
pub struct EventStream {
    events: broadcast::Receiver<Arc<Event>>,
}

/// What an [`EventStream`] gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Followed {
    /// The next event.
    Event(Arc<Event>),
    /// The reader was too slow and lost this many; ask for them with `Op::Replay`.
    Gap(u64),
    /// The engine has stopped.
    Closed,
}

impl EngineHandle {
    /// Joins the two ends; the engine keeps the others.
    #[must_use]
    pub const fn new(
        submissions: mpsc::Sender<Submission>,
        events: broadcast::Sender<Arc<Event>>,
    ) -> Self {
        Self { submissions, events }
    }

    /// Sends a wish and waits for the receipt. Waits while the engine has too much to do.
    ///
    /// # Errors
    /// The problem the engine reports, or `engine_stopped`.
    pub async fn submit(&self, op: Op) -> Result<Receipt, Problem> {
        let (reply, receipt) = oneshot::channel();
        let submission = Submission { id: SubmissionId::fresh(), op, reply };
        self.submissions.send(submission).await.map_err(|_| stopped())?;
        receipt.await.map_err(|_| stopped())?
    }

    /// Events from now on.
    #[must_use]
    pub fn subscribe(&self) -> EventStream {
        EventStream { events: self.events.subscribe() }
    }
}

impl EventStream {
    /// Waits for the next event.
    pub async fn next(&mut self) -> Followed {
        match self.events.recv().await {
            Ok(event) => Followed::Event(event),
            Err(broadcast::error::RecvError::Lagged(lost)) => Followed::Gap(lost),
            Err(broadcast::error::RecvError::Closed) => Followed::Closed,
        }
    }

    /// The next event if it is already there.
    pub fn try_next(&mut self) -> Option<Followed> {
        match self.events.try_recv() {
            Ok(event) => Some(Followed::Event(event)),
            Err(broadcast::error::TryRecvError::Lagged(lost)) => Some(Followed::Gap(lost)),
            Err(broadcast::error::TryRecvError::Closed) => Some(Followed::Closed),
            Err(broadcast::error::TryRecvError::Empty) => None,
        }
    }
}

fn stopped() -> Problem {
    Problem::new(ProblemKind::Failure, "engine_stopped", "the engine has stopped")
}
