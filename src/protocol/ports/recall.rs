//! What was said in a conversation, for the bot that takes part in it.

use super::{Boxed, StoreError};
use crate::history::Numbered;

/// Reads the messages of one session and of no other.
pub trait Recall: Send + Sync {
    /// Messages after a number, at most `limit`, in order.
    fn after(&self, number: u64, limit: u32) -> Boxed<'_, Result<Vec<Numbered>, StoreError>>;
}
