//! What the house must bring for fetching over HTTPS. This member has no HTTP client.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use nanofolks_protocol::Problem;
use nanofolks_protocol::ports::Boxed;

/// Fetches files over HTTPS.
pub trait Download: Send + Sync {
    /// Asks about a file without fetching it: a HEAD request whose redirects to other hosts
    /// are *not* followed, because the hub states size and hash in its own answer.
    fn ask<'a>(&'a self, url: &'a str) -> Boxed<'a, Result<Facts, Problem>>;

    /// Fetches a file from byte `from` on (`Range: bytes=<from>-` when it is not 0),
    /// following redirects.
    fn get<'a>(&'a self, url: &'a str, from: u64) -> Boxed<'a, Result<Incoming, Problem>>;
}

/// What a server says about a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// `x-linked-size`, else `content-length` of an answer that is not a redirect.
    pub bytes: Option<u64>,
    /// `x-linked-etag` as it is, quotes and all.
    pub linked_etag: Option<String>,
}

/// A file that is coming in.
pub struct Incoming {
    /// The first byte of it: `from` when the server honoured the range (206), else 0.
    pub from: u64,
    /// The size of the whole file, if known.
    pub total: Option<u64>,
    /// The bytes.
    pub body: Pin<Box<dyn Stream<Item = Result<Bytes, Problem>> + Send>>,
}

impl Facts {
    /// The SHA-256 behind the etag: large files on the hub have it there.
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        let digits = self.linked_etag.as_deref()?.trim_matches('"');
        let is_sha256 =
            digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_sha256.then(|| digits.to_owned())
    }
}
