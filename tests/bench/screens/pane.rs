//! A program in a window of tmux, seen through tmux's control mode: every byte it writes, when
//! it came, and what the process costs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Output of the program, and when it came.
pub(crate) struct Burst {
    pub(crate) at: Instant,
    pub(crate) bytes: Vec<u8>,
}

/// A window of 100×30 with a program in it.
pub(crate) struct Pane {
    control: Child,
    keys: ChildStdin,
    bursts: Receiver<Burst>,
    socket: PathBuf,
    pub(crate) begun: Instant,
    pub(crate) pid: u32,
}

/// What the process has cost so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    /// CPU time.
    pub(crate) cpu: Duration,
    /// Resident set now, in bytes.
    pub(crate) rss: u64,
    /// Largest resident set so far, in bytes.
    pub(crate) peak: u64,
    /// How often a thread of it was woken.
    pub(crate) wakes: u64,
}

impl Pane {
    /// Starts a shell command in a window.
    pub(crate) fn start(folder: &Path, command: &str) -> Self {
        let socket = folder.join("tmux");
        let begun = Instant::now();
        let mut control = Command::new("tmux")
            .args(["-u", "-C", "-f", "/dev/null", "-S"])
            .arg(&socket)
            .args(["new-session", "-x", "100", "-y", "30", &format!("exec {command}")])
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let keys = control.stdin.take().unwrap();
        let output = BufReader::new(control.stdout.take().unwrap());
        let (send, bursts) = channel();
        std::thread::spawn(move || {
            for line in output.split(b'\n').map_while(Result::ok) {
                let Some(text) = line.strip_prefix(b"%output ") else { continue };
                let from = text.iter().position(|byte| *byte == b' ').map_or(0, |at| at + 1);
                let burst = Burst { at: Instant::now(), bytes: unescaped(&text[from..]) };
                if send.send(burst).is_err() {
                    break;
                }
            }
        });
        let mut pane = Self { control, keys, bursts, socket, begun, pid: 0 };
        pane.pid = pane.ask_pid();
        pane
    }

    fn ask_pid(&self) -> u32 {
        let until = Instant::now() + PATIENCE;
        loop {
            let said = Command::new("tmux")
                .arg("-S")
                .arg(&self.socket)
                .args(["list-panes", "-F", "#{pane_pid}"])
                .output()
                .unwrap();
            if let Ok(pid) = String::from_utf8_lossy(&said.stdout).trim().parse() {
                return pid;
            }
            assert!(Instant::now() < until, "tmux does not start");
        }
    }

    /// Types text, and Enter when wished.
    pub(crate) fn keys(&mut self, text: &str, enter: bool) {
        writeln!(self.keys, "send-keys -l '{text}'").unwrap();
        if enter {
            writeln!(self.keys, "send-keys Enter").unwrap();
        }
        self.keys.flush().unwrap();
    }

    /// Output until it holds `text`; all of it.
    pub(crate) fn until(&self, text: &str) -> Vec<Burst> {
        let mut seen = Vec::new();
        let mut all = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let burst = self.bursts.recv_timeout(left);
            let last = all.len().saturating_sub(400);
            let shown = String::from_utf8_lossy(&all[last..]);
            assert!(burst.is_ok(), "{text:?} did not come: {shown:?}");
            let burst = burst.unwrap();
            let from = all.len().saturating_sub(text.len());
            all.extend_from_slice(&burst.bytes);
            seen.push(burst);
            if all[from..].windows(text.len()).any(|part| part == text.as_bytes()) {
                return seen;
            }
        }
    }

    /// Output for so long.
    pub(crate) fn during(&self, time: Duration) -> Vec<Burst> {
        let until = Instant::now() + time;
        let mut seen = Vec::new();
        while let Ok(burst) =
            self.bursts.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            seen.push(burst);
        }
        seen
    }

    /// Output until nothing came for so long.
    pub(crate) fn quiet(&self, time: Duration) -> Vec<Burst> {
        let mut seen = Vec::new();
        while let Ok(burst) = self.bursts.recv_timeout(time) {
            seen.push(burst);
        }
        seen
    }

    /// What the process has cost.
    pub(crate) fn used(&self) -> Use {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", self.pid));
        let status = read("status").unwrap();
        let field = |status: &str, name: &str| -> u64 {
            let line = status.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
        };
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.pid)).unwrap().flatten();
        let wakes = tasks
            .filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok())
            .map(|status| field(&status, "voluntary_ctxt_switches"))
            .sum();
        Use {
            cpu: cpu(self.pid),
            rss: field(&status, "VmRSS") * 1024,
            peak: field(&status, "VmHWM") * 1024,
            wakes,
        }
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        drop(Command::new("tmux").arg("-S").arg(&self.socket).arg("kill-server").output());
        drop(self.control.kill());
        drop(self.control.wait());
    }
}

/// CPU time of another process, to the microsecond.
#[expect(unsafe_code, reason = "no safe wrapper reads the clock of another process")]
fn cpu(pid: u32) -> Duration {
    let mut clock = 0;
    // SAFETY: `clock` is valid for the call.
    let found = unsafe { libc::clock_getcpuclockid(pid.cast_signed(), &raw mut clock) };
    assert_eq!(found, 0, "no clock of process {pid}");
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the call.
    let read = unsafe { libc::clock_gettime(clock, &raw mut time) };
    assert_eq!(read, 0, "no time of process {pid}");
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos)
}

/// Bytes as control mode writes them: what is not printable as `\ooo`.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let digits = text.get(at + 1..at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(value) if *byte == b'\\' => {
                out.push(value);
                at += 4;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}
