//! The long form of the suites.
//!
//! `crash SUITE [--points N] [--seed N] …`; the program is looked for beside this one, or
//! named with `--program`.

#![expect(clippy::unwrap_used, reason = "a harness that breaks down should stop, loudly")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::path::PathBuf;
use std::process::ExitCode;

use nanofolks_crash::{faults, images, kill, syscalls};

/// What stands on the command line.
struct Line(Vec<String>);

impl Line {
    fn number(&self, name: &str, usual: usize) -> usize {
        self.value(name).map_or(usual, |text| text.parse().expect("a number"))
    }

    fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|word| word == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|word| word == name)
    }

    fn program(&self) -> PathBuf {
        let beside = || std::env::current_exe().unwrap().with_file_name("nanofolks");
        self.value("--program").map_or_else(beside, PathBuf::from)
    }

    fn seed(&self) -> u64 {
        self.number("--seed", 1) as u64
    }
}

fn main() -> ExitCode {
    let line = Line(std::env::args().skip(1).collect());
    let wrong = match line.0.first().map(String::as_str) {
        Some("kill") => kills(&line),
        Some("ready") => ready(&line),
        Some("syscalls") => cuts(&line),
        Some("images") => power(&line),
        Some("faults") => failures(&line),
        _ => {
            println!("crash kill|ready|syscalls|images|faults|flips|cost|follow|sizes");
            return ExitCode::from(2);
        }
    };
    for one in wrong.iter().take(50) {
        println!("WRONG {one}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn kills(line: &Line) -> Vec<String> {
    let plan = kill::Plan {
        points: line.number("--points", 10_000),
        rooms: line.number("--rooms", 4),
        senders: line.number("--senders", 2),
        per_home: line.number("--per-home", 400),
        seed: line.seed(),
    };
    let seen = kill::suite(&line.program(), &plan);
    println!("{seen}");
    seen.wrong
}

fn ready(line: &Line) -> Vec<String> {
    let (ready, wrong) =
        kill::ready_again(&line.program(), line.number("--points", 300), line.seed());
    println!("ready again after {} kills: {}", ready.len(), kill::spread(&ready));
    wrong
}

fn cuts(line: &Line) -> Vec<String> {
    let Some(seen) = syscalls::suite(&line.program(), line.number("--points", 60)) else {
        return without_strace();
    };
    let all: usize = seen.cut.iter().map(|(_, times)| times).sum();
    println!("{all} runs were cut, at calls of the system: {:?}", seen.cut);
    seen.wrong
}

fn power(line: &Line) -> Vec<String> {
    let plan = images::Plan {
        messages: line.number("--messages", 30),
        points: line.number("--points", 400),
        seed: line.seed(),
        without_syncs: line.has("--without-syncs"),
    };
    let Some(seen) = images::suite(&line.program(), &plan) else { return without_strace() };
    println!(
        "{} calls with {} syncs; {} disks laid out, on {} of them the program went on",
        seen.calls, seen.syncs, seen.images, seen.resumed
    );
    seen.wrong
}

fn without_strace() -> Vec<String> {
    vec!["this suite needs strace, which is not on this machine".to_owned()]
}

fn failures(line: &Line) -> Vec<String> {
    let mut seen = faults::Seen::default();
    let program = line.program();
    let all = !["--limits", "--disks", "--calls"].iter().any(|name| line.has(name));
    if all || line.has("--limits") {
        faults::limited(&program, &mut seen);
    }
    if all || line.has("--disks") {
        faults::small_disks(&program, line.number("--step", 4), &mut seen);
    }
    if all || line.has("--calls") {
        faults::injected(&program, line.number("--points", 40), &mut seen);
    }
    println!("{} runs in which something failed, {} of them ended well", seen.runs, seen.well);
    for (how, times) in &seen.told {
        println!("{times:6} {how}");
    }
    for what in &seen.left_out {
        println!("left out: {what}");
    }
    seen.wrong
}
