//! The ports: traits between floors. Named after what the caller needs.

mod blobs;
mod clock;
mod courier;
mod gate;
mod instructions;
mod models;
mod provider;
mod recall;
mod roster;
mod store;
mod tool;

pub use blobs::{BlobError, Blobs};
pub use clock::Clock;
pub use courier::{Courier, CourierError};
pub use gate::{Ear, Gated, Permit};
pub use instructions::{FolderInstructions, Instructions};
pub use models::{Fallback, Models};
pub use provider::{ModelStream, Provider};
pub use recall::Recall;
pub use roster::Roster;
pub use store::{
    Archive, Journal, Lease, RoomState, SessionFilter, SessionSummary, StoreError, Unwritten,
};
pub use tool::{Preview, Repaired, Tool, ToolOffer, ToolQuery, Toolbox};

use std::future::Future;
use std::pin::Pin;

/// A future on the heap, which is what a `dyn` port returns.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
