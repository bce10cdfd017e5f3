//! The brain: rooms, turns, the one road of a message.
//!
//! The engine sees the world only through the ports of `protocol`; the roof builds the
//! workshops and hands them in. Nothing here opens a file, a socket or a database.

mod approvals;
mod broker;
mod bus;
pub mod commands;
mod compaction;
mod engine;
mod gate;
mod gauge;
mod outbox;
mod pace;
mod pipeline;
mod recovery;
mod replay;
mod resilience;
mod room_worker;
mod tasks;
mod tree;
mod trouble;
mod turn;

#[cfg(test)]
mod journeys;

pub use compaction::{CompactionMode, ContextSettings};
pub use engine::{Engine, EngineSettings, Services};
pub use pace::{Coalesce, Pace};
pub use replay::{Change, Difference, Material, Replayed, replay, wordless};
pub use resilience::{Standing, standings};
pub use turn::Budget;
