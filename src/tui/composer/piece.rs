//! What is in the line but no typed text: long pastes and pictures. Each is one character that
//! nobody can type, is shown as a mark, and is sent in full.

use nanofolks_protocol::Attachment;
use nanofolks_security::terminal::clean;
use serde::{Deserialize, Serialize};

/// From this many lines or bytes on a pasted text is shown as a mark.
const LINES: usize = 6;
const BYTES: usize = 2000;
/// A line of the history that is longer is shown as a mark; a shorter one can be edited.
const LONG: usize = 20_000;

/// The first of the characters that stand for a piece. Nobody can type them.
const FIRST: u32 = 0x10_0000;
const MOST: u32 = 0xfff;

/// A piece of the line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Piece {
    /// A text that was pasted.
    Pasted(String),
    /// A picture.
    Image(Box<Attachment>),
}

/// The pieces of a line.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    kept: Vec<Piece>,
}

impl Pieces {
    /// Takes pasted text; gives what stands for it in the line.
    pub(super) fn paste(&mut self, text: &str) -> String {
        let text = typed(unmarked(text));
        let long = text.len() > BYTES || text.lines().count() >= LINES;
        if long { self.fold(text) } else { text }
    }

    /// A text that was sent before, as it is shown in the line.
    pub(super) fn recall(&mut self, text: &str) -> String {
        let text = typed(text);
        if text.len() > LONG { self.fold(text) } else { text }
    }

    fn fold(&mut self, text: String) -> String {
        // A text without a mark is a text.
        let piece = Piece::Pasted(text);
        match (self.mark(&piece), piece) {
            (Some(mark), _) => mark.to_string(),
            (None, Piece::Pasted(text)) => text,
            (None, Piece::Image(_)) => String::new(),
        }
    }

    /// Takes a picture; gives what stands for it, unless there are too many pieces.
    pub(super) fn image(&mut self, image: Attachment) -> Option<char> {
        self.mark(&Piece::Image(Box::new(image)))
    }

    /// What stands for a piece; the same for the same.
    fn mark(&mut self, piece: &Piece) -> Option<char> {
        let known = self.kept.iter().position(|kept| kept == piece);
        let number = match known {
            Some(at) => at,
            None => self.kept.len(),
        };
        let mark = u32::try_from(number).ok().filter(|number| *number < MOST);
        let mark = mark.and_then(|number| char::from_u32(FIRST + number))?;
        if known.is_none() {
            self.kept.push(piece.clone());
        }
        Some(mark)
    }

    /// The piece that a character stands for.
    pub(super) fn get(&self, mark: char) -> Option<&Piece> {
        self.kept.get(number(mark)?)
    }

    /// A text with every mark replaced by what is sent for it, and the pictures.
    pub(super) fn expand(&self, text: &str) -> (String, Vec<Attachment>) {
        let mut out = String::with_capacity(text.len());
        let mut images: Vec<Attachment> = Vec::new();
        for c in text.chars() {
            match self.get(c) {
                Some(Piece::Pasted(text)) => out.push_str(text),
                Some(Piece::Image(image)) => {
                    images.push((**image).clone());
                    out.push_str(&format!("[image {}: {}]", images.len(), typed(&image.name)));
                }
                None => out.push(c),
            }
        }
        (out, images)
    }

    /// A text in which the pieces of a line stand in full, with their marks again.
    pub(super) fn find_in(&self, line: &str, text: String) -> String {
        let mut images = 0;
        let mut text = text;
        for mark in line.chars() {
            let full = match self.get(mark) {
                Some(Piece::Pasted(pasted)) => pasted.trim_end().to_owned(),
                Some(Piece::Image(image)) => {
                    images += 1;
                    format!("[image {images}: {}]", typed(&image.name))
                }
                None => continue,
            };
            if !full.is_empty() {
                text = text.replacen(&full, mark.encode_utf8(&mut [0; 4]), 1);
            }
        }
        text
    }

    /// A text and the pieces it has, numbered from the first one.
    pub(super) fn part(&self, text: &str) -> (String, Vec<Piece>) {
        let mut pieces = Vec::new();
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let mark = u32::try_from(pieces.len()).ok().and_then(|n| char::from_u32(FIRST + n));
            match (self.get(c), mark) {
                (Some(piece), Some(mark)) => {
                    pieces.push(piece.clone());
                    out.push(mark);
                }
                _ => out.push(c),
            }
        }
        (out, pieces)
    }

    /// Takes a text with its pieces as [`Pieces::part`] gave them; gives how it stands here.
    pub(super) fn join(&mut self, text: &str, pieces: &[Piece]) -> String {
        let mut out = String::with_capacity(text.len());
        // A mark that stands for nothing, and what nobody can type, is left out.
        for part in text.split_inclusive(|c| number(c).is_some()) {
            let mark = part.chars().next_back().and_then(number);
            let mark = mark.and_then(|number| pieces.get(number));
            out.push_str(&typed(part));
            out.extend(mark.and_then(|piece| self.mark(piece)));
        }
        out
    }
}

impl Piece {
    /// What its mark says; pictures are counted.
    pub(super) fn label(&self, number: usize) -> String {
        match self {
            Self::Pasted(text) => match text.lines().count() {
                lines @ 2.. => format!("[pasted: {lines} lines]"),
                _ => format!("[pasted: {} bytes]", text.len()),
            },
            Self::Image(image) => {
                let name = typed(&image.name).replace('\n', " ");
                let size = crate::app::bytes(image.bytes);
                format!("[image {number}: {name}, {size}]")
            }
        }
    }
}

fn number(mark: char) -> Option<usize> {
    let number = u32::from(mark).checked_sub(FIRST).filter(|number| *number <= MOST)?;
    usize::try_from(number).ok()
}

/// Text fit for the line: no controls, and none of our marks.
pub(super) fn typed(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_mark = |c: char| (FIRST..=FIRST + MOST).contains(&u32::from(c));
    clean(&text).chars().filter(|c| !is_mark(*c)).collect()
}

/// The text without the marks of a paste that some terminals let through at its ends.
pub(crate) fn unmarked(text: &str) -> &str {
    const BEGIN: [&str; 4] = ["\x1b[200~", "^[[200~", "[200~", "00~"];
    const END: [&str; 4] = ["\x1b[201~", "^[[201~", "[201~", "01~"];
    let text = BEGIN.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    END.iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(text)
}
