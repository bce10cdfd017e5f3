//! How a turn opens: accepted, claimed and first asked in one commit where the room is
//! free, in two otherwise.

use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::journal::{Claimed, Expected};
use nanofolks_protocol::ports::{Clock as _, Permit, StoreError};
use nanofolks_protocol::{
    BotId, Envelope, Message, Part, Problem, Receipt, Session, TurnId, TurnOptions, Write, Written,
};

use super::{RoomWorker, pacing};
use crate::engine::Shared;
use crate::replay::Begin;
use crate::turn::{self, Asked, Hold, Job, Source, Stop};

use self::first::first_writes;
use self::place::{check_room, choose_session, members, new_room, read_history, title};

mod first;
mod pick_up;
mod place;

pub(crate) use pick_up::pick_up;
pub(super) use pick_up::take_up;
pub(super) use place::new_session;

/// What became of a message.
pub(super) struct Posted {
    pub(super) receipt: Receipt,
    /// The turn, when it was claimed at once.
    pub(super) job: Option<Job>,
}

/// Takes a message in. When `idle`, its turn is claimed in the same commit.
pub(super) async fn post(
    worker: &RoomWorker,
    mut envelope: Envelope,
    options: TurnOptions,
    idle: bool,
) -> Result<Posted, Problem> {
    let masked = mask(&worker.shared, &mut envelope);
    let first = try_post(worker, envelope.clone(), options.clone(), idle, masked).await;
    match first {
        // Another process was quicker to begin the room's first session: speak in that one.
        Err(problem) if problem.code == "database_busy" => {
            try_post(worker, envelope, options, idle, masked).await
        }
        settled => settled,
    }
}

async fn try_post(
    worker: &RoomWorker,
    envelope: Envelope,
    options: TurnOptions,
    idle: bool,
    masked: bool,
) -> Result<Posted, Problem> {
    let shared = &worker.shared;
    let state =
        shared.services.archive.room(&worker.room).await.map_err(|error| error.to_problem())?;
    check_room(shared, state.as_ref())?;
    let at = shared.services.clock.now();
    let (session, is_new) = choose_session(shared, state.as_ref(), &envelope, at).await?;
    let mut writes = Vec::new();
    let members = members(shared, state.as_ref());
    if state.is_none() {
        writes.push(Write::EnsureRoom(new_room(&envelope.room, members.clone(), at)));
    }
    if is_new {
        writes.push(Write::BeginFirstSession(session.clone()));
    }
    if session.messages == 0 && session.title.is_none() {
        writes.push(Write::TitleSession { session: session.id, title: title(&envelope.text) });
    }
    writes.push(Write::Accept {
        envelope: Box::new(envelope.clone()),
        options: Box::new(options.clone()),
        session: session.id,
        owner: shared.services.owner,
        at,
    });
    let free = state.as_ref().is_none_or(|state| state.live.is_none() && state.queued == 0);
    if !(idle && free) {
        let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
        return Ok(Posted { receipt: receipt(&written)?, job: None });
    }

    let (turn, accepted_at) = (TurnId::fresh(), at);
    let claimed = Claimed { turn, session: session.id, envelope, options, accepted_at };
    let shared = &shared.of_turn(claimed.turn);
    let history = if is_new { Vec::new() } else { read_history(shared, session.id).await? };
    let expected =
        Expected { envelope: claimed.envelope.id, newest: history.last().map(|last| last.id) };
    writes.push(Write::Claim {
        room: worker.room.clone(),
        owner: shared.services.owner,
        turn: claimed.turn,
        only: Some(expected),
        at,
        lease_until: turn::lease_until(shared, at),
    });
    let mut job = build(shared, claimed, session, &members, (history, None)).await?;
    writes.extend(first_writes(shared, &mut job, masked));
    let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
    job.permits = Permit::all(&written);
    if let Some(problem) = turn::over_budget(&written) {
        job.prepared = Err(problem);
    }
    let claimed = written.iter().any(|one| matches!(one, Written::Claimed(_)));
    let mut receipt = receipt(&written)?;
    if let (Receipt::Posted { turn, .. }, true) = (&mut receipt, claimed) {
        *turn = Some(job.turn);
    }
    Ok(Posted { receipt, job: claimed.then_some(job) })
}

/// Opens a turn that was claimed before its request was built.
pub(super) async fn open(worker: &RoomWorker, claimed: Claimed) -> Result<Job, Problem> {
    let shared = &worker.shared;
    let state =
        shared.services.archive.room(&worker.room).await.map_err(|error| error.to_problem())?;
    let session = shared
        .services
        .archive
        .session(claimed.session)
        .await
        .map_err(|error| error.to_problem())?;
    let session = session
        .ok_or_else(|| StoreError::Missing(format!("session {}", claimed.session)).to_problem())?;
    let members = members(shared, state.as_ref());
    let history = read_history(shared, session.id).await?;
    loop {
        let (claimed, session) = (claimed.clone(), session.clone());
        let shared = shared.of_turn(claimed.turn);
        // Whoever takes a message back just now is heard, and it is looked again.
        if let Some(job) = begin(&shared, claimed, session, &members, history.clone()).await? {
            return Ok(job);
        }
    }
}

/// Begins a claimed turn: what it is about to do is on disk. `None` when a message that was
/// to be part of it was changed just now.
///
/// # Errors
/// An attachment that cannot be read, and the store's.
async fn begin(
    shared: &Arc<Shared>,
    claimed: Claimed,
    session: Session,
    members: &[BotId],
    history: Vec<Arc<Message>>,
) -> Result<Option<Job>, Problem> {
    let first = claimed.envelope;
    let others = pacing::companions(shared, &first, (session.id, claimed.accepted_at)).await?;
    let claimed = Claimed { envelope: pacing::joined(&first, &others), ..claimed };
    let remark = pacing::remark(&first, &others);
    let mut job = build(shared, claimed, session, members, (history, remark)).await?;
    let mut writes = first_writes(shared, &mut job, false);
    pacing::join(&job, &others, &mut writes);
    let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
    if let Some(Written::NotClaimed(_)) = written.first() {
        return Ok(None);
    }
    job.permits = Permit::all(&written);
    if let Some(problem) = turn::over_budget(&written) {
        job.prepared = Err(problem);
    }
    Ok(Some(job))
}

async fn build(
    shared: &Arc<Shared>,
    claimed: Claimed,
    session: Session,
    members: &[BotId],
    (mut history, remark): (Vec<Arc<Message>>, Option<Part>),
) -> Result<Job, Problem> {
    shared.reel.note("begin", || Begin::new(&session, members, &history));
    let Claimed { turn, envelope, options, .. } = claimed;
    let source = Arc::new(Source::new(shared.turn_clock(), *turn.as_uuid()));
    let claimed_at = source.now();
    let mut user_message = turn::user_message(shared, &envelope, turn, claimed_at, &source).await?;
    if let Some(remark) = remark {
        Arc::make_mut(&mut user_message).parts.push(remark);
    }
    history.push(Arc::clone(&user_message));
    let prepared = {
        let asked = Asked {
            members,
            session: &session,
            envelope: &envelope,
            options: &options,
            source: &source,
            total: session.messages + 1,
            looks: false,
        };
        turn::prepare(shared, &asked, history).await
    };
    let stop = brake(shared, &options);
    Ok(Job {
        turn,
        session,
        envelope,
        options,
        user_message,
        prepared,
        claimed_at,
        source,
        stop,
        waits: Arc::default(),
        hold: Arc::new(Hold::new(shared.services.settings.lease)),
        resume: None,
        reservations: Vec::new(),
        permits: Vec::new(),
        world: Arc::clone(shared),
    })
}

/// The brake of a turn, with its deadline.
fn brake(shared: &Shared, options: &TurnOptions) -> Stop {
    let deadline = options
        .deadline_ms
        .and_then(|millis| tokio::time::Instant::now().checked_add(Duration::from_millis(millis)));
    // A turn that is run again is stopped when it was stopped.
    let deadline = deadline.filter(|_| !shared.reel.is_reading());
    Stop::new(shared.tasks.stop(), deadline, shared.reel.clone())
}

/// Masks secrets in what was written. `true` when there were any.
fn mask(shared: &Shared, envelope: &mut Envelope) -> bool {
    match shared.services.sanitizer.clean(&envelope.text) {
        std::borrow::Cow::Borrowed(_) => false,
        std::borrow::Cow::Owned(masked) => {
            let changed = masked != envelope.text;
            envelope.text = masked;
            changed
        }
    }
}

fn receipt(written: &[Written]) -> Result<Receipt, Problem> {
    written
        .iter()
        .find_map(|one| match one {
            Written::Accepted { envelope, duplicate, session, turn } => Some(Receipt::Posted {
                envelope: *envelope,
                duplicate: *duplicate,
                turn: *turn,
                session: *session,
            }),
            _ => None,
        })
        .ok_or_else(|| StoreError::Other("the message was not accepted".to_owned()).to_problem())
}
