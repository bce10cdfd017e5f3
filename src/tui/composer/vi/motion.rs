//! Where motions lead.

use super::place::{after, before, first_word, line_end, line_start};

/// A way through the text. `true` means words parted by blanks only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motion {
    Left,
    Right,
    Down,
    Up,
    Start,
    First,
    End,
    Word(bool),
    /// To the end of a word, even of one that the cursor is at the end of.
    ChangedWord(bool),
    WordEnd(bool),
    Back(bool),
    Top,
    Bottom,
    Find(Find),
    /// The last find once more.
    Again,
    /// The same in the other direction.
    Reverse,
}

/// A character looked for in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) wanted: char,
    /// Up to it, not to it.
    pub(super) till: bool,
    pub(super) back: bool,
}

/// What an operator takes with a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// Not the character where the motion leads.
    Before,
    /// That character, too.
    With,
    /// Not that character, and not the end of the last line.
    Words,
    /// Whole lines.
    Lines,
}

/// Where a motion leads from `at`, and what an operator takes with it; `None` when there is no
/// such place.
pub(super) fn target(
    motion: Motion,
    count: Option<usize>,
    text: &str,
    at: usize,
    last: Option<&Find>,
) -> Option<(usize, Span)> {
    let times = count.unwrap_or(1);
    let many = |step: &dyn Fn(usize) -> usize| (0..times).fold(at, |at, _| step(at));
    Some(match motion {
        Motion::Left => {
            let start = line_start(text, at);
            (many(&|at| if at > start { before(text, at) } else { at }), Span::Before)
        }
        Motion::Right => {
            let end = line_end(text, at);
            (many(&|at| if at < end { after(text, at) } else { at }), Span::Before)
        }
        Motion::Down => (line_below(text, at, times)?, Span::Lines),
        Motion::Up => (line_above(text, at, times)?, Span::Lines),
        Motion::Start => (line_start(text, at), Span::Before),
        Motion::First => (first_word(text, at), Span::Before),
        Motion::End => {
            let at = line_below(text, at, times - 1).unwrap_or(at);
            (line_end(text, at), Span::Before)
        }
        Motion::Word(big) => (many(&|at| word(text, at, big)), Span::Words),
        Motion::ChangedWord(big) => {
            let first = end_of(text, at, big);
            let at = (1..times).fold(first, |at, _| word_end(text, at, big));
            (at, Span::With)
        }
        Motion::WordEnd(big) => (many(&|at| word_end(text, at, big)), Span::With),
        Motion::Back(big) => (many(&|at| back(text, at, big)), Span::Before),
        Motion::Top => {
            let line = count.map_or(0, |count| nth_line(text, count));
            (first_word(text, line), Span::Lines)
        }
        Motion::Bottom => {
            let line = count.map_or(text.len(), |count| nth_line(text, count));
            (first_word(text, line), Span::Lines)
        }
        Motion::Find(find) => found(text, at, find, times)?,
        Motion::Again => found(text, at, *last?, times)?,
        Motion::Reverse => {
            let last = last?;
            found(text, at, Find { back: !last.back, ..*last }, times)?
        }
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Blank,
    Letter,
    Other,
}

/// What stands at a place.
pub(super) fn class(text: &str, at: usize, big: bool) -> Class {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        None => Class::Blank,
        Some(c) if c.is_whitespace() => Class::Blank,
        Some(_) if big => Class::Letter,
        Some(c) if c.is_alphanumeric() || c == '_' => Class::Letter,
        Some(_) => Class::Other,
    }
}

/// Whether an empty line stands there; it counts as a word.
fn is_empty_line(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with('\n')) && line_start(text, at) == at
}

fn word(text: &str, at: usize, big: bool) -> usize {
    let here = class(text, at, big);
    let mut at = at;
    if here != Class::Blank {
        while at < text.len() && class(text, at, big) == here {
            at = after(text, at);
        }
    } else if at < text.len() {
        at = after(text, at);
        if is_empty_line(text, at) {
            return at;
        }
    }
    while at < text.len() && class(text, at, big) == Class::Blank && !is_empty_line(text, at) {
        at = after(text, at);
    }
    at
}

/// The last character of the word at `at`, or of the next one.
fn end_of(text: &str, at: usize, big: bool) -> usize {
    let mut at = at;
    while at < text.len() && class(text, at, big) == Class::Blank {
        at = after(text, at);
    }
    let here = class(text, at, big);
    loop {
        let next = after(text, at);
        if next >= text.len() || class(text, next, big) != here {
            return at.min(before(text, text.len()));
        }
        at = next;
    }
}

fn word_end(text: &str, at: usize, big: bool) -> usize {
    end_of(text, after(text, at), big)
}

fn back(text: &str, at: usize, big: bool) -> usize {
    let mut at = before(text, at);
    while at > 0 && class(text, at, big) == Class::Blank && !is_empty_line(text, at) {
        at = before(text, at);
    }
    let here = class(text, at, big);
    while at > 0 && here != Class::Blank && class(text, before(text, at), big) == here {
        at = before(text, at);
    }
    at
}

/// The place in the same column some lines below; `None` when there are not so many.
fn line_below(text: &str, at: usize, times: usize) -> Option<usize> {
    let start = line_start(text, at);
    let mut line = start;
    for _ in 0..times {
        let end = line_end(text, line);
        if end >= text.len() {
            return None;
        }
        line = end + 1;
    }
    Some(column(text, line, start, at))
}

fn line_above(text: &str, at: usize, times: usize) -> Option<usize> {
    let start = line_start(text, at);
    let mut line = start;
    for _ in 0..times {
        line = line_start(text, line.checked_sub(1)?);
    }
    Some(column(text, line, start, at))
}

/// The place in `line` that is as far from its start as `at` is from `start`.
fn column(text: &str, line: usize, start: usize, at: usize) -> usize {
    let end = line_end(text, line);
    let mut from = start;
    let mut to = line;
    while from < at && to < end {
        from = after(text, from);
        to = after(text, to);
    }
    to
}

/// Where a line begins, counted from one; the last when there are less.
fn nth_line(text: &str, number: usize) -> usize {
    let starts = text.match_indices('\n').map(|(end, _)| end + 1);
    std::iter::once(0).chain(starts).take(number.max(1)).last().unwrap_or(0)
}

fn found(text: &str, at: usize, find: Find, times: usize) -> Option<(usize, Span)> {
    let Find { wanted, till, back } = find;
    let mut at = at;
    for _ in 0..times {
        at = if back {
            let start = line_start(text, at);
            // One that stands right there already was the last one found.
            let from = if till { before(text, at).max(start) } else { at };
            start + text.get(start..from)?.rfind(wanted)?
        } else {
            let next = after(text, at);
            let from = if till { after(text, next) } else { next };
            let end = line_end(text, at);
            let from = from.min(end);
            match text.get(from..end)?.find(wanted) {
                Some(found) => from + found,
                None => return None,
            }
        };
        if till {
            at = if back { after(text, at) } else { before(text, at) };
        }
    }
    Some((at, if back { Span::Before } else { Span::With }))
}
