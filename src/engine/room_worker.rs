//! One room's worker: takes messages in, runs one turn at a time, in order.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use nanofolks_protocol::journal::{Claimed, NotClaimed, Orphan};
use nanofolks_protocol::ports::{Permit, StoreError};
use nanofolks_protocol::{
    ApprovalMode, Control, Envelope, Problem, ProblemKind, Receipt, RoomId, TurnId, TurnOptions,
    Written,
};
use tokio::sync::{mpsc, oneshot};

use crate::compaction;
use crate::engine::{Shared, answer};
use crate::recovery;
use crate::turn::{self, Grants, Job, Stop};

mod control;
mod opening;
mod steering;

pub(crate) use opening::pick_up;

/// How long to wait for a sign of another process before looking again. A sign normally
/// comes at once; this only bounds the wait for a process that died without one.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How often a running turn renews its lease, well before it runs out.
const RENEW: Duration = Duration::from_secs(20);

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
    /// Another process may have freed the room.
    Look,
    Close,
}

struct RoomWorker {
    shared: Arc<Shared>,
    room: RoomId,
    me: mpsc::WeakSender<Wish>,
    running: Option<(TurnId, Stop)>,
    /// Whether something came while a turn ran, perhaps after the turn's ending had looked.
    came_meanwhile: bool,
    /// Whether this room's leftovers of dead processes were looked for.
    looked: bool,
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
        looked: false,
        closing: false,
        mode: None,
        grants: Grants::default(),
    };
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
            Wish::Interrupt { turn, by, reply } => answer(reply, self.interrupt(turn, by)),
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
                self.go_on(written).await;
                if self.running.is_none() && self.came_meanwhile {
                    self.look().await;
                }
            }
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
        match opening::post(self, *envelope, *options, idle).await {
            Ok(opening::Posted { receipt, job }) => {
                answer(reply, Ok(receipt));
                match job {
                    Some(job) => self.start(job),
                    None if idle => self.look().await,
                    None => self.came_meanwhile = true,
                }
            }
            Err(problem) => answer(reply, Err(problem)),
        }
    }

    fn interrupt(&self, turn: Option<TurnId>, by: String) -> Result<Receipt, Problem> {
        match &self.running {
            Some((running, stop)) if turn.is_none_or(|turn| turn == *running) => {
                stop.pull(by);
                Ok(Receipt::Done)
            }
            Some(_) | None => Err(Problem::new(
                ProblemKind::Failure,
                "nothing_running",
                "nothing is running in this room",
            )),
        }
    }

    /// Claims what is next, if the room is free.
    async fn look(&mut self) {
        if self.running.is_some() || self.closing {
            return;
        }
        self.came_meanwhile = false;
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
        let claim = turn::claim_next(&self.shared, &self.room);
        let written = self.shared.bus.commit(vec![claim]).await;
        self.go_on(written).await;
    }

    /// Starts what was claimed, or waits for whoever has the room.
    async fn go_on(&mut self, written: Result<Vec<Written>, StoreError>) {
        match written {
            Ok(mut written) => match written.pop() {
                Some(Written::Claimed(claimed)) => self.open(*claimed).await,
                Some(Written::NotClaimed(
                    NotClaimed::Busy { .. } | NotClaimed::Theirs { .. } | NotClaimed::Moved,
                )) => {
                    self.looked = false;
                    self.look_later();
                }
                _ => {}
            },
            Err(error) => {
                tracing::error!(%error, room = %self.room, "the turn's ending could not be written");
                self.looked = false;
            }
        }
    }

    async fn take_up(&mut self, orphan: Orphan) {
        match opening::take_up(self, orphan).await {
            Ok(job) => self.start(job),
            Err(error) => {
                tracing::error!(%error, room = %self.room, "a turn could not be taken up");
                self.looked = false;
                self.look_later();
            }
        }
    }

    async fn open(&mut self, claimed: Claimed) {
        match opening::open(self, claimed).await {
            Ok(job) => self.start(job),
            Err(error) => {
                tracing::error!(%error, room = %self.room, "a claimed turn could not be opened");
                self.looked = false;
                self.look_later();
            }
        }
    }

    /// Runs a job beside this worker, so that the worker stays at its door.
    fn start(&mut self, mut job: Job) {
        self.running = Some((job.turn, job.stop.clone()));
        let shared = Arc::clone(&self.shared);
        let grants = self.grants.clone();
        let me = self.me.clone();
        self.shared.tasks.spawn(async move {
            let permit = job.permit.take();
            let written = run_job(&shared, &job, grants, permit).await;
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
    permit: Option<Permit>,
) -> Result<Vec<Written>, StoreError> {
    let shared = &job.world;
    let grants = grants.of_turn(&shared.reel);
    let outcome = match &job.prepared {
        Err(problem) => turn::Outcome::Failed(problem.clone()),
        Ok(prepared) => {
            // The semaphore is never closed, so there is always a permit in the end.
            let _permit = shared.turns.acquire().await.ok();
            let work = turn::run(shared, job, prepared, grants, permit);
            let work = std::panic::AssertUnwindSafe(work).catch_unwind();
            let worked = tokio::select! {
                biased;
                worked = work => worked,
                // The lease is the house's business and not on the turn's tape.
                never = keep_lease(outside, job) => match never {},
            };
            match worked {
                Ok(written) => return written,
                Err(_panic) => turn::Outcome::Failed(
                    Problem::new(ProblemKind::Failure, "internal", "the turn broke down")
                        .hint("`nanofolks logs` has the details; please report it"),
                ),
            }
        }
    };
    let mut writes = vec![turn::renew_lease(shared, job)];
    writes.extend(turn::ending_writes(job, outcome, Vec::new()));
    writes.extend(turn::claim_next_if_open(shared, &job.envelope.room));
    shared.bus.commit(writes).await
}

/// Renews the lease while a turn runs; stops the turn when it was lost.
async fn keep_lease(shared: &Shared, job: &Job) -> Infallible {
    loop {
        tokio::time::sleep(RENEW).await;
        match shared.bus.commit(vec![turn::renew_lease(shared, job)]).await.as_deref() {
            Ok([Written::LeaseLost { .. }]) => job.stop.pull("another process".to_owned()),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, turn = %job.turn, "the lease was not renewed"),
        }
    }
}

fn stopping() -> Problem {
    Problem::new(ProblemKind::Failure, "engine_stopping", "the engine is stopping")
}
