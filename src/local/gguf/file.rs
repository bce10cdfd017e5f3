//! A GGUF file on disk, its weights mapped into memory.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;

use super::{Depth, GgufError, Header, TensorInfo};
use crate::LocalError;

/// Headers are at most this long when only looked at.
const PEEK_LIMIT: u64 = 64 << 20;

/// An open model file.
pub(crate) struct GgufFile {
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
    map: Arc<Mmap>,
}

/// The bytes of one tensor, kept alive by the mapping they lie in.
#[derive(Clone)]
pub(crate) struct Weights {
    map: Arc<Mmap>,
    pub(crate) info: TensorInfo,
}

impl GgufFile {
    /// Maps the file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, LocalError> {
        let file = File::open(path).map_err(|error| LocalError::read(path, &error))?;
        // An empty file cannot be mapped everywhere; it is no model anyway.
        let len = file.metadata().map_err(|error| LocalError::read(path, &error))?.len();
        if len < 24 {
            let error = GgufError::Truncated { what: "the header", needed: 24, have: len };
            return Err(LocalError::bad_file(path, error));
        }
        #[expect(
            unsafe_code,
            reason = "mapping is the only way to share weights between processes; model files \
                      are replaced by rename, never written in place"
        )]
        // SAFETY: the mapping is read-only and the house never changes a model file in place.
        let map = unsafe { Mmap::map(&file) }.map_err(|error| LocalError::read(path, &error))?;
        let header = Header::parse(&map, map.len() as u64, Depth::Full)
            .map_err(|error| LocalError::bad_file(path, error))?;
        Ok(Self { path: path.to_owned(), header, map: Arc::new(map) })
    }

    /// One tensor, if the file has it.
    pub(crate) fn find(&self, name: &str) -> Option<Weights> {
        let info = self.header.tensors.get(name)?.clone();
        Some(Weights { map: self.map.clone(), info })
    }

    /// One tensor that must be there.
    pub(crate) fn weights(&self, name: &str) -> Result<Weights, LocalError> {
        self.find(name)
            .ok_or_else(|| LocalError::bad_file(&self.path, GgufError::Missing(name.to_owned())))
    }
}

impl Weights {
    /// The raw bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        // The range was checked against the file's length when the header was read.
        self.map.get(self.info.range.clone()).unwrap_or_default()
    }

    /// Elements of one row.
    pub(crate) fn columns(&self) -> usize {
        self.info.dims.first().copied().unwrap_or(0)
    }

    /// How many rows.
    pub(crate) fn rows(&self) -> usize {
        self.info.dims.iter().skip(1).product()
    }

    /// Everything as numbers: for norms, biases and other small tensors.
    pub(crate) fn to_f32(&self) -> Vec<f32> {
        let mut out = vec![0.0; self.rows() * self.columns()];
        self.info.kind.unpack(self.bytes(), &mut out);
        out
    }
}

/// The facts of a model file, without lists and tensors.
pub(crate) fn peek(path: &Path) -> Result<Header, LocalError> {
    let file = File::open(path).map_err(|error| LocalError::read(path, &error))?;
    let len = file.metadata().map_err(|error| LocalError::read(path, &error))?.len();
    let mut bytes = Vec::new();
    let mut wanted = 256 << 10;
    let mut file = file;
    loop {
        (&mut file)
            .take(wanted)
            .read_to_end(&mut bytes)
            .map_err(|error| LocalError::read(path, &error))?;
        match Header::parse(&bytes, len, Depth::Facts) {
            Err(GgufError::Truncated { .. }) if (bytes.len() as u64) < len.min(PEEK_LIMIT) => {
                wanted = bytes.len() as u64;
            }
            other => return other.map_err(|error| LocalError::bad_file(path, error)),
        }
    }
}
