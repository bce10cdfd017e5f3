//! Finds what is meant by a few letters: bots, files, rooms, whatever a command takes.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

#[cfg(test)]
mod tests;

/// What the texts are; it says which letters count most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Names: the beginnings of words count.
    Name,
    /// Paths: the beginnings of their parts count.
    Path,
}

/// The items whose text fits what was typed, best first, at most `most`.
///
/// The letters must be there in their order, others may stand between them. Small letters fit
/// both, capitals only themselves. With nothing typed all fit, in the order they came in. Of
/// two that fit equally well the shorter text comes first, then the one that came in first.
pub fn best<T>(
    items: impl IntoIterator<Item = T>,
    typed: &str,
    kind: Kind,
    most: usize,
    text: impl Fn(&T) -> &str,
) -> Vec<T> {
    if typed.is_empty() {
        return items.into_iter().take(most).collect();
    }
    let mut matcher = Matcher::new(match kind {
        Kind::Name => Config::DEFAULT,
        Kind::Path => Config::DEFAULT.match_paths(),
    });
    let atom = nucleo_matcher::pattern::AtomKind::Fuzzy;
    let pattern = Pattern::new(typed, CaseMatching::Smart, Normalization::Smart, atom);
    let mut chars = Vec::new();
    let mut found: Vec<(u32, usize, T)> = items
        .into_iter()
        .filter_map(|item| {
            let text = text(&item);
            let score = pattern.score(Utf32Str::new(text, &mut chars), &mut matcher)?;
            let length = text.len();
            Some((score, length, item))
        })
        .collect();
    found.sort_by_key(|(score, length, _)| (std::cmp::Reverse(*score), *length));
    found.into_iter().take(most).map(|(_, _, item)| item).collect()
}
