//! Token ids to text, as they come, never cutting a character.

use std::sync::Arc;

/// How the tokens of a vocabulary are spelled.
pub(super) struct Spelling {
    tokens: Vec<String>,
    /// Markers that are not text.
    silent: Vec<bool>,
    sentence_piece: bool,
}

impl Spelling {
    pub(super) fn new(tokens: Vec<String>, silent: Vec<bool>, sentence_piece: bool) -> Self {
        Self { tokens, silent, sentence_piece }
    }

    pub(super) fn text_of(&self, id: u32) -> Option<&str> {
        self.tokens.get(id as usize).map(String::as_str)
    }

    /// Appends the bytes a token stands for.
    fn spell(&self, id: u32, bytes: &mut Vec<u8>) {
        let Some(token) = self.text_of(id) else { return };
        if self.silent.get(id as usize).copied().unwrap_or_default() {
            return;
        }
        if !self.sentence_piece {
            for letter in token.chars() {
                match byte_of(letter) {
                    Some(byte) => bytes.push(byte),
                    None => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
                }
            }
        } else if let Some(byte) = fallback_byte(token) {
            bytes.push(byte);
        } else {
            bytes.extend(token.replace('▁', " ").bytes());
        }
    }
}

/// The byte behind `<0x0A>`.
fn fallback_byte(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    (digits.len() == 2).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// The byte behind a letter of the byte-level alphabet: printable bytes are themselves, the
/// others follow from U+0100 on.
fn byte_of(letter: char) -> Option<u8> {
    const fn is_itself(byte: u8) -> bool {
        matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
    }
    let code = u32::from(letter);
    match u8::try_from(code) {
        Ok(byte) => is_itself(byte).then_some(byte),
        Err(_) => {
            let nth = usize::try_from(code - 0x100).ok()?;
            (0..=u8::MAX).filter(|byte| !is_itself(*byte)).nth(nth)
        }
    }
}

/// Collects tokens and gives text as soon as its characters are whole.
pub(crate) struct Utf8Pieces {
    spelling: Arc<Spelling>,
    pending: Vec<u8>,
}

impl Utf8Pieces {
    pub(super) fn new(spelling: Arc<Spelling>) -> Self {
        Self { spelling, pending: Vec::new() }
    }

    /// What can be shown after this token; bytes that are no text at all become `\u{FFFD}`.
    pub(crate) fn push(&mut self, id: u32) -> String {
        self.spelling.spell(id, &mut self.pending);
        let mut text = String::new();
        let mut used = 0;
        for chunk in self.pending.utf8_chunks() {
            text.push_str(chunk.valid());
            used += chunk.valid().len();
            let bad = chunk.invalid();
            // The last chunk may be the beginning of a character that is still coming.
            let may_grow = used + bad.len() == self.pending.len()
                && std::str::from_utf8(bad).is_err_and(|error| error.error_len().is_none());
            if bad.is_empty() || may_grow {
                break;
            }
            text.push(char::REPLACEMENT_CHARACTER);
            used += bad.len();
        }
        self.pending.drain(..used);
        text
    }

    /// What is left when nothing more comes.
    pub(crate) fn finish(&mut self) -> String {
        let text = String::from_utf8_lossy(&self.pending).into_owned();
        self.pending.clear();
        text
    }
}
