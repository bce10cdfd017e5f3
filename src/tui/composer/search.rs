//! Searching the history while a line is typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Composer;

/// A search in the history.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) query: String,
    /// Which entry is shown.
    at: Option<usize>,
    /// What was there before.
    before: String,
}

impl Search {
    /// What is looked for, and whether there is none.
    pub(super) fn label(&self) -> String {
        let is_missing = !self.query.is_empty() && self.at.is_none();
        format!("search {:?}: {}", self.query, if is_missing { "nothing" } else { "" })
    }
}

impl Composer {
    /// Whether the history is being searched.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    pub(super) fn begin_search(&mut self) {
        let before = self.buffer.text().to_owned();
        self.search = Some(Search { before, ..Search::default() });
    }

    pub(super) fn end_search(&mut self) {
        self.search = None;
    }

    /// Takes a key while searching; whether it was one of the search.
    pub(super) fn search_key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let Some(search) = &mut self.search else { return false };
        match key.code {
            KeyCode::Char('r') if ctrl => search.at = self.history.find(&search.query, search.at),
            KeyCode::Char('s') if ctrl => {
                search.at = self.history.find_newer(&search.query, search.at);
            }
            KeyCode::Char('g' | 'c') if ctrl => {
                let before = std::mem::take(&mut search.before);
                self.search = None;
                self.buffer.replace(&before);
                return true;
            }
            KeyCode::Backspace => {
                search.query.pop();
                search.at = self.history.find(&search.query, None);
            }
            KeyCode::Char(c) if !ctrl && !alt => {
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
            let entry = self.pieces.recall(entry);
            self.recall(&entry);
        }
        true
    }
}
