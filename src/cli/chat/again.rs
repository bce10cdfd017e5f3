//! The last message of a conversation, said again and followed to its end.

use std::time::Instant;

use nanofolks_engine::Engine;
use nanofolks_protocol::{Control, Op, Receipt, RoomId, SessionId};

use super::follow::Follow;
use super::oneshot::envelope;
use super::report::Report;
use super::target::Target;
use super::{Args, turn_options};
use crate::cli::{CliError, Cx};

/// Says it again and prints the answer; gives the report about it.
pub(crate) fn say_again(
    room: RoomId,
    session: Option<SessionId>,
    cx: &mut Cx,
) -> Result<Report, CliError> {
    let begun = Instant::now();
    let mut report = Report::new();
    report.room = Some(room.clone());
    let runtime = cx.runtime()?;
    let ended = runtime.block_on(follow(room, session, cx, &mut report));
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

async fn follow(
    room: RoomId,
    session: Option<SessionId>,
    cx: &mut Cx,
    report: &mut Report,
) -> Result<(), CliError> {
    let attended = cx.out.is_interactive() && !cx.out.is_json();
    let options = Box::new(turn_options(&Args::default(), cx, attended, None)?);
    let from = Box::new(envelope(&Target::in_room(room.clone()), String::new(), Vec::new()));
    report.trace_id = Some(from.trace_id);
    let services = cx.house.services()?;
    let (handle, _engine) = Engine::start(services);
    let _mirror = cx.house.mirror(&handle)?;
    let mut follow = Follow::new(cx, report, &handle, room.clone(), from.id);
    follow.print_as(&Args::default(), None);
    if attended {
        follow.in_conversation();
    }
    let what = Box::new(Control::Retry { session, from, options });
    let receipt = follow.interruptible(handle.submit(Op::Control { room, what })).await?;
    if let Receipt::Posted { turn, session, .. } = receipt {
        follow.posted(turn, session);
    }
    follow.end(None).await
}
