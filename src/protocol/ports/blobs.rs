//! Bytes by their digest: pictures, large outputs, fetched pages.

use bytes::Bytes;

use super::Boxed;
use crate::BlobId;

/// Why bytes cannot be kept or found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// Nothing has this digest.
    #[error("there is no artifact {0}")]
    Missing(BlobId),
    /// What is stored does not have the digest it is named by.
    #[error("artifact {0} is damaged: its bytes do not match its name")]
    Damaged(BlobId),
    /// The disk said no.
    #[error("cannot keep the artifact: {0}")]
    Io(String),
}

/// Keeps bytes by their digest. Writing the same bytes twice keeps them once.
pub trait Blobs: Send + Sync {
    /// Keeps bytes durably and names them.
    fn put(&self, bytes: Bytes) -> Boxed<'_, Result<BlobId, BlobError>>;

    /// Finds bytes; checks them against their name.
    fn get<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Bytes, BlobError>>;
}
