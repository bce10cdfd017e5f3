//! Cost grows with the work and nothing else: a long room opens as fast as a short one, and a
//! late round of a turn costs what the first one did.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nanofolks_testkit::{Call, Reply};
use serde_json::json;

use crate::world::{World, message, run};

/// What a room of some length costs.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    /// Messages in it.
    pub messages: usize,
    /// Milliseconds of processor time of a question in it.
    pub question_ms: f64,
    /// Milliseconds of processor time to show all of them.
    pub show_ms: f64,
}

/// Makes rooms of these lengths, and measures a question in each, in turn; medians.
#[must_use]
pub fn rooms(program: &Path, lengths: &[usize], runs: usize) -> Vec<Opened> {
    let worlds: Vec<World> = lengths.iter().map(|length| long_room(program, *length)).collect();
    let mut costs: Vec<(Vec<f64>, Vec<f64>)> = vec![Default::default(); lengths.len()];
    for number in 0..=runs {
        for (world, costs) in worlds.iter().zip(&mut costs) {
            let key = format!("q{number}");
            let question = cpu_ms(world.program(&message("long", &key, "say hello")));
            let show = cpu_ms(world.program(&["session", "show", "last", "--room", "long"]));
            // The first finds cold files.
            if number > 0 {
                costs.0.push(question);
                costs.1.push(show);
            }
        }
    }
    let opened = lengths.iter().zip(costs).map(|(messages, (question, show))| Opened {
        messages: *messages,
        question_ms: median(question),
        show_ms: median(show),
    });
    opened.collect()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A home with a room of so many messages, brought in like any conversation.
fn long_room(program: &Path, length: usize) -> World {
    let world = World::new(program);
    let first = run(world.program(&message("long", "first", "say first")), None);
    assert_eq!(first.code(), 0, "{}", first.err);
    let exported = run(world.program(&["session", "export", "--room", "long"]), None).out;
    let (head, rest) = exported.split_first().unwrap();
    let mut head: serde_json::Value = serde_json::from_str(head).unwrap();
    head["messages"] = json!(length.max(rest.len()));
    let mut text = format!("{head}\n");
    for line in rest {
        writeln!(text, "{line}").unwrap();
    }
    let pattern: serde_json::Value = serde_json::from_str(&rest[0]).unwrap();
    for number in rest.len()..length {
        let mut line = pattern.clone();
        let role = if number % 2 == 0 { "user" } else { "assistant" };
        line["role"] = json!(role);
        line["id"] = json!(format!("01a1fb8a-0000-7000-8000-{number:012x}"));
        line["seq"] = json!(number + 1);
        line["text"] = json!(format!("message number {number} of a long conversation"));
        for field in ["turn", "parts", "bot"] {
            line.as_object_mut().unwrap().remove(field);
        }
        writeln!(text, "{line}").unwrap();
    }
    let file = world.home.path().join("long.jsonl");
    std::fs::write(&file, text).unwrap();
    let brought = run(world.program(&["session", "import", file.to_str().unwrap()]), None);
    assert_eq!(brought.code(), 0, "{} {:?}", brought.err, brought.out);
    world
}

/// Processor time of a command and everything it started, in milliseconds.
#[expect(clippy::zombie_processes, reason = "wait4 below waits for it and says what it cost")]
fn cpu_ms(mut command: Command) -> f64 {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (status, spent) = wait(child.id());
    assert_eq!(status, 0, "{command:?} ended with status {status}");
    spent.as_secs_f64() * 1e3
}

#[expect(unsafe_code, reason = "no safe wrapper gives the resource usage of one child")]
fn wait(pid: u32) -> (i32, Duration) {
    let mut status = 0;
    // SAFETY: `rusage` is plain data; wait4 fills it for a child of ours.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are valid for the call.
    let waited = unsafe { libc::wait4(pid.cast_signed(), &raw mut status, 0, &raw mut usage) };
    assert_eq!(waited, pid.cast_signed());
    let time = |at: libc::timeval| {
        Duration::from_secs(u64::try_from(at.tv_sec).unwrap_or(0))
            + Duration::from_micros(u64::try_from(at.tv_usec).unwrap_or(0))
    };
    (status, time(usage.ru_utime) + time(usage.ru_stime))
}

/// The gaps between a model's answer and the next question, by round, in milliseconds.
#[must_use]
pub fn rounds(program: &Path, rounds: usize, runs: usize) -> Vec<f64> {
    let world = World::new(program);
    let mut note = std::fs::File::create(world.home.work().join("note.txt")).unwrap();
    note.write_all(b"roses are red\n").unwrap();
    let mut all: Vec<Vec<f64>> = vec![Vec::new(); rounds];
    for number in 0..runs {
        let times = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&times);
        world.server.think(move |_request| {
            let mut times = noted.lock().unwrap();
            times.push(Instant::now());
            let round = times.len();
            if round > rounds {
                return Reply::text("done");
            }
            let call =
                Call::new(&format!("call_{round}"), "read_file", &json!({ "path": "note.txt" }));
            Reply::tool_calls([call])
        });
        let key = format!("rounds-{number}");
        let room = format!("rounds-{number}");
        let line = message(&room, &key, "say rounds");
        let more = [&line[..], &["--max-iterations", "1000"]].concat();
        let ran = run(world.program(&more), None);
        assert_eq!(ran.code(), 0, "{}", ran.err);
        let times = times.lock().unwrap();
        for (round, pair) in times.windows(2).enumerate().take(rounds) {
            all[round].push((pair[1] - pair[0]).as_secs_f64() * 1e3);
        }
    }
    all.into_iter().map(median).collect()
}
