//! Secrets behind one layer of hexadecimal, Base64 or percent signs.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Hit, With, find_plain};

/// Shorter runs hold no secret.
const SHORTEST: usize = 24;

/// Decoded to see whether there is text in it at all.
const PROBE: usize = 32;

const LOOSE: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, LOOSE);
const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LOOSE);

/// Finds encoded secrets in one word.
pub(super) fn find(text: &str, word: &Range<usize>, hits: &mut Vec<Hit>) {
    if word.len() < SHORTEST {
        return;
    }
    let inside = &text[word.clone()];
    if inside.contains('%')
        && let Some(decoded) = percent(inside)
        && hides(&decoded)
    {
        hits.push(Hit { range: word.clone(), with: With::Ends });
        return;
    }
    for run in runs(text.as_bytes(), word) {
        let slashes = text[run.clone()].contains('/');
        if is_encoded(&text[run.clone()]) {
            hits.push(Hit { range: run, with: With::Ends });
        } else if slashes {
            segments(text, &run, hits);
        }
    }
}

/// The parts of a path, each on its own.
fn segments(text: &str, run: &Range<usize>, hits: &mut Vec<Hit>) {
    let mut start = run.start;
    for part in text[run.clone()].split('/') {
        let range = start..start + part.len();
        start = range.end + 1;
        if part.len() >= SHORTEST && is_encoded(part) {
            hits.push(Hit { range, with: With::Ends });
        }
    }
}

/// Runs of characters that Base64 is made of, with the equal signs at their end.
fn runs(bytes: &[u8], word: &Range<usize>) -> Vec<Range<usize>> {
    let is = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let mut runs = Vec::new();
    let mut at = word.start;
    while at < word.end {
        let start = at;
        while at < word.end && is(bytes[at]) {
            at += 1;
        }
        let length = at - start;
        while at < word.end && bytes[at] == b'=' {
            at += 1;
        }
        if length >= SHORTEST {
            runs.push(start..at);
        }
        if at == start {
            at += 1;
        }
    }
    runs
}

fn is_encoded(run: &str) -> bool {
    let digits = run.trim_end_matches('=');
    if digits.bytes().all(|b| b.is_ascii_hexdigit()) && digits.len().is_multiple_of(2) {
        return hex(digits).is_some_and(|decoded| hides(&decoded));
    }
    let engine = if run.contains(['-', '_']) { &URL } else { &PLAIN };
    // Most long runs are names, paths and hashes: a small piece tells.
    let probe = digits.get(..PROBE.min(digits.len() / 4 * 4)).unwrap_or_default();
    let is_text = engine.decode(probe).is_ok_and(|bytes| is_start_of_text(&bytes));
    is_text
        && engine
            .decode(digits)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .is_some_and(|decoded| hides(&decoded))
}

/// Whether decoded text holds a secret.
fn hides(decoded: &str) -> bool {
    !super::joined(decoded, find_plain(decoded)).is_empty()
}

fn is_start_of_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Err(_) => return false,
    };
    bytes[..valid].iter().all(|b| *b >= 0x20 || matches!(b, b'\n' | b'\r' | b'\t'))
}

fn hex(digits: &str) -> Option<String> {
    let value = |b: u8| char::from(b).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = digits.as_bytes().chunks_exact(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect();
    let bytes = bytes?;
    if is_start_of_text(&bytes) { String::from_utf8(bytes).ok() } else { None }
}

/// `None` when nothing was encoded or it is no text.
fn percent(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut found = false;
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
                found = true;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    if found { String::from_utf8(bytes).ok() } else { None }
}
