//! Values that are secret because of their name: `password = …`, `"api_key": "…"`.
//!
//! Most lines with such a name hold no secret: `token = next_token()`, `"password": "Kennwort"`,
//! `max_tokens: 8192`. So the value has to look like one, the more so the vaguer the name.

use std::ops::Range;

use super::{Hit, With, mask};

/// How much a name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    /// People choose it: short, perhaps a word.
    Password,
    /// A machine made it.
    Token,
    /// Long, or it is something else.
    Key,
}

/// The ends of names, in small letters, without `_` and `-`.
const NAMES: &[(&str, Name)] = &[
    ("password", Name::Password),
    ("passwd", Name::Password),
    ("passphrase", Name::Password),
    ("pwd", Name::Password),
    ("secret", Name::Password),
    ("token", Name::Token),
    ("apikey", Name::Token),
    ("accesskey", Name::Token),
    ("secretkey", Name::Token),
    ("privatekey", Name::Token),
    ("credential", Name::Token),
    ("credentials", Name::Token),
    ("encryptionkey", Name::Key),
    ("signingkey", Name::Key),
    ("masterkey", Name::Key),
    ("authkey", Name::Key),
    ("clientkey", Name::Key),
    ("accountkey", Name::Key),
    ("storagekey", Name::Key),
    ("auth", Name::Key),
];

/// Longest name that is looked at.
const LONGEST_NAME: usize = 64;

/// Finds secret values.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr2_iter(b'=', b':', bytes) {
        let Some(name) = name_before(bytes, at) else { continue };
        let Some(value) = value_after(text, at) else { continue };
        if is_secret(text, name, &value) {
            hits.push(Hit { range: value.range, with: With::Ends });
        }
    }
}

/// What kind of name ends right before a separator.
fn name_before(bytes: &[u8], separator: usize) -> Option<Name> {
    let skip = |b: &u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'\\' | b'`' | b'*');
    let end = bytes[..separator].iter().rposition(|b| !skip(b))? + 1;
    if separator - end > 8 {
        return None;
    }
    // Quick: most names end otherwise.
    let last = bytes[end - 1].to_ascii_lowercase();
    if !matches!(last, b'd' | b'e' | b't' | b'n' | b'y' | b'l' | b's' | b'h') {
        return None;
    }
    let mut plain = [0; LONGEST_NAME];
    let mut length = 0;
    for byte in bytes[..end].iter().rev() {
        match byte {
            b'_' | b'-' => {}
            b if b.is_ascii_alphabetic() && length < LONGEST_NAME => {
                plain[length] = b.to_ascii_lowercase();
                length += 1;
            }
            _ => break,
        }
    }
    let plain = &plain[..length];
    let ends = |name: &str| {
        name.len() <= length && name.bytes().rev().eq(plain[..name.len()].iter().copied())
    };
    NAMES
        .iter()
        .filter(|(name, kind)| ends(name) && (*kind != Name::Key || *name != "auth" || length == 4))
        .map(|(_, kind)| *kind)
        .next()
}

/// A value and how it is written.
struct Value {
    range: Range<usize>,
    quoted: bool,
    /// Whether nothing stands between the separator and the value.
    tight: bool,
    /// What follows it.
    next: Option<u8>,
}

fn value_after(text: &str, separator: usize) -> Option<Value> {
    let bytes = text.as_bytes();
    let mut at = separator + 1;
    // `:=`, `=>`, `==` is no assignment.
    match (bytes[separator], bytes.get(at)) {
        (b':', Some(b'=')) | (b'=', Some(b'>')) => at += 1,
        (b'=', Some(b'=' | b'~')) | (b':', Some(b':' | b'/')) => return None,
        _ => {}
    }
    if separator > 0 && matches!(bytes[separator - 1], b'=' | b'!' | b'<' | b'>' | b':') {
        return None;
    }
    let start = at;
    while matches!(bytes.get(at), Some(b' ' | b'\t')) && at - start < 16 {
        at += 1;
    }
    let tight = at == start;
    while matches!(bytes.get(at), Some(b'\\')) {
        at += 1;
    }
    let quote = bytes.get(at).copied().filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    if quote.is_some() {
        at += 1;
    }
    let ends = |c: char| {
        let breaks = c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '\\');
        breaks || (quote.is_none() && c.is_ascii() && !is_bare(c))
    };
    let rest = &text[at..];
    let length = rest.find(ends).unwrap_or(rest.len());
    let next = bytes.get(at + length).copied();
    (length > 0).then(|| Value { range: at..at + length, quoted: quote.is_some(), tight, next })
}

/// What a value without quotes may be made of.
const fn is_bare(c: char) -> bool {
    !matches!(c, ',' | ';' | '<' | '>' | '&' | '(' | ')' | '[' | ']' | '{' | '}' | '|')
}

fn is_secret(text: &str, name: Name, value: &Value) -> bool {
    let content = &text[value.range.clone()];
    if mask::is_masked(content) || is_reference(content) || is_code(text, value) {
        return false;
    }
    let length = content.chars().count();
    let digits = content.bytes().filter(u8::is_ascii_digit).count();
    let letters = content.chars().filter(|c| c.is_alphabetic()).count();
    let mixed = digits > 0 && letters > 0;
    // A quoted text that goes on after a space is a sentence.
    if value.quoted && value.next.is_some_and(|next| next == b' ') {
        return false;
    }
    match name {
        Name::Password => (length >= 6 && mixed) || (length >= 8 && chosen(content, value)),
        Name::Token => (length >= 12 && mixed) || (length >= 32 && is_dense(content)),
        Name::Key => length >= 32 && mixed && is_dense(content),
    }
}

/// A password of letters and signs: a word nobody would use as a label or a name in code.
fn chosen(content: &str, value: &Value) -> bool {
    let marks = content
        .chars()
        .any(|c| c.is_ascii_punctuation() && !matches!(c, '_' | '-' | '.' | ':' | '/' | '*' | '$'));
    let small = content.chars().all(|c| c.is_ascii_lowercase());
    let hints = ["pass", "secret", "token", "key", "cred", "string", "value", "require", "option"];
    let named = hints.iter().any(|hint| content.to_ascii_lowercase().contains(hint));
    let called = !value.quoted && matches!(value.next, Some(b')' | b',' | b';'));
    let plain = value.quoted || value.tight;
    (marks && plain) || (small && plain && !named && !called)
}

/// Leads to a secret and is none: `${KEY}`, `{{ key }}`, `env:KEY`, `<your key>`, `…`.
fn is_reference(content: &str) -> bool {
    let starts = [
        "$",
        "{{",
        "<",
        "%(",
        "%{",
        "env:",
        "keyring:",
        "vault:",
        "op://",
        "process.env",
        "os.",
        "…",
        "...",
    ];
    starts.iter().any(|start| content.starts_with(start))
        || content.to_ascii_lowercase().contains("redacted")
        || content.bytes().all(|b| matches!(b, b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'#'))
}

/// `self.token`, `config::TOKEN`, `read_token(…)`, `token: TOKEN_0,`, `0x0017`, `"A_CONSTANT"`.
fn is_code(text: &str, value: &Value) -> bool {
    let content = &text[value.range.clone()];
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    if content.contains('_') && content.bytes().all(capital) {
        return true;
    }
    if value.quoted {
        return false;
    }
    if matches!(value.next, Some(b'(' | b'<' | b'[' | b'{')) {
        return true;
    }
    if content.strip_prefix("0x").is_some_and(|digits| digits.len() <= 16) {
        return true;
    }
    // A name with a comma or an assignment behind it is a type or a variable.
    let follows = text[value.range.end..].trim_start_matches(' ');
    if !value.tight && is_name(content) && follows.starts_with([',', ';', '=']) {
        return true;
    }
    let parts: Vec<_> = content.split(['.', ':']).filter(|part| !part.is_empty()).collect();
    // Short names with dots between them; a token in three parts has long ones.
    parts.len() > 1 && parts.iter().all(|part| is_name(part) && part.len() < 20)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Nothing but what keys are made of.
fn is_dense(content: &str) -> bool {
    content.bytes().all(|b| {
        b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'~')
    })
}
