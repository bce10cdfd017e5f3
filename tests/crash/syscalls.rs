//! The plug is pulled at a chosen call of the system: at each write, sync, rename, lock, send.
//!
//! `strace` delivers the kill as the call is entered, so a run is cut between any two effects
//! that it has on the world.

use std::path::Path;

use crate::book::{self, Book};
use crate::mind;
use crate::world::{World, is_here, message, run};

/// Calls with an effect on the world, or that wait for it.
pub const CALLS: [&str; 16] = [
    "openat",
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "renameat",
    "rename",
    "unlink",
    "mkdir",
    "flock",
    "fcntl",
    "ftruncate",
    "connect",
    "sendto",
    "recvfrom",
    "exit_group",
];

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Runs that were cut, by the call.
    pub cut: Vec<(&'static str, usize)>,
    /// What should not have been.
    pub wrong: Vec<String>,
}

/// Cuts a turn that writes a file at the first, second, … of each call, at most so many
/// times. `None` where there is no `strace`.
#[must_use]
pub fn suite(program: &Path, most: usize) -> Option<Seen> {
    if !is_here("strace") {
        return None;
    }
    let mut seen = Seen::default();
    for call in CALLS {
        let cut = one_call(program, call, most, &mut seen.wrong);
        seen.cut.push((call, cut));
    }
    Some(seen)
}

fn one_call(program: &Path, call: &str, most: usize, wrong: &mut Vec<String>) -> usize {
    let (world, book) = (World::new(program), Book::default());
    let mut cut = 0;
    // The first run of a home makes it; the others find it.
    for number in 1..=most {
        let key = format!("{call}-{number}");
        let text = mind::question(&key, true);
        let arguments = message("room", &key, &text);
        book.send("room", &key, true);
        let inject = format!("inject={call}:signal=KILL:when={number}");
        let trace = format!("trace={call}");
        let options = ["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
        let first = run(world.under(Path::new("strace"), &options, &arguments), None);
        let accepted = first.out.iter().any(|line| line.contains("\"turn.started\""));
        if accepted {
            book.accepted(&key);
        }
        let whole = first.code() == 0;
        cut += usize::from(!whole);
        let again = run(world.program(&arguments), None);
        if again.code() != 0 {
            wrong.push(format!("{key}: sent again, it ended {}: {}", again.code(), again.err));
        }
        book.accepted(&key);
        if whole {
            break;
        }
    }
    wrong.extend(book::check(&book, &world.paths(), None));
    cut
}
