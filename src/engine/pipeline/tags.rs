//! Finds who is mentioned: `@bot` as a whole word.

use nanofolks_protocol::BotId;
use nanofolks_protocol::event::Stage;

use super::Decided;

#[cfg(test)]
mod tests;

/// What a text mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tags {
    /// Members that are mentioned, in order, each once.
    pub(crate) bots: Vec<BotId>,
    /// Names after an `@` that no member has.
    pub(crate) unknown: Vec<String>,
}

/// Finds the tags of a text. An `@` inside a word, as in an address, is not a tag.
pub(crate) fn find(text: &str, members: &[BotId]) -> Tags {
    let mut tags = Tags::default();
    let mut before = ' ';
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (head, tail) = (&rest[..at], &rest[at + 1..]);
        let previous = head.chars().next_back().unwrap_or(before);
        let end = tail
            .find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(tail.len());
        let name = tail[..end].to_lowercase();
        if is_edge(previous) && !name.is_empty() {
            tags.add(&name, members);
        }
        before = tail[..end].chars().next_back().unwrap_or('@');
        rest = &tail[end..];
    }
    tags
}

const fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '{' | '"' | '\'' | ',' | ';' | ':' | '*')
}

impl Tags {
    fn add(&mut self, name: &str, members: &[BotId]) {
        let name = if matches!(name, "coordinator" | "nanofolks") { "leader" } else { name };
        match members.iter().find(|member| member.as_str() == name) {
            Some(bot) if !self.bots.contains(bot) => self.bots.push(bot.clone()),
            None if !self.unknown.iter().any(|known| known == name) => {
                self.unknown.push(name.to_owned());
            }
            Some(_) | None => {}
        }
    }

    pub(super) fn decided(&self) -> Decided {
        let what = if self.bots.is_empty() {
            "nobody is mentioned".to_owned()
        } else {
            self.bots.iter().map(|bot| format!("@{bot}")).collect::<Vec<_>>().join(" ")
        };
        let reasons = self.unknown.iter().map(|name| format!("@{name} is not in this room"));
        Decided { stage: Stage::Tags, what, reasons: reasons.collect() }
    }
}
