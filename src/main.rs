//! The command-line program.

mod channels;
mod cli;
mod house;
mod logging;
mod mirror;
mod paper;
mod streams;
mod transcript;

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    share_memory();
    let args: Vec<_> = std::env::args_os().collect();
    cli::run(&args)
}

/// One pool of memory for all threads. The C library gives each its own, and lets it grow page
/// by page: a hundred calls of the system for one question.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library's allocator is set up in no other way")]
fn share_memory() {
    // SAFETY: it sets a number of the allocator, and no other thread runs yet.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}
