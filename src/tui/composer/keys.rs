//! Keys of the line: those of readline, and in the vi mode those of vi.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_security::terminal::is_part;

use super::buffer::Unit;
use super::draft::Sending;
use super::history::Line;
use super::vi::Done;
use super::{Composer, Typed, piece};

impl Composer {
    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Typed {
        if self.search.is_some() && self.search_key(key) {
            return Typed::Edited;
        }
        let Some(vi) = &mut self.vi else { return self.plain_key(key) };
        match vi.key(key, &mut self.buffer) {
            Done::Here => Typed::Edited,
            Done::Older => {
                self.older();
                self.settle()
            }
            Done::Newer => {
                self.newer();
                self.settle()
            }
            Done::Search => {
                self.begin_search();
                Typed::Edited
            }
            Done::Again => self.repeat(),
            Done::Pass => {
                let typed = self.plain_key(key);
                self.settle();
                typed
            }
        }
    }

    /// Whether Escape means something in the line.
    #[must_use]
    pub fn takes_escape(&self) -> bool {
        self.search.is_some() || self.vi.as_ref().is_some_and(super::vi::Vi::takes_escape)
    }

    /// Whether letters are commands of vi.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        self.vi.as_ref().is_some_and(super::vi::Vi::is_normal)
    }

    fn settle(&mut self) -> Typed {
        if let Some(vi) = &self.vi {
            vi.settle(&mut self.buffer);
        }
        Typed::Edited
    }

    /// Makes the last change of the vi mode once more.
    fn repeat(&mut self) -> Typed {
        let keys = self.vi.as_mut().map(super::vi::Vi::again).unwrap_or_default();
        for key in keys {
            self.key(key);
        }
        if let Some(vi) = &mut self.vi {
            vi.repeated(&mut self.buffer);
        }
        Typed::Edited
    }

    fn plain_key(&mut self, key: KeyEvent) -> Typed {
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
            // Part of an emoji or a syllable: what it joins comes with the next key.
            KeyCode::Char(c) if !ctrl && !alt && is_part(c) => {
                self.buffer.insert(c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Char(c) if !ctrl && !alt => {
                self.buffer.insert(&piece::typed(c.encode_utf8(&mut [0; 4])));
            }
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
            'r' => self.begin_search(),
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
            't' => self.buffer.transpose_words(),
            'y' => self.buffer.yank_older(),
            '\\' => self.buffer.close_up(),
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
        let (text, images) = self.pieces.expand(self.buffer.text());
        let text = text.trim_end().to_owned();
        if text.trim().is_empty() {
            return Typed::Edited;
        }
        self.history.push(&text);
        let draft = self.take();
        Typed::Send(Sending { text, images, draft, remarks: Vec::new() })
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
        let draft = self.draft();
        if let Some(entry) = self.history.older(draft).map(str::to_owned) {
            let text = self.pieces.recall(&entry);
            self.recall(&text);
        }
    }

    fn newer(&mut self) {
        let text = match self.history.newer() {
            Some(Line::Entry(entry)) => self.pieces.recall(&entry),
            Some(Line::Typed(draft)) => draft.unpacked(&mut self.pieces),
            None => return,
        };
        self.recall(&text);
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect(),
        None => String::new(),
    }
}
