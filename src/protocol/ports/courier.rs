//! Brings what is in the outbox to where it belongs.

use std::time::Duration;

use super::Boxed;
use crate::Delivery;

/// Why a delivery was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CourierError {
    /// It may work later.
    #[error("{reason}")]
    Later {
        /// Why, in one sentence.
        reason: String,
        /// How long the platform asks to wait.
        after: Option<Duration>,
    },
    /// It will never work: there is no such chat, the text is refused.
    #[error("{0}")]
    Never(String),
    /// It may or may not have been made.
    #[error("{0}")]
    Unclear(String),
}

/// Delivers for one channel.
pub trait Courier: Send + Sync {
    /// The channel's name, as envelopes and deliveries have it.
    fn channel(&self) -> &str;

    /// Whether a delivery made twice with the same key is one message over there. Only then
    /// is one tried again whose outcome nobody knows.
    fn knows_keys(&self) -> bool;

    /// Makes a delivery. Dropping the future ends the attempt; what came of it is unclear.
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> Boxed<'a, Result<(), CourierError>>;
}
