//! What a text names: `@bot`, `@file`, `@"a file"`, `#room`.

use nanofolks_protocol::BotId;

#[cfg(test)]
mod tests;

/// A word that is being typed and begins with a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Begun<'a> {
    /// Where it begins, with its mark.
    pub(crate) from: usize,
    /// The mark.
    pub(crate) mark: char,
    /// What follows the mark, without quotes.
    pub(crate) word: &'a str,
}

/// The word that ends where the line does, when it begins with `@` or `#`.
pub(crate) fn begun(line: &str) -> Option<Begun<'_>> {
    if let Some(from) = line.rfind("@\"") {
        let word = line.get(from + 2..)?;
        if is_edge(line, from) && !word.contains(['"', '\n']) {
            return Some(Begun { from, mark: '@', word });
        }
    }
    let from = line.rfind(char::is_whitespace).map_or(0, |at| {
        at + line.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let word = line.get(from..)?;
    let opened = word.trim_start_matches(['(', '[', '{', '\'', '*']);
    let from = from + (word.len() - opened.len());
    let mark = opened.chars().next().filter(|mark| matches!(mark, '@' | '#'))?;
    Some(Begun { from, mark, word: opened.get(1..)?.trim_start_matches('"') })
}

/// The names of files in a text, each once, in their order. What is the name of a bot is one.
pub(crate) fn files(text: &str, bots: &[BotId]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('@')).map(|at| from + at) {
        from = at + 1;
        let rest = text.get(from..).unwrap_or_default();
        if !is_edge(text, at) {
            continue;
        }
        let name = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').map(|(name, _)| name).unwrap_or_default(),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                word.trim_end_matches(|c: char| ".,;:!?)]}>'\"*".contains(c))
            }
        };
        from += name.len();
        let is_bot = bots.iter().any(|bot| bot.as_str() == name.to_lowercase());
        if !name.is_empty() && !is_bot && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// How a file is named in a text.
pub(crate) fn of_file(path: &str) -> String {
    let plain = !path.contains(|c: char| c.is_whitespace() || c == '"')
        && !path.ends_with(|c: char| ".,;:!?)]}>'\"*".contains(c));
    if plain { format!("@{path} ") } else { format!("@\"{path}\" ") }
}

/// Whether a mark at this place begins a word: an address is no mention.
fn is_edge(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|front| front.chars().next_back());
    before.is_none_or(|c| c.is_whitespace() || "([{\"',;:*".contains(c))
}
