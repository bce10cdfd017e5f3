//! Bytes to frames: one piece of JSON at a time, whatever way the network cut the bytes.
//!
//! Pure: bytes go in with `push`, frames come out with `next`. Server-sent events are read by
//! `eventsource-stream`; [`lines`] hands it whole lines, which keeps it fast on large chunks
//! and bounded on endless ones.

mod lines;
mod ndjson;
mod sse;

use bytes::Bytes;

use self::ndjson::Ndjson;
use self::sse::Sse;
use crate::fault::Fault;

#[cfg(test)]
mod tests;

/// How a wire format separates its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Sse,
    /// One JSON object a line.
    Ndjson,
}

/// Turns the bytes of one answer into frames.
pub(crate) enum Frames {
    /// Server-sent events.
    Sse(Box<Sse>),
    /// One JSON object a line.
    Ndjson(Ndjson),
}

impl Frames {
    /// Most bytes of one frame.
    pub(crate) const MAX: usize = 16 << 20;

    /// At the start of an answer.
    pub(crate) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Sse => Self::Sse(Box::new(Sse::new(Self::MAX))),
            Framing::Ndjson => Self::Ndjson(Ndjson::new(Self::MAX)),
        }
    }

    /// Takes what the network delivered.
    pub(crate) fn push(&mut self, chunk: Bytes) -> Result<(), Fault> {
        match self {
            Self::Sse(sse) => sse.push(chunk),
            Self::Ndjson(lines) => lines.push(chunk),
        }
    }

    /// Says that nothing will follow. A last line without an end counts as a line only where
    /// the format says so.
    pub(crate) fn finish(&mut self) {
        match self {
            Self::Sse(_) => {}
            Self::Ndjson(lines) => lines.finish(),
        }
    }

    /// The next frame that is complete.
    pub(crate) fn next(&mut self) -> Result<Option<String>, Fault> {
        match self {
            Self::Sse(sse) => sse.next(),
            Self::Ndjson(lines) => Ok(lines.next()),
        }
    }
}
