//! One room's worker: takes messages in, runs one turn at a time, in order.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures_util::FutureExt as _;
use nanofolks_protocol::journal::{Claimed, NotClaimed, Orphan};
use nanofolks_protocol::ports::{Permit, StoreError};
use nanofolks_protocol::{
    ApprovalMode, Control, Envelope, EnvelopeId, Event, EventKind, NoticeLevel, Problem,
    ProblemKind, Receipt, RoomId, TurnId, TurnOptions, Write, Written,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::compaction;
use crate::engine::{Shared, answer};
use crate::outbox;
use crate::recovery;
use crate::trouble;
use crate::turn::{self, Grants, Job, Stop};

use self::silence::Silence;

mod control;
mod opening;
mod pacing;
mod silence;
mod steering;
mod stopping;

pub(crate) use opening::pick_up;

/// How long to wait for a sign of another process before looking again. A sign normally
/// comes at once; this only bounds the wait for a process that died without one.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

type Reply = oneshot::Sender<Result<Receipt, Problem>>;

/// What a room's worker is asked to do.
pub(crate) enum Wish {
    Post {
        envelope: Box<Envelope>,
        options: Box<TurnOptions>,
        reply: Reply,
    },
    Steer {
        envelope: Box<Envelope>,
        options: Box<TurnOptions>,
        reply: Reply,
    },
    Control {
        what: Box<Control>,
        reply: Reply,
    },
    Interrupt {
        turn: Option<TurnId>,
        by: String,
        reply: Reply,
    },
    SetApproval {
        mode: ApprovalMode,
        reply: Reply,
    },
    NewSession {
        reply: Reply,
    },
    /// A turn has ended; what was claimed with its ending comes along.
    TurnEnded {
        written: Result<Vec<Written>, StoreError>,
    },
    /// Messages that were held have waited long enough.
    Due {
        alarm: u64,
    },
    /// Another process may have freed the room.
    Look,
    Close,
}

/// A turn that nobody else may take while we live.
enum Unopened {
    Orphan(Box<Orphan>),
    Claimed(Box<Claimed>),
}

impl Unopened {
    fn turn(&self) -> TurnId {
        match self {
            Self::Orphan(orphan) => orphan.turn,
            Self::Claimed(claimed) => claimed.turn,
        }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is something to remember of its own")]
struct RoomWorker {
    shared: Arc<Shared>,
    room: RoomId,
    me: mpsc::WeakSender<Wish>,
    running: Option<(TurnId, Stop)>,
    /// Whether something came while a turn ran, perhaps after the turn's ending had looked.
    came_meanwhile: bool,
    /// Messages that were accepted here and have no turn yet.
    unclaimed: Vec<EnvelopeId>,
    /// Messages whose claim waits for others.
    held: Option<pacing::Held>,
    /// Whether the claim at the end of a turn waits, too.
    waits: Arc<AtomicBool>,
    /// Whether something came while a turn ran that waits for no others.
    hurries: bool,
    /// Whoever has the room, and whether it still moves.
    silence: Silence,
    /// Whether this room's leftovers of dead processes were looked for.
    looked: bool,
    /// A turn that is ours and could not be opened yet.
    unopened: Option<Unopened>,
    /// Whether those who wait know that something is wrong.
    told: bool,
    closing: bool,
    mode: Option<ApprovalMode>,
    grants: Grants,
}

/// Runs a room's worker until it is closed and its turn has ended.
pub(crate) async fn run(
    shared: Arc<Shared>,
    room: RoomId,
    mut wishes: mpsc::Receiver<Wish>,
    me: mpsc::WeakSender<Wish>,
) {
    let mut worker = RoomWorker {
        shared,
        room,
        me,
        running: None,
        came_meanwhile: false,
        unclaimed: Vec::new(),
        held: None,
        waits: Arc::default(),
        hurries: false,
        silence: Silence::default(),
        looked: false,
        unopened: None,
        told: false,
        closing: false,
        mode: None,
        grants: Grants::default(),
    };
    let services = &worker.shared.services;
    worker.shared.breakers.recall(&*services.archive, services.clock.now()).await;
    while let Some(wish) = wishes.recv().await {
        worker.take(wish).await;
        if worker.closing && worker.running.is_none() {
            return;
        }
    }
}

impl RoomWorker {
    async fn take(&mut self, wish: Wish) {
        match wish {
            Wish::Post { envelope, options, reply } => self.post(envelope, options, reply).await,
            Wish::Steer { envelope, options, reply } => self.steer(envelope, options, reply).await,
            Wish::Control { what, reply } => self.control(*what, reply).await,
            Wish::Interrupt { turn, by, reply } => {
                let stopped = self.stop(turn, by).await;
                answer(reply, stopped.map(|turn| Receipt::Stopped { turn }));
            }
            Wish::SetApproval { mode, reply } => {
                self.mode = Some(mode);
                answer(reply, Ok(Receipt::Done));
            }
            Wish::NewSession { reply } => {
                let begun = opening::new_session(&self.shared, &self.room).await;
                answer(reply, begun.map(Receipt::Session).map_err(|error| error.to_problem()));
            }
            Wish::TurnEnded { written } => {
                self.running = None;
                self.shared.outbox.ring();
                self.go_on(written).await;
                // What is held is looked for when its time has come.
                let may_look = self.held.is_none() || self.hurries;
                if self.running.is_none() && self.came_meanwhile && may_look {
                    self.look().await;
                }
            }
            Wish::Due { alarm } => self.due(alarm).await,
            // What is held is looked for when its time has come.
            Wish::Look if self.held.is_some() => {}
            Wish::Look => self.look().await,
            Wish::Close => self.closing = true,
        }
    }

    async fn post(&mut self, envelope: Box<Envelope>, mut options: Box<TurnOptions>, reply: Reply) {
        if self.closing {
            answer(reply, Err(stopping()));
            return;
        }
        if steering::is_stop_word(&envelope)
            && let Some(stopped) = self.stop_by_word(&envelope).await
        {
            answer(reply, stopped);
            return;
        }
        if let Some(mode) = self.mode {
            options.approval = mode;
        }
        let idle = self.running.is_none();
        let pause = self.pause(&envelope).await;
        if !idle {
            // Before it can be claimed.
            self.comes_meanwhile(pause.is_some());
        }
        let posted = opening::post(self, *envelope, *options, idle && pause.is_none());
        match Box::pin(posted).await {
            Ok(opening::Posted { receipt, job }) => {
                if let (Receipt::Posted { envelope, .. }, None) = (&receipt, &job) {
                    self.unclaimed.push(*envelope);
                }
                answer(reply, Ok(receipt));
                match job {
                    Some(job) => self.start(job),
                    None => match pause {
                        Some(pause) => self.hold(pause),
                        None if idle => self.look().await,
                        None => {}
                    },
                }
            }
            Err(problem) => answer(reply, Err(problem)),
        }
    }

    /// Claims what is next, if the room is free.
    async fn look(&mut self) {
        if self.running.is_some() || self.closing {
            return;
        }
        self.came_meanwhile = false;
        self.let_in();
        if let Some(unopened) = self.unopened.take() {
            match self.is_ours(unopened.turn()).await {
                Ok(true) => return self.open_again(unopened).await,
                Ok(false) => {}
                Err(error) => {
                    self.unopened = Some(unopened);
                    return self.in_trouble(None, &error.to_problem());
                }
            }
        }
        if !self.looked {
            self.looked = true;
            match recovery::adopt(&self.shared, &self.room).await {
                Ok(Some(orphan)) => return self.take_up(orphan).await,
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, room = %self.room, "leftovers could not be taken over");
                }
            }
        }
        if self.silence.is_watching() {
            match self.silence.look(&self.shared, &self.room).await {
                Ok(Some(orphan)) => return self.take_up(orphan).await,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, room = %self.room, "a silent process is left alone");
                }
            }
        }
        let claim = turn::claim_next(&self.shared, &self.room);
        let written = self.shared.bus.commit(vec![claim]).await.map_err(StoreError::from);
        if matches!(written.as_deref(), Ok([Written::NotClaimed(NotClaimed::Empty)])) {
            self.tell_gone();
        }
        self.go_on(written).await;
    }

    /// Starts what was claimed, or waits for whoever has the room.
    async fn go_on(&mut self, written: Result<Vec<Written>, StoreError>) {
        match written {
            Ok(mut written) => match written.pop() {
                Some(Written::Claimed(claimed)) => {
                    self.silence = Silence::default();
                    self.hurries = false;
                    self.open(*claimed).await;
                }
                Some(Written::NotClaimed(
                    why @ (NotClaimed::Busy { .. } | NotClaimed::Theirs { .. } | NotClaimed::Moved),
                )) => {
                    self.silence.watch(why);
                    self.looked = false;
                    self.look_later();
                }
                _ => {}
            },
            Err(error) => {
                tracing::error!(%error, room = %self.room, "the room's next message was not claimed");
                self.in_trouble(None, &error.to_problem());
            }
        }
    }

    async fn take_up(&mut self, orphan: Orphan) {
        match Box::pin(opening::take_up(self, orphan.clone())).await {
            Ok(job) => {
                self.stop_if_asked(&job).await;
                self.start(job);
            }
            Err(problem) => {
                tracing::error!(%problem, room = %self.room, "a turn could not be taken up");
                self.in_trouble(Some(orphan.turn), &problem);
                self.unopened = Some(Unopened::Orphan(Box::new(orphan)));
            }
        }
    }

    async fn open(&mut self, claimed: Claimed) {
        self.unclaimed.retain(|envelope| *envelope != claimed.envelope.id);
        match Box::pin(opening::open(self, claimed.clone())).await {
            Ok(job) => {
                self.stop_if_asked(&job).await;
                self.start(job);
            }
            Err(problem) => {
                tracing::error!(%problem, room = %self.room, "a claimed turn could not be opened");
                self.in_trouble(Some(claimed.turn), &problem);
                self.unopened = Some(Unopened::Claimed(Box::new(claimed)));
            }
        }
    }

    async fn open_again(&mut self, unopened: Unopened) {
        match unopened {
            Unopened::Orphan(orphan) => self.take_up(*orphan).await,
            Unopened::Claimed(claimed) => self.open(*claimed).await,
        }
    }

    /// Whether nobody took the turn over while we could not open it.
    async fn is_ours(&self, turn: TurnId) -> Result<bool, StoreError> {
        let services = &self.shared.services;
        let state = services.archive.room(&self.room).await?;
        Ok(state.is_some_and(|state| state.live == Some((turn, services.owner))))
    }

    /// Says what is wrong to those who wait, once, and tries again later.
    fn in_trouble(&mut self, turn: Option<TurnId>, problem: &Problem) {
        if !std::mem::replace(&mut self.told, true) {
            trouble::say(&self.shared, &self.room, turn, problem);
        }
        self.looked = false;
        if !self.closing {
            self.look_later();
        }
    }

    /// Runs a job beside this worker, so that the worker stays at its door.
    fn start(&mut self, mut job: Job) {
        self.running = Some((job.turn, job.stop.clone()));
        self.told = false;
        job.waits = Arc::clone(&self.waits);
        let shared = Arc::clone(&self.shared);
        let grants = self.grants.clone();
        let me = self.me.clone();
        self.shared.tasks.spawn(async move {
            let permits = std::mem::take(&mut job.permits);
            let written = run_job(&shared, &job, grants, permits).instrument(job.span()).await;
            compaction::consider(&shared, job.session.id);
            if let Some(me) = me.upgrade()
                && me.send(Wish::TurnEnded { written }).await.is_err()
            {
                tracing::debug!("the room was closed before its turn ended");
            }
        });
    }

    fn look_later(&self) {
        let shared = Arc::clone(&self.shared);
        let me = self.me.clone();
        self.shared.tasks.spawn(async move {
            let sign = shared.services.archive.changed();
            tokio::select! {
                biased;
                () = shared.tasks.stop().cancelled() => return,
                () = sign => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
            if let Some(me) = me.upgrade()
                && me.send(Wish::Look).await.is_err()
            {
                tracing::debug!("the room was closed while it waited");
            }
        });
    }
}

/// Runs a job. A panic ends the turn, not the engine.
pub(crate) async fn run_job(
    outside: &Arc<Shared>,
    job: &Job,
    grants: Grants,
    permits: Vec<Permit>,
) -> Result<Vec<Written>, StoreError> {
    let shared = &job.world;
    let grants = grants.of_turn(&shared.reel);
    let outcome = match &job.prepared {
        Err(problem) => turn::Outcome::Failed(problem.clone()),
        Ok(prepared) => {
            let work = async {
                // The semaphore is never closed, so there is always a permit in the end, unless
                // the turn is stopped before; then it needs none.
                let _permit = tokio::select! {
                    biased;
                    permit = shared.turns.acquire() => permit.ok(),
                    _cause = job.stop.pulled() => None,
                };
                turn::run(shared, job, prepared, grants, permits).await
            };
            let work = std::panic::AssertUnwindSafe(work).catch_unwind();
            let worked = tokio::select! {
                biased;
                worked = work => worked,
                // The house's business and not on the turn's tape.
                never = keep_lease(outside, job) => match never {},
                never = stopping::heed(outside, job) => match never {},
            };
            match worked {
                Ok(written) => {
                    tell_if_lost(shared, job, &written);
                    return written;
                }
                Err(_panic) => turn::Outcome::Failed(
                    Problem::new(ProblemKind::Failure, "internal", "the turn broke down")
                        .hint("`nanofolks logs` has the details; please report it"),
                ),
            }
        }
    };
    let mut writes = vec![turn::renew_lease(shared, job)];
    if job.prepared.is_err() {
        // Held back for requests that were not made.
        let held = job.reservations.iter();
        writes.extend(held.map(|reservation| Write::Release { reservation: *reservation }));
    }
    writes.extend(outbox::enqueue(shared, job, &outcome, &[]));
    writes.extend(turn::ending_writes(job, outcome, Vec::new()));
    writes.extend(turn::claim_next_if_open(shared, job));
    let written = trouble::commit_ending(shared, job, writes).await;
    tell_if_lost(shared, job, &written);
    written
}

/// Says that another process has the turn now. Its events are that process's to write, so
/// this one is shown here and not stored.
fn tell_if_lost(shared: &Shared, job: &Job, written: &Result<Vec<Written>, StoreError>) {
    let Some(Written::LeaseLost { .. }) = written.as_ref().ok().and_then(|all| all.first()) else {
        return;
    };
    tracing::warn!(turn = %job.turn, "another process has taken this turn over");
    let problem = turn::lease_lost();
    let what = EventKind::Notice {
        level: NoticeLevel::Error,
        code: problem.code.into_owned(),
        text: problem.message,
        hint: problem.hint,
    };
    let event = Event::new(shared.services.clock.now(), job.envelope.room.clone(), what);
    shared.bus.show(Event { session: Some(job.session.id), turn: Some(job.turn), ..event });
}

/// Renews the lease while a turn runs; stops the turn when it was lost.
async fn keep_lease(shared: &Shared, job: &Job) -> Infallible {
    loop {
        tokio::time::sleep(job.hold.pause()).await;
        let since = Instant::now();
        match shared.bus.commit(vec![turn::renew_lease(shared, job)]).await.as_deref() {
            Ok([Written::LeaseLost { .. }]) => job.stop.pull("another process".to_owned()),
            Ok(_) => job.hold.renewed(since),
            Err(error) => tracing::warn!(%error, turn = %job.turn, "the lease was not renewed"),
        }
    }
}

fn stopping() -> Problem {
    Problem::new(ProblemKind::Failure, "engine_stopping", "the engine is stopping")
}
