//! Outside text made fit for a terminal.
//!
//! Escape sequences go, other control characters become pictures (`␇`), and what would
//! reorder or hide text is written out (`⟨U+202E⟩`). Tabs, line ends and ordinary text of
//! every script stay as they are, emoji sequences and the joiners of real scripts included.

use std::borrow::Cow;

mod chars;
mod escape;

#[cfg(test)]
mod tests;

use chars::Kind;
use escape::Escape;

/// Takes control and escape sequences out and makes invisible characters visible.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = Before::default();
    walk(text, &mut before, true, &mut out);
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Writes out everything that is not seen as it is, escape sequences too: for approvals,
/// where what is shown must be all there is. Line ends and tabs stay.
#[must_use]
pub fn reveal(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t') || !chars::is_hidden(c) {
            out.push(c);
        } else {
            chars::push_code(&mut out, c);
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether a character means something only between others: a joiner, a variant, a tag.
/// [`clean`] keeps it where it belongs, so it has to see it there.
#[must_use]
pub fn is_part(c: char) -> bool {
    matches!(chars::kind(c), Kind::Joiner | Kind::Variant | Kind::Tag)
}

/// The same as [`clean`] for text that comes in pieces.
#[derive(Debug, Default, Clone)]
pub struct Cleaner {
    held: String,
    before: Before,
}

impl Cleaner {
    /// Takes the next piece, gives what can be shown now.
    pub fn push(&mut self, piece: &str) -> String {
        if self.held.is_empty() && piece.is_ascii() && is_plain(piece) {
            self.before.set(piece);
            return piece.to_owned();
        }
        self.held.push_str(piece);
        self.go_on(false)
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> String {
        let rest = self.go_on(true);
        *self = Self::default();
        rest
    }

    fn go_on(&mut self, last: bool) -> String {
        let mut out = String::with_capacity(self.held.len());
        let used = walk(&self.held, &mut self.before, last, &mut out);
        self.held.drain(..used);
        out
    }
}

/// What was seen last; decides about joiners and tags.
#[derive(Debug, Default, Clone)]
struct Before {
    last: Option<char>,
    /// Inside the sequence of a flag.
    flag: bool,
}

impl Before {
    fn set(&mut self, text: &str) {
        if let Some(c) = text.chars().next_back() {
            self.see(c);
        }
    }

    fn see(&mut self, c: char) {
        self.flag = c == chars::BLACK_FLAG || (self.flag && chars::is_tag(c));
        self.last = Some(c);
    }
}

/// Whether there is nothing in it that could need a look.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'\n' | b'\t' | 0x20..=0x7e);
    text.bytes().all(plain)
        || !text.bytes().any(|byte| {
            // Control characters, and the first bytes of everything that is looked at.
            !plain(byte) && (byte < 0x80 || matches!(byte, 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3))
        })
}

/// Cleans as much as can be decided; gives how many bytes that was.
fn walk(text: &str, before: &mut Before, last: bool, out: &mut String) -> usize {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        match chars::kind(c) {
            Kind::Plain => out.push(c),
            Kind::Escape => {
                at = match escape::length(&text[at..], last) {
                    Escape::Unfinished => return at,
                    Escape::Ends(length) => at + length,
                };
                continue;
            }
            Kind::Return => {
                let rest = &text[next..];
                if rest.is_empty() && !last {
                    return at;
                }
                // Before a line end it says nothing; alone it would write over the line.
                if !rest.starts_with('\n') {
                    out.push('\n');
                    before.see('\n');
                }
                at = next;
                continue;
            }
            Kind::Break => out.push('\n'),
            Kind::Control => chars::push_picture(out, c),
            Kind::Hidden => chars::push_code(out, c),
            Kind::Joiner => {
                let Some(follows) = text[next..].chars().next().or_else(|| last.then_some('\n'))
                else {
                    return at;
                };
                if chars::joins(before.last, follows) {
                    out.push(c);
                } else {
                    chars::push_code(out, c);
                }
            }
            Kind::Mark => {
                if before.last.is_none() {
                    at = next;
                    continue;
                }
                chars::push_code(out, c);
            }
            Kind::Tag if before.flag => out.push(c),
            Kind::Tag => chars::push_code(out, c),
            Kind::Variant if before.last.is_some_and(chars::has_variants) => out.push(c),
            Kind::Variant => chars::push_code(out, c),
        }
        before.see(c);
        at = next;
    }
    at
}
