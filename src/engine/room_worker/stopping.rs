//! Stops a turn, whichever process runs it.
//!
//! A turn of this process is stopped at once. For one of another process the wish is written
//! down; that process hears of it by the sign that something was written, and looks now and
//! then where there is no such sign. When it is gone or hangs, the turn is taken up here, and
//! ended.

use std::convert::Infallible;
use std::time::Duration;

use nanofolks_protocol::{Envelope, Problem, ProblemKind, Receipt, TurnId, Write, Written};

use super::RoomWorker;
use crate::engine::Shared;
use crate::turn::Job;

/// The code of "there is nothing to stop".
const NOTHING: &str = "nothing_running";
/// The shortest time between two looks. A turn that is shorter never looks.
const PAUSE: Duration = Duration::from_millis(100);
/// How long to wait for a sign before looking all the same. With what a tool gets to end in
/// order, it is less than a second.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

impl RoomWorker {
    /// Stops what runs in the room, or only the turn that is `wanted`.
    pub(super) async fn stop(
        &mut self,
        wanted: Option<TurnId>,
        by: String,
    ) -> Result<TurnId, Problem> {
        let is_meant = |turn: TurnId| wanted.is_none_or(|wanted| wanted == turn);
        if let Some((running, stop)) = &self.running {
            if !is_meant(*running) {
                return Err(nothing_running());
            }
            stop.pull(by);
            return Ok(*running);
        }
        let Some((turn, _session)) = self.live().await?.filter(|(turn, _)| is_meant(*turn)) else {
            return Err(nothing_running());
        };
        let written = self.shared.bus.commit(vec![Write::StopTurn { turn, by }]).await;
        match written.map_err(|error| error.to_problem())?.first() {
            Some(Written::Changed(true)) => {}
            // It ended just now.
            _ => return Err(nothing_running()),
        }
        // From now on this process sees to it, should the other one not.
        self.looked = false;
        self.look().await;
        Ok(turn)
    }

    /// Stops what runs because somebody said so; `None` when nothing runs, so that it is a
    /// message like any other.
    pub(super) async fn stop_by_word(
        &mut self,
        envelope: &Envelope,
    ) -> Option<Result<Receipt, Problem>> {
        match self.stop(None, envelope.sender.name.clone()).await {
            Ok(turn) => Some(Ok(Receipt::Stopped { turn })),
            Err(problem) if problem.code == NOTHING => None,
            Err(problem) => Some(Err(problem)),
        }
    }

    /// Stops a turn that somebody wanted to end before it was opened here.
    pub(super) async fn stop_if_asked(&self, job: &Job) {
        if let Some(by) = asked(&self.shared, job.turn).await {
            job.stop.pull(by);
        }
    }
}

/// Stops a turn when another process asks for it.
pub(super) async fn heed(shared: &Shared, job: &Job) -> Infallible {
    loop {
        tokio::time::sleep(PAUSE).await;
        let sign = shared.services.archive.changed();
        if let Some(by) = asked(shared, job.turn).await {
            job.stop.pull(by);
            return std::future::pending().await;
        }
        tokio::select! {
            () = sign => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Who wants a turn to end.
async fn asked(shared: &Shared, turn: TurnId) -> Option<String> {
    let asked = shared.services.archive.stop_asked(turn).await;
    asked.unwrap_or_else(|error| {
        tracing::warn!(%error, %turn, "whether somebody wants the turn to end is not known");
        None
    })
}

fn nothing_running() -> Problem {
    Problem::new(ProblemKind::Failure, NOTHING, "nothing is running in this room")
}
