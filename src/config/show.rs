//! Settings for people: one key, all keys, the schema, everything that is wrong.

use serde::Serialize;
use serde_json::Value;

use crate::{Finding, Loaded, Origin, Request};

/// One setting as it is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The dotted key.
    pub key: String,
    /// Its value; secrets are masked. `null` when it is not set.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// A key that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
    /// The dotted key; `<name>` stands for a name of the user's choice.
    pub key: String,
    /// What it takes: `integer`, `text`, `one of queue, steer, interrupt`, …
    pub takes: String,
    /// What it is for.
    pub about: String,
}

impl Loaded {
    /// One value or a whole part, by dotted key; `None` when there is no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Entry> {
        let _ = key;
        None
    }

    /// Every value, defaults included, by key.
    #[must_use]
    pub fn list(&self) -> Vec<Entry> {
        Vec::new()
    }
}

/// Everything that is wrong or strange in the files, the environment and the flags, with
/// positions. Unlike [`crate::load`] it does not stop at the first error.
#[must_use]
pub fn check(request: &Request<'_>) -> Vec<Finding> {
    let _ = request;
    Vec::new()
}

/// The JSON Schema of the configuration file.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(crate::Settings).to_value()
}

/// Every key that can be set, for completion and documentation.
#[must_use]
pub fn keys() -> Vec<KeyInfo> {
    Vec::new()
}
