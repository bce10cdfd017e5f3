//! The store fails: those who wait are told, and what ends a turn is written as soon as it
//! can be.
//!
//! No event can be stored then, so the notice has no number. It is for whoever waits right
//! now; a turn that never gets its ending here is taken up by the next process.

use std::time::Duration;

use nanofolks_protocol::ports::{StoreError, Unwritten};
use nanofolks_protocol::{Event, EventKind, NoticeLevel, Problem, RoomId, TurnId, Write, Written};

use crate::engine::Shared;
use crate::turn::Job;

/// How long to wait before writing again: the first time, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Tells everybody who follows a room that something could not be written.
pub(crate) fn say(shared: &Shared, room: &RoomId, turn: Option<TurnId>, problem: &Problem) {
    let problem = problem.clone();
    let what = EventKind::Notice {
        level: NoticeLevel::Error,
        code: problem.code.into_owned(),
        text: problem.message,
        hint: problem.hint,
    };
    let at = shared.services.clock.now();
    shared.bus.show(Event { turn, ..Event::new(at, room.clone(), what) });
}

/// Writes what ends a turn. A disk that is full now may have room in a minute: the turn waits
/// for it, as nothing else may happen in its room before.
///
/// # Errors
/// The store's, when waiting cannot help, or the engine stops.
pub(crate) async fn commit_ending(
    shared: &Shared,
    job: &Job,
    mut writes: Vec<Write>,
) -> Result<Vec<Written>, StoreError> {
    let mut pause = PAUSE.0;
    let mut told = false;
    loop {
        let error = match shared.bus.commit(writes).await {
            Ok(written) => return Ok(written),
            Err(Unwritten { error, batch }) => {
                writes = batch.writes;
                error
            }
        };
        if !std::mem::replace(&mut told, true) {
            tracing::error!(%error, turn = %job.turn, "the turn's ending could not be written");
            say(shared, &job.envelope.room, Some(job.turn), &error.to_problem());
        }
        if !may_pass(&error) {
            return Err(error);
        }
        tokio::select! {
            () = shared.tasks.stop().cancelled() => return Err(error),
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(PAUSE.1);
    }
}

/// Whether it may be over by itself.
const fn may_pass(error: &StoreError) -> bool {
    match error {
        StoreError::Full(_)
        | StoreError::Disk(_)
        | StoreError::ReadOnly(_)
        | StoreError::Busy(_)
        | StoreError::Other(_) => true,
        StoreError::Corrupt(_) | StoreError::Newer { .. } | StoreError::Missing(_) => false,
    }
}
