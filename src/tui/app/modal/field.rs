//! One line of text in a modal: a filter, an answer, a secret.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};
use zeroize::{Zeroize as _, Zeroizing};

/// Most bytes of it. All of them are set aside at first: a secret that grows leaves no copies.
const LONGEST: usize = 16 * 1024;

/// A line that is typed into a modal. It is wiped when it is dropped, and never printed.
#[derive(Clone)]
pub struct Field {
    text: Zeroizing<String>,
    /// Where the cursor is, in bytes.
    at: usize,
}

impl Default for Field {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::new()), at: 0 }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field(…)")
    }
}

impl Field {
    /// A line for what nobody may see.
    #[must_use]
    pub fn for_secret() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(LONGEST)), at: 0 }
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was typed, before the cursor and from it on.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_at_checked(self.at).unwrap_or((&self.text, ""))
    }

    /// Takes a key; whether it was one of a line of text.
    pub(crate) fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        if key.modifiers.contains(KeyModifiers::ALT) {
            return false;
        }
        match key.code {
            KeyCode::Char('u') if ctrl => self.clear(),
            KeyCode::Char('w') if ctrl => self.cut_word(),
            KeyCode::Char('a') if ctrl => self.at = 0,
            KeyCode::Char('e') if ctrl => self.at = self.text.len(),
            KeyCode::Char('h') if ctrl => self.cut_back(),
            KeyCode::Char(c) if !ctrl => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.cut_back(),
            KeyCode::Delete => {
                let next = self.next();
                self.text.replace_range(self.at..next, "");
            }
            KeyCode::Left => self.at = self.before(),
            KeyCode::Right => self.at = self.next(),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Puts text in at the cursor; line ends become blanks, what cannot be seen is left out.
    pub(crate) fn insert(&mut self, text: &str) {
        for c in text.trim_end_matches(['\r', '\n']).chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if !c.is_control() && self.text.len() + c.len_utf8() <= LONGEST {
                self.text.insert(self.at, c);
                self.at += c.len_utf8();
            }
        }
    }

    /// Takes everything away.
    pub(crate) fn clear(&mut self) {
        // What was there is wiped; the room it had is kept.
        self.text.zeroize();
        self.at = 0;
    }

    fn cut_back(&mut self) {
        let before = self.before();
        self.text.replace_range(before..self.at, "");
        self.at = before;
    }

    fn cut_word(&mut self) {
        let (left, _) = self.parts();
        let kept = left.trim_end();
        let from = kept.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        self.text.replace_range(from..self.at, "");
        self.at = from;
    }

    fn before(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.at, self.text.len(), true);
        cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
    }

    fn next(&self) -> usize {
        self.parts().1.graphemes(true).next().map_or(self.at, |first| self.at + first.len())
    }
}
