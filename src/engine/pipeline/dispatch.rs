//! Who answers: the bot that was asked for, the one bot that is mentioned, else the leader.

use nanofolks_protocol::BotId;

use super::tags::Tags;

#[cfg(test)]
mod tests;

/// Who answers, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispatch {
    pub(crate) bot: BotId,
    pub(crate) reason: String,
}

/// Chooses the bot that answers.
pub(crate) fn choose(tags: &Tags, asked: Option<&BotId>, members: &[BotId]) -> Dispatch {
    if let Some(bot) = asked {
        return Dispatch { bot: bot.clone(), reason: format!("{bot} was asked for") };
    }
    match &tags.bots[..] {
        [bot] => Dispatch { bot: bot.clone(), reason: format!("only @{bot} is mentioned") },
        mentioned => {
            let bot = members.first().cloned().unwrap_or(BotId::LEADER);
            let reason = if mentioned.is_empty() {
                format!("{bot} answers when nobody is mentioned")
            } else {
                format!("{bot} answers for several that are mentioned")
            };
            Dispatch { bot, reason }
        }
    }
}
