//! Money cannot run away: whatever children do at the same time, no ceiling is gone through,
//! and what was used is what was answered.

use std::path::Path;
use std::sync::{Arc, Mutex};

use nanofolks_protocol::ports::{Archive as _, Journal as _};
use nanofolks_protocol::{
    Batch, BotId, Limit, LimitScope, OwnerId, Reservation, ReservationId, Room, RoomId, RoomKind,
    Session, SessionId, Spending, Timestamp, Usage, UsageFilter, UsageGroup, Write, Written,
};
use nanofolks_store::{Store, StorePaths};

use crate::mind;
use crate::world::{World, message, run};

/// Micro-dollars, in which schedules are made, so that sums are exact.
const MICRO: f64 = 1e-6;

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Schedules that were carried out.
    pub schedules: usize,
    /// Calls that were allowed.
    pub allowed: usize,
    /// Calls that a ceiling forbade.
    pub refused: usize,
    /// Children that went away without a word while something was held back for them.
    pub died: usize,
    /// What should not have been.
    pub wrong: Vec<String>,
}

/// A process, as the store knows it: a connection of its own, a name of its own.
struct Child {
    store: Store,
    owner: OwnerId,
}

/// Carries out random schedules on one database: each has a room, a ceiling, and children
/// that hold back, spend, give back and die side by side.
#[must_use]
pub fn schedules(count: usize, seed: u64) -> Seen {
    let place = Path::new("/dev/shm");
    let folder = if place.is_dir() { tempfile::tempdir_in(place) } else { tempfile::tempdir() };
    let folder = folder.unwrap();
    let paths = StorePaths::under(folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut spent = 0;
    let mut crew: Vec<Arc<Child>> = (0..4).map(|_| hire(&paths)).collect();
    for number in 0..count {
        let schedule = Schedule::new(number, &mut chance);
        spent += runtime.block_on(schedule.carry_out(&mut crew, &paths, &mut chance, &seen));
        let mut seen = seen.lock().unwrap();
        seen.schedules += 1;
        if seen.wrong.len() > 20 {
            break;
        }
    }
    let told = runtime.block_on(usage(&crew[0].store));
    let mut seen = std::mem::take(&mut *seen.lock().unwrap());
    if told != spent {
        seen.wrong.push(format!("{spent} micro-dollars were spent, {told} are told"));
    }
    seen
}

fn hire(paths: &StorePaths) -> Arc<Child> {
    Arc::new(Child { store: Store::open(paths).unwrap(), owner: OwnerId::fresh() })
}

/// All that was ever spent, in micro-dollars.
async fn usage(store: &Store) -> u64 {
    let filter = UsageFilter { group: UsageGroup::Bot, ..UsageFilter::default() };
    store.usage(filter).await.unwrap().iter().map(|row| micro(row.cost_usd)).sum()
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and far below 2^52")]
#[expect(clippy::cast_sign_loss, reason = "what is spent is not negative")]
fn micro(usd: f64) -> u64 {
    (usd / MICRO).round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn usd(micro: u64) -> f64 {
    micro as f64 * MICRO
}

struct Schedule {
    room: RoomId,
    session: SessionId,
    ceiling: u64,
    children: Vec<Vec<Step>>,
}

/// One call: the most it may cost, what it costs, and whether its process dies over it.
#[derive(Debug, Clone, Copy)]
struct Step {
    most: u64,
    cost: u64,
    dies: bool,
}

impl Schedule {
    fn new(number: usize, chance: &mut fastrand::Rng) -> Self {
        let ceiling = chance.u64(1..5_000_000);
        let mut child = || {
            let steps = chance.usize(1..5);
            (0..steps)
                .map(|_| {
                    let most = chance.u64(0..ceiling);
                    Step { most, cost: chance.u64(0..=most), dies: chance.u8(..40) == 0 }
                })
                .collect()
        };
        let children = (0..4).map(|_| child()).collect();
        let room = format!("schedule-{number}").parse().unwrap();
        Self { room, session: SessionId::fresh(), ceiling, children }
    }

    /// Gives what was spent.
    async fn carry_out(
        &self,
        crew: &mut [Arc<Child>],
        paths: &StorePaths,
        chance: &mut fastrand::Rng,
        seen: &Arc<Mutex<Seen>>,
    ) -> u64 {
        let store = &crew[0].store;
        store.commit(Batch { writes: self.begin() }).await.unwrap();
        let spent = Arc::new(Mutex::new(0_u64));
        let mut work = Vec::new();
        for (child, steps) in crew.iter().zip(&self.children) {
            let (child, steps) = (Arc::clone(child), steps.clone());
            let (spent, seen) = (Arc::clone(&spent), Arc::clone(seen));
            let (room, session, ceiling) = (self.room.clone(), self.session, self.ceiling);
            work.push(tokio::spawn(async move {
                for step in steps {
                    let held = child.hold(&room, session, ceiling, step.most).await;
                    let Some(id) = held else {
                        seen.lock().unwrap().refused += 1;
                        continue;
                    };
                    seen.lock().unwrap().allowed += 1;
                    if step.dies {
                        // Nobody knows what it cost, so it counts as the most it could.
                        *spent.lock().unwrap() += step.most;
                        seen.lock().unwrap().died += 1;
                        return true;
                    }
                    *spent.lock().unwrap() += step.cost;
                    child.spend(&room, session, id, step.cost).await;
                }
                false
            }));
        }
        for (at, work) in work.into_iter().enumerate() {
            if work.await.unwrap() {
                // Its lock goes with it, and what was held back for it.
                crew[at] = hire(paths);
            }
        }
        let spent = *spent.lock().unwrap();
        self.judge(spent, &crew[chance.usize(..crew.len())], seen).await;
        spent
    }

    /// The ceiling held, and what is left under it can be had to the last micro-dollar.
    async fn judge(&self, spent: u64, child: &Child, seen: &Arc<Mutex<Seen>>) {
        let mut wrong = Vec::new();
        if spent > self.ceiling {
            wrong.push(format!("{}: {spent} spent under {}", self.room, self.ceiling));
        } else {
            let left = self.ceiling - spent;
            if child.hold(&self.room, self.session, self.ceiling, left + 1).await.is_some() {
                wrong.push(format!("{}: one more than is left was allowed", self.room));
            }
            match child.hold(&self.room, self.session, self.ceiling, left).await {
                Some(id) => child.release(id).await,
                None => wrong.push(format!("{}: {left} are left and may not be had", self.room)),
            }
        }
        seen.lock().unwrap().wrong.extend(wrong);
    }

    fn begin(&self) -> Vec<Write> {
        let room = Room {
            id: self.room.clone(),
            kind: RoomKind::Open,
            members: vec![BotId::LEADER],
            folder: None,
            archived: false,
            created_at: at(),
            updated_at: at(),
        };
        let session = Session {
            id: self.session,
            room: self.room.clone(),
            parent: None,
            title: None,
            created_at: at(),
            updated_at: at(),
            messages: 0,
        };
        vec![Write::EnsureRoom(room), Write::BeginSession(session)]
    }
}

const fn at() -> Timestamp {
    Timestamp::from_millis(1_763_672_400_000)
}

impl Child {
    /// Holds something back, if the ceiling allows it.
    async fn hold(
        &self,
        room: &RoomId,
        session: SessionId,
        ceiling: u64,
        most: u64,
    ) -> Option<ReservationId> {
        let id = ReservationId::fresh();
        let limit =
            Limit { scope: LimitScope::Room, usd: Some(usd(ceiling)), tokens: None, since: None };
        let reservation = Reservation {
            id,
            owner: self.owner,
            turn: None,
            room: room.clone(),
            session: Some(session),
            bot: BotId::LEADER,
            model: "lab/one".parse().unwrap(),
            usd: usd(most),
            tokens: 0,
            output_tokens: 0,
            priced: true,
            at: at(),
            limits: vec![limit],
        };
        let writes = vec![Write::Reserve(Box::new(reservation))];
        let written = self.store.commit(Batch { writes }).await.unwrap();
        matches!(written.first(), Some(Written::Reserved)).then_some(id)
    }

    async fn spend(&self, room: &RoomId, session: SessionId, id: ReservationId, cost: u64) {
        let spending = Spending {
            reservation: Some(id),
            turn: None,
            room: room.clone(),
            session: Some(session),
            bot: BotId::LEADER,
            model: "lab/one".parse().unwrap(),
            purpose: "schedule".into(),
            requests: 1,
            usage: Usage { input_tokens: cost, ..Usage::default() },
            estimated: false,
            cost_usd: Some(usd(cost)),
            at: at(),
        };
        let writes = vec![Write::Spent(Box::new(spending))];
        self.store.commit(Batch { writes }).await.unwrap();
    }

    async fn release(&self, reservation: ReservationId) {
        let writes = vec![Write::Release { reservation }];
        self.store.commit(Batch { writes }).await.unwrap();
    }
}

/// Processes side by side under one ceiling of tokens for the whole home: it holds, and the
/// usage that is told is what the model answered.
#[must_use]
pub fn processes(program: &Path, messages: usize, ceiling: u64) -> Seen {
    let world = World::new(program);
    let config = std::fs::read_to_string(world.home.root().join("config.toml")).unwrap();
    world.home.config(&format!(
        "{config}\n[models.\"fake/test-model\"]\nmax_output = 100\n\n[budget]\ninstall_tokens = {ceiling}\n"
    ));
    let seen = Mutex::new(Seen::default());
    std::thread::scope(|scope| {
        for sender in 0..6 {
            let (world, seen) = (&world, &seen);
            scope.spawn(move || {
                for number in (sender..messages).step_by(6) {
                    let key = format!("m{number}");
                    let (room, text) =
                        (format!("room-{}", sender % 3), mind::question(&key, false));
                    let ran = run(world.program(&message(&room, &key, &text)), None);
                    let mut seen = seen.lock().unwrap();
                    match ran.code() {
                        0 => seen.allowed += 1,
                        5 => seen.refused += 1,
                        code => seen.wrong.push(format!("{key} ended {code}: {}", ran.err.trim())),
                    }
                }
            });
        }
    });
    let mut seen = seen.into_inner().unwrap();
    seen.schedules = 1;
    let asked = world.asked.count();
    if asked * (mind::INPUT + mind::OUTPUT) > ceiling {
        seen.wrong.push(format!("{asked} answers went through a ceiling of {ceiling} tokens"));
    }
    if asked != seen.allowed as u64 {
        seen.wrong.push(format!("{} were allowed, {asked} were asked", seen.allowed));
    }
    let told = run(world.program(&["usage", "--json"]), None).out.join("\n");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let total = &told["total"];
    let expected = [asked, asked * mind::INPUT, asked * mind::OUTPUT];
    let found = ["requests", "input_tokens", "output_tokens"]
        .map(|name| total[name].as_u64().unwrap_or(u64::MAX));
    if found != expected {
        seen.wrong.push(format!("usage tells {found:?}, answered were {expected:?}"));
    }
    seen
}
