//! Blobs in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;
use nanofolks_protocol::BlobId;
use nanofolks_protocol::ports::{BlobError, Blobs, Boxed};
use sha2::{Digest as _, Sha256};

/// Keeps bytes in memory, by their SHA-256.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Mutex<BTreeMap<BlobId, Bytes>>);

impl MemoryBlobs {
    /// How many different blobs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps bytes without waiting.
    pub fn keep(&self, bytes: impl Into<Bytes>) -> BlobId {
        let bytes = bytes.into();
        let id = BlobId::from_digest(&Sha256::digest(&bytes).into());
        self.0.lock().unwrap().insert(id.clone(), bytes);
        id
    }

    /// Puts other bytes under a name, as a broken disk would.
    pub fn damage(&self, id: &BlobId, bytes: impl Into<Bytes>) {
        self.0.lock().unwrap().insert(id.clone(), bytes.into());
    }
}

impl Blobs for MemoryBlobs {
    fn put(&self, bytes: Bytes) -> Boxed<'_, Result<BlobId, BlobError>> {
        let id = self.keep(bytes);
        Box::pin(async { Ok(id) })
    }

    fn get<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Bytes, BlobError>> {
        let found = self.0.lock().unwrap().get(id).cloned();
        Box::pin(async move {
            let bytes = found.ok_or_else(|| BlobError::Missing(id.clone()))?;
            if BlobId::from_digest(&Sha256::digest(&bytes).into()) == *id {
                Ok(bytes)
            } else {
                Err(BlobError::Damaged(id.clone()))
            }
        })
    }
}
