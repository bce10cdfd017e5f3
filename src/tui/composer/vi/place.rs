//! Places in a text: characters as people see them, lines, blanks.

use unicode_segmentation::UnicodeSegmentation as _;

/// The place behind the character at `at`.
pub(super) fn after(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.graphemes(true).next().map_or(0, str::len)
}

/// The place of the character before `at`.
pub(super) fn before(text: &str, at: usize) -> usize {
    let front = text.get(..at).unwrap_or_default();
    front.grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
}

/// The place so many characters on; `None` when there are less.
pub(super) fn forward(text: &str, at: usize, count: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut passed = rest.graphemes(true).take(count);
    let mut to = at;
    for _ in 0..count {
        to += passed.next()?.len();
    }
    Some(to)
}

/// The first place of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|front| front.rfind('\n')).map_or(0, |end| end + 1)
}

/// The end of the line, where its line feed stands.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end)
}

/// The place behind the line feed of the line.
pub(super) fn past_line_end(text: &str, at: usize) -> usize {
    (line_end(text, at) + 1).min(text.len())
}

/// The first place of the line that is no blank.
pub(super) fn first_word(text: &str, at: usize) -> usize {
    let (start, end) = (line_start(text, at), line_end(text, at));
    let line = text.get(start..end).unwrap_or_default();
    start + (line.len() - line.trim_start().len())
}

/// Where a cursor that stands on characters stands: not behind the last one of a line.
pub(super) fn on_character(text: &str, at: usize) -> usize {
    let (start, end) = (line_start(text, at), line_end(text, at));
    if at >= end && end > start { before(text, end) } else { at }
}

/// So many lines from the one of `at` on, with their line feeds.
pub(super) fn lines(text: &str, at: usize, count: usize) -> (usize, usize) {
    let from = line_start(text, at);
    let mut to = past_line_end(text, at);
    for _ in 1..count {
        if to >= text.len() {
            break;
        }
        to = past_line_end(text, to);
    }
    (from, to)
}

/// Lines with the line feed that parts them from the rest, which is the one before when they
/// are the last.
pub(super) fn with_line_end(text: &str, from: usize, to: usize) -> (usize, usize) {
    let ends = text.get(from..to).is_some_and(|lines| lines.ends_with('\n'));
    if to < text.len() || ends && from == 0 {
        return (from, to);
    }
    // A text that ends with an empty line keeps it apart from what goes.
    if ends { (from, to) } else { (from.saturating_sub(1), to) }
}

/// Up to `to`, but without the line end and the blanks before a word of the next line.
pub(super) fn without_line_end(text: &str, from: usize, to: usize) -> usize {
    let part = text.get(from..to).unwrap_or_default();
    match part.rfind('\n') {
        Some(end) if part.get(end..).is_some_and(|rest| rest.trim().is_empty()) => {
            let kept = part.get(..end).unwrap_or_default();
            from + kept.trim_end_matches('\n').len()
        }
        _ => to,
    }
}

/// Whether a blank or a line feed stands at `at`, or nothing.
pub(super) fn is_blank(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_none_or(char::is_whitespace)
}
