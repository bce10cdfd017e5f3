//! What is in the line, as something that can be kept: for another day, for another room, for
//! the way back when it could not be sent.

use nanofolks_protocol::Attachment;
use serde::{Deserialize, Serialize};

use super::Composer;
use super::piece::{Piece, Pieces};

/// A line that is not sent yet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What was typed; a character of its own for each piece.
    text: String,
    /// Long pastes and pictures, in their order.
    pieces: Vec<Piece>,
}

/// A line that is to be sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sending {
    /// The text in full.
    pub text: String,
    /// The pictures.
    pub images: Vec<Attachment>,
    /// The line as it was, in case it comes back.
    pub draft: Draft,
    /// What the person should know about what goes along.
    pub remarks: Vec<String>,
}

impl Draft {
    /// A line of nothing but text.
    #[must_use]
    pub const fn plain(text: String) -> Self {
        Self { text, pieces: Vec::new() }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether this is what is sent of it.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.words().trim_end() == text.trim_end()
    }

    /// How it stands among other pieces.
    pub(super) fn unpacked(&self, pieces: &mut Pieces) -> String {
        pieces.join(&self.text, &self.pieces)
    }

    /// What was typed, with a character that is no letter for each piece.
    pub(crate) fn typed(&self) -> &str {
        &self.text
    }

    /// All its words, pasted ones in full.
    #[must_use]
    pub fn words(&self) -> String {
        let mut pieces = Pieces::default();
        let text = self.unpacked(&mut pieces);
        pieces.expand(&text).0
    }
}

impl From<String> for Sending {
    fn from(text: String) -> Self {
        Self { draft: Draft::plain(text.clone()), text, ..Self::default() }
    }
}

impl Composer {
    /// The line as it is.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let (text, pieces) = self.pieces.part(self.buffer.text());
        Draft { text, pieces }
    }

    /// Puts a line before what is there. It can be undone.
    pub fn bring_back(&mut self, draft: &Draft) {
        if draft.is_empty() {
            return;
        }
        self.end_search();
        let text = draft.unpacked(&mut self.pieces);
        let now = self.buffer.text();
        let whole = if now.is_empty() { text } else { format!("{text}\n{now}") };
        self.buffer.replace(&whole);
    }

    /// Puts in the line as an editor left it. Pieces that are still in it are pieces again.
    pub fn edited(&mut self, text: &str) {
        self.end_search();
        let text = self.pieces.find_in(self.buffer.text(), super::piece::typed(text));
        self.buffer.replace(&text);
    }

    /// Takes the line out; the next one begins.
    pub fn take(&mut self) -> Draft {
        let draft = self.draft();
        self.begin();
        draft
    }
}
