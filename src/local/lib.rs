//! A model inside the program: GGUF files on candle, without an account or a key.
//!
//! [`LocalProvider`] answers like any other provider. [`Shelf`] is the folder with the model
//! files, and [`catalogue()`] lists what can be fetched into it.

mod answer;
mod catalogue;
mod chat;
mod error;
mod gguf;
mod linear;
mod provider;
mod pull;
mod quant;
mod rope;
mod runner;
mod sampler;
mod shape;
mod shelf;
mod threads;
mod tokenizer;
mod transformer;

pub use catalogue::{Entry, Source, catalogue, find};
pub use error::{LocalError, PROVIDER};
pub use gguf::GgufError;
pub use provider::{LocalOptions, LocalProvider};
pub use pull::{Download, Facts, HUB, Incoming, Progress, Pull};
pub use sampler::Sampling;
pub use shelf::{Check, Installed, Record, Shelf};
