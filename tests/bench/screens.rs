//! The terminal front end beside a bare ratatui program, both in tmux, in one run.
//!
//! `screens [RUNS [PART]]`, with PART only that one: `starts`, `idle`, `echo`, `paced`, `flood` or
//! `rooms`. The programs are looked for beside this one. Needs tmux, and Linux: it reads `/proc`.
//!
//! ```sh
//! cargo build --release && cargo run --release -p nanofolks-bench --bin screens
//! ```

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot measure should stop, loudly")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]
#![expect(clippy::disallowed_methods, reason = "it measures processes")]

#[path = "screens/model.rs"]
mod model;
#[path = "screens/pane.rs"]
mod pane;
#[path = "screens/rooms.rs"]
mod rooms;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::model::Model;
use self::pane::{Burst, Pane, Use};

/// Tokens of the answer that streams, at 200 a second.
const PACED: usize = 5_000;
/// Tokens of the answer that comes at once.
const FLOOD: usize = 100_000;
/// Keys that are typed into one line, each once: what is painted again is no echo. No byte of them
/// is in an answer or in a sequence of the terminal.
const KEYS: &str = "абвгдежзийклмнопрстуфхцчшщъыьэюя";
/// How many lines are typed.
const LINES: usize = 4;

/// A program under test.
struct Program {
    name: &'static str,
    command: String,
    /// What is on the screen when it is ready.
    ready: &'static str,
    /// What is on the screen while it works.
    busy: &'static str,
    /// Where it keeps what was typed and not sent.
    drafts: Option<PathBuf>,
}

fn main() {
    let beside = std::env::current_exe().unwrap();
    let beside = beside.parent().unwrap();
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let model = Model::start();
    let home = tempfile::tempdir().unwrap();
    let ours = Program {
        name: "nanofolks",
        command: rooms::command(&beside.join("nanofolks"), home.path(), model.port),
        ready: "#general",
        busy: "Esc stops",
        drafts: Some(home.path().join(".nanofolks/drafts")),
    };
    let bare = Program {
        name: "bare",
        command: format!("{} 127.0.0.1:{}", beside.join("bare").display(), model.port),
        ready: "#bare",
        busy: "busy",
        drafts: None,
    };
    println!("medians of {runs} starts; one run of everything else; 100x30 in tmux\n");
    println!("{:42} {:>12} {:>12}", "", ours.name, bare.name);
    let part = std::env::args().nth(2);
    let wished = |name: &str| part.as_deref().is_none_or(|part| part == name);
    let programs = [&ours, &bare];
    if wished("starts") {
        starts(&programs, runs);
    }
    if wished("idle") {
        idle(&programs);
    }
    if wished("echo") {
        echo(&programs, None);
    }
    if wished("paced") {
        paced(&programs, &model);
    }
    if wished("echo") {
        echo(&programs, Some(PACED));
    }
    if wished("flood") {
        flood(&programs);
    }
    if wished("rooms") {
        reopened(&beside.join("nanofolks"), model.port);
    }
}

impl Program {
    fn start(&self, folder: &Path) -> Pane {
        // What an earlier run left in the line would be sent with what is typed now.
        self.drafts.iter().for_each(|drafts| drop(std::fs::remove_dir_all(drafts)));
        let pane = Pane::start(folder, &self.command);
        pane.until(self.ready);
        pane.quiet(Duration::from_millis(700));
        pane
    }
}

fn each<T>(programs: &[&Program; 2], act: impl Fn(&Program, &Path) -> T) -> [T; 2] {
    programs.map(|program| {
        let folder = tempfile::tempdir().unwrap();
        act(program, folder.path())
    })
}

/// From the start to the first prompt, and what it cost.
fn starts(programs: &[&Program; 2], runs: usize) {
    let mut walls = [Vec::new(), Vec::new()];
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..runs {
        let figures = each(programs, |program, folder| {
            let pane = Pane::start(folder, &program.command);
            let prompt = if program.name == "bare" { "H>" } else { "›" };
            let seen = pane.until(prompt);
            let wall = seen.last().unwrap().at - pane.begun;
            pane.quiet(Duration::from_millis(800));
            (ms(wall), ms(pane.used().cpu))
        });
        for (at, (wall, cpu)) in figures.into_iter().enumerate() {
            walls[at].push(wall);
            costs[at].push(cpu);
        }
    }
    row("7 prompt drawn, with tmux's own start: ms", walls.map(median));
    row("7 ready and quiet: CPU ms", costs.map(median));
}

fn idle(programs: &[&Program; 2]) {
    let figures = each(programs, |program, folder| {
        let pane = program.start(folder);
        pane.quiet(Duration::from_secs(2));
        let before = pane.used();
        let bytes = size(&pane.during(Duration::from_secs(10)));
        (before, pane.used(), bytes)
    });
    row("8 idle: RSS MB", figures.each_ref().map(|(_, after, _)| mega(after.rss)));
    row("8 idle: CPU ms in 10 s", figures.each_ref().map(|(b, a, _)| ms(a.cpu - b.cpu)));
    row("8 idle: bytes in 10 s", figures.each_ref().map(|(_, _, bytes)| whole(*bytes)));
    row(
        "8 idle: wake-ups in 10 s",
        figures.map(|(b, a, _)| whole(a.wakes.saturating_sub(b.wakes) as usize)),
    );
}

/// From a key to its letter on the screen.
fn echo(programs: &[&Program; 2], while_streaming: Option<usize>) {
    let mut figures = [Vec::new(), Vec::new()];
    for _ in 0..LINES {
        let [ours, bare] =
            each(programs, |program, folder| typed(program, folder, while_streaming));
        figures[0].extend(ours);
        figures[1].extend(bare);
    }
    for times in &mut figures {
        times.sort_by(f64::total_cmp);
    }
    let what = if while_streaming.is_some() { "streaming" } else { "idle" };
    let at = |times: &Vec<f64>, part: usize| times[(times.len() - 1) * part / 100];
    row(&format!("11 key echo, {what}: p50 ms"), figures.each_ref().map(|times| at(times, 50)));
    row(&format!("11 key echo, {what}: p99 ms"), figures.each_ref().map(|times| at(times, 99)));
}

/// How long the letters of one line took.
fn typed(program: &Program, folder: &Path, while_streaming: Option<usize>) -> Vec<f64> {
    let mut pane = program.start(folder);
    if let Some(count) = while_streaming {
        pane.keys(&count.to_string(), true);
        pane.until(program.busy);
    }
    let mut times = Vec::new();
    for (number, letter) in KEYS.chars().enumerate() {
        let letter = letter.to_string();
        let begun = Instant::now();
        pane.keys(&letter, false);
        let seen = pane.until(&letter);
        times.push(ms(seen.last().unwrap().at - begun));
        std::thread::sleep(Duration::from_millis(40 + number as u64 % 17));
    }
    times
}

fn paced(programs: &[&Program; 2], model: &Model) {
    let figures = each(programs, |program, folder| {
        let mut pane = program.start(folder);
        model.said.lock().unwrap().clear();
        let before = pane.used();
        pane.keys(&PACED.to_string(), true);
        let mut seen = pane.until(program.busy);
        seen.extend(pane.quiet(Duration::from_secs(2)));
        let used = pane.used();
        (ms(used.cpu - before.cpu), size(&seen), lags(model, &seen), used)
    });
    row("9 5,000 tokens at 200/s: CPU ms", figures.each_ref().map(|figure| figure.0));
    row("9 5,000 tokens at 200/s: KB written", figures.each_ref().map(|f| whole(f.1) / 1e3));
    row("9 5,000 tokens at 200/s: lag p50 ms", figures.each_ref().map(|f| f.2[0]));
    row("9 5,000 tokens at 200/s: lag p99 ms", figures.each_ref().map(|f| f.2[1]));
    row("9 5,000 tokens at 200/s: peak RSS MB", figures.each_ref().map(|f| mega(f.3.peak)));
}

/// From the model's word to the screen's: the middle and the end.
fn lags(model: &Model, seen: &[Burst]) -> [f64; 2] {
    let mut all = Vec::new();
    let mut ends = Vec::new();
    for burst in seen {
        all.extend_from_slice(&burst.bytes);
        ends.push((all.len(), burst.at));
    }
    let said = model.said.lock().unwrap();
    let mut lags: Vec<_> = said
        .iter()
        .filter_map(|(token, at)| {
            let found = all.windows(token.len()).position(|part| part == token.as_bytes())?;
            let (_, shown) = ends.iter().find(|(end, _)| *end >= found + token.len())?;
            Some(ms(shown.saturating_duration_since(*at)))
        })
        .collect();
    assert!(lags.len() * 2 > said.len(), "only {} of {} words were found", lags.len(), said.len());
    lags.sort_by(f64::total_cmp);
    [lags[(lags.len() - 1) / 2], lags[(lags.len() - 1) * 99 / 100]]
}

fn flood(programs: &[&Program; 2]) {
    let length: usize = model::text(FLOOD).iter().map(String::len).sum();
    let figures = each(programs, |program, folder| {
        let mut pane = program.start(folder);
        let before = pane.used();
        let begun = Instant::now();
        pane.keys(&format!("{FLOOD} now"), true);
        let mut seen = pane.until(program.busy);
        seen.extend(pane.quiet(Duration::from_millis(1500)));
        let wall = seen.last().unwrap().at - begun;
        let after = pane.used();
        let mut echoes = Vec::new();
        for letter in KEYS.chars() {
            let begun = Instant::now();
            pane.keys(&letter.to_string(), false);
            let seen = pane.until(&letter.to_string());
            echoes.push(ms(seen.last().unwrap().at - begun));
        }
        echoes.sort_by(f64::total_cmp);
        (wall, before, after, echoes[echoes.len() / 2])
    });
    let growth = |before: &Use, after: &Use| (after.rss.saturating_sub(before.rss)) as usize;
    row("10 100,000 tokens at once: wall ms", figures.each_ref().map(|f| ms(f.0)));
    row("10 100,000 tokens at once: CPU ms", figures.each_ref().map(|f| ms(f.2.cpu - f.1.cpu)));
    row(
        "10 100,000 tokens at once: growth / text",
        figures.each_ref().map(|f| whole(growth(&f.1, &f.2)) / whole(length)),
    );
    row("10 key echo afterwards: p50 ms", figures.map(|f| f.3));
}

/// A room with a long past, in a home with many sessions.
fn reopened(binary: &Path, port: u16) {
    let home = tempfile::tempdir().unwrap();
    rooms::fill(home.path());
    let command = rooms::command(binary, home.path(), port);
    let mut figures = Vec::new();
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let pane = Pane::start(folder.path(), &command);
        let seen = pane.until(rooms::LAST);
        let wall = seen.last().unwrap().at - pane.begun;
        pane.quiet(Duration::from_millis(500));
        figures.push((ms(wall), pane.used()));
    }
    let middle = |figure: fn(&(f64, Use)) -> f64| median(figures.iter().map(figure).collect());
    println!("{:42} {:>12.2}", "room of 50,000 messages, opened: ms", middle(|f| f.0));
    println!("{:42} {:>12.2}", "room of 50,000 messages: CPU ms", middle(|f| ms(f.1.cpu)));
    println!("{:42} {:>12.2}", "room of 50,000 messages: peak RSS MB", middle(|f| mega(f.1.peak)));
}

fn row(what: &str, [ours, bare]: [f64; 2]) {
    println!("{what:42} {ours:>12.2} {bare:>12.2}");
}

fn median(figures: Vec<f64>) -> f64 {
    nanofolks_bench::process::median(figures)
}

fn size(bursts: &[Burst]) -> usize {
    bursts.iter().map(|burst| burst.bytes.len()).sum()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn whole(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "sizes of processes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
