//! Runs a program and asks the operating system what it cost.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// User and system time of the process and its waited-for children.
    pub cpu: Duration,
    /// From start to end.
    pub wall: Duration,
    /// Largest resident set, in bytes.
    pub rss: u64,
}

/// Runs `command` to its end with its output thrown away.
///
/// # Panics
/// When it cannot be started or does not end with 0.
#[must_use]
#[expect(clippy::zombie_processes, reason = "wait4 below waits for it and says what it cost")]
pub fn run(command: &mut Command) -> Cost {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut sink = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut sink).unwrap();
    let (status, usage) = wait(child.id());
    let wall = begun.elapsed();
    assert_eq!(status, 0, "{command:?} ended with status {status}");
    let time = |at: libc::timeval| {
        Duration::from_secs(u64::try_from(at.tv_sec).unwrap_or(0))
            + Duration::from_micros(u64::try_from(at.tv_usec).unwrap_or(0))
    };
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Cost {
        cpu: time(usage.ru_utime) + time(usage.ru_stime),
        wall,
        rss: u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit,
    }
}

#[expect(unsafe_code, reason = "no safe wrapper gives the resource usage of one child")]
fn wait(pid: u32) -> (i32, libc::rusage) {
    let mut status = 0;
    // SAFETY: `rusage` is plain data; wait4 fills it for a child of ours.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are valid for the call.
    let waited = unsafe { libc::wait4(pid.cast_signed(), &raw mut status, 0, &raw mut usage) };
    assert_eq!(waited, pid.cast_signed());
    (status, usage)
}

/// The middle of several figures.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
