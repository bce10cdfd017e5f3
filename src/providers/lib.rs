//! Language models over the network: five wire formats behind one port.
//!
//! [`Catalog`] is the way in: it implements [`nanofolks_protocol::ports::Models`] from the
//! settings and the environment. A wire format is a file with two pure halves, `encode` and
//! `decode`; `endpoint` moves the bytes of all of them, `http` builds all clients.

mod anthropic;
mod catalog;
mod catalogue;
mod endpoint;
mod fault;
mod frames;
mod gemini;
mod http;
mod ollama;
mod openai_chat;
mod openai_responses;
mod preset;
mod retry;
#[cfg(test)]
mod testing;
mod wire;

pub use self::catalog::{Catalog, KeyPlace, LocalModels, ProviderStatus};
pub use self::http::{FetchError, Fetched, Http, Sink};
pub use self::preset::{Preset, preset, presets};
