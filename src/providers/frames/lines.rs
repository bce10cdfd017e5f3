//! Chunks of any size to whole lines.

use bytes::{Bytes, BytesMut};
use nanofolks_protocol::ModelErrorKind;

use crate::fault::Fault;

/// Holds back what comes after the last line end.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: BytesMut,
}

impl Lines {
    /// Adds a chunk; gives back all lines that are complete now, line ends included.
    pub(super) fn push(&mut self, chunk: Bytes, max: usize) -> Result<Option<Bytes>, Fault> {
        let Some(last) = memchr::memrchr2(b'\n', b'\r', &chunk) else {
            self.rest.extend_from_slice(&chunk);
            self.check(max)?;
            return Ok(None);
        };
        let mut whole = chunk;
        let rest = whole.split_off(last + 1);
        if !self.rest.is_empty() {
            self.rest.extend_from_slice(&whole);
            self.check(max)?;
            whole = std::mem::take(&mut self.rest).freeze();
        }
        self.rest.extend_from_slice(&rest);
        Ok(Some(whole))
    }

    /// What was held back.
    pub(super) fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.rest).freeze()
    }

    fn check(&self, max: usize) -> Result<(), Fault> {
        if self.rest.len() > max { Err(too_long(max)) } else { Ok(()) }
    }
}

/// A frame that does not end.
pub(super) fn too_long(max: usize) -> Fault {
    Fault::new(ModelErrorKind::Malformed, format!("sent more than {} MB in one piece", max >> 20))
}
