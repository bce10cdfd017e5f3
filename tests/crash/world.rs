//! A home, its model, and the program that lives there.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nanofolks_store::StorePaths;
use nanofolks_testkit::{Dialect, FakeModelServer, TestHome};

use crate::mind::{self, Asked};

/// Nothing that is asked here takes longer, on any machine.
pub const LIMIT: Duration = Duration::from_secs(60);

/// See the module.
pub struct World {
    /// The home and its working folder.
    pub home: TestHome,
    /// The model, which answers as [`mind`] says.
    pub server: FakeModelServer,
    /// How often it was asked.
    pub asked: Asked,
}

impl World {
    /// A fresh one for this program.
    #[must_use]
    pub fn new(program: &Path) -> Self {
        let server = FakeModelServer::start();
        let asked = mind::teach(&server);
        let home = TestHome::with_server(program, &server, Dialect::OpenAiChat);
        Self { home, server, asked }
    }

    /// Where its database is.
    #[must_use]
    pub fn paths(&self) -> StorePaths {
        StorePaths::under(&self.home.root())
    }

    /// The program, ready to be started in this home.
    #[must_use]
    pub fn program(&self, arguments: &[&str]) -> Command {
        self.under(self.home.binary(), &[], arguments)
    }

    /// The program under another one: `strace`, a shell.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the program under test is a process")]
    pub fn under(&self, outer: &Path, before: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(outer);
        command.args(before);
        if outer != self.home.binary() {
            command.arg(self.home.binary());
        }
        command
            .args(arguments)
            .env_clear()
            .envs(self.home.env())
            .current_dir(self.home.work())
            .stdin(Stdio::null());
        command
    }
}

/// The arguments of a message with a key, followed event by event.
#[must_use]
pub fn message<'a>(room: &'a str, key: &'a str, text: &'a str) -> [&'a str; 10] {
    [
        "chat",
        "-q",
        text,
        "--room",
        room,
        "--idempotency-key",
        key,
        "--stream-json",
        "--approve",
        "auto-edit",
    ]
}

/// How a run went.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// When it said the first thing, from its start on.
    pub first_line: Option<Duration>,
    /// How long it took.
    pub took: Duration,
    /// What it printed.
    pub out: Vec<String>,
    /// What it complained about.
    pub err: String,
    /// Whether it had to be stopped because it did not end.
    pub hung: bool,
}

impl Ran {
    /// How another run went, apart from how it ended and what it complained about.
    #[must_use]
    pub fn of(other: &Self) -> Self {
        Self { out: Vec::new(), err: String::new(), ..*other }
    }

    /// The exit code; a signal is 128 and its number.
    #[must_use]
    pub fn code(&self) -> i32 {
        use std::os::unix::process::ExitStatusExt as _;
        self.status.code().unwrap_or_else(|| 128 + self.status.signal().unwrap_or(0))
    }

    /// Whether somebody pulled the plug.
    #[must_use]
    pub fn killed(&self) -> bool {
        self.code() == 137
    }
}

/// Starts a command, kills it after a while if that is wanted, and waits for its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(mut command: Command, kill_after: Option<Duration>) -> Ran {
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    let (lines, seen) = channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if lines.send((begun.elapsed(), line)).is_err() {
                return;
            }
        }
    });
    let mut err = child.stderr.take().unwrap();
    let complaints = std::thread::spawn(move || {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut err, &mut text).map(|_| text).unwrap_or_default()
    });
    let (told, hung) = wait(&mut child, &seen, begun, kill_after);
    let status = child.wait().unwrap();
    let took = begun.elapsed();
    reader.join().unwrap();
    let mut told = told;
    told.extend(seen.try_iter());
    let err = String::from_utf8_lossy(&complaints.join().unwrap()).into_owned();
    let first_line = told.first().map(|(at, _)| *at);
    Ran {
        status,
        first_line,
        took,
        out: told.into_iter().map(|(_, line)| line).collect(),
        err,
        hung,
    }
}

type Told = Vec<(Duration, String)>;

/// Listens until the child has nothing more to say, its time has come, or it takes too long.
fn wait(
    child: &mut Child,
    seen: &Receiver<(Duration, String)>,
    begun: Instant,
    kill_after: Option<Duration>,
) -> (Told, bool) {
    let mut told = Vec::new();
    let deadline = begun + kill_after.unwrap_or(LIMIT);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match seen.recv_timeout(left) {
            Ok(line) => told.push(line),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return (told, false),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                // It may have ended in this very moment; then there is nothing to kill.
                drop(child.kill());
                return (told, kill_after.is_none());
            }
        }
    }
}

/// Whether a program is on this machine.
#[must_use]
pub fn is_here(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
