//! Benchmarks and the floor programs they are measured against.
//!
//! `measure` runs whole processes side by side with `floor`, a program that does just the
//! work and nothing else, and prints medians and ratios. `cargo bench -p nanofolks-bench`
//! times single functions.
//!
//! ```sh
//! cargo build --release && cargo run --release -p nanofolks-bench --bin measure
//! ```
//!
//! `screens` runs the terminal front end in tmux beside `bare`, a small ratatui program that does
//! the same job, and prints what a prompt, idling, a stream, a flood and a key cost.
//!
//! ```sh
//! cargo build --release && cargo build --release -p nanofolks-bench
//! target/release/screens
//! ```
//!
//! `order` records which functions a question needs, to lay them side by side in a release.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot measure should stop, loudly")]

pub mod process;
