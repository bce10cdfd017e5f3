//! How a turn ends on disk: exactly one of the three endings, and the claim of what is next.

use std::sync::atomic::Ordering;

use nanofolks_protocol::event::{BotAnswer, Stage};
use nanofolks_protocol::ports::{Clock as _, StoreError};
use nanofolks_protocol::{
    Event, EventKind, Problem, ProblemKind, RoomId, Timestamp, TurnId, TurnState, Write, Written,
};

use super::driver::Outcome;
use super::prepare::Job;
use super::speech::Speaker;
use super::stop::Cause;
use crate::engine::Shared;
use crate::{outbox, trouble};

/// Until when a lease holds that is taken or renewed at `at`.
pub(crate) fn lease_until(shared: &Shared, at: Timestamp) -> Timestamp {
    let lease = shared.services.settings.lease.as_millis();
    at.plus_millis(i64::try_from(lease).unwrap_or(i64::MAX))
}

/// Writes what waits and the ending of a turn, together with the claim of the room's next
/// message.
pub(super) async fn close(
    shared: &Shared,
    job: &Job,
    speaker: &Speaker,
    pending: Vec<Write>,
    (outcome, answers): (Outcome, Vec<BotAnswer>),
) -> Result<Vec<Written>, StoreError> {
    // An ending is written only by the process whose turn it still is.
    let mut writes = vec![renew_lease(shared, job)];
    writes.extend(pending);
    if matches!(outcome, Outcome::Finished) {
        let collected = match answers.len() {
            // A bot that said nothing has answered, too.
            0 | 1 => "1 answer".to_owned(),
            several => format!("{several} answers"),
        };
        for (stage, what) in [(Stage::Collect, collected), (Stage::Final, "said as it is".into())] {
            let what = EventKind::TurnStage { stage, decided: what, reasons: vec![] };
            writes.push(Write::Event(Box::new(speaker.event(&*job.source, what))));
        }
    }
    writes.extend(outbox::enqueue(shared, job, &outcome, &answers));
    writes.extend(ending_writes(job, outcome, answers));
    writes.extend(claim_next_if_open(shared, job));
    trouble::commit_ending(shared, job, writes).await
}

/// The writes that end a turn.
pub(crate) fn ending_writes(job: &Job, outcome: Outcome, answers: Vec<BotAnswer>) -> Vec<Write> {
    let at = job.source.now();
    let duration_ms = u64::try_from(at.millis_since(job.claimed_at)).unwrap_or(0);
    let asked = wanted(job, &outcome, at);
    let (state, problem, what) = match outcome {
        Outcome::Finished => {
            (TurnState::Finished, None, EventKind::TurnFinished { answers, duration_ms })
        }
        Outcome::Failed(problem) => failed(problem, answers, duration_ms),
        Outcome::Stopped(Cause::Interrupted { by }) => {
            (TurnState::Cancelled, None, EventKind::TurnCancelled { by, answers, duration_ms })
        }
        Outcome::Stopped(Cause::Shutdown) => {
            let by = "shutdown".to_owned();
            (TurnState::Cancelled, None, EventKind::TurnCancelled { by, answers, duration_ms })
        }
        Outcome::Stopped(Cause::Deadline) => failed(
            Problem::new(ProblemKind::Deadline, "deadline", "the deadline passed")
                .hint("raise --deadline"),
            answers,
            duration_ms,
        ),
    };
    let mut writes = Vec::from_iter(asked);
    writes.push(Write::Event(Box::new(event(job, at, what))));
    writes.push(Write::Turn { turn: job.turn, state, problem, at });
    if job.envelope.room.is_run() {
        // A script's room is done with its turn; with the ending this costs no sync of its own.
        writes.push(Write::ArchiveRoom { room: job.envelope.room.clone(), archived: true });
    }
    writes
}

fn event(job: &Job, at: Timestamp, what: EventKind) -> Event {
    Event {
        session: Some(job.session.id),
        turn: Some(job.turn),
        ..Event::new(at, job.envelope.room.clone(), what)
    }
}

/// Asks for the secret without which the turn came to nothing, where somebody is there to give
/// it. The turn does not wait: who has given it says the same again.
fn wanted(job: &Job, outcome: &Outcome, at: Timestamp) -> Option<Write> {
    let Outcome::Failed(problem) = outcome else { return None };
    let secret = problem.wants.as_deref().filter(|_| job.options.attended)?.clone();
    let what = EventKind::SecretRequested { secret, reason: problem.message.clone() };
    Some(Write::Event(Box::new(event(job, at, what))))
}

fn failed(
    problem: Problem,
    answers: Vec<BotAnswer>,
    duration_ms: u64,
) -> (TurnState, Option<Problem>, EventKind) {
    let what = EventKind::TurnFailed { error: problem.clone(), answers, duration_ms };
    (TurnState::Failed, Some(problem), what)
}

/// Holds on to a turn. Standing first in a batch, it keeps a process that has lost the turn
/// from writing the rest.
pub(crate) fn renew_lease(shared: &Shared, job: &Job) -> Write {
    Write::RenewLease {
        turn: job.turn,
        owner: shared.services.owner,
        lease_until: lease_until(shared, shared.services.clock.now()),
    }
}

/// The same, unless the engine stops: then the next process does. Messages whose window is
/// still open wait it out.
pub(crate) fn claim_next_if_open(shared: &Shared, job: &Job) -> Option<Write> {
    let leaves = shared.tasks.stop().is_cancelled() || job.waits.load(Ordering::SeqCst);
    (!leaves).then(|| claim_next(shared, &job.envelope.room))
}

/// Claims whatever is next in a room. Stands last in a batch, so that nothing is skipped
/// when there is nothing.
pub(crate) fn claim_next(shared: &Shared, room: &RoomId) -> Write {
    let at = shared.services.clock.now();
    Write::Claim {
        room: room.clone(),
        owner: shared.services.owner,
        turn: TurnId::fresh(),
        only: None,
        at,
        lease_until: lease_until(shared, at),
    }
}
