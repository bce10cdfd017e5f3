//! Settings and paths: layers, origins, edits that keep comments.
//!
//! The only member that reads files and the environment. The rest of the house is handed
//! values: [`Paths`] for where things live, [`Settings`] for how they are wished.
//!
//! The road of a value: a flag wins over the environment, that over the project's file (once
//! its folder is trusted), that over the user's file, that over the default. Where a value
//! came from is remembered with it.

pub mod edit;
pub mod environment;
pub mod error;
mod expand;
mod key;
pub mod load;
pub mod paths;
pub mod secret;
pub mod settings;
pub mod show;
mod source;
mod tree;
pub mod trust;

pub use environment::Environment;
pub use error::{ConfigError, Finding, Level};
pub use load::{FlagValue, Loaded, Origin, Request, check, load};
pub use paths::{HomeState, Paths};
pub use secret::{NoStoredKeys, SecretError, SecretRef, StoredKeys};
pub use settings::{
    Busy, ChannelSettings, CoalesceSettings, EngineSettings, LogSettings, ModelSettings,
    PriceSettings, ProviderKind, ProviderSettings, SessionSettings, Settings, ToolSettings,
    TuiSettings,
};
pub use show::{Entry, KeyInfo, PartInfo, keys, parts, schema};
