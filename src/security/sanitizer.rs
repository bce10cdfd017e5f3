//! Secrets out of text.
//!
//! Ordinary text costs one look at each byte: no pattern is compiled, nothing is built. The
//! scanner knows the shapes of keys and tokens; [`Sanitizer`] also knows the keys in use and
//! finds those in any encoding; [`SanitizerStream`] does the same for text in pieces.
//!
//! What is found is cut down to its first and last four characters. Doing it again changes
//! nothing.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use nanofolks_protocol::Secret;

mod assignment;
mod encoded;
mod known;
mod mask;
mod pem;
mod stream;
mod token;

#[cfg(test)]
mod tests;

pub use stream::SanitizerStream;

/// Something to hide: where it is, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    range: Range<usize>,
    with: With,
}

/// What stands in the place of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    /// Its first and last four characters.
    Ends,
    /// The body of a PEM block.
    Body,
}

/// Masks whatever looks like a secret; ordinary text comes back as it is.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    masked(text, scan(text))
}

/// Masks known secrets in any encoding, and whatever looks like one. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sanitizer {
    known: Arc<[Secret]>,
    finder: Arc<OnceLock<Option<AhoCorasick>>>,
}

impl Sanitizer {
    /// Knows these secrets. Those shorter than eight characters are too likely to be words
    /// and are left out. Nothing is built before it is needed.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let long = |secret: &&Secret| secret.expose().trim().chars().count() >= known::SHORTEST;
        let known = secrets.into_iter().filter(long).cloned().collect();
        Self { known, finder: Arc::default() }
    }

    /// Masks whatever is or looks like a secret; ordinary text comes back as it is.
    #[must_use]
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        masked(text, self.hits(text))
    }

    /// The same for text that comes in pieces.
    #[must_use]
    pub fn stream(&self) -> SanitizerStream {
        SanitizerStream::new(self.clone())
    }

    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = scan(text);
        if let Some(finder) = self.finder() {
            let found = finder.find_iter(text);
            hits.extend(found.map(|found| Hit { range: found.range(), with: With::Ends }));
        }
        hits
    }

    fn finder(&self) -> Option<&AhoCorasick> {
        if self.known.is_empty() {
            return None;
        }
        let build = || {
            let forms: Vec<_> =
                self.known.iter().flat_map(|secret| known::forms(secret.expose())).collect();
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms).ok()
        };
        self.finder.get_or_init(build).as_ref()
    }
}

impl std::fmt::Debug for Sanitizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sanitizer({} known)", self.known.len())
    }
}

/// Everything that looks like a secret.
fn scan(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    find_plain(text, &mut hits);
    for word in words(text) {
        encoded::find(text, &word, &mut hits);
    }
    hits
}

/// The same without looking into encodings.
fn find_plain(text: &str, hits: &mut Vec<Hit>) {
    for word in words(text) {
        token::find(text, &word, hits);
    }
    assignment::find(text, hits);
    pem::find(text, hits);
}

/// Shorter words hold no token.
const SHORTEST_WORD: usize = 14;

/// What ends a word besides white space, control characters and everything beyond ASCII.
const fn is_word(byte: u8) -> bool {
    !matches!(
        byte,
        0..=0x20 | b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}'
            | b',' | b';' | b'|' | b'\\' | b'&' | 0x7f..=0xff
    )
}

/// The words long enough to hold a token.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at + bytes[at..].iter().position(|byte| is_word(*byte))?;
            let length = bytes[start..].iter().position(|byte| !is_word(*byte));
            let end = length.map_or(bytes.len(), |length| start + length);
            at = end;
            if end - start >= SHORTEST_WORD {
                return Some(start..end);
            }
        }
        None
    })
}

/// The text with all hits masked. Hits that touch become one.
fn masked(text: &str, hits: Vec<Hit>) -> Cow<'_, str> {
    let hits = joined(text, hits);
    if hits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for hit in hits {
        out.push_str(&text[at..hit.range.start]);
        mask::push(&mut out, &text[hit.range.clone()], hit.with);
        at = hit.range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Hits in order, overlapping ones as one, without those that are masked already.
fn joined(text: &str, mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.range.is_empty() && !mask::is_masked(&text[hit.range.clone()]));
    hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
    let mut joined: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match joined.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => joined.push(hit),
        }
    }
    joined
}
