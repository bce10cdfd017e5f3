//! One bit of the database is flipped: it does no harm, or it is told, or it is healed. What
//! was said is never silently another or gone.

use std::path::Path;

use crate::mind;
use crate::world::{Ran, World, message, run};

/// How much of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Bits that are flipped, one at a time.
    pub flips: usize,
    /// Messages of the conversation.
    pub messages: usize,
    /// What chance follows from.
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Bits that were flipped.
    pub flips: usize,
    /// Nothing was different, and nothing complained.
    pub harmless: usize,
    /// Reading the conversation was refused with a reason.
    pub refused: usize,
    /// The conversation read the same, and `doctor --deep` found the damage.
    pub found: usize,
    /// What should not have been.
    pub wrong: Vec<String>,
}

/// Flips bits all over the database of a conversation.
#[must_use]
pub fn suite(program: &Path, plan: &Plan) -> Seen {
    let world = World::new(program);
    for number in 0..plan.messages {
        let key = format!("m{number}");
        let text = mind::question(&key, number % 4 == 0);
        let ran = run(world.program(&message("room", &key, &text)), None);
        assert_eq!(ran.code(), 0, "{}", ran.err);
    }
    let root = world.home.root();
    // A copy has everything in one file.
    let copy = world.home.path().join("copy");
    let made = run(world.program(&["backup", "create", "-o", copy.to_str().unwrap()]), None);
    assert_eq!(made.code(), 0, "{}", made.err);
    let whole = export(&world);
    assert_eq!(whole.code(), 0, "{}", whole.err);
    let database = root.join("nanofolks.db");
    let good = std::fs::read(copy.join("nanofolks.db")).unwrap();
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let mut seen = Seen::default();
    for _ in 0..plan.flips {
        let (byte, bit) = (chance.usize(..good.len()), chance.u8(..8));
        let mut bad = good.clone();
        bad[byte] ^= 1 << bit;
        for beside in ["nanofolks.db-wal", "nanofolks.db-shm"] {
            drop(std::fs::remove_file(root.join(beside)));
        }
        std::fs::write(&database, &bad).unwrap();
        one(&world, &format!("bit {bit} of byte {byte}"), &whole, &mut seen);
        seen.flips += 1;
        if seen.wrong.len() > 20 {
            break;
        }
    }
    seen
}

fn export(world: &World) -> Ran {
    run(world.program(&["session", "export", "--room", "room"]), None)
}

fn one(world: &World, what: &str, whole: &Ran, seen: &mut Seen) {
    let read = export(world);
    let deep = run(world.program(&["doctor", "--offline", "--deep", "--quiet"]), None);
    let said = if deep.out.is_empty() { deep.err.clone() } else { deep.out.join("\n") };
    for ran in [&read, &deep] {
        if ran.hung || ran.code() >= 100 || ran.err.contains("panicked") {
            seen.wrong.push(format!("{what}: it broke down: {} {}", ran.code(), ran.err.trim()));
            return;
        }
    }
    let complains = deep.code() != 0 || said.contains("damage");
    let same = read.out == whole.out;
    match (read.code(), same, complains) {
        (0, true, false) => seen.harmless += 1,
        (0, true, true) => seen.found += 1,
        (0, false, _) => {
            seen.wrong.push(format!("{what}: other words, silently: {}", difference(whole, &read)));
        }
        (_, _, true) => seen.refused += 1,
        (code, _, false) => seen.wrong.push(format!(
            "{what}: reading ends {code}, and doctor sees nothing: {}",
            read.err.trim()
        )),
    }
}

/// The first line that differs.
fn difference(whole: &Ran, read: &Ran) -> String {
    let line = whole.out.iter().zip(&read.out).find(|(one, other)| one != other);
    match line {
        Some((one, other)) => format!("{one:.200} is now {other:.200}"),
        None => format!("{} lines are now {}", whole.out.len(), read.out.len()),
    }
}
