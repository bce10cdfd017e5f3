//! What kind of input this is. Fronts turn commands, decisions and stops into ops of their
//! own, so what arrives in a room as text is talk; what came with it is named.

use nanofolks_protocol::event::Stage;
use nanofolks_protocol::{Envelope, SenderRole};

use super::Decided;

#[cfg(test)]
mod tests;

/// The kind of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Somebody says something.
    Talk,
    /// The house reports something to the bots.
    Report,
}

/// The kind of an envelope.
pub(crate) const fn of(envelope: &Envelope) -> Intent {
    match envelope.sender.role {
        SenderRole::User | SenderRole::Bot => Intent::Talk,
        SenderRole::System => Intent::Report,
    }
}

impl Intent {
    pub(super) fn decided(self) -> Decided {
        let (what, reason) = match self {
            Self::Talk => ("talk", "a message, not a command or a decision"),
            Self::Report => ("report", "it comes from the house"),
        };
        Decided { stage: Stage::Intent, what: what.to_owned(), reasons: vec![reason.to_owned()] }
    }
}
