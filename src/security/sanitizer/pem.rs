//! Private keys in PEM blocks.

use super::{Hit, With};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Finds the bodies of private keys. A block without an end goes on as long as its
/// characters fit.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&text.as_bytes()[from..], BEGIN.as_bytes()) {
        let title = from + found + BEGIN.len();
        from = title;
        let Some(body) = body_start(text, title) else { continue };
        let rest = &text[body..];
        let end = match rest.find(END) {
            Some(end) => body + end,
            // Prose about keys goes on in the same line, a key does not.
            None if !rest.starts_with(['\n', '\r', '\\']) => continue,
            None => body + rest.find(|c: char| !fits(c)).unwrap_or(rest.len()),
        };
        let inside = text[body..end].bytes().filter(u8::is_ascii_alphanumeric).count();
        if inside >= 16 {
            hits.push(Hit { range: body..end, with: With::Body });
        }
        from = end;
    }
}

/// Where a private key begins that has not ended yet.
pub(super) fn open(text: &str) -> Option<usize> {
    let start = text.rfind(BEGIN)?;
    let rest = &text[start + BEGIN.len()..];
    let title = rest.find(DASHES).map_or(rest, |end| &rest[..end]);
    let private = title.contains("PRIVATE") || title.len() < 40 && rest.len() == title.len();
    let closed = rest.find(END).is_some_and(|end| rest[end + END.len()..].contains(DASHES));
    (private && !closed).then_some(start)
}

fn body_start(text: &str, title: usize) -> Option<usize> {
    let rest = &text[title..];
    let end = rest.find(DASHES).filter(|end| *end <= 40)?;
    rest[..end].contains("PRIVATE KEY").then_some(title + end + DASHES.len())
}

fn fits(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | '\r' | ' ' | '\t' | '\\')
}
