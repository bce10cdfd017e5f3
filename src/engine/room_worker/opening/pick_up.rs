//! A turn that another process had begun is taken up where it stood.

use std::sync::Arc;

use nanofolks_protocol::journal::{Claimed, Orphan};
use nanofolks_protocol::ports::StoreError;
use nanofolks_protocol::{Message, Problem, Role, TurnId};

use super::place::{members, read_history};
use super::{RoomWorker, brake, open};
use crate::engine::Shared;
use crate::recovery;
use crate::replay::{Begin, Resumed};
use crate::turn::{self, Asked, Hold, Job, Source};

/// Takes up a turn that another process had begun.
pub(in crate::room_worker) async fn take_up(
    worker: &RoomWorker,
    orphan: Orphan,
) -> Result<Job, Problem> {
    let shared = &worker.shared;
    let archive = &shared.services.archive;
    let state = archive.room(&worker.room).await.map_err(|error| error.to_problem())?;
    let session = archive.session(orphan.session).await.map_err(|error| error.to_problem())?;
    let session = session
        .ok_or_else(|| StoreError::Missing(format!("session {}", orphan.session)).to_problem())?;
    let members = members(shared, state.as_ref());
    let history = read_history(shared, session.id).await?;
    let begun = history.iter().any(|message| message.turn == Some(orphan.turn));
    if !begun {
        // It was claimed and no more: it is opened as if it had been claimed just now.
        let Orphan { turn, session, envelope, options, accepted_at, .. } = orphan;
        return open(worker, Claimed { turn, session, envelope, options, accepted_at }).await;
    }
    let resume = recovery::resume(&orphan, &history);
    let Orphan { turn, envelope, options, accepted_at, claimed_at, .. } = orphan;
    // Names must not repeat those of the first process, so they follow from a new seed.
    let resumed = Resumed::of(&resume, *TurnId::fresh().as_uuid(), claimed_at);
    let begin = Begin { resumed: Some(resumed), ..Begin::new(&session, &members, &history) };
    let claimed = Claimed { turn, session: session.id, envelope, options, accepted_at };
    pick_up(&shared.of_turn(turn), claimed, begin, history).await
}

/// Takes up a turn where it stood.
///
/// # Errors
/// An attachment that cannot be read.
pub(crate) async fn pick_up(
    shared: &Arc<Shared>,
    claimed: Claimed,
    begin: Begin,
    history: Vec<Arc<Message>>,
) -> Result<Job, Problem> {
    shared.reel.note("begin", || &begin);
    let Begin { session, members, resumed, .. } = begin;
    let Some(resumed) = resumed else {
        let job = super::begin(shared, claimed, session, &members, history).await?;
        let moved = || StoreError::Other("what waited was changed".to_owned()).to_problem();
        return job.ok_or_else(moved);
    };
    let Claimed { turn, envelope, options, .. } = claimed;
    let (resume, claimed_at) = (resumed.resume(), resumed.claimed_at);
    let source = Arc::new(Source::new(shared.turn_clock(), resumed.seed));
    let spoken = history
        .iter()
        .find(|message| message.turn == Some(turn) && message.role == Role::User)
        .cloned();
    let user_message = match spoken {
        Some(message) => message,
        None => turn::user_message(shared, &envelope, turn, claimed_at, &source).await?,
    };
    let prepared = {
        let asked = Asked {
            members: &members,
            session: &session,
            envelope: &envelope,
            options: &options,
            source: &source,
            total: session.messages,
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
        resume: Some(resume),
        reservations: Vec::new(),
        permits: Vec::new(),
        world: Arc::clone(shared),
    })
}
