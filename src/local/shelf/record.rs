//! What is noted beside a model file when it is installed, so that a look tells later whether
//! it is still the same.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::LocalError;

/// The note beside a model file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of this shape.
    pub schema: String,
    /// The size of the file.
    pub bytes: u64,
    /// When the file was last written, in milliseconds since 1970.
    pub modified_ms: u64,
    /// The SHA-256 of the file.
    pub sha256: String,
    /// Where the expected hash came from: `catalogue`, `hub`, or `computed` when nobody had
    /// stated one.
    pub hash_from: String,
    /// Where the file came from.
    pub source: String,
    /// Tokens of prompt and answer together.
    pub window: u32,
    /// Whether it can use tools.
    pub tools: bool,
}

impl Record {
    /// The name of this shape.
    pub const SCHEMA: &'static str = "nanofolks.model-file.v1";

    pub(super) fn read(path: &Path) -> Result<Self, LocalError> {
        let text = fs::read_to_string(path).map_err(|error| LocalError::read(path, &error))?;
        serde_json::from_str(&text).map_err(|error| LocalError::read(path, &error.into()))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), LocalError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| LocalError::write(path, &error.into()))?;
        let new = path.with_extension("json.new");
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, path))
            .map_err(|error| LocalError::write(path, &error))
    }
}

/// When a file was last written.
pub(crate) fn modified_ms(path: &Path) -> Result<u64, LocalError> {
    let modified = fs::metadata(path)
        .and_then(|data| data.modified())
        .map_err(|error| LocalError::read(path, &error))?;
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
