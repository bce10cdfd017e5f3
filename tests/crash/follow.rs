//! Readers follow a room by number while processes write to it: each sees every event, once,
//! in the same order, and never one that is taken back.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{Event, RoomId};
use nanofolks_store::{Store, StorePaths};

use crate::mind;
use crate::world::{World, message, run};

/// How much of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Readers, each with a connection of its own.
    pub readers: usize,
    /// Writers, each one process after the other.
    pub writers: usize,
    /// Messages of each writer.
    pub messages: usize,
    /// Every how many of them are killed at some point; 0 for none.
    pub kill_every: usize,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Events that each reader saw.
    pub events: usize,
    /// What should not have been.
    pub wrong: Vec<String>,
}

/// See the module.
#[must_use]
pub fn suite(program: &Path, plan: &Plan) -> Seen {
    let world = World::new(program);
    let first = run(world.program(&message("room", "first", "say first")), None);
    assert_eq!(first.code(), 0, "{}", first.err);
    let (paths, done) = (world.paths(), AtomicBool::new(false));
    let mut seen = Seen::default();
    let all: Vec<Result<Vec<Event>, String>> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..plan.readers)
            .map(|reader| {
                let (paths, done) = (&paths, &done);
                scope.spawn(move || read_on(paths, done, u32::try_from(reader).unwrap() * 3 + 1))
            })
            .collect();
        let writers: Vec<_> = (0..plan.writers)
            .map(|writer| {
                let (world, plan) = (&world, plan);
                scope.spawn(move || write_on(world, plan, writer))
            })
            .collect();
        for writer in writers {
            seen.wrong.extend(writer.join().unwrap());
        }
        let last = run(world.program(&message("room", "last", "say last")), None);
        seen.wrong.extend((last.code() != 0).then(|| last.err.clone()));
        done.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let stored = read_on(&paths, &AtomicBool::new(true), 10_000).unwrap();
    seen.events = stored.len();
    for (reader, read) in all.iter().enumerate() {
        match read {
            Ok(read) if *read == stored => {}
            Ok(read) => {
                seen.wrong.push(format!("reader {reader} saw {} of {}", read.len(), stored.len()));
            }
            Err(why) => seen.wrong.push(format!("reader {reader}: {why}")),
        }
    }
    seen
}

fn write_on(world: &World, plan: &Plan, writer: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut chance = fastrand::Rng::with_seed(writer as u64);
    for number in 0..plan.messages {
        let key = format!("w{writer}m{number}");
        let text = mind::question(&key, false);
        let arguments = message("room", &key, &text);
        if plan.kill_every > 0 && number % plan.kill_every == 0 {
            let after = Duration::from_micros(chance.u64(1_000..60_000));
            run(world.program(&arguments), Some(after));
        }
        let ran = run(world.program(&arguments), None);
        if ran.code() != 0 {
            wrong.push(format!("{key} ended {}: {}", ran.code(), ran.err.trim()));
        }
    }
    wrong
}

/// Follows until the writers are done and nothing new is there; `page` events at a time.
fn read_on(paths: &StorePaths, done: &AtomicBool, page: u32) -> Result<Vec<Event>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = Store::open_read_only(paths).map_err(|error| error.to_string())?;
    let room: RoomId = "room".parse().unwrap();
    let mut all: Vec<Event> = Vec::new();
    runtime.block_on(async {
        loop {
            let last = done.load(Ordering::SeqCst);
            let sign = store.changed();
            let after = all.len() as u64;
            let read = store.events(&room, after, page).await.map_err(|error| error.to_string())?;
            if read.is_empty() {
                if last {
                    return Ok(());
                }
                // A sign may be missed where files are not watched; then the clock helps.
                drop(tokio::time::timeout(Duration::from_millis(100), sign).await);
                continue;
            }
            for event in read {
                if event.seq != Some(all.len() as u64 + 1) {
                    return Err(format!("{:?} came after {}", event.seq, all.len()));
                }
                all.push(event);
            }
        }
    })?;
    Ok(all)
}
