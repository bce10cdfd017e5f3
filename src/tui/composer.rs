//! What is being typed: several lines, the keys of readline, history, pasted text.
//!
//! `buffer` holds the text and its undo, `history` what was sent before, `piece` what is in the
//! line but not typed, `draft` the line as it is kept. `keys`, `search` and `vi` make keys
//! edits, `mention` finds what a text names.

mod buffer;
mod draft;
mod history;
mod keys;
pub(crate) mod mention;
mod piece;
mod search;
mod vi;

use nanofolks_protocol::Attachment;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use self::buffer::Buffer;
pub use self::draft::{Draft, Sending};
pub use self::history::History;
use self::piece::Pieces;
pub(crate) use self::piece::unmarked;
use self::search::Search;
use self::vi::Vi;
use crate::text::{Piece, Row};
use crate::theme::{Role, Theme};

#[cfg(test)]
mod tests;

/// The line that is being typed, with everything around it.
#[derive(Debug, Default)]
pub struct Composer {
    buffer: Buffer,
    pieces: Pieces,
    history: History,
    search: Option<Search>,
    /// The change that put an entry of the history in the line.
    recalled: Option<u64>,
    /// Keys like in vi, when they are wished.
    vi: Option<Vi>,
    /// The width of the last drawing; up and down go by it.
    width: u16,
    /// The first key of Ctrl+X Ctrl+E.
    prefix: bool,
}

/// What a key came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// The text or the cursor changed, or nothing did.
    Edited,
    /// This is to be sent.
    Send(Sending),
    /// The text goes to an editor.
    Editor,
    /// The key means nothing here.
    Unused,
}

/// How the text looks in a width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Its rows.
    pub rows: Vec<Row>,
    /// The row and the column of the cursor.
    pub cursor: (u16, u16),
}

impl Composer {
    /// An empty line with what was sent before.
    #[must_use]
    pub fn new(history: Vec<String>) -> Self {
        Self { history: History::new(history), ..Self::default() }
    }

    /// Everything that was typed, pasted text in full.
    #[must_use]
    pub fn text(&self) -> String {
        self.pieces.expand(self.buffer.text()).0
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buffer.text().is_empty()
    }

    /// What stands before the cursor, for completion.
    #[must_use]
    pub fn before_cursor(&self) -> &str {
        self.buffer.before()
    }

    /// Replaces the text.
    pub fn set(&mut self, text: &str) {
        self.search = None;
        self.buffer.replace(&piece::typed(text));
    }

    /// Keys like in vi, or not.
    pub fn use_vi(&mut self, wished: bool) {
        self.vi = wished.then(Vi::default);
    }

    /// Whether the line is one of the history, as it was.
    #[must_use]
    pub fn is_recalled(&self) -> bool {
        self.recalled == Some(self.buffer.changes())
    }

    /// The line is taken as if it had been typed.
    pub const fn adopt(&mut self) {
        self.recalled = None;
    }

    /// Puts a line of the history in.
    fn recall(&mut self, text: &str) {
        self.buffer.replace(text);
        self.recalled = Some(self.buffer.changes());
    }

    /// A number that is another one after every change of the text.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.buffer.changes()
    }

    /// Begins an empty line. What was cut stays at hand.
    fn begin(&mut self) {
        self.search = None;
        self.buffer.begin();
        if let Some(vi) = &mut self.vi {
            vi.begin(&mut self.buffer);
        }
    }

    /// Puts a picture where the cursor is; whether there was room for one more.
    pub fn attach(&mut self, image: Attachment) -> bool {
        self.end_search();
        let mark = self.pieces.image(image);
        if let Some(mark) = mark {
            self.buffer.insert(mark.encode_utf8(&mut [0; 4]));
        }
        mark.is_some()
    }

    /// Puts the cursor where a row and a column of the last drawing are.
    pub fn click(&mut self, row: u16, column: u16, prompt: u16) {
        let column = column.saturating_sub(prompt);
        let cells = self.cells(if self.width == 0 { u16::MAX } else { self.width });
        let row = u32::from(row);
        let target = cells.iter().rev().find(|cell| cell.row == row && cell.column <= column);
        if let Some(at) = target.map(|cell| cell.at) {
            self.buffer.go(at);
        }
    }

    /// Replaces what stands between `from` and the cursor.
    pub fn complete(&mut self, from: usize, text: &str) {
        self.buffer.complete(from, text);
    }

    /// Takes everything away. It can be undone.
    pub fn clear(&mut self) {
        self.search = None;
        self.buffer.replace("");
    }

    /// More entries of the history, older than what was sent since.
    pub fn remember_older(&mut self, entries: Vec<String>) {
        self.history.prepend(entries);
    }

    /// Takes pasted text. It is never sent by itself.
    pub fn paste(&mut self, text: &str) {
        self.end_search();
        let piece = self.pieces.paste(text);
        self.buffer.insert(&piece);
    }

    /// Goes a row up or down; whether there was one.
    fn vertically(&mut self, step: i32) -> bool {
        let cells = self.cells(if self.width == 0 { u16::MAX } else { self.width });
        let at = self.buffer.before().len();
        let Some(now) = cells.iter().rev().find(|cell| cell.at <= at) else { return false };
        let (row, column) = (now.row, now.column);
        let Some(wanted) = row.checked_add_signed(step) else { return false };
        let target = cells.iter().rev().find(|cell| cell.row == wanted && cell.column <= column);
        let Some(target) = target.map(|cell| cell.at) else { return false };
        self.buffer.go(target);
        true
    }

    /// The rows of the text in a width, with `prompt` before the first.
    pub fn show(&mut self, width: u16, prompt: &str, theme: &Theme) -> Shown {
        let mark = u16::try_from(prompt.width()).unwrap_or(0);
        let inner = width.saturating_sub(mark).max(1);
        self.width = inner;
        let lead = match &self.search {
            Some(search) => Row::of(search.label(), theme.style(Role::Dim)),
            None => Row::default(),
        };
        let cells = self.cells(inner);
        let last = cells.last().map_or(0, |cell| cell.row);
        let mut rows: Vec<Row> = (0..=last)
            .map(|row| match (row, mark < width) {
                (_, false) => Row::default(),
                (0, true) => Row::of(prompt.to_owned(), theme.style(Role::Prompt)),
                _ => Row::of(" ".repeat(mark.into()), Style::new()),
            })
            .collect();
        let at = self.buffer.before().len();
        let mut cursor = (0, 0);
        for cell in &cells {
            if cell.at <= at {
                cursor = (cell.row, cell.column + if mark < width { mark } else { 0 });
            }
            if let Some(row) = usize::try_from(cell.row).ok().and_then(|row| rows.get_mut(row)) {
                let role = if cell.pasted { Role::Paste } else { Role::Text };
                row.push(Piece::new(cell.text.clone(), theme.style(role)));
            }
        }
        let mut cursor = (u16::try_from(cursor.0).unwrap_or(u16::MAX), cursor.1);
        if !lead.is_empty() {
            rows.insert(0, lead);
            cursor.0 += 1;
        }
        Shown { rows, cursor }
    }

    /// Where each grapheme stands in a width; the last cell is the place behind the text.
    fn cells(&self, width: u16) -> Vec<Cell> {
        let (mut row, mut column) = (0_u32, 0_u16);
        let mut cells = Vec::new();
        let mut images = 0;
        for (at, grapheme) in self.buffer.text().grapheme_indices(true) {
            if matches!(grapheme, "\n" | "\r\n") {
                cells.push(Cell { at, row, column, text: String::new(), pasted: false });
                (row, column) = (row + 1, 0);
                continue;
            }
            let piece = grapheme.chars().next().and_then(|c| self.pieces.get(c));
            let (text, pasted) = match piece {
                Some(piece) => {
                    images += usize::from(matches!(piece, piece::Piece::Image(_)));
                    (crate::text::fit(&piece.label(images), width.into()).into_owned(), true)
                }
                None if grapheme == "\t" => ("    ".to_owned(), false),
                // A joiner with nothing to join is seen, and never told to the terminal.
                None => (nanofolks_security::terminal::clean(grapheme).into_owned(), false),
            };
            let wide = u16::try_from(text.width()).unwrap_or(u16::MAX);
            if column + wide > width && column > 0 {
                (row, column) = (row + 1, 0);
            }
            cells.push(Cell { at, row, column, text, pasted });
            column = column.saturating_add(wide);
        }
        if column >= width {
            (row, column) = (row + 1, 0);
        }
        let at = self.buffer.text().len();
        cells.push(Cell { at, row, column, text: String::new(), pasted: false });
        cells
    }
}

/// A grapheme and where it stands.
#[derive(Debug)]
struct Cell {
    at: usize,
    row: u32,
    column: u16,
    text: String,
    pasted: bool,
}
