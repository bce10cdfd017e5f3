//! What the five wire formats have in common.
//!
//! A format is a [`Dialect`]: pure functions from a request to a [`Call`], and a [`Decode`]
//! state machine from frames to events. The endpoint does the moving of bytes.

mod calls;
mod events;
mod memory;
mod parts;
mod values;

use nanofolks_protocol::{ModelRequest, StopReason};

pub(crate) use self::calls::{OpenCall, UsedIds};
pub(crate) use self::events::Events;
pub(crate) use self::memory::{Items, Memory, end_list};
pub(crate) use self::parts::{Seal, file_text, is_closed_schema, picture};
pub(crate) use self::values::{Count, Text, object_or_nothing};
use crate::fault::Fault;
use crate::frames::Framing;

#[cfg(test)]
mod tests;

/// What is asked of a provider, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Behind the base URL, starting with `/`.
    pub(crate) path: String,
    /// The query without `?`; may be empty.
    pub(crate) query: &'static str,
    /// The body, JSON.
    pub(crate) body: Vec<u8>,
}

/// How a key is shown to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyHeader {
    /// `authorization: Bearer KEY`.
    Bearer,
    /// The key alone in this header.
    Plain(&'static str),
}

/// One wire format.
pub(crate) trait Dialect: Send + Sync {
    /// How answers are cut into frames.
    fn framing(&self) -> Framing {
        Framing::Sse
    }

    /// How the key is sent.
    fn key_header(&self) -> KeyHeader {
        KeyHeader::Bearer
    }

    /// Headers every request needs.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The end of a base URL that people add although the format adds it itself.
    fn redundant_suffix(&self) -> &'static str {
        ""
    }

    /// The request as this format writes it.
    fn encode(&self, provider: &str, request: &ModelRequest) -> Result<Call, Fault>;

    /// A reader of one answer.
    fn decoder(&self, provider: &str, request: &ModelRequest) -> Box<dyn Decode>;

    /// Where the list of models is: path and query.
    fn models_at(&self) -> (&'static str, &'static str) {
        ("/models", "")
    }

    /// The names in the list of models.
    fn models(&self, body: &[u8]) -> Result<Vec<String>, Fault>;
}

/// Whether an answer goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More frames may come.
    More,
    /// The answer is closed; nothing that follows counts.
    Closed,
}

/// What a call counts for beside its arguments: nobody makes hundreds of them at once.
pub(crate) const A_CALL: usize = 64 << 10;

/// Reads one answer, frame by frame.
pub(crate) trait Decode: Send {
    /// Takes one frame and adds the events it completes.
    fn push(&mut self, frame: &str, events: &mut Events) -> Result<Progress, Fault>;

    /// How much is held back until the answer is closed, or was: bytes of arguments and of
    /// sealed thoughts.
    fn kept(&self) -> usize;

    /// The body ended in good order. Adds the events that only the end completes.
    ///
    /// # Errors
    /// [`Fault::cut`] when the answer was not closed.
    fn end(&mut self, events: &mut Events) -> Result<(), Fault>;
}

/// The reason when there are calls: some servers say `stop` and call tools.
pub(crate) const fn reason_with_calls(reason: StopReason, calls: bool) -> StopReason {
    match reason {
        StopReason::End if calls => StopReason::ToolUse,
        StopReason::ToolUse if !calls => StopReason::End,
        other => other,
    }
}
