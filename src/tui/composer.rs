//! What is being typed: several lines, the keys of readline, history, pasted text.
//!
//! `buffer` holds the text and its undo, `history` what was sent before, `paste` what terminals
//! hand over in one piece. Here keys become edits.

mod buffer;
mod history;
mod paste;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use self::buffer::{Buffer, Unit};
pub use self::history::History;
use self::paste::Pastes;
use crate::text::{Piece, Row};
use crate::theme::{Role, Theme};

#[cfg(test)]
mod tests;

/// The line that is being typed, with everything around it.
#[derive(Debug, Default)]
pub struct Composer {
    buffer: Buffer,
    pastes: Pastes,
    history: History,
    search: Option<Search>,
    /// The width of the last drawing; up and down go by it.
    width: u16,
    /// The first key of Ctrl+X Ctrl+E.
    prefix: bool,
}

/// A search in the history.
#[derive(Debug, Default)]
struct Search {
    query: String,
    /// Which entry is shown.
    at: Option<usize>,
    /// What was there before.
    draft: String,
}

/// What a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// The text or the cursor changed, or nothing did.
    Edited,
    /// This is to be sent.
    Send(String),
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
        self.pastes.expand(self.buffer.text())
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
        self.buffer.replace(&paste::typed(text));
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
        let piece = self.pastes.take(text);
        self.buffer.insert(&piece);
    }

    /// Whether the history is being searched.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Typed {
        if self.search.is_some() && self.search_key(key) {
            return Typed::Edited;
        }
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        let prefix = std::mem::take(&mut self.prefix);
        match key.code {
            KeyCode::Enter if alt || shift || ctrl => self.buffer.insert("\n"),
            KeyCode::Enter => return self.enter(),
            KeyCode::Char('e') if ctrl && prefix => return Typed::Editor,
            KeyCode::Char('u') if ctrl && prefix => self.buffer.undo(),
            KeyCode::Char(c) if ctrl && !alt => return self.control(c),
            KeyCode::Char(c) if alt && !ctrl => return self.meta(c),
            KeyCode::Char(c) if !ctrl && !alt => self.buffer.insert(&paste::typed(&c.to_string())),
            KeyCode::Backspace if alt || ctrl => self.buffer.kill_back(Unit::Word),
            KeyCode::Backspace => self.buffer.delete_back(),
            KeyCode::Delete if alt || ctrl => self.buffer.kill(Unit::Word),
            KeyCode::Delete => self.buffer.delete(),
            KeyCode::Left if ctrl || alt => self.buffer.back(Unit::Word),
            KeyCode::Right if ctrl || alt => self.buffer.forward(Unit::Word),
            KeyCode::Left => self.buffer.back(Unit::Grapheme),
            KeyCode::Right => self.buffer.forward(Unit::Grapheme),
            KeyCode::Home if ctrl => self.buffer.back(Unit::All),
            KeyCode::End if ctrl => self.buffer.forward(Unit::All),
            KeyCode::Home => self.buffer.back(Unit::Line),
            KeyCode::End => self.buffer.forward(Unit::Line),
            KeyCode::Up => self.up(),
            KeyCode::Down => self.down(),
            _ => return Typed::Unused,
        }
        Typed::Edited
    }

    fn control(&mut self, c: char) -> Typed {
        match c {
            'a' => self.buffer.back(Unit::Line),
            'e' => self.buffer.forward(Unit::Line),
            'b' => self.buffer.back(Unit::Grapheme),
            'f' => self.buffer.forward(Unit::Grapheme),
            'd' if !self.is_empty() => self.buffer.delete(),
            'h' => self.buffer.delete_back(),
            'j' => self.buffer.insert("\n"),
            'k' => self.buffer.kill(Unit::Line),
            'u' => self.buffer.kill_back(Unit::Line),
            'w' => self.buffer.kill_back(Unit::Blank),
            'y' => self.buffer.yank(),
            't' => self.buffer.transpose(),
            'p' => self.older(),
            'n' => self.newer(),
            'r' => {
                let draft = self.buffer.text().to_owned();
                self.search = Some(Search { draft, ..Search::default() });
            }
            'x' => self.prefix = true,
            'g' => return Typed::Editor,
            '_' | '/' | '7' => self.buffer.undo(),
            _ => return Typed::Unused,
        }
        Typed::Edited
    }

    fn meta(&mut self, c: char) -> Typed {
        match c {
            'b' => self.buffer.back(Unit::Word),
            'f' => self.buffer.forward(Unit::Word),
            'd' => self.buffer.kill(Unit::Word),
            'y' => self.buffer.yank_older(),
            '<' => self.buffer.back(Unit::All),
            '>' => self.buffer.forward(Unit::All),
            'u' => self.buffer.change_word(str::to_uppercase),
            'l' => self.buffer.change_word(str::to_lowercase),
            'c' => self.buffer.change_word(capital),
            '_' | '/' => self.buffer.redo(),
            _ => return Typed::Unused,
        }
        Typed::Edited
    }

    /// Enter sends, unless the line ends with a backslash.
    fn enter(&mut self) -> Typed {
        if self.buffer.before().ends_with('\\') && self.buffer.after().is_empty() {
            self.buffer.delete_back();
            self.buffer.insert("\n");
            return Typed::Edited;
        }
        let text = self.text().trim_end().to_owned();
        if text.trim().is_empty() {
            return Typed::Edited;
        }
        self.history.push(&text);
        self.buffer = Buffer::default();
        self.pastes = Pastes::default();
        Typed::Send(text)
    }

    fn up(&mut self) {
        if !self.vertically(-1) {
            self.older();
        }
    }

    fn down(&mut self) {
        if !self.vertically(1) {
            self.newer();
        }
    }

    fn older(&mut self) {
        let draft = self.text();
        if let Some(entry) = self.history.older(&draft).map(str::to_owned) {
            self.buffer.replace(&paste::typed(&entry));
        }
    }

    fn newer(&mut self) {
        if let Some(entry) = self.history.newer().map(str::to_owned) {
            self.buffer.replace(&paste::typed(&entry));
        }
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

    /// Takes a key while searching; whether it was one of the search.
    fn search_key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let Some(search) = &mut self.search else { return false };
        match key.code {
            KeyCode::Char('r') if ctrl => search.at = self.history.find(&search.query, search.at),
            KeyCode::Char('g' | 'c') if ctrl => {
                let draft = std::mem::take(&mut search.draft);
                self.search = None;
                self.buffer.replace(&draft);
                return true;
            }
            KeyCode::Backspace => {
                search.query.pop();
                search.at = self.history.find(&search.query, None);
            }
            KeyCode::Char(c) if !ctrl && !key.modifiers.contains(KeyModifiers::ALT) => {
                search.query.push(c);
                search.at = self.history.find(&search.query, None);
            }
            KeyCode::Esc => {
                self.end_search();
                return true;
            }
            _ => {
                self.end_search();
                return false;
            }
        }
        let found = search.at.and_then(|at| self.history.entry(at));
        if let Some(entry) = found {
            let entry = paste::typed(entry);
            self.buffer.replace(&entry);
        }
        true
    }

    fn end_search(&mut self) {
        self.search = None;
    }

    /// The rows of the text in a width, with `prompt` before the first.
    pub fn show(&mut self, width: u16, prompt: &str, theme: &Theme) -> Shown {
        let mark = u16::try_from(prompt.width()).unwrap_or(0);
        let inner = width.saturating_sub(mark).max(1);
        self.width = inner;
        let lead = match &self.search {
            Some(search) => Row::of(format!("search {:?}: ", search.query), theme.style(Role::Dim)),
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
        for (at, grapheme) in self.buffer.text().grapheme_indices(true) {
            if matches!(grapheme, "\n" | "\r\n") {
                cells.push(Cell { at, row, column, text: String::new(), pasted: false });
                (row, column) = (row + 1, 0);
                continue;
            }
            let (text, pasted) = match self.pastes.label(grapheme) {
                Some(label) => (crate::text::fit(&label, width.into()).into_owned(), true),
                None if grapheme == "\t" => ("    ".to_owned(), false),
                None => (grapheme.to_owned(), false),
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

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect(),
        None => String::new(),
    }
}
