//! The team: six roles under the names of a team.

mod plain;
mod role;

use std::collections::BTreeMap;

use nanofolks_protocol::ports::Roster;
use nanofolks_protocol::{BotId, BotProfile};

use self::role::{ROLES, Role};

#[cfg(test)]
mod tests;

/// How a team calls a role and how it sounds.
struct Costume {
    role: &'static str,
    title: &'static str,
    emoji: &'static str,
    /// Said after what the role does; empty in a plain team.
    voice: &'static str,
}

/// A named set of costumes, one for each role.
struct Wardrobe {
    name: &'static str,
    costumes: [Costume; 6],
}

/// All built-in teams. To add one: a file beside `plain` and a line here.
const TEAMS: &[&Wardrobe] = &[&plain::TEAM];

/// What the owner changed about one bot. Everything that is not set stays as built in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// What people call it.
    pub title: Option<String>,
    /// One character that marks its lines.
    pub emoji: Option<String>,
    /// Instead of the built-in persona, for models with room and without.
    pub persona: Option<String>,
    /// The model it uses.
    pub model: Option<String>,
    /// Tools it may use, besides those built in.
    pub allowed_tools: Vec<String>,
    /// Tools it may not use, besides those built in.
    pub denied_tools: Vec<String>,
}

/// Why there is no such team.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TeamError {
    /// Nobody made a team of that name.
    #[error("there is no team {name:?}; there is {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
}

/// Six bots, leader first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    name: &'static str,
    bots: Vec<BotProfile>,
}

impl Team {
    /// The default team: plain names, no act.
    #[must_use]
    pub fn plain() -> Self {
        Self::dress(&plain::TEAM)
    }

    /// A team by its name.
    ///
    /// # Errors
    /// When there is no such team.
    pub fn named(name: &str) -> Result<Self, TeamError> {
        TEAMS.iter().find(|team| team.name == name).map(|team| Self::dress(team)).ok_or_else(|| {
            TeamError::Unknown {
                name: name.chars().take(80).collect(),
                known: Self::names().join(", "),
            }
        })
    }

    /// The names of all teams.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        TEAMS.iter().map(|team| team.name).collect()
    }

    /// What this team is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The same team with what the owner changed.
    #[must_use]
    pub fn with(mut self, changes: &BTreeMap<BotId, Overrides>) -> Self {
        for bot in &mut self.bots {
            if let Some(change) = changes.get(&bot.id) {
                apply(bot, change);
            }
        }
        self
    }

    fn dress(wardrobe: &Wardrobe) -> Self {
        let bots = ROLES.iter().filter_map(|role| profile(role, wardrobe)).collect();
        Self { name: wardrobe.name, bots }
    }
}

impl Default for Team {
    fn default() -> Self {
        Self::plain()
    }
}

impl Roster for Team {
    fn bots(&self) -> Vec<BotId> {
        self.bots.iter().map(|bot| bot.id.clone()).collect()
    }

    fn profile(&self, bot: &BotId) -> Option<BotProfile> {
        self.bots.iter().find(|profile| profile.id == *bot).cloned()
    }
}

/// A role in its costume. Tests see to it that every team dresses every role.
fn profile(role: &Role, wardrobe: &Wardrobe) -> Option<BotProfile> {
    let costume = wardrobe.costumes.iter().find(|costume| costume.role == role.name)?;
    let title = costume.title;
    let mut persona = format!("You are {title}, {}", role.persona);
    let mut short_persona = format!("You are {title}, {}", role.short);
    for text in [&mut persona, &mut short_persona] {
        if !costume.voice.is_empty() {
            text.push(' ');
            text.push_str(costume.voice);
        }
    }
    Some(BotProfile {
        id: role.name.parse().ok()?,
        title: title.to_owned(),
        emoji: costume.emoji.to_owned(),
        domain: role.domain.to_owned(),
        persona,
        short_persona,
        model: None,
        allowed_tools: Vec::new(),
        denied_tools: role.denied.iter().map(ToString::to_string).collect(),
    })
}

/// What is set replaces; lists of tools grow.
fn apply(bot: &mut BotProfile, change: &Overrides) {
    if let Some(title) = &change.title {
        bot.title.clone_from(title);
    }
    if let Some(emoji) = &change.emoji {
        bot.emoji.clone_from(emoji);
    }
    if let Some(persona) = &change.persona {
        bot.persona.clone_from(persona);
        bot.short_persona.clone_from(persona);
    }
    if change.model.is_some() {
        bot.model.clone_from(&change.model);
    }
    bot.allowed_tools.extend_from_slice(&change.allowed_tools);
    bot.denied_tools.extend_from_slice(&change.denied_tools);
}
