//! `kill -9`, again and again: several rooms, several senders, each a process, each sending
//! again what it does not know the fate of, or going away for good.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use notify::event::{ModifyKind, RenameMode};
use notify::{EventKind, RecursiveMode, Watcher as _};

use crate::book::{self, Book};
use crate::mind;
use crate::world::{Ran, World, message, run};

/// How much of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Processes that are killed while they live.
    pub points: usize,
    /// Rooms of a home.
    pub rooms: usize,
    /// Senders of a room.
    pub senders: usize,
    /// Kills after which a fresh home is taken.
    pub per_home: usize,
    /// What chance follows from.
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Processes that were killed.
    pub kills: usize,
    /// Processes that were left alone.
    pub spared: usize,
    /// Messages, and those whose sender knew that they were accepted.
    pub messages: usize,
    /// Of them, known to be accepted.
    pub accepted: usize,
    /// Files that were to be written.
    pub files: usize,
    /// Homes that were used.
    pub homes: usize,
    /// What should not have been.
    pub wrong: Vec<String>,
    /// How long the program needed, when nobody killed it.
    pub took: Vec<Duration>,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} kills, {} runs to the end, {} homes; {} messages, {} known to be accepted, {} files",
            self.kills, self.spared, self.homes, self.messages, self.accepted, self.files
        )?;
        writeln!(f, "run to the end: {}", spread(&self.took))?;
        write!(f, "wrong: {}", self.wrong.len())
    }
}

/// The middle and the end of many times.
#[must_use]
pub fn spread(times: &[Duration]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |percent: usize| {
        let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(place).copied().unwrap_or_default()
    };
    format!("p50 {:.1?}, p99 {:.1?}, max {:.1?}", at(50), at(99), at(100))
}

/// Carries a plan out with this program.
#[must_use]
pub fn suite(program: &Path, plan: &Plan) -> Seen {
    let mut seen = Seen::default();
    while seen.kills < plan.points && seen.wrong.len() < 20 {
        let left = (plan.points - seen.kills).min(plan.per_home);
        one_home(program, plan, left, &mut seen);
        seen.homes += 1;
    }
    seen
}

/// What the senders of one home share.
struct Ground {
    world: World,
    book: Book,
    /// Kills that are still to come.
    left: AtomicUsize,
    seen: Mutex<Seen>,
    /// About how long a run takes, in microseconds.
    usual: AtomicUsize,
}

fn one_home(program: &Path, plan: &Plan, points: usize, seen: &mut Seen) {
    let world = World::new(program);
    let counts = Arc::new(Mutex::new(HashMap::new()));
    let watching = count_writes(&world.home.work(), &counts);
    let ground = Ground {
        world,
        book: Book::default(),
        left: AtomicUsize::new(points),
        seen: Mutex::default(),
        usual: AtomicUsize::new(60_000),
    };
    let number = seen.homes as u64;
    std::thread::scope(|scope| {
        for room in 0..plan.rooms {
            for sender in 0..plan.senders {
                let ground = &ground;
                let place = (number * 64 + room as u64) * 64 + sender as u64;
                // Neighbouring seeds begin alike; these are no neighbours.
                let seed = plan.seed.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                scope.spawn(move || send_on(ground, room, sender, seed));
            }
        }
    });
    for room in 0..plan.rooms {
        finish(&ground, &format!("room-{room}"));
    }
    drop(watching);
    let counts = counts.lock().unwrap().clone();
    let mut now = ground.seen.into_inner().unwrap();
    now.wrong.extend(book::check(&ground.book, &ground.world.paths(), Some(&counts)));
    let all = ground.book.all();
    seen.kills += now.kills;
    seen.spared += now.spared;
    seen.messages += all.len();
    seen.accepted += all.iter().filter(|one| one.accepted.is_some()).count();
    seen.files += all.iter().filter(|one| one.writes).count();
    seen.took.append(&mut now.took);
    seen.wrong.append(&mut now.wrong);
}

/// Counts how often each file is put in its place, and takes it away again, so that a second
/// run of the same call would show.
fn count_writes(
    folder: &Path,
    counts: &Arc<Mutex<HashMap<String, u64>>>,
) -> notify::RecommendedWatcher {
    let counts = Arc::clone(counts);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if event.kind != EventKind::Modify(ModifyKind::Name(RenameMode::To)) {
            return;
        }
        for path in event.paths {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            *counts.lock().unwrap().entry(name.to_owned()).or_default() += 1;
            drop(std::fs::remove_file(&path));
        }
    })
    .unwrap();
    watcher.watch(folder, RecursiveMode::NonRecursive).unwrap();
    watcher
}

/// A sender: one message after the other, each until its fate is known, or given up.
fn send_on(ground: &Ground, room: usize, sender: usize, seed: u64) {
    let mut chance = fastrand::Rng::with_seed(seed);
    let room = format!("room-{room}");
    for number in 0.. {
        if ground.left.load(Ordering::SeqCst) == 0 {
            return;
        }
        let key = format!("{room}-{sender}-{number}");
        let writes = chance.u8(..3) == 0;
        ground.book.send(&room, &key, writes);
        let gives_up = chance.u8(..4) == 0;
        loop {
            let kills = chance.u8(..5) > 0 && ground.left.load(Ordering::SeqCst) > 0;
            let ran = attempt(ground, (&room, &key, writes), kills.then_some(&mut chance));
            if !ran.killed() || gives_up {
                break;
            }
        }
    }
}

fn attempt(
    ground: &Ground,
    (room, key, writes): (&str, &str, bool),
    chance: Option<&mut fastrand::Rng>,
) -> Ran {
    let usual = ground.usual.load(Ordering::Relaxed) as u64;
    let kill_after = chance.map(|chance| Duration::from_micros(chance.u64(0..usual * 5 / 4)));
    let text = mind::question(key, writes);
    let ran = run(ground.world.program(&message(room, key, &text)), kill_after);
    note(ground, (room, key, writes), &ran);
    ran
}

/// What its sender learned from a run, and what the harness did.
fn note(ground: &Ground, (room, key, writes): (&str, &str, bool), ran: &Ran) {
    if ran.out.iter().any(|line| line.contains("\"turn.started\"")) {
        ground.book.accepted(key);
    }
    let mut seen = ground.seen.lock().unwrap();
    if ran.killed() && !ran.hung {
        seen.kills += 1;
        let left = &ground.left;
        left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).ok();
        return;
    }
    seen.spared += 1;
    seen.took.push(ran.took);
    let usual = ground.usual.load(Ordering::Relaxed) as u64;
    let now = u64::try_from(ran.took.as_micros()).unwrap_or(u64::MAX).min(500_000);
    ground.usual.store(usize::try_from((usual * 7 + now) / 8).unwrap(), Ordering::Relaxed);
    let answer = mind::answer_to(key, writes);
    let told = ran
        .out
        .iter()
        .any(|line| line.contains("\"turn.finished\"") && line.contains(&format!("\"{answer}\"")));
    if ran.code() == 0 && told {
        ground.book.accepted(key);
        ground.book.answered(key);
    } else {
        let how = if ran.hung { "did not end".to_owned() } else { format!("ended {}", ran.code()) };
        let last = ran.out.last().cloned().unwrap_or_default();
        seen.wrong.push(format!("{room}: {key} {how}: {} {last}", ran.err.trim()));
    }
}

/// The last message of a room, which nobody kills: whatever waits is done before it.
fn finish(ground: &Ground, room: &str) {
    let key = format!("{room}-last");
    ground.book.send(room, &key, false);
    attempt(ground, (room, &key, false), None);
}

/// Kills a process in the middle of a turn, and measures how long the next needs until its
/// own turn has begun.
#[must_use]
pub fn ready_again(program: &Path, times: usize, seed: u64) -> (Vec<Duration>, Vec<String>) {
    let world = World::new(program);
    let ground = Ground {
        world,
        book: Book::default(),
        left: AtomicUsize::new(usize::MAX),
        seen: Mutex::default(),
        usual: AtomicUsize::new(60_000),
    };
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut ready = Vec::new();
    for number in 0..times {
        let key = format!("killed-{number}");
        let writes = chance.bool();
        ground.book.send("room", &key, writes);
        attempt(&ground, ("room", &key, writes), Some(&mut chance));
        let key = format!("next-{number}");
        ground.book.send("room", &key, false);
        let ran = attempt(&ground, ("room", &key, false), None);
        ready.extend(ran.first_line);
    }
    let mut wrong = ground.seen.into_inner().unwrap().wrong;
    wrong.extend(book::check(&ground.book, &ground.world.paths(), None));
    (ready, wrong)
}
