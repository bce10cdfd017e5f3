//! What went wrong, before it is known at which provider.

use std::time::Duration;

use nanofolks_protocol::{ModelError, ModelErrorKind};

/// A failure without a provider's name. The wire formats speak of these; the endpoint, which
/// knows its own name, turns them into a [`ModelError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What kind of failure.
    pub(crate) kind: ModelErrorKind,
    /// One sentence without secrets.
    pub(crate) message: String,
    /// How long the other side asks us to wait.
    pub(crate) retry_after: Option<Duration>,
}

impl Fault {
    /// A failure without a wish to wait.
    pub(crate) fn new(kind: ModelErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), retry_after: None }
    }

    /// A frame that is not what the wire format says.
    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        let what = match error.classify() {
            Category::Eof => "a piece of JSON that ends half-way",
            Category::Syntax | Category::Io => "something that is not JSON",
            Category::Data => "JSON of another form than its protocol has",
        };
        tracing::debug!(%error, "not the protocol");
        Self::new(ModelErrorKind::Malformed, format!("sent {what}; check kind and base_url"))
    }

    /// A stream that ended before it was closed.
    pub(crate) fn cut() -> Self {
        Self::new(ModelErrorKind::Cut, "the answer ended before it was complete")
    }

    /// A stream that ended before it was closed; `recognised` when it spoke our protocol.
    pub(crate) fn unclosed(recognised: bool) -> Self {
        if recognised {
            return Self::cut();
        }
        Self::new(
            ModelErrorKind::Malformed,
            "sent no answer in its protocol; check kind and base_url",
        )
    }

    /// The same at a provider.
    pub(crate) fn at(self, provider: &str) -> ModelError {
        let mut error = ModelError::new(provider, self.kind, self.message);
        error.retry_after = self.retry_after;
        error
    }
}
