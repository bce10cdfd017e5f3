//! Text that comes in pieces.
//!
//! The last word is held back until it is complete, and so is a private key until its end.
//! A little of what was given out is kept, because `password = ` decides about the word
//! after it.

use super::{Sanitizer, joined, mask, pem};

/// Longest word that is held back whole; of longer ones the end is.
const LONGEST_WORD: usize = 8 * 1024;
/// What is held back of a longer word.
const TAIL: usize = 512;
/// Longest private key.
const LONGEST_KEY: usize = 32 * 1024;
/// Most that is kept of what was given out.
const LONGEST_CONTEXT: usize = 1024;
/// How much of what was given out is looked at again.
const CONTEXT: usize = 160;

/// Text that comes in pieces: what might be the start of a secret is held back.
#[derive(Debug, Clone)]
pub struct SanitizerStream {
    sanitizer: Sanitizer,
    /// What was given out last, then what is held back.
    text: String,
    /// Where in `text` that begins which is held back.
    given: usize,
}

impl SanitizerStream {
    pub(super) fn new(sanitizer: Sanitizer) -> Self {
        Self { sanitizer, text: String::new(), given: 0 }
    }

    /// Takes the next piece, gives what can be shown now.
    pub fn push(&mut self, piece: &str) -> String {
        self.text.push_str(piece);
        let cut = self.cut();
        self.give(cut)
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> String {
        let end = self.text.len();
        let rest = self.give(end);
        self.text.clear();
        self.given = 0;
        rest
    }

    /// Up to where nothing can change any more.
    fn cut(&self) -> usize {
        let held = &self.text[self.given..];
        if let Some(start) = pem::open(held)
            && held.len() - start < LONGEST_KEY
        {
            return self.given + start;
        }
        let mut start = self.last_word() - self.given;
        if held.len() - start > LONGEST_WORD {
            start = held.floor_char_boundary(held.len() - TAIL);
        }
        self.given + start
    }

    /// Where the last word begins. Beyond ASCII every character is a word of its own, unless
    /// it may belong to the value of a name.
    fn last_word(&self) -> usize {
        let held = &self.text[self.given..];
        let ends = |c: char| c.is_whitespace() || c.is_control();
        let space = held.char_indices().rev().find(|(_, c)| ends(*c));
        let start = space.map_or(0, |(at, c)| at + c.len_utf8());
        let word = &held[start..];
        let before = self.text[..self.given + start].trim_end();
        let value = word.contains(['=', ':']) || before.ends_with(['=', ':', '>']);
        let inside = match word.rfind(|c: char| !c.is_ascii()) {
            Some(at) if !value => at + word[at..].chars().next().map_or(0, char::len_utf8),
            _ => 0,
        };
        self.given + start + inside
    }

    fn give(&mut self, cut: usize) -> String {
        if cut <= self.given {
            return String::new();
        }
        let mut out = String::with_capacity(cut - self.given);
        let mut at = self.given;
        let mut cut = cut;
        for hit in joined(&self.text, self.sanitizer.hits(&self.text)) {
            if hit.range.start >= cut {
                break;
            }
            // A secret that reaches over the cut is given whole, as its mask.
            cut = cut.max(hit.range.end);
            if hit.range.end <= at {
                continue;
            }
            let start = hit.range.start.max(at);
            out.push_str(&self.text[at..start]);
            mask::push(&mut out, &self.text[start..hit.range.end], hit.with);
            at = hit.range.end;
        }
        out.push_str(&self.text[at..cut]);
        self.given = cut;
        self.forget();
        out
    }

    /// Lets go of old context, at the start of a word.
    fn forget(&mut self) {
        if self.given <= 2 * CONTEXT {
            return;
        }
        let from = self.text.floor_char_boundary(self.given - CONTEXT);
        let space = self.text[..from].rfind([' ', '\n']).map(|space| space + 1);
        // Text without spaces is cut anywhere in the end.
        let anywhere = (self.given > LONGEST_CONTEXT).then_some(from);
        if let Some(start) = space.or(anywhere) {
            self.text.drain(..start);
            self.given -= start;
        }
    }
}
