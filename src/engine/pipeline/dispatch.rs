//! Who answers: the bot that was asked for, the one that is mentioned, all of several that
//! are, the room or its team when that is called, else the leader.

use nanofolks_protocol::BotId;

use super::tags::{Call, Tags};

#[cfg(test)]
mod tests;

/// Who answers, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispatch {
    /// One at least; several answer side by side.
    pub(crate) bots: Vec<BotId>,
    pub(crate) reason: String,
}

/// What a message that calls the team is about, by bot.
const FIELDS: [(&str, &[&str]); 6] = [
    (
        "coder",
        &[
            "code",
            "programming",
            "bug",
            "fix",
            "python",
            "javascript",
            "api",
            "database",
            "sql",
            "develop",
            "function",
            "class",
            "module",
        ],
    ),
    (
        "researcher",
        &[
            "research",
            "data",
            "analyze",
            "market",
            "competitor",
            "trend",
            "survey",
            "study",
            "investigate",
            "report",
        ],
    ),
    (
        "creative",
        &[
            "design", "visual", "logo", "brand", "color", "ui", "ux", "mockup", "creative",
            "image", "art", "style",
        ],
    ),
    (
        "social",
        &[
            "post",
            "tweet",
            "engagement",
            "audience",
            "viral",
            "hashtag",
            "content",
            "social",
            "media",
            "marketing",
            "community",
        ],
    ),
    (
        "auditor",
        &[
            "audit",
            "quality",
            "compliance",
            "security",
            "review",
            "check",
            "test",
            "validate",
            "verify",
            "standard",
        ],
    ),
    (
        "leader",
        &[
            "plan",
            "coordinate",
            "delegate",
            "prioritize",
            "team",
            "schedule",
            "manage",
            "organize",
            "strategy",
        ],
    ),
];

/// Most bots beside the leader that come when the team is called and no field fits.
const ANY: usize = 3;

/// Chooses the bots that answer.
pub(crate) fn choose(
    tags: &Tags,
    asked: Option<&BotId>,
    members: &[BotId],
    text: &str,
) -> Dispatch {
    if let Some(bot) = asked {
        return Dispatch { bots: vec![bot.clone()], reason: format!("{bot} was asked for") };
    }
    let leader = members.first().cloned().unwrap_or(BotId::LEADER);
    let others = members.iter().filter(|member| **member != leader).cloned();
    let with_leader = |others: Vec<BotId>, reason: &str| Dispatch {
        bots: std::iter::once(leader.clone()).chain(others).collect(),
        reason: reason.to_owned(),
    };
    match (tags.call, &tags.bots[..]) {
        (Some(Call::All), _) => with_leader(others.collect(), "everybody here is called"),
        (Some(Call::Team), _) => {
            let words = words(text);
            let fits: Vec<BotId> = others.clone().filter(|bot| is_about(bot, &words)).collect();
            if fits.is_empty() {
                let some = others.take(ANY).collect();
                return with_leader(some, "the team is called, and no field is named");
            }
            with_leader(fits, "the team is called, and these fit what it is about")
        }
        (None, []) => {
            with_leader(Vec::new(), &format!("{leader} answers when nobody is mentioned"))
        }
        (None, [bot]) => {
            Dispatch { bots: vec![bot.clone()], reason: format!("only @{bot} is mentioned") }
        }
        (None, several) => {
            let others = several.iter().filter(|bot| **bot != leader).cloned().collect();
            with_leader(others, "several are mentioned")
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect()
}

fn is_about(bot: &BotId, words: &[String]) -> bool {
    let field = FIELDS.iter().find(|(name, _)| bot.as_str() == *name);
    field.is_some_and(|(_, field)| field.iter().any(|word| words.iter().any(|one| one == word)))
}
