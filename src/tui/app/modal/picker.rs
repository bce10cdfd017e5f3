//! A list to choose from, filtered by what is typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Field, Step};
use crate::app::first::Of;
use crate::fuzzy::{Kind, best};
use crate::theme::Theme;

/// A list to choose from.
#[derive(Debug, Clone)]
pub struct Picker {
    /// What is chosen.
    pub title: String,
    /// What can be chosen.
    pub items: Vec<Item>,
    /// What is typed to find it.
    pub filter: Field,
    /// What becomes of the choice.
    pub pick: Pick,
    /// Whether the list is still being fetched.
    pub is_loading: bool,
    /// Which items fit the filter, best first.
    shown: Vec<usize>,
    /// Which of those is marked.
    at: usize,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What the choice means: a command line, a name.
    pub value: String,
    /// What people see.
    pub label: String,
    /// A few words about it.
    pub about: String,
    /// Whether it is the one in use.
    pub is_current: bool,
}

/// What becomes of a choice.
#[derive(Debug, Clone)]
pub enum Pick {
    /// It is a command line, carried out.
    Line,
    /// It is a theme; what it looked like before comes back when nothing is chosen.
    Theme(Box<Theme>),
    /// It is a provider, whose key is asked for.
    Provider,
    /// It belongs to the first run.
    First(Of),
}

impl Picker {
    /// A list; what is in use is marked first.
    #[must_use]
    pub fn new(title: impl Into<String>, items: Vec<Item>, pick: Pick) -> Self {
        let mut picker = Self {
            title: title.into(),
            items: Vec::new(),
            filter: Field::default(),
            pick,
            is_loading: false,
            shown: Vec::new(),
            at: 0,
        };
        picker.fill(items);
        picker
    }

    /// A list whose items come later.
    #[must_use]
    pub fn awaited(title: impl Into<String>, pick: Pick) -> Self {
        Self { is_loading: true, ..Self::new(title, Vec::new(), pick) }
    }

    /// Whether it is the same list.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let same = std::mem::discriminant(&self.pick) == std::mem::discriminant(&other.pick);
        same && self.title == other.title
    }

    /// The items, when they are there.
    pub fn fill(&mut self, items: Vec<Item>) {
        self.items = items;
        self.is_loading = false;
        self.look();
        if self.filter.text().is_empty() {
            let current = self.items.iter().position(|item| item.is_current);
            self.at = current.unwrap_or(0);
        }
    }

    /// The items as they are now; what is marked stays so while it is there.
    pub fn renew(&mut self, items: Vec<Item>) {
        let marked = self.marked().map(|item| item.value.clone());
        self.items = items;
        self.look();
        if let Some(value) = marked {
            self.mark(&value);
        }
    }

    /// The items that fit, best first, each with whether it is marked.
    pub fn shown(&self) -> impl Iterator<Item = (bool, &Item)> {
        let items = self.shown.iter().enumerate();
        items.filter_map(|(at, &item)| Some((at == self.at, self.items.get(item)?)))
    }

    /// How many items fit.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.shown.len()
    }

    /// The number of the marked item among those that fit.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The marked item.
    #[must_use]
    pub fn marked(&self) -> Option<&Item> {
        self.items.get(*self.shown.get(self.at)?)
    }

    /// Marks the item with this value.
    pub fn mark(&mut self, value: &str) {
        let is_it = |&&item: &&usize| self.items.get(item).is_some_and(|it| it.value == value);
        if let Some(at) = self.shown.iter().position(|item| is_it(&item)) {
            self.at = at;
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent, page: usize) -> Step {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let last = self.shown.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return Step::Away,
            KeyCode::Char('c') if ctrl => return Step::Away,
            KeyCode::Enter if self.marked().is_some() => return Step::Done,
            KeyCode::Enter => {}
            KeyCode::Up | KeyCode::BackTab => self.at = self.at.checked_sub(1).unwrap_or(last),
            KeyCode::Char('p') if ctrl => self.at = self.at.checked_sub(1).unwrap_or(last),
            KeyCode::Down | KeyCode::Tab => self.at = if self.at < last { self.at + 1 } else { 0 },
            KeyCode::Char('n') if ctrl => self.at = if self.at < last { self.at + 1 } else { 0 },
            KeyCode::PageUp => self.at = self.at.saturating_sub(page.max(1)),
            KeyCode::PageDown => self.at = (self.at + page.max(1)).min(last),
            _ => {
                if !self.filter.key(key) {
                    return Step::Pass;
                }
                self.look();
            }
        }
        Step::Taken
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.filter.insert(text);
        self.look();
    }

    /// Looks again at what fits.
    fn look(&mut self) {
        let all = self.items.iter().map(|item| format!("{} {}", item.label, item.about));
        let all: Vec<_> = all.enumerate().collect();
        let typed = self.filter.text().trim();
        let found = best(all, typed, Kind::Name, self.items.len(), |(_, text)| text);
        self.shown = found.into_iter().map(|(at, _)| at).collect();
        self.at = 0;
    }
}
