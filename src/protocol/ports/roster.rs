//! Who is on the team.

use crate::{BotId, BotProfile};

/// Knows the bots.
pub trait Roster: Send + Sync {
    /// All bots, leader first.
    fn bots(&self) -> Vec<BotId>;

    /// A bot, everything merged.
    fn profile(&self, bot: &BotId) -> Option<BotProfile>;
}
