//! Changes one key, keeps the rest as it was.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::{ConfigError, Environment, Finding, Paths};

#[cfg(test)]
mod tests;

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file.
    pub file: PathBuf,
    /// The dotted key, in its proper spelling.
    pub key: String,
    /// Whether the file is different now.
    pub changed: bool,
    /// What a person should know besides.
    pub warnings: Vec<Finding>,
}

/// Sets a key of the user's file. The value is typed as the key wants it: `8192` is a number
/// where one is expected, text where that is.
///
/// # Errors
/// When the key is not known, the value does not fit, or the file cannot be written.
pub fn set(
    paths: &Paths,
    env: &Environment,
    key: &str,
    value: &str,
) -> Result<Edited, ConfigError> {
    let _ = (paths, env, key, value);
    Err(ConfigError::NoHome)
}

/// Removes a key from the user's file.
///
/// # Errors
/// When the file cannot be read or written.
pub fn unset(paths: &Paths, env: &Environment, key: &str) -> Result<Edited, ConfigError> {
    let _ = (paths, env, key);
    Err(ConfigError::NoHome)
}

/// Adds a value to the end of a list in the user's file.
///
/// # Errors
/// As [`set`].
pub fn append(
    paths: &Paths,
    env: &Environment,
    key: &str,
    value: &str,
) -> Result<Edited, ConfigError> {
    let _ = (paths, env, key, value);
    Err(ConfigError::NoHome)
}

pub(crate) fn lock(paths: &Paths) -> Result<File, ConfigError> {
    let path = paths.run().join("config.lock");
    File::create(&path).map_err(|error| ConfigError::write(&path, error))
}

pub(crate) fn replace(path: &Path, text: &str) -> Result<(), ConfigError> {
    std::fs::write(path, text).map_err(|error| ConfigError::write(path, error))
}
