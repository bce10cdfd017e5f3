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
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

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

/// Masks known secrets in any encoding, and whatever looks like one. Cheap to clone; what one
/// clone learns all of them know.
#[derive(Clone, Default)]
pub struct Sanitizer {
    known: Arc<RwLock<Known>>,
}

/// The secrets in use, and what finds them.
#[derive(Default)]
struct Known {
    secrets: Vec<Secret>,
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Sanitizer {
    /// Knows these secrets. Those shorter than eight characters are too likely to be words
    /// and are left out. Nothing is built before it is needed.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| is_long(secret)).cloned().collect();
        Self { known: Arc::new(RwLock::new(Known { secrets, finder: OnceLock::new() })) }
    }

    /// Knows this secret too, from now on.
    pub fn learn(&self, secret: &Secret) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if is_long(secret) && !known.secrets.contains(secret) {
            known.secrets.push(secret.clone());
            known.finder = OnceLock::new();
        }
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
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(finder) = known.finder() {
            let found = finder.find_iter(text);
            hits.extend(found.map(|found| Hit { range: found.range(), with: With::Ends }));
        }
        hits
    }
}

fn is_long(secret: &Secret) -> bool {
    secret.expose().trim().chars().count() >= known::SHORTEST
}

impl Known {
    fn finder(&self) -> Option<&AhoCorasick> {
        if self.secrets.is_empty() {
            return None;
        }
        let build = || {
            let forms: Vec<_> =
                self.secrets.iter().flat_map(|secret| known::forms(secret.expose())).collect();
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms).ok()
        };
        self.finder.get_or_init(build).as_ref()
    }
}

impl std::fmt::Debug for Sanitizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Sanitizer({} known)", known.secrets.len())
    }
}

/// Everything that looks like a secret.
fn scan(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for word in words(text) {
        token::find(text, &word, &mut hits);
        encoded::find(text, &word, &mut hits);
    }
    assignment::find(text, &mut hits);
    pem::find(text, &mut hits);
    hits
}

/// The same without looking into encodings.
fn find_plain(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for word in words(text) {
        token::find(text, &word, &mut hits);
    }
    assignment::find(text, &mut hits);
    pem::find(text, &mut hits);
    hits
}

/// Shorter words hold no token.
const SHORTEST_WORD: usize = 14;

/// What a word is made of: everything visible in ASCII but quotes, brackets and the like.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        table[byte] = true;
        byte += 1;
    }
    let ends = b"\"'`<>()[]{},;|\\&";
    let mut at = 0;
    while at < ends.len() {
        table[ends[at] as usize] = false;
        at += 1;
    }
    table
};

/// The words long enough to hold a token.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| WORD[usize::from(*byte)]);
    let mut at = 0;
    std::iter::from_fn(move || {
        // A long word covers every place that is a multiple of its least length: only there
        // it pays to look.
        while at + SHORTEST_WORD <= bytes.len() {
            let probe = at + SHORTEST_WORD - 1;
            let start = (at..=probe).rev().take_while(|at| is_word(*at)).last();
            match start {
                Some(start) if start == at => {
                    let end = (probe + 1..).find(|at| !is_word(*at)).unwrap_or(bytes.len());
                    at = end + 1;
                    return Some(start..end);
                }
                // What ends here begins a word that is looked at next.
                Some(start) => at = start,
                None => at = probe + 1,
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
