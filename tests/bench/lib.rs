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
//! `order` records which functions a question needs, to lay them side by side in a release.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot measure should stop, loudly")]

pub mod process;
