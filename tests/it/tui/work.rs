//! A long session of work in tmux: many turns with text, thoughts, tools and questions, lists
//! opened and closed, the window resized at will. At the end the scrollback holds every line
//! once.
//!
//! A few turns by default. `NANOFOLKS_TEST_TURNS=600` makes it a long one, which also looks at
//! the memory of the program and at how long a turn takes.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nanofolks_testkit::{FakeModelServer, Gate, Reply};
use serde_json::json;

use super::tmux::{Tmux, numbers};
use crate::journey::home_of;

/// Turns of the short form.
const SHORT: usize = 8;
/// From so many turns on, memory and time are looked at.
const LONG: usize = 200;

/// The text of an answer, and the lines it leaves.
fn answer(turn: usize, length: usize) -> (String, Vec<String>) {
    let words = "words go on ".repeat(length);
    let lines = [
        format!("# T{turn}.1 heading end"),
        format!("T{turn}.2 {words}end"),
        format!("• T{turn}.3 one end"),
        format!("• T{turn}.4 two end"),
        format!("let t = \"T{turn}.5 end\";"),
        format!("T{turn}.6 **over** end").replace("**", ""),
    ];
    let mut text = format!("{}\n\n{}\n\n", lines[0], lines[1]);
    let _written = write!(text, "- T{turn}.3 one end\n- T{turn}.4 two end\n\n");
    let _written =
        write!(text, "```rust\n{}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n", lines[4]);
    let _written = write!(text, "T{turn}.6 **over** end");
    (text, lines.to_vec())
}

/// A turn: what the model does, and the lines it leaves.
fn plan(turn: usize, gate: &Gate) -> (Vec<Reply>, Vec<String>) {
    let (text, lines) = answer(turn, turn * 7 % 40);
    let last = Reply::text(&text).thinking("Let me think about it.").stall_after(12, gate);
    let mut said = vec![format!("› T{turn}.0 please work")];
    let call = |tool: &str, arguments| Reply::tool_call(&format!("call_{turn}"), tool, &arguments);
    let mut replies = Vec::new();
    match turn % 4 {
        1 => {
            replies.push(call("read_file", json!({ "path": "note.txt" })));
            said.push("  ✓ read_file note.txt".to_owned());
        }
        3 => {
            let path = format!("T{turn}.txt");
            replies.push(call("write_file", json!({ "path": path, "content": "one\n" })));
            said.push(format!("  ✓ write_file {path}"));
        }
        _ => {}
    }
    replies.push(last);
    said.extend(lines);
    (replies, said)
}

/// What is looked at in the end: the lines that have a number, and those of tools.
fn counts(line: &str) -> bool {
    let numbered = ["› T", "# T", "• T", "let t", "T"].iter().any(|begin| line.starts_with(begin));
    numbered && line.contains('.') || line.starts_with("  ✓ ")
}

/// The memory of the program in the window, in bytes.
fn memory(tmux: &Tmux<'_>) -> u64 {
    let pane = tmux.call(&["list-panes", "-F", "#{pane_pid}"]).unwrap();
    let read = |file: String| std::fs::read_to_string(file).unwrap();
    // A shell may stand between.
    let below = read(format!("/proc/{0}/task/{0}/children", pane.trim()));
    let pid = below.split_whitespace().next().unwrap_or(pane.trim());
    let status = read(format!("/proc/{pid}/status"));
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

fn press(tmux: &Tmux<'_>, keys: &[&str]) {
    tmux.call(&[&["send-keys"], keys].concat()).unwrap();
}

/// Whether nothing runs, by the status bar of a window of the usual size.
fn idle(screen: &str) -> bool {
    let bar = screen.trim_end().lines().rev().take(2).find(|line| line.starts_with("#general"));
    bar.is_some_and(|bar| !bar.contains("Esc stops"))
}

#[test]
fn after_a_long_session_the_scrollback_holds_every_line_once() {
    let turns = std::env::var("NANOFOLKS_TEST_TURNS");
    let turns = turns.map_or(SHORT, |turns| turns.parse().expect("a number of turns"));
    let script: Arc<Mutex<VecDeque<Reply>>> = Arc::default();
    let server = FakeModelServer::start();
    let replies = Arc::clone(&script);
    // Who asks without tools sums up older messages.
    server.think(move |request| match request.seen.tools.is_empty() {
        true => Reply::text("Work was done."),
        false => replies.lock().unwrap().pop_front().unwrap_or_else(|| Reply::error(500)),
    });
    let home = home_of(&server);
    home.write_work("note.txt", "a note\n");
    let Some(tmux) = Tmux::start(&home) else { return };
    tmux.wait_screen("the prompt", |screen| screen.contains("#general"));
    let mut numbers = numbers();
    let mut next = |from: u32, to: u32| from + numbers.next().unwrap() % (to - from + 1);
    // A long session has windows like those of a person.
    let least = if turns < LONG { (1, 2) } else { (20, 5) };
    let (mut expected, mut took, mut used) = (Vec::new(), Vec::new(), Vec::new());

    for turn in 0..turns {
        let gate = Gate::new();
        let (replies, said) = plan(turn, &gate);
        script.lock().unwrap().extend(replies);
        expected.extend(said);
        let began = Instant::now();
        press(&tmux, &["-l", &format!("T{turn}.0 please work")]);
        press(&tmux, &["Enter"]);
        if turn % 4 == 3 {
            tmux.wait_screen("the question", |screen| screen.contains("Enter confirms"));
            press(&tmux, &["Down"]);
            tmux.wait_screen("yes", |screen| screen.contains("▸ yes, this once"));
            press(&tmux, &["Enter"]);
        }
        gate.wait_reached();
        for _ in 0..next(0, 12) {
            tmux.resize(next(least.0, 140), next(least.1, 50));
        }
        gate.release();
        for _ in 0..next(0, 6) {
            tmux.resize(next(20, 140), next(5, 50));
        }
        tmux.resize(100, 30);
        tmux.wait_screen("the end of the turn", |screen| {
            idle(screen) && screen.contains(&format!("T{turn}.6 over end"))
        });
        took.push(began.elapsed());
        around(&tmux, turn);
        used.push(memory(&tmux));
    }

    let lines = tmux.lines();
    // Of what is drawn at the bottom, nothing is left behind.
    let left = lines.iter().filter(|line| line.contains("Esc stops")).count();
    assert!(turns >= LONG || left == 0, "{left} rows were left behind:\n{}", lines.join("\n"));
    let shown: Vec<String> = lines.into_iter().filter(|line| counts(line)).map(bare).collect();
    let differs = shown.iter().zip(&expected).position(|(shown, wanted)| shown != wanted);
    let differs = differs.or((shown.len() != expected.len()).then_some(shown.len()));
    assert!(
        differs.is_none(),
        "from {differs:?} of {}: {:?} instead of {:?}",
        expected.len(),
        differs.map(|at| shown.iter().skip(at).take(5).collect::<Vec<_>>()),
        differs.map(|at| expected.iter().skip(at).take(5).collect::<Vec<_>>()),
    );
    if turns >= LONG {
        report(&took, &used, (expected.len(), left));
    }
}

/// A line without what differs from run to run: how long a tool took and what it gave.
fn bare(line: String) -> String {
    match line.strip_prefix("  ✓ ") {
        Some(rest) => {
            let words: Vec<_> = rest.split(' ').take(2).collect();
            format!("  ✓ {}", words.join(" "))
        }
        None => line,
    }
}

/// What a person does between two turns.
fn around(tmux: &Tmux<'_>, turn: usize) {
    match turn % 5 {
        0 => {
            press(tmux, &["-l", "/"]);
            tmux.wait_screen("the commands", |screen| screen.contains("/new"));
            press(tmux, &["Escape"]);
            tmux.wait_screen("no list", |screen| !screen.contains("/new"));
            press(tmux, &["C-u"]);
        }
        1 => {
            press(tmux, &["-l", "/model"]);
            press(tmux, &["Enter"]);
            tmux.wait_screen("the models", |screen| screen.contains("Enter takes it"));
            press(tmux, &["Escape"]);
            tmux.wait_screen("no list", |screen| !screen.contains("Enter takes it"));
        }
        2 => {
            press(tmux, &["C-o"]);
            tmux.wait_screen("what was done last", |screen| screen.contains('▸'));
            press(tmux, &["C-u"]);
        }
        3 => {
            press(tmux, &["-l", "a draft that is not sent"]);
            tmux.resize(40, 12);
            tmux.resize(100, 30);
            press(tmux, &["C-u"]);
        }
        _ => {
            press(tmux, &["-l", "/status"]);
            press(tmux, &["Enter"]);
        }
    }
    tmux.wait_screen("an empty line", |screen| {
        let last = screen.trim_end().lines().last().unwrap_or_default();
        last.trim_end() == "›" && idle(screen)
    });
}

/// Memory and time at the end are not much more than when everything was warm.
#[expect(clippy::print_stderr, reason = "the long form is run to read this")]
fn report(took: &[Duration], used: &[u64], (lines, left): (usize, usize)) {
    let turns = took.len();
    let median = |part: &[Duration]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        part[part.len() / 2]
    };
    let (early, late) = (median(&took[20..70]), median(&took[turns - 50..]));
    let (warm, end) = (used[70], used[turns - 1]);
    eprintln!(
        "{turns} turns, {lines} lines, {left} rows left behind, {:?} in all; a turn {early:?} early, {late:?} late; \
         {} MB after 70 turns, {} MB at the end",
        took.iter().sum::<Duration>(),
        warm / 1_000_000,
        end / 1_000_000,
    );
    assert!(late < early * 2 + Duration::from_millis(500), "turns get slower: {early:?}, {late:?}");
    assert!(end < warm + warm / 2 + 20_000_000, "memory grows: {warm} to {end}");
}
