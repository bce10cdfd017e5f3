//! Starts and stops the engine; takes submissions.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::ports::{
    Archive, Blobs, Clock, Courier, Instructions, Journal, Models, Roster, Toolbox,
};
use nanofolks_protocol::{
    ApprovalId, ApprovalRow, Decision, EngineHandle, Event, EventKind, Op, OwnerId, Problem,
    ProblemKind, Receipt, RoomId, Submission, TurnOptions, WantedSecret, Write, Written,
};
use nanofolks_security::Sanitizer;
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot};

use crate::approvals::{Approvals, Decided};
use crate::broker::Broker;
use crate::bus::{Bus, EVENTS};
use crate::commands;
use crate::compaction::{self, Compactions, ContextSettings};
use crate::gauge::Gauges;
use crate::outbox::{self, Outbox};
use crate::pace::Pace;
use crate::recovery;
use crate::replay::Reel;
use crate::resilience::Breakers;
use crate::room_worker::Wish;
use crate::tasks::Tasks;
use crate::turn::Budget;

/// Submissions that may wait before a front has to.
const SUBMISSIONS: usize = 64;
/// How long turns may take to end when the engine stops.
const SHUTDOWN: Duration = Duration::from_secs(5);
/// How long after a room was opened its conversation is looked at: nothing waits for that.
const AT_EASE: Duration = Duration::from_secs(1);
/// Most events one replay returns.
const REPLAY_LIMIT: u32 = 10_000;

type Reply = oneshot::Sender<Result<Receipt, Problem>>;

/// What the roof decides for the engine.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Turns that may run at once, over all rooms.
    pub max_turns: usize,
    /// Messages that may wait in one room.
    pub max_queued: u64,
    /// How long a question waits for an answer.
    pub approval_timeout: Duration,
    /// How long a process that hangs keeps a turn from others.
    pub lease: Duration,
    /// The folder of turns that bring none, absolute.
    pub default_folder: PathBuf,
    /// The owner's home directory, absolute.
    pub user_home: Option<PathBuf>,
    /// The data root, absolute.
    pub data_root: PathBuf,
    /// Most tokens of one answer, when the model allows more.
    pub max_output: u32,
    /// Ceilings of money and tokens.
    pub budget: Budget,
    /// What happens to long conversations.
    pub context: ContextSettings,
    /// Sampling temperature; `None` leaves it to the provider.
    pub temperature: Option<f32>,
    /// How messages of channels are taken in, where not one by one.
    pub channels: BTreeMap<String, Pace>,
    /// Whether this process stays and brings out what others put into the outbox.
    pub attends: bool,
}

/// Everything the engine needs of the world.
#[derive(Clone)]
pub struct Services {
    /// Writes.
    pub journal: Arc<dyn Journal>,
    /// Reads.
    pub archive: Arc<dyn Archive>,
    /// Pictures and large outputs.
    pub blobs: Arc<dyn Blobs>,
    /// Models.
    pub models: Arc<dyn Models>,
    /// Tools.
    pub toolbox: Arc<dyn Toolbox>,
    /// Bots.
    pub roster: Arc<dyn Roster>,
    /// The folders' own instructions.
    pub instructions: Arc<dyn Instructions>,
    /// Takes secrets out of everything that is shown, stored or sent.
    pub sanitizer: Arc<Sanitizer>,
    /// Those who bring answers out, one for each channel that has one.
    pub couriers: Vec<Arc<dyn Courier>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This process, as claims know it.
    pub owner: OwnerId,
    /// What the roof decides.
    pub settings: EngineSettings,
}

/// What every part of the engine shares.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) services: Services,
    pub(crate) bus: Bus,
    pub(crate) tasks: Tasks,
    pub(crate) approvals: Arc<Approvals>,
    pub(crate) breakers: Arc<Breakers>,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) gauges: Arc<Gauges>,
    pub(crate) compactions: Arc<Compactions>,
    /// One permit per running turn.
    pub(crate) turns: Arc<Semaphore>,
    /// What the turn reads that sees the engine so; `Off` for the engine itself.
    pub(crate) reel: Reel,
}

/// A running engine. Dropping it leaves it running; [`Engine::stopped`] waits for its end.
pub struct Engine {
    tasks: Tasks,
}

impl Engine {
    /// Starts an engine on the current runtime. Sets nothing else up.
    #[must_use]
    pub fn start(services: Services) -> (EngineHandle, Self) {
        let (submissions, inbox) = mpsc::channel(SUBMISSIONS);
        let (events, _) = broadcast::channel(EVENTS);
        let tasks = Tasks::default();
        let shared = Arc::new(Shared {
            bus: Bus::new(Arc::clone(&services.journal), events.clone()),
            turns: Arc::new(Semaphore::new(services.settings.max_turns.max(1))),
            tasks: tasks.clone(),
            approvals: Arc::default(),
            breakers: Arc::default(),
            outbox: Arc::default(),
            reel: Reel::Off,
            gauges: Arc::default(),
            compactions: Arc::default(),
            services,
        });
        if !shared.services.couriers.is_empty() {
            tasks.spawn(outbox::run(Arc::clone(&shared)));
        }
        let back = Back { submissions: submissions.downgrade(), events: events.clone() };
        tasks.spawn(serve(shared, inbox, back));
        (EngineHandle::new(submissions, events), Self { tasks })
    }

    /// Waits until `Op::Shutdown` has been carried out and every task has ended.
    pub async fn stopped(self) {
        self.tasks.ended().await;
    }
}

/// The way back to the engine for what works inside it. It does not keep the engine going.
pub(crate) struct Back {
    submissions: mpsc::WeakSender<Submission>,
    events: broadcast::Sender<Arc<Event>>,
}

impl Back {
    /// A handle, unless every front is gone.
    pub(crate) fn handle(&self) -> Option<EngineHandle> {
        let submissions = self.submissions.upgrade()?;
        Some(EngineHandle::new(submissions, self.events.clone()))
    }
}

async fn serve(shared: Arc<Shared>, mut inbox: mpsc::Receiver<Submission>, back: Back) {
    let mut broker = Broker::new(Arc::clone(&shared));
    while let Some(Submission { op, reply, id: _ }) = inbox.recv().await {
        match op {
            Op::Post { envelope, options } => {
                let room = envelope.room.clone();
                broker.send(&room, Wish::Post { envelope, options, reply }).await;
            }
            Op::Open { room } => {
                shared.outbox.ring();
                broker.send(&room, Wish::Look).await;
                let sweeper = Arc::clone(&shared);
                shared.tasks.spawn(async move {
                    recovery::sweep(&sweeper).await;
                    tokio::select! {
                        biased;
                        () = sweeper.tasks.stop().cancelled() => {}
                        () = tokio::time::sleep(AT_EASE) => {
                            compaction::catch_up(&sweeper, &room).await;
                        }
                    }
                });
                answer(reply, Ok(Receipt::Done));
            }
            Op::Steer { envelope, options } => {
                let room = envelope.room.clone();
                broker.send(&room, Wish::Steer { envelope, options, reply }).await;
            }
            Op::Control { room, what } => broker.send(&room, Wish::Control { what, reply }).await,
            Op::Command { envelope, options } => {
                commands::start(&shared, &back, envelope, options, reply);
            }
            Op::NewSession { room } => broker.send(&room, Wish::NewSession { reply }).await,
            Op::Compact { room, options } => long_talk(&shared, room, options, true, reply),
            Op::Context { room, options } => long_talk(&shared, room, options, false, reply),
            Op::SetApproval { room, mode } => {
                broker.send(&room, Wish::SetApproval { mode, reply }).await;
            }
            Op::Interrupt { room, turn, by } => {
                broker.send(&room, Wish::Interrupt { turn, by, reply }).await;
            }
            Op::Decide { approval, decision, by } => {
                let decision = clean(decision, &shared.services.sanitizer);
                let decided = Decided { decision, by };
                if shared.approvals.decide(approval, decided.clone()) {
                    answer(reply, Ok(Receipt::Done));
                } else {
                    let settled = settle(&shared, approval, decided).await;
                    if let Ok(room) = &settled {
                        broker.send(room, Wish::Look).await;
                    }
                    answer(reply, settled.map(|_room| Receipt::Done));
                }
            }
            Op::SecretProvided { room, secret } => {
                answer(reply, provided(&shared, room, secret).await);
            }
            Op::Replay { room, after } => replay(&shared, room, after, reply),
            Op::Shutdown => {
                shut_down(&shared, &mut broker).await;
                answer(reply, Ok(Receipt::Done));
                return;
            }
        }
    }
    shut_down(&shared, &mut broker).await;
}

/// Writes down that a secret is there that a turn of the room had asked for.
async fn provided(shared: &Shared, room: RoomId, secret: WantedSecret) -> Result<Receipt, Problem> {
    let what = EventKind::SecretProvided { secret };
    let event = Event::new(shared.services.clock.now(), room, what);
    let writes = vec![Write::Event(Box::new(event))];
    let written = shared.bus.commit(writes).await;
    written.map(|_| Receipt::Done).map_err(|error| error.to_problem())
}

/// Writes the answer to a question that was asked by another process, and gives its room: if
/// that process is gone, the turn goes on here.
async fn settle(
    shared: &Shared,
    approval: ApprovalId,
    decided: Decided,
) -> Result<RoomId, Problem> {
    let asked = shared.services.archive.approval(approval).await;
    let row = asked.map_err(|error| error.to_problem())?.ok_or_else(not_open)?;
    let at = shared.services.clock.now();
    if row.decision.is_some() || (row.request.expires_at <= at && !is_asking(shared, &row).await) {
        return Err(not_open());
    }
    let Decided { decision, by } = decided;
    let write = Write::ApprovalSettled { approval, decision, by, at };
    let written = shared.bus.commit(vec![write]).await.map_err(|error| error.to_problem())?;
    match written.first() {
        Some(Written::Settled { first: true }) => Ok(row.request.room),
        _ => Err(not_open()),
    }
}

/// Whether the process that asked is still there. It knows itself when the time is up, by a
/// clock that nobody sets.
async fn is_asking(shared: &Shared, row: &ApprovalRow) -> bool {
    let archive = &shared.services.archive;
    let state = archive.room(&row.request.room).await.ok().flatten();
    let lease = state.and_then(|state| state.lease);
    lease.is_some_and(|lease| lease.turn == row.request.turn && archive.is_alive(lease.owner))
}

fn replay(shared: &Arc<Shared>, room: RoomId, after: u64, reply: Reply) {
    let reader = Arc::clone(shared);
    shared.tasks.spawn(async move {
        let events = reader.services.archive.events(&room, after, REPLAY_LIMIT).await;
        answer(reply, events.map(Receipt::Events).map_err(|error| error.to_problem()));
    });
}

/// Looks at a room's conversation, or shortens it, beside everything else.
fn long_talk(
    shared: &Arc<Shared>,
    room: RoomId,
    options: Box<TurnOptions>,
    shortens: bool,
    reply: Reply,
) {
    let worker = Arc::clone(shared);
    shared.tasks.spawn(async move {
        let done = compaction::report(&worker, &room, &options, shortens).await;
        answer(reply, done);
    });
}

async fn shut_down(shared: &Arc<Shared>, broker: &mut Broker) {
    shared.tasks.stop().cancel();
    if tokio::time::timeout(SHUTDOWN, broker.close()).await.is_err() {
        tracing::warn!("turns did not end in time; the next start takes them over");
    }
}

/// Answers a front. A front that does not wait any more is not an error.
pub(crate) fn answer(reply: Reply, receipt: Result<Receipt, Problem>) {
    if reply.send(receipt).is_err() {
        tracing::debug!("nobody waits for this receipt");
    }
}

/// Words of a person that a model will read, without secrets.
fn clean(decision: Decision, sanitizer: &Sanitizer) -> Decision {
    match decision {
        Decision::Answer { text } => Decision::Answer { text: sanitizer.clean(&text).into_owned() },
        Decision::Deny { note: Some(note) } => {
            Decision::Deny { note: Some(sanitizer.clean(&note).into_owned()) }
        }
        decision => decision,
    }
}

fn not_open() -> Problem {
    Problem::new(ProblemKind::Failure, "approval_closed", "this question is settled already")
}
