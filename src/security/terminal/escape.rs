//! Where an escape sequence ends.

/// Longer ones are no sequences but a trick to swallow text.
const LONGEST: usize = 4096;

/// What is known about a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// It is this long.
    Ends(usize),
    /// More text decides.
    Unfinished,
}

/// How long the sequence at the start of `text` is. A broken one is only its introducer:
/// the text behind it is shown.
pub(super) fn length(text: &str, last: bool) -> Escape {
    let mut chars = text.chars();
    let (introducer, start) = match chars.next() {
        Some('\u{1b}') => match chars.next() {
            Some(next) => (next, 1 + next.len_utf8()),
            None => return unfinished(1, last),
        },
        Some(c) => (one_character(c), c.len_utf8()),
        None => return Escape::Ends(0),
    };
    let body = &text[start..];
    match introducer {
        '[' => control(body, start, last),
        ']' | 'P' | 'X' | '^' | '_' => string(body, start, last),
        ' '..='/' => plain(body, start, last),
        '0'..='~' => Escape::Ends(start),
        // Not a sequence: the escape goes, what follows is looked at on its own.
        _ => Escape::Ends(1),
    }
}

/// The character after ESC that means the same.
const fn one_character(c: char) -> char {
    match c {
        '\u{90}' => 'P',
        '\u{98}' => 'X',
        '\u{9d}' => ']',
        '\u{9e}' => '^',
        '\u{9f}' => '_',
        _ => '[',
    }
}

const fn unfinished(length: usize, last: bool) -> Escape {
    if last { Escape::Ends(length) } else { Escape::Unfinished }
}

/// Parameters, then one final character.
fn control(body: &str, start: usize, last: bool) -> Escape {
    let end = body.bytes().position(|byte| !matches!(byte, 0x20..=0x3f));
    match end {
        Some(end) if end > LONGEST => Escape::Ends(start),
        Some(end) => match body.as_bytes().get(end) {
            Some(0x40..=0x7e) => Escape::Ends(start + end + 1),
            // What cannot be part of it ends it.
            _ => Escape::Ends(start + end),
        },
        None if body.len() > LONGEST => Escape::Ends(start),
        None => unfinished(start + body.len(), last),
    }
}

/// Intermediates, then one final character.
fn plain(body: &str, start: usize, last: bool) -> Escape {
    match body.bytes().position(|byte| !matches!(byte, 0x20..=0x2f)) {
        Some(end) if matches!(body.as_bytes().get(end), Some(0x30..=0x7e)) => {
            Escape::Ends(start + end + 1)
        }
        Some(_) => Escape::Ends(start),
        None if body.len() > LONGEST => Escape::Ends(start),
        None => unfinished(start, last),
    }
}

/// Anything up to BEL, ST or `ESC \`, in one line.
fn string(body: &str, start: usize, last: bool) -> Escape {
    for (at, c) in body.char_indices() {
        if at > LONGEST {
            return Escape::Ends(start);
        }
        match c {
            '\u{7}' | '\u{9c}' => return Escape::Ends(start + at + c.len_utf8()),
            '\u{1b}' => {
                let rest = &body[at + 1..];
                return match rest.chars().next() {
                    Some('\\') => Escape::Ends(start + at + 2),
                    None if !last => Escape::Unfinished,
                    _ => Escape::Ends(start + at),
                };
            }
            '\n' | '\r' => return Escape::Ends(start),
            _ => {}
        }
    }
    if body.len() > LONGEST { Escape::Ends(start) } else { unfinished(start, last) }
}
