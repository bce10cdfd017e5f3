//! Calls that fail: a disk that is full or broken, no descriptors, no locks, no writing.
//!
//! Whatever fails, the program ends by itself, says one clear line, and the home is whole
//! afterwards: the same message sent again is answered, once.

use std::path::Path;
use std::process::Command;

use crate::book::{self, Book};
use crate::mind;
use crate::world::{Ran, World, is_here, message, run};

/// Failures that `strace` can bring about: which call, and what it says.
pub const INJECTED: [(&str, &str); 18] = [
    ("fdatasync", "EIO"),
    ("fsync", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("pread64", "EIO"),
    ("openat", "EMFILE"),
    ("openat", "EACCES"),
    ("ftruncate", "EIO"),
    ("rename", "ENOSPC"),
    ("renameat", "EROFS"),
    ("unlink", "EROFS"),
    ("mkdir", "EROFS"),
    ("flock", "ENOLCK"),
    ("fcntl", "ENOLCK"),
    ("socket", "EMFILE"),
    ("connect", "ENETUNREACH"),
    ("sendto", "ECONNRESET"),
    ("recvfrom", "ECONNRESET"),
];

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Runs in which something failed.
    pub runs: usize,
    /// Of them, those that came to a good end all the same.
    pub well: usize,
    /// Of them, those that the system could not even start.
    pub unstarted: usize,
    /// How the others ended: exit code and first word of the complaint, how often.
    pub told: std::collections::BTreeMap<String, usize>,
    /// What could not be tried here, in plain words.
    pub left_out: Vec<String>,
    /// What should not have been.
    pub wrong: Vec<String>,
}

/// A home with a past, in which things fail.
struct Ground {
    world: World,
    book: Book,
    number: usize,
}

impl Ground {
    fn new(program: &Path) -> Self {
        let ground = Self { world: World::new(program), book: Book::default(), number: 0 };
        ground.book.send("room", "past", false);
        let ran = run(ground.world.program(&message("room", "past", "say past")), None);
        assert_eq!(ran.code(), 0, "{}", ran.err);
        ground.book.accepted("past");
        ground
    }

    /// Sends a message while something fails, and once more when nothing does.
    fn try_one(
        &mut self,
        what: &str,
        start: impl FnOnce(&World, &[&str]) -> Command,
        seen: &mut Seen,
    ) -> bool {
        self.number += 1;
        let key = format!("m{}", self.number);
        let writes = self.number.is_multiple_of(2);
        let text = mind::question(&key, writes);
        let arguments = message("room", &key, &text);
        self.book.send("room", &key, writes);
        let ran = run(start(&self.world, &arguments), None);
        seen.runs += 1;
        judge(what, &ran, seen);
        if ran.out.iter().any(|line| line.contains("\"turn.started\"")) {
            self.book.accepted(&key);
        }
        let again = run(self.world.program(&arguments), None);
        let ended = again
            .out
            .iter()
            .any(|line| line.contains("\"turn.finished\"") || line.contains("\"turn.failed\""));
        if !ended {
            seen.wrong.push(format!(
                "{what}: afterwards the program ends {}: {}",
                again.code(),
                again.err.trim()
            ));
        }
        self.book.accepted(&key);
        ran.code() == 0
    }

    /// Lays what was promised beside what is there.
    fn close(self, what: &str, seen: &mut Seen) {
        let wrong = book::check_kept(&self.book, &self.world.paths());
        seen.wrong.extend(wrong.into_iter().map(|wrong| format!("{what}: {wrong}")));
    }
}

/// Whether a failure is told as it should be.
fn judge(what: &str, ran: &Ran, seen: &mut Seen) {
    if ran.code() == 0 {
        seen.well += 1;
        return;
    }
    if ran.code() == 127 && ran.err.contains("loading shared libraries") {
        // The system could not even start it; there is nobody of ours to say so.
        seen.unstarted += 1;
        return;
    }
    let errors: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("error: ")).collect();
    let code =
        errors.first().and_then(|line| line.trim_end().strip_suffix(')')?.rsplit('(').next());
    let code = code.unwrap_or("?");
    *seen.told.entry(format!("{} {code}", ran.code())).or_default() += 1;
    let mut complain = |why: &str| {
        seen.wrong.push(format!("{what}: {why} (ended {}): {:?}", ran.code(), ran.err.trim()));
    };
    if ran.hung {
        complain("it does not end");
    } else if ran.err.contains("panicked") || ran.code() >= 128 {
        complain("it broke down");
    } else if errors.len() != 1 {
        complain("not one line says what is wrong");
    } else if errors[0].len() > 600 {
        complain("the line is too long");
    } else if !matches!(ran.code(), 1 | 2 | 6) {
        complain("a strange exit code");
    }
}

/// Each of [`INJECTED`], at the first, second, … of its calls, alone and from there on.
pub fn injected(program: &Path, most: usize, seen: &mut Seen) {
    if !is_here("strace") {
        seen.left_out.push("without strace no single call can be made to fail".to_owned());
        return;
    }
    for (call, error) in INJECTED {
        let what = format!("{call} {error}");
        let mut ground = Ground::new(program);
        for and_after in ["", "+"] {
            for number in 1..=most {
                let inject = format!("inject={call}:error={error}:when={number}{and_after}");
                let trace = format!("trace={call}");
                let told = ground.world.home.path().join("told");
                let options =
                    ["-f", "-qq", "-o", told.to_str().unwrap(), "-e", &trace, "-e", &inject];
                let start =
                    |world: &World, line: &[&str]| world.under(Path::new("strace"), &options, line);
                let place = format!("{what} {number}{and_after}");
                ground.try_one(&place, start, seen);
                let reached = std::fs::read_to_string(&told).unwrap_or_default();
                if !reached.contains("INJECTED") {
                    break;
                }
            }
        }
        ground.close(&what, seen);
    }
}

/// Limits that a shell can set: descriptors, and how long a file may grow; every so many.
pub fn limited(program: &Path, step: usize, seen: &mut Seen) {
    let mut ground = Ground::new(program);
    let files = (4..40).step_by(step).map(|most| format!("ulimit -n {most}"));
    // Blocks of 512 bytes; the signal for a file that is too long is ignored, as a daemon does.
    let lengths =
        (0..12).step_by(step).map(|step| format!("trap '' XFSZ; ulimit -f {}", step * step * 8));
    for limit in files.chain(lengths) {
        let start = |world: &World, line: &[&str]| {
            let script = format!("{limit}; exec \"$0\" \"$@\"");
            world.under(Path::new("/bin/sh"), &["-c", &script], line)
        };
        ground.try_one(&limit, start, seen);
    }
    ground.close("limits", seen);
}

/// Disks of every size, from one that holds nothing to one that is large enough; and a home
/// that may only be read.
pub fn small_disks(program: &Path, step_kb: usize, seen: &mut Seen) {
    if !may_mount() {
        let text =
            "file systems of our own may not be mounted here: no small disks, no read-only one";
        seen.left_out.push(text.to_owned());
        return;
    }
    let world = World::new(program);
    let (root, small) = (world.home.root(), world.home.path().join("small"));
    std::fs::create_dir(&small).unwrap();
    for kb in (step_kb..700).step_by(step_kb) {
        // The first message finds what room there is, the second a disk that is large again.
        let script = format!(
            "mount -t tmpfs -o size={kb}k,mode=700 none {small} && cp {root}/config.toml {small}/ || exit 77
             \"$0\" \"$@\" >{small}.out 2>{small}.err; echo \"$?\" >{small}.code
             mount -o remount,size=8m {small}
             exec \"$0\" \"$@\"",
            small = small.display(),
            root = root.display(),
        );
        let what = format!("a disk of {kb} KB");
        let key = format!("disk-{kb}");
        let text = mind::question(&key, false);
        let arguments = message("room", &key, &text);
        let before = ["-m", "sh", "-c", &script];
        let mut command = world.under(Path::new("unshare"), &before, &arguments);
        command.env("NANOFOLKS_HOME", &small);
        let ran = run(command, None);
        seen.runs += 1;
        let read =
            |name: &str| std::fs::read_to_string(small.with_extension(name)).unwrap_or_default();
        let first = Ran { err: read("err"), status: status(&read("code")), ..Ran::of(&ran) };
        judge(&what, &first, seen);
        let answers = ran.out.iter().filter(|line| line.contains("\"turn.finished\"")).count();
        if ran.code() != 0 || answers != 1 {
            let (code, err) = (ran.code(), ran.err.trim());
            seen.wrong.push(format!("{what}: with room again it ends {code}: {err}"));
        }
    }
    read_only(&world, seen);
}

/// A home on a file system that may only be read: what is there can be looked at.
fn read_only(world: &World, seen: &mut Seen) {
    let ran = run(world.program(&message("room", "past", "say past")), None);
    assert_eq!(ran.code(), 0, "{}", ran.err);
    let root = world.home.root();
    let script = format!(
        "mount --bind {root} {root} && mount -o remount,ro,bind {root} || exit 77; exec \"$0\" \"$@\"",
        root = root.display()
    );
    let before = ["-m", "sh", "-c", &script];
    let under = |line: &[&str]| run(world.under(Path::new("unshare"), &before, line), None);
    seen.runs += 1;
    judge("a read-only home", &under(&message("room", "new", "say new")), seen);
    let shown = under(&["session", "export", "--room", "room"]);
    if shown.code() != 0 || !shown.out.iter().any(|line| line.contains("said past")) {
        seen.wrong.push(format!("a read-only home cannot be looked at: {}", shown.err.trim()));
    }
    let wrong = book::sound(&world.paths());
    seen.wrong.extend(wrong.into_iter().map(|wrong| format!("a read-only home: {wrong}")));
}

#[expect(clippy::disallowed_methods, reason = "asks the system what is allowed")]
fn may_mount() -> bool {
    let tried =
        Command::new("unshare").args(["-m", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    tried.is_ok_and(|tried| tried.status.success())
}

fn status(code: &str) -> std::process::ExitStatus {
    use std::os::unix::process::ExitStatusExt as _;
    let code: i32 = code.trim().parse().unwrap_or(77);
    std::process::ExitStatus::from_raw(code << 8)
}
