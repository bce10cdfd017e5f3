//! The text, the cursor in it, what was cut, and the way back.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

/// Most steps that can be undone.
const STEPS: usize = 500;
/// Most texts that can be put back.
const RING: usize = 32;

/// How far to go or to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// One character as people see it.
    Grapheme,
    /// To the end of a word: letters and digits.
    Word,
    /// To the end of what stands between blanks.
    Blank,
    /// To the end of the line.
    Line,
    /// To the end of the text.
    All,
}

/// A text and its cursor.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    text: String,
    cursor: usize,
    past: Vec<(String, usize)>,
    future: Vec<(String, usize)>,
    cut: Vec<String>,
    /// What the last edit was; typing on is one step of undo, cutting on one text.
    last: Last,
    /// Where the text that was put back last stands.
    yanked: Option<(usize, usize, usize)>,
    /// Edits that are one step of undo, while they are made; whether it began.
    group: Option<bool>,
    /// Grows with every change of the text.
    changes: u64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Typed,
    Cut,
}

impl Buffer {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A text that nobody typed.
    #[cfg(test)]
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    pub(super) const fn cursor(&self) -> usize {
        self.cursor
    }

    /// A number that is another one after every change of the text.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }

    /// All edits from now on are one step of undo.
    pub(super) const fn begin_group(&mut self) {
        self.group = Some(false);
    }

    pub(super) const fn end_group(&mut self) {
        self.group = None;
    }

    /// Begins an empty text. What was cut stays at hand.
    pub(super) fn begin(&mut self) {
        let cut = std::mem::take(&mut self.cut);
        *self = Self { cut, changes: self.changes + 1, ..Self::default() };
    }

    /// Puts a text in the place of a part, and the cursor where it is wanted.
    pub(super) fn splice(&mut self, from: usize, to: usize, text: &str, cursor: usize) {
        if self.text.get(from..to).is_none() || (from == to && text.is_empty()) {
            return;
        }
        self.keep();
        self.text.replace_range(from..to, text);
        self.cursor = cursor.min(self.text.len());
        self.settle();
    }

    pub(super) fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    pub(super) fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    pub(super) fn insert(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let goes_on = self.last == Last::Typed && text.chars().count() == 1 && text != "\n";
        if !goes_on {
            self.keep();
        }
        self.changes += 1;
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.settle();
        self.last = Last::Typed;
    }

    pub(super) fn replace(&mut self, text: &str) {
        if text == self.text {
            return;
        }
        self.keep();
        text.clone_into(&mut self.text);
        self.cursor = self.text.len();
    }

    pub(super) fn complete(&mut self, from: usize, text: &str) {
        if from > self.cursor || !self.text.is_char_boundary(from) {
            return;
        }
        self.keep();
        self.text.replace_range(from..self.cursor, text);
        self.cursor = from + text.len();
    }

    pub(super) fn go(&mut self, at: usize) {
        self.cursor = at.min(self.text.len());
        self.settle();
        self.last = Last::Other;
    }

    pub(super) fn back(&mut self, unit: Unit) {
        self.go(self.start(unit));
    }

    pub(super) fn forward(&mut self, unit: Unit) {
        self.go(self.end(unit));
    }

    pub(super) fn delete(&mut self) {
        self.remove(self.cursor, self.end(Unit::Grapheme));
    }

    pub(super) fn delete_back(&mut self) {
        self.remove(self.start(Unit::Grapheme), self.cursor);
    }

    /// Cuts forward. At the end of a line, its end is cut.
    pub(super) fn kill(&mut self, unit: Unit) {
        let mut end = self.end(unit);
        if unit == Unit::Line && end == self.cursor {
            end = self.end(Unit::Grapheme);
        }
        self.cut(self.cursor, end, false);
    }

    /// Cuts backward.
    pub(super) fn kill_back(&mut self, unit: Unit) {
        let mut start = self.start(unit);
        if unit == Unit::Line && start == self.cursor {
            start = self.start(Unit::Grapheme);
        }
        self.cut(start, self.cursor, true);
    }

    /// Puts back what was cut last.
    pub(super) fn yank(&mut self) {
        let Some(text) = self.cut.last().cloned() else { return };
        self.keep();
        let from = self.cursor;
        self.text.insert_str(from, &text);
        self.cursor += text.len();
        self.yanked = Some((from, self.cursor, self.cut.len() - 1));
    }

    /// Puts back an older text instead of the one that was just put back.
    pub(super) fn yank_older(&mut self) {
        let Some((from, to, at)) = self.yanked.filter(|(_, to, _)| *to == self.cursor) else {
            return;
        };
        let at = at.checked_sub(1).unwrap_or(self.cut.len().saturating_sub(1));
        let Some(text) = self.cut.get(at).cloned() else { return };
        self.changes += 1;
        self.text.replace_range(from..to, &text);
        self.cursor = from + text.len();
        self.yanked = Some((from, self.cursor, at));
    }

    /// Changes the places of the two characters around the cursor.
    pub(super) fn transpose(&mut self) {
        if self.after().is_empty() {
            self.cursor = self.start(Unit::Grapheme);
        }
        let (start, end) = (self.start(Unit::Grapheme), self.end(Unit::Grapheme));
        if start == self.cursor || end == self.cursor {
            self.cursor = end;
            return;
        }
        self.keep();
        let one = self.text.get(start..self.cursor).unwrap_or_default().to_owned();
        let other = self.text.get(self.cursor..end).unwrap_or_default().to_owned();
        self.text.replace_range(start..end, &format!("{other}{one}"));
        self.cursor = end;
    }

    /// Changes the places of the word before the cursor and the one at or behind it.
    pub(super) fn transpose_words(&mut self) {
        let end = self.end(Unit::Word);
        let whole = self.text.clone();
        let is_word = |c: char| c.is_alphanumeric();
        let front = whole.get(..end).unwrap_or_default().trim_end_matches(|c| !is_word(c));
        let second = front.trim_end_matches(is_word).len();
        let between = whole.get(..second).unwrap_or_default();
        let first_end = between.trim_end_matches(|c| !is_word(c)).len();
        let first = whole.get(..first_end).unwrap_or_default().trim_end_matches(is_word).len();
        let (Some(one), Some(gap), Some(other)) = (
            whole.get(first..first_end),
            whole.get(first_end..second),
            whole.get(second..front.len()),
        ) else {
            return;
        };
        if !one.is_empty() && !other.is_empty() {
            self.splice(first, front.len(), &format!("{other}{gap}{one}"), front.len());
        }
    }

    /// Takes the blanks around the cursor away.
    pub(super) fn close_up(&mut self) {
        let from = self.before().trim_end_matches([' ', '\t']).len();
        let after = self.after();
        let to = self.cursor + (after.len() - after.trim_start_matches([' ', '\t']).len());
        self.remove(from, to);
    }

    /// Rewrites the word behind the cursor.
    pub(super) fn change_word(&mut self, change: impl Fn(&str) -> String) {
        let end = self.end(Unit::Word);
        let word = self.text.get(self.cursor..end).unwrap_or_default();
        let blank = word.len() - word.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let from = self.cursor + blank;
        let new = change(self.text.get(from..end).unwrap_or_default());
        self.keep();
        self.text.replace_range(from..end, &new);
        self.cursor = from + new.len();
    }

    pub(super) fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            self.changes += 1;
            let now = std::mem::replace(&mut self.text, before.0);
            self.future.push((now, self.cursor));
            self.cursor = before.1;
            self.last = Last::Other;
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(after) = self.future.pop() {
            self.changes += 1;
            let now = std::mem::replace(&mut self.text, after.0);
            self.past.push((now, self.cursor));
            self.cursor = after.1;
            self.last = Last::Other;
        }
    }

    fn remove(&mut self, from: usize, to: usize) {
        if from < to {
            self.keep();
            self.text.replace_range(from..to, "");
            self.cursor = from;
            self.settle();
        }
    }

    fn cut(&mut self, from: usize, to: usize, backward: bool) {
        let goes_on = self.last == Last::Cut;
        let text = self.text.get(from..to).unwrap_or_default().to_owned();
        if text.is_empty() {
            return;
        }
        self.remove(from, to);
        match self.cut.last_mut().filter(|_| goes_on) {
            Some(last) if backward => last.insert_str(0, &text),
            Some(last) => last.push_str(&text),
            None => self.cut.push(text),
        }
        if self.cut.len() > RING {
            self.cut.remove(0);
        }
        self.last = Last::Cut;
    }

    /// Makes the present state one that can be gone back to.
    fn keep(&mut self) {
        self.changes += 1;
        if self.group != Some(true) {
            self.past.push((self.text.clone(), self.cursor));
        }
        if self.past.len() > STEPS {
            self.past.remove(0);
        }
        self.group = self.group.map(|_| true);
        self.future.clear();
        self.yanked = None;
        self.last = Last::Other;
    }

    /// A character that was typed may have joined the one before it: the cursor is never in
    /// the middle of a grapheme.
    fn settle(&mut self) {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        if !cursor.is_boundary(&self.text, 0).unwrap_or(true) {
            let next = cursor.next_boundary(&self.text, 0).ok().flatten();
            self.cursor = next.unwrap_or(self.text.len());
        }
    }

    fn start(&self, unit: Unit) -> usize {
        let before = self.before();
        match unit {
            Unit::Grapheme => before.grapheme_indices(true).next_back().map_or(0, |(at, _)| at),
            Unit::Word => {
                let words = before.trim_end_matches(|c: char| !c.is_alphanumeric());
                words.trim_end_matches(char::is_alphanumeric).len()
            }
            Unit::Blank => before.trim_end().trim_end_matches(|c: char| !c.is_whitespace()).len(),
            Unit::Line => before.rfind('\n').map_or(0, |at| at + 1),
            Unit::All => 0,
        }
    }

    fn end(&self, unit: Unit) -> usize {
        let after = self.after();
        let length = match unit {
            Unit::Grapheme => after.graphemes(true).next().map_or(0, str::len),
            Unit::Word => {
                let word = after.trim_start_matches(|c: char| !c.is_alphanumeric());
                let rest = word.trim_start_matches(char::is_alphanumeric);
                after.len() - rest.len()
            }
            Unit::Blank => {
                let word = after.trim_start();
                after.len() - word.trim_start_matches(|c: char| !c.is_whitespace()).len()
            }
            Unit::Line => after.find('\n').unwrap_or(after.len()),
            Unit::All => after.len(),
        };
        self.cursor + length
    }
}
