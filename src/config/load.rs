//! Layers: flags, environment, project, user, defaults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{ConfigError, Environment, Finding, Paths, Settings};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// The command line.
    Flag {
        /// The flag: `--config`, `--model`, …
        name: String,
    },
    /// The environment.
    Environment {
        /// The variable.
        name: String,
    },
    /// The project's file.
    Project {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: Option<u32>,
    },
    /// The user's file.
    User {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: Option<u32>,
    },
    /// Nobody said anything.
    Default,
}

/// A value given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagValue {
    /// The flag it was given with: `--config`, `--model`, …
    pub flag: String,
    /// The dotted key.
    pub key: String,
    /// The value as typed.
    pub value: String,
}

/// What to load.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The home.
    pub paths: &'a Paths,
    /// The environment.
    pub env: &'a Environment,
    /// The working folder, whose own settings count when it is trusted.
    pub folder: Option<&'a Path>,
    /// What was given on the command line; the last of two wins.
    pub flags: &'a [FlagValue],
}

/// The settings, and what is known about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    /// All layers merged.
    pub settings: Settings,
    /// Where each value came from, by dotted key; what is missing is a default.
    pub origins: BTreeMap<String, Origin>,
    /// What a person should know: unknown keys, a project that is not trusted.
    pub warnings: Vec<Finding>,
    /// The user's file, when there is one.
    pub user_file: Option<PathBuf>,
}

/// Reads and merges all layers.
///
/// # Errors
/// The first thing that is wrong: file, line, column, key, and what was expected.
pub fn load(request: &Request<'_>) -> Result<Loaded, ConfigError> {
    let _ = request;
    Ok(Loaded::default())
}
