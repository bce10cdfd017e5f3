//! What ends a turn early: a person, a deadline, the engine's own end.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::replay::Reel;

/// Why a turn was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cause {
    /// Somebody stopped it.
    Interrupted { by: String },
    /// Its time was up.
    Deadline,
    /// The engine stops.
    Shutdown,
}

/// A turn's brake, shared by all who may pull it.
#[derive(Clone)]
pub(crate) struct Stop {
    token: CancellationToken,
    by: Arc<OnceLock<String>>,
    deadline: Option<Instant>,
    /// What the turn noticed; once noticed, it stays.
    noticed: Arc<OnceLock<Cause>>,
    reel: Reel,
}

impl Stop {
    /// A brake below the engine's own.
    pub(crate) fn new(engine: &CancellationToken, deadline: Option<Instant>, reel: Reel) -> Self {
        let (token, by, noticed) = (engine.child_token(), Arc::default(), Arc::default());
        Self { token, by, deadline, noticed, reel }
    }

    /// Stops the turn in somebody's name. The first name counts.
    pub(crate) fn pull(&self, by: String) {
        if self.by.set(by).is_err() {
            tracing::debug!("the turn is stopped already");
        }
        self.token.cancel();
    }

    /// The token that tools watch.
    pub(crate) const fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Whether it has been pulled, or the time is up.
    pub(crate) fn cause(&self) -> Option<Cause> {
        if let Some(cause) = self.noticed.get() {
            return Some(cause.clone());
        }
        let cause = self.reel.rare("stop", || self.happened())?;
        self.token.cancel();
        Some(self.noticed.get_or_init(|| cause).clone())
    }

    fn happened(&self) -> Option<Cause> {
        if self.token.is_cancelled() {
            return Some(match self.by.get() {
                Some(by) => Cause::Interrupted { by: by.clone() },
                None => Cause::Shutdown,
            });
        }
        self.deadline.filter(|deadline| *deadline <= Instant::now()).map(|_| Cause::Deadline)
    }

    /// Waits until the turn has to stop, and makes its tools stop too.
    pub(crate) async fn pulled(&self) -> Cause {
        if let Some(cause) = self.reel.stopped(|| self.cause()).await {
            return cause;
        }
        match self.deadline {
            None => self.token.cancelled().await,
            Some(deadline) => tokio::select! {
                () = self.token.cancelled() => {}
                () = tokio::time::sleep_until(deadline) => {}
            },
        }
        let cause = self.cause().unwrap_or(Cause::Deadline);
        self.token.cancel();
        cause
    }
}
