//! Pulls the plug: what must hold when a process is killed, a disk forgets, a call fails.
//!
//! Each module is one suite: it sets up a [`world::World`] (a home, a model server, the real
//! program), does its harm, and hands back what it saw, with everything that should not have
//! been as a line of text. The tests of the house run each in a short form; the program
//! `crash` runs them at any length:
//!
//! ```sh
//! cargo build --release && cargo run --release -p nanofolks-crash -- kill --points 10000
//! ```

#![expect(clippy::unwrap_used, reason = "a harness that breaks down should stop, loudly")]

pub mod book;
pub mod cost;
pub mod disk;
pub mod faults;
pub mod flips;
pub mod follow;
pub mod images;
pub mod kill;
pub mod mind;
pub mod sizes;
pub mod syscalls;
pub mod trace;
pub mod world;
