//! Test doubles. Never part of the shipped program.
//!
//! [`FakeModelServer`] is a model server on loopback that speaks five wire formats and can
//! misbehave on command. [`ScriptedModel`] is a model without a wire. [`TestHome`] is a home
//! for a child process, [`Terminal`] a terminal for one. Nothing here sleeps: what has to
//! wait, waits for a fact, and not for longer than [`PATIENCE`].

#![expect(clippy::unwrap_used, reason = "a test double that fails should fail the test, loudly")]
#![expect(clippy::expect_used, reason = "a test double that fails should fail the test, loudly")]
#![expect(clippy::panic, reason = "a test double that fails should fail the test, loudly")]

mod blobs;
mod clock;
mod gate;
mod home;
mod models;
mod recorded;
mod reply;
mod scripted;
mod server;
mod team;
mod terminal;
mod wire;

use std::time::Duration;

pub use blobs::MemoryBlobs;
pub use clock::FixedClock;
pub use gate::Gate;
pub use home::{Finished, Invocation, Running, TestHome};
pub use models::ScriptedModels;
pub use recorded::{Recorded, Seen, SeenCall, SeenResult, SeenTurn};
pub use reply::{Call, Reply, Stop};
pub use scripted::{Script, ScriptedModel};
pub use server::{FakeModelServer, closed_port, deaf_port, untrusted_tls};
pub use team::{FakeRoster, FakeTool, FakeToolbox};
pub use terminal::{Key, Terminal};
pub use wire::Dialect;

/// The longest that anything here waits for something that should happen at once.
pub const PATIENCE: Duration = Duration::from_secs(30);
