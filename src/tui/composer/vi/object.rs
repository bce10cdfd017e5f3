//! Parts of a text that have a name: a word, what stands in quotes or brackets.

use super::motion::{Class, class};
use super::place::{after, before, line_end, line_start};

/// A part of the text around the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Object {
    kind: Kind,
    /// With what belongs to it: blanks behind a word, the quotes, the brackets.
    around: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word(bool),
    Quotes(char),
    Brackets(char, char),
}

impl Object {
    pub(super) const fn named(letter: char, around: bool) -> Option<Self> {
        let kind = match letter {
            'w' => Kind::Word(false),
            'W' => Kind::Word(true),
            '"' | '\'' | '`' => Kind::Quotes(letter),
            '(' | ')' | 'b' => Kind::Brackets('(', ')'),
            '[' | ']' => Kind::Brackets('[', ']'),
            '{' | '}' | 'B' => Kind::Brackets('{', '}'),
            '<' | '>' => Kind::Brackets('<', '>'),
            _ => return None,
        };
        Some(Self { kind, around })
    }
}

/// Where it begins and ends; `None` when the cursor is in none.
pub(super) fn find(object: Object, text: &str, at: usize) -> Option<(usize, usize)> {
    match object.kind {
        Kind::Word(big) => word(text, at, big, object.around),
        Kind::Quotes(mark) => quotes(text, at, mark, object.around),
        Kind::Brackets(open, close) => brackets(text, at, (open, close), object.around),
    }
}

/// The run of one class at `at`, within its line.
fn run(text: &str, at: usize, big: bool) -> (usize, usize) {
    let (start, end) = (line_start(text, at), line_end(text, at));
    let here = class(text, at, big);
    let (mut from, mut to) = (at, at);
    while from > start && class(text, before(text, from), big) == here {
        from = before(text, from);
    }
    while to < end && class(text, to, big) == here {
        to = after(text, to);
    }
    (from, to)
}

fn word(text: &str, at: usize, big: bool, around: bool) -> Option<(usize, usize)> {
    let (start, end) = (line_start(text, at), line_end(text, at));
    if start == end {
        return None;
    }
    let (from, to) = run(text, at, big);
    if !around {
        return Some((from, to));
    }
    if class(text, at, big) == Class::Blank {
        return Some((from, if to < end { run(text, to, big).1 } else { to }));
    }
    if to < end && class(text, to, big) == Class::Blank {
        return Some((from, run(text, to, big).1));
    }
    let blank = from > start && class(text, before(text, from), big) == Class::Blank;
    Some((if blank { run(text, before(text, from), big).0 } else { from }, to))
}

fn quotes(text: &str, at: usize, mark: char, around: bool) -> Option<(usize, usize)> {
    let (start, end) = (line_start(text, at), line_end(text, at));
    let line = text.get(start..end)?;
    let marks: Vec<usize> = line.match_indices(mark).map(|(found, _)| start + found).collect();
    // The pair around the cursor, else the next one of the line.
    let pair = marks.chunks_exact(2).find(|pair| pair.last().is_some_and(|end| at <= *end))?;
    let (open, close) = (*pair.first()?, *pair.last()?);
    Some(if around { (open, close + 1) } else { (open + 1, close) })
}

fn brackets(
    text: &str,
    at: usize,
    (open, close): (char, char),
    around: bool,
) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let front = text.get(..at)?.char_indices().rev();
    let here = text.get(at..)?.starts_with(open).then_some(at);
    let from = match here {
        Some(at) => at,
        None => front
            .filter(|(_, c)| *c == open || *c == close)
            .find(|(_, c)| {
                if *c == close {
                    depth += 1;
                    return false;
                }
                let outer = depth == 0;
                depth = depth.saturating_sub(1);
                outer
            })
            .map(|(found, _)| found)?,
    };
    let inside = from + open.len_utf8();
    let mut depth = 0_usize;
    let to = text
        .get(inside..)?
        .char_indices()
        .filter(|(_, c)| *c == open || *c == close)
        .find(|(_, c)| {
            if *c == open {
                depth += 1;
                return false;
            }
            let outer = depth == 0;
            depth = depth.saturating_sub(1);
            outer
        })
        .map(|(found, _)| inside + found)?;
    Some(if around { (from, to + close.len_utf8()) } else { (inside, to) })
}
