//! How messages of a channel are taken in: one by one, or those that come close together
//! as one.

use std::time::Duration;

/// The pace of a channel. Without one, every message is a turn at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// How long a message waits for the next one of the same sender; zero for not at all.
    pub debounce: Duration,
    /// Whether messages of several senders become one turn.
    pub coalesce: Option<Coalesce>,
}

/// Messages of several senders as one turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coalesce {
    /// How long it has to be quiet.
    pub debounce: Duration,
    /// How long the first message waits at most.
    pub max_wait: Duration,
    /// Fewer than this are taken one by one.
    pub min_messages: usize,
    /// Whether a talk between two is left alone.
    pub multi_user_only: bool,
}
