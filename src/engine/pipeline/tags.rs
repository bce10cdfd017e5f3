//! Finds who is mentioned: `@bot` as a whole word, `@all`, `@team`.

use nanofolks_protocol::BotId;
use nanofolks_protocol::event::Stage;

use super::Decided;

#[cfg(test)]
mod tests;

/// How much like a bot's name a name is that was meant to be it.
const ALIKE: f64 = 0.85;

/// What a text mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tags {
    /// Members that are mentioned, in order, each once.
    pub(crate) bots: Vec<BotId>,
    /// Names after an `@` that no member has.
    pub(crate) unknown: Vec<String>,
    /// Several that are called by one name.
    pub(crate) call: Option<Call>,
}

/// A name for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// Everybody in the room.
    All,
    /// Those whose field it is.
    Team,
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
        // What goes on as a path or a file name is none.
        let mut after = tail[end..].chars();
        let goes_on = match after.next() {
            Some('/' | '\\') => true,
            Some('.' | ':') => after.next().is_some_and(char::is_alphanumeric),
            _ => false,
        };
        if is_edge(previous) && !name.is_empty() && !goes_on {
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
        match name {
            "all" | "everyone" => self.call = Some(Call::All),
            "team" if self.call.is_none() => self.call = Some(Call::Team),
            "team" => {}
            _ => self.add_bot(name, members),
        }
    }

    fn add_bot(&mut self, name: &str, members: &[BotId]) {
        match members.iter().find(|member| member.as_str() == name) {
            Some(bot) if !self.bots.contains(bot) => self.bots.push(bot.clone()),
            None if !self.unknown.iter().any(|known| known == name) => {
                self.unknown.push(name.to_owned());
            }
            Some(_) | None => {}
        }
    }

    /// What the sender should know of a name that nobody here has: when the message begins
    /// with it, or it is a slip of the pen.
    pub(super) fn stranger(&self, members: &[BotId], text: &str) -> Option<String> {
        let near = |name: &String| {
            let likeness = |bot: &BotId| strsim::jaro_winkler(name, bot.as_str());
            let close = members.iter().map(|bot| (likeness(bot), bot));
            let close = close.filter(|(likeness, _)| *likeness > ALIKE);
            close.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, bot)| bot)
        };
        let slip = self.unknown.iter().find_map(|name| Some((name, near(name)?)));
        if let Some((name, bot)) = slip {
            return Some(format!("nobody called @{name} is in this room; did you mean @{bot}?"));
        }
        let begins = |name: &&String| {
            let first = text.trim_start().strip_prefix('@').unwrap_or_default();
            first.to_lowercase().starts_with(name.as_str())
        };
        let name = self.unknown.iter().find(begins)?;
        let all: Vec<_> = members.iter().map(|member| format!("@{member}")).collect();
        Some(format!("nobody called @{name} is in this room; {} are", all.join(", ")))
    }

    pub(super) fn decided(&self) -> Decided {
        let call = self.call.map(|call| match call {
            Call::All => "@all".to_owned(),
            Call::Team => "@team".to_owned(),
        });
        let bots = self.bots.iter().map(|bot| format!("@{bot}"));
        let all: Vec<_> = call.into_iter().chain(bots).collect();
        let what = if all.is_empty() { "nobody is mentioned".to_owned() } else { all.join(" ") };
        let reasons = self.unknown.iter().map(|name| format!("@{name} is not in this room"));
        Decided { stage: Stage::Tags, what, reasons: reasons.collect() }
    }
}
