//! What was sent before, and walking through it.

use super::draft::Draft;

/// A line as it is walked to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Line {
    /// One that was sent.
    Entry(String),
    /// The one that was being typed.
    Typed(Draft),
}

/// Entries, oldest first, and where somebody stands in them.
#[derive(Debug, Default)]
pub struct History {
    entries: Vec<String>,
    /// The entry that is shown; `None` is what is being typed.
    at: Option<usize>,
    /// What was being typed when the walk began.
    draft: Draft,
}

impl History {
    /// A history with these entries, oldest first.
    #[must_use]
    pub fn new(entries: Vec<String>) -> Self {
        Self { entries, at: None, draft: Draft::default() }
    }

    pub(super) fn prepend(&mut self, mut entries: Vec<String>) {
        self.at = self.at.map(|at| at + entries.len());
        entries.append(&mut self.entries);
        self.entries = entries;
    }

    pub(super) fn push(&mut self, text: &str) {
        if self.entries.last().is_none_or(|last| last != text) {
            self.entries.push(text.to_owned());
        }
        self.at = None;
    }

    pub(super) fn entry(&self, at: usize) -> Option<&str> {
        self.entries.get(at).map(String::as_str)
    }

    pub(super) fn older(&mut self, draft: Draft) -> Option<&str> {
        let at = match self.at {
            None => {
                self.draft = draft;
                self.entries.len().checked_sub(1)?
            }
            Some(at) => at.checked_sub(1)?,
        };
        self.at = Some(at);
        self.entry(at)
    }

    pub(super) fn newer(&mut self) -> Option<Line> {
        let at = self.at? + 1;
        match self.entries.get(at) {
            Some(entry) => {
                self.at = Some(at);
                Some(Line::Entry(entry.clone()))
            }
            None => {
                self.at = None;
                Some(Line::Typed(std::mem::take(&mut self.draft)))
            }
        }
    }

    /// The newest entry before `before` that has the text in it.
    pub(super) fn find(&self, text: &str, before: Option<usize>) -> Option<usize> {
        if text.is_empty() {
            return None;
        }
        let older = self.entries.get(..before.unwrap_or(self.entries.len()))?;
        older.iter().rposition(|entry| entry.contains(text)).or(before)
    }

    /// The oldest entry behind `after` that has the text in it.
    pub(super) fn find_newer(&self, text: &str, after: Option<usize>) -> Option<usize> {
        let first = after? + 1;
        let newer = self.entries.get(first..)?;
        newer.iter().position(|entry| entry.contains(text)).map(|at| first + at).or(after)
    }
}
