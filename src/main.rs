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
/// by page: a hundred calls of the system for one question. What is large stands on its own and
/// goes back to the system when it is done with, however much of it there was before.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library's allocator is set up in no other way")]
fn share_memory() {
    const LARGE: i32 = 128 << 10;
    // SAFETY: it sets numbers of the allocator, and no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 4 * LARGE);
    }
}
