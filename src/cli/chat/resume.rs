//! A turn whose process is gone goes on here: followed from its answer to its end.

use std::sync::Arc;
use std::time::Instant;

use nanofolks_engine::Engine;
use nanofolks_protocol::{EnvelopeId, Op, RoomId, SessionId, TurnId};

use super::follow::{Follow, runs_elsewhere};
use super::report::Report;
use crate::cli::{CliError, Cx};

/// A turn that is to go on.
pub(crate) struct TakeUp {
    /// Its room.
    pub(crate) room: RoomId,
    /// The message it handles.
    pub(crate) envelope: EnvelopeId,
    /// The turn.
    pub(crate) turn: TurnId,
    /// The session it speaks in.
    pub(crate) session: SessionId,
    /// What makes it go on.
    pub(crate) wish: Op,
}

/// Makes the turn go on and prints its answer; gives the report about it.
pub(crate) fn take_up(wanted: TakeUp, cx: &mut Cx) -> Result<Report, CliError> {
    let begun = Instant::now();
    let mut report = Report::new();
    report.room = Some(wanted.room.clone());
    let runtime = cx.runtime()?;
    let ended = runtime.block_on(follow(wanted, cx, &mut report));
    report.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    match ended {
        Ok(()) => report.ok = true,
        Err(CliError::Problem(problem)) => {
            cx.out.problem(&problem);
            report.fail(&problem);
        }
        Err(other) => return Err(other),
    }
    Ok(report)
}

async fn follow(wanted: TakeUp, cx: &mut Cx, report: &mut Report) -> Result<(), CliError> {
    let TakeUp { room, envelope, turn, session, wish } = wanted;
    let services = cx.house.services()?;
    let (archive, me) = (Arc::clone(&services.archive), services.owner);
    let (handle, _engine) = Engine::start(services);
    let _mirror = cx.house.mirror(&handle)?;
    let state = archive.room(&room).await.map_err(|error| error.to_problem())?;
    let mut follow = Follow::new(cx, report, &handle, room.clone(), envelope);
    follow.taking_up(turn, session);
    follow.interruptible(handle.submit(wish)).await?;
    tokio::select! {
        biased;
        ended = follow.end(None) => return ended,
        // Its events do not come here then.
        () = runs_elsewhere(&*archive, &room, turn, me) => {}
    }
    let mut follow = Follow::new(cx, report, &handle, room, envelope);
    follow.taking_up(turn, session);
    follow.end_elsewhere(&*archive, state.map_or(0, |state| state.seq)).await
}
