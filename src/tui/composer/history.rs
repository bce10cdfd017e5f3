//! What was sent before, and walking through it.

/// Entries, oldest first, and where somebody stands in them.
#[derive(Debug, Default)]
pub struct History {
    entries: Vec<String>,
    /// The entry that is shown; `None` is what is being typed.
    at: Option<usize>,
    /// What was being typed when the walk began.
    draft: String,
}

impl History {
    /// A history with these entries, oldest first.
    #[must_use]
    pub const fn new(entries: Vec<String>) -> Self {
        Self { entries, at: None, draft: String::new() }
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

    pub(super) fn older(&mut self, draft: &str) -> Option<&str> {
        let at = match self.at {
            None => {
                draft.clone_into(&mut self.draft);
                self.entries.len().checked_sub(1)?
            }
            Some(at) => at.checked_sub(1)?,
        };
        self.at = Some(at);
        self.entry(at)
    }

    pub(super) fn newer(&mut self) -> Option<&str> {
        let at = self.at? + 1;
        if at < self.entries.len() {
            self.at = Some(at);
            self.entry(at)
        } else {
            self.at = None;
            Some(&self.draft)
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
}
