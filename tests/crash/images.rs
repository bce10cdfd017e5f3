//! The power goes: what the disk was made to keep is laid out again as it may then be, and
//! everything that was acknowledged before has to be there.
//!
//! `kill -9` cannot see a missing sync, because the system writes what a dead process had
//! handed over. So the calls of real runs are recorded with `strace`, and for points between
//! them the disk is rebuilt with what was not synced kept, dropped, or torn.

use std::path::Path;

use nanofolks_store::{Store, StorePaths};

use crate::book;
use crate::disk::{Disk, Fate};
use crate::mind;
use crate::trace::{self, Done};
use crate::world::{World, is_here, message, run};

/// How much of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Messages that are sent, each by a process of its own.
    pub messages: usize,
    /// Points at which the power goes.
    pub points: usize,
    /// What chance follows from.
    pub seed: u64,
    /// Syncs are taken for nothing: what a program that forgot them would look like. There
    /// must be findings then, or this suite sees nothing.
    pub without_syncs: bool,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Calls that changed the disk, and syncs among them.
    pub calls: usize,
    /// Of them, syncs.
    pub syncs: usize,
    /// Disks that were laid out.
    pub images: usize,
    /// Disks on which the program itself went on.
    pub resumed: usize,
    /// What should not have been.
    pub wrong: Vec<String>,
}

/// What its sender had heard by a point.
#[derive(Debug, Clone, Default)]
struct Heard {
    /// Messages that were accepted.
    accepted: Vec<String>,
    /// Messages that were answered.
    answered: Vec<String>,
}

/// Records messages and pulls the plug at many points. `None` where there is no `strace`.
#[must_use]
pub fn suite(program: &Path, plan: &Plan) -> Option<Seen> {
    if !is_here("strace") {
        return None;
    }
    let world = World::new(program);
    let mut disk = Disk::of(&world.home.root()).unwrap();
    let done = record(&world, plan.messages);
    let mut seen = Seen {
        calls: done.iter().filter(|one| !matches!(one, Done::Said { .. })).count(),
        syncs: done.iter().filter(|one| matches!(one, Done::Synced { .. })).count(),
        ..Seen::default()
    };
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let mut heard = Heard::default();
    let every = (done.len() / plan.points.max(1)).max(1);
    for (at, one) in done.iter().enumerate() {
        if !(plan.without_syncs && matches!(one, Done::Synced { .. })) {
            disk.take(one);
        }
        if let Done::Said { text } = one {
            listen(text, &mut heard);
        }
        // After each acknowledgement, and at some points in between.
        if !matches!(one, Done::Said { .. }) && chance.usize(..every) != 0 {
            continue;
        }
        for fate in
            [Fate::Kept, Fate::Dropped, Fate::Torn(chance.u64(..)), Fate::Torn(chance.u64(..))]
        {
            let resumes = chance.u8(..8) == 0;
            let what = format!("after call {at} ({fate:?})");
            let wrong = one_image(&world, &disk, fate, &heard, resumes);
            seen.wrong.extend(wrong.into_iter().map(|wrong| format!("{what}: {wrong}")));
            seen.images += 1;
            seen.resumed += usize::from(resumes);
        }
        if seen.wrong.len() > 20 {
            break;
        }
    }
    if !plan.without_syncs && seen.wrong.len() <= 20 {
        seen.wrong.extend(disk.differs(&["nanofolks.db", "nanofolks.db-wal"]));
    }
    Some(seen)
}

/// Sends messages, one process after the other, and gives all they did below the home.
fn record(world: &World, messages: usize) -> Vec<Done> {
    let log = world.home.path().join("trace");
    let script = (0..messages)
        .map(|number| {
            let key = format!("m{number}");
            let text = mind::question(&key, number % 3 == 0);
            let words = message("room", &key, &text).map(|word| format!("'{word}'")).join(" ");
            format!("\"$0\" {words} || exit 9\n")
        })
        .collect::<String>();
    let calls = format!("trace={}", trace::CALLS);
    let log_name = log.to_str().unwrap();
    let options = ["-f", "-y", "-xx", "-qq", "-s", "100000000", "-o", log_name, "-e", &calls];
    let before = [&options[..], &["sh", "-c", &script]].concat();
    let ran = run(world.under(Path::new("strace"), &before, &[]), None);
    assert_eq!(ran.code(), 0, "the recording failed: {}", ran.err);
    trace::below(trace::read(&std::fs::read_to_string(&log).unwrap()), &world.home.root())
}

/// What a sender learns from what it is told.
fn listen(text: &str, heard: &mut Heard) {
    for line in text.lines() {
        let Ok(event) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        match event["type"].as_str() {
            Some("turn.started") => heard.accepted.push(event["text"].as_str().unwrap().to_owned()),
            Some("turn.finished") => {
                heard.answered.push(event["answers"][0]["text"].as_str().unwrap().to_owned());
            }
            _ => {}
        }
    }
}

fn one_image(world: &World, disk: &Disk, fate: Fate, heard: &Heard, resumes: bool) -> Vec<String> {
    // In memory where that is possible: nothing here has to last.
    let place = Path::new("/dev/shm");
    let folder = if place.is_dir() { tempfile::tempdir_in(place) } else { tempfile::tempdir() };
    let folder = folder.unwrap();
    let root = folder.path().join("home");
    disk.leave(fate, &world.home.root(), &root).unwrap();
    private(&root);
    let paths = StorePaths::under(&root);
    if let Err(error) = Store::open(&paths) {
        return vec![format!("the database does not open: {error}")];
    }
    let mut wrong = book::sound(&paths);
    let resent = resumes.then(|| go_on(world, &root, heard, &mut wrong));
    wrong.extend(missing(&paths, heard, resent.is_some()));
    wrong
}

/// Sends what was accepted once more, and something new.
fn go_on(world: &World, root: &Path, heard: &Heard, wrong: &mut Vec<String>) {
    let last = heard.accepted.last().map_or("say new", String::as_str).to_owned();
    for text in [last.as_str(), "say afterwards"] {
        let key = text.split_once(' ').map_or(text, |(_, key)| key);
        let mut command = world.program(&message("room", key, text));
        command.env("NANOFOLKS_HOME", root);
        let ran = run(command, None);
        if ran.code() != 0 {
            wrong.push(format!("{text:?} ended {}: {}", ran.code(), ran.err.trim()));
        }
    }
}

/// What was acknowledged and is not there, or there twice.
fn missing(paths: &StorePaths, heard: &Heard, resumed: bool) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let stored = Store::open_read_only(paths)
        .and_then(|store| runtime.block_on(book::stored(&store, "room")));
    let stored = match stored {
        Ok(stored) => stored,
        Err(error) => return vec![format!("the room cannot be read: {error}")],
    };
    let mut wrong = Vec::new();
    for text in &heard.accepted {
        let times = stored.accepted(text);
        if times != 1 {
            wrong.push(format!("{text:?} is there {times} times"));
        }
    }
    for text in &heard.answered {
        let times = stored.said(text);
        if times != 1 {
            wrong.push(format!("the answer {text:?} is there {times} times"));
        }
    }
    if resumed {
        let unended = stored.unended();
        wrong.extend(unended.into_iter().map(|turn| format!("turn {turn} has no ending")));
    }
    wrong
}

/// Makes a folder private, as the program does.
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}
