//! The long form of the suites.
//!
//! `crash SUITE [--points N] [--seed N] …`; the program is looked for beside this one, or
//! named with `--program`.

#![expect(clippy::unwrap_used, reason = "a harness that breaks down should stop, loudly")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::path::PathBuf;
use std::process::ExitCode;

use nanofolks_crash::{cost, faults, flips, follow, images, kill, sizes, syscalls};

/// What stands on the command line.
struct Line(Vec<String>);

impl Line {
    fn number(&self, name: &str, usual: usize) -> usize {
        self.value(name).map_or(usual, |text| text.parse().unwrap())
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
        Some("flips") => bits(&line),
        Some("cost") => money(&line),
        Some("follow") => readers(&line),
        Some("sizes") => lengths(&line),
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
        faults::limited(&program, 1, &mut seen);
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

fn bits(line: &Line) -> Vec<String> {
    let plan = flips::Plan {
        flips: line.number("--points", 2_000),
        messages: line.number("--messages", 30),
        seed: line.seed(),
    };
    let seen = flips::suite(&line.program(), &plan);
    println!(
        "{} bits flipped: {} harmless, {} refused with a reason, {} found by doctor alone",
        seen.flips, seen.harmless, seen.refused, seen.found
    );
    seen.wrong
}

fn money(line: &Line) -> Vec<String> {
    let mut seen = cost::schedules(line.number("--schedules", 10_000), line.seed());
    println!(
        "{} schedules of four children: {} calls allowed, {} refused, {} children died",
        seen.schedules, seen.allowed, seen.refused, seen.died
    );
    let ceiling = line.number("--tokens", 40_000) as u64;
    let processes = cost::processes(&line.program(), line.number("--messages", 600), ceiling);
    println!("processes: {} questions allowed, {} refused", processes.allowed, processes.refused);
    seen.wrong.extend(processes.wrong);
    seen.wrong
}

fn readers(line: &Line) -> Vec<String> {
    let plan = follow::Plan {
        readers: line.number("--readers", 6),
        writers: line.number("--writers", 4),
        messages: line.number("--messages", 200),
        kill_every: line.number("--kill-every", 3),
    };
    let seen = follow::suite(&line.program(), &plan);
    println!("{} readers, {} writers, {} events", plan.readers, plan.writers, seen.events);
    seen.wrong
}

fn lengths(line: &Line) -> Vec<String> {
    let runs = line.number("--runs", 15);
    let lengths = [10, line.number("--messages", 100_000)];
    for room in sizes::rooms(&line.program(), &lengths, runs) {
        println!(
            "{:7} messages: a question {:.2} ms CPU, session show {:.2} ms CPU",
            room.messages, room.question_ms, room.show_ms
        );
    }
    let rounds = sizes::rounds(&line.program(), 100, line.number("--turns", 9));
    let mean =
        |part: &[f64]| part.iter().sum::<f64>() / f64::from(u32::try_from(part.len()).unwrap());
    println!(
        "gap of a round: first ten {:.2} ms, last ten {:.2} ms; round 1 {:.2}, round 100 {:.2}",
        mean(&rounds[..10]),
        mean(&rounds[90..]),
        rounds[0],
        rounds[99]
    );
    Vec::new()
}
