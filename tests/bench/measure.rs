//! Whole processes side by side: nanofolks and the floor, in turn, medians and ratios.
//!
//! `measure [RUNS]`; the programs are looked for beside this one.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot measure should stop, loudly")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]
#![expect(clippy::disallowed_methods, reason = "it measures processes")]

use std::path::PathBuf;
use std::process::Command;

use nanofolks_bench::process::{Cost, median, run};
use nanofolks_testkit::{Dialect, FakeModelServer, Reply};
use serde_json::json;

/// Words of the long reply; one event each.
const LONG: usize = 20_000;
/// Rounds of the tool loop.
const ROUNDS: usize = 20;

struct Bench {
    nanofolks: PathBuf,
    floor: PathBuf,
    home: tempfile::TempDir,
    server: FakeModelServer,
    runs: usize,
}

fn main() {
    let beside = std::env::current_exe().unwrap();
    let beside = beside.parent().unwrap();
    let bench = Bench {
        nanofolks: beside.join("nanofolks"),
        floor: beside.join("floor"),
        home: tempfile::tempdir().unwrap(),
        server: FakeModelServer::start(),
        runs: std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(9),
    };
    std::fs::write(bench.home.path().join("note.txt"), "roses are red\n").unwrap();
    println!("medians of {} runs, in turn\n", bench.runs);
    println!("{:28} {:>12} {:>12} {:>8}", "", "nanofolks", "floor", "ratio");
    bench.start();
    let short = bench.one_shot();
    bench.stream(short);
    bench.tools(short);
    bench.doctor();
    let size = std::fs::metadata(&bench.nanofolks).unwrap().len();
    println!("{:28} {:>9.1} MB", "binary", mega(size));
}

impl Bench {
    fn nanofolks(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.nanofolks);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("NANOFOLKS_MODEL", "lab/m")
            .env("NANOFOLKS_PROVIDERS__LAB__KIND", "openai-chat")
            .env("NANOFOLKS_PROVIDERS__LAB__BASE_URL", self.server.base_url(Dialect::OpenAiChat))
            .env("NANOFOLKS_PROVIDERS__LAB__API_KEY", "k")
            .current_dir(self.home.path());
        command
    }

    fn floor(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.floor);
        command.args(arguments).env_clear().current_dir(self.home.path());
        command
    }

    fn address(&self) -> String {
        let root = self.server.root();
        root.trim_start_matches("http://").trim_end_matches('/').to_owned()
    }

    /// Both in turn; before each run `script` prepares the server.
    fn pair(&self, ours: &[&str], floor: &[&str], script: impl Fn()) -> [Vec<Cost>; 2] {
        let mut costs = [Vec::new(), Vec::new()];
        for round in 0..=self.runs {
            script();
            let one = run(&mut self.nanofolks(ours));
            script();
            let two = run(&mut self.floor(floor));
            if round > 0 {
                costs[0].push(one);
                costs[1].push(two);
            }
        }
        costs
    }

    fn start(&self) {
        for what in ["--version", "--help"] {
            let costs = self.pair(&[what], &["--version"], || {});
            row(&format!("{what}: CPU ms"), &costs, cpu);
            row(&format!("{what}: RSS MB"), &costs, rss);
        }
    }

    fn one_shot(&self) -> [f64; 2] {
        let text = "word ".repeat(20);
        let address = self.address();
        let costs = self.pair(&["chat", "-q", "hello"], &["chat", &address, "hello"], || {
            self.server.reply(Reply::text(&text));
        });
        row("one-shot: CPU ms", &costs, cpu);
        row("one-shot: wall ms", &costs, |cost| cost.wall.as_secs_f64() * 1e3);
        row("one-shot: RSS MB", &costs, rss);
        let bytes = self.server.asked().first().map_or(0, |first| first.body.to_string().len());
        println!("{:28} {:>12}", "first request: bytes", bytes);
        costs.map(|costs| median(costs.iter().map(cpu).collect()))
    }

    fn stream(&self, short: [f64; 2]) {
        let text = "word ".repeat(LONG);
        let address = self.address();
        let costs = self.pair(&["chat", "-q", "hello"], &["chat", &address, "hello"], || {
            self.server.reply(Reply::text(&text));
        });
        per("stream: CPU us per token", &costs, short, LONG - 20, 1e3);
    }

    fn tools(&self, short: [f64; 2]) {
        let address = self.address();
        let path = self.home.path().join("note.txt");
        let path = path.to_str().unwrap();
        let costs = self.pair(
            &["chat", "-q", "hello", "--max-iterations", "200"],
            &["chat", &address, "hello"],
            || {
                for round in 0..ROUNDS {
                    let id = format!("call_{round}");
                    let arguments = json!({ "path": path });
                    self.server.reply(Reply::tool_call(&id, "read_file", &arguments));
                }
                self.server.reply(Reply::text("done"));
            },
        );
        per("tool round: CPU ms", &costs, short, ROUNDS, 1.0);
    }

    fn doctor(&self) {
        let costs = self.pair(&["doctor", "--offline"], &["--version"], || {});
        row("doctor --offline: CPU ms", &costs, cpu);
        row("doctor --offline: wall ms", &costs, |cost| cost.wall.as_secs_f64() * 1e3);
    }
}

fn row(what: &str, costs: &[Vec<Cost>; 2], figure: impl Fn(&Cost) -> f64) {
    let [ours, floor] = costs.each_ref().map(|costs| median(costs.iter().map(&figure).collect()));
    println!("{what:28} {ours:>12.2} {floor:>12.2} {:>8.2}", ours / floor);
}

/// The cost of each of `count` steps, beyond the cost of a short run.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn per(what: &str, costs: &[Vec<Cost>; 2], short: [f64; 2], count: usize, unit: f64) {
    let of = |at: usize| {
        let whole = median(costs[at].iter().map(cpu).collect());
        (whole - short[at]) * unit / count as f64
    };
    println!("{what:28} {:>12.3} {:>12.3} {:>8.2}", of(0), of(1), of(0) / of(1));
}

fn cpu(cost: &Cost) -> f64 {
    cost.cpu.as_secs_f64() * 1e3
}

fn rss(cost: &Cost) -> f64 {
    mega(cost.rss)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files and processes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
