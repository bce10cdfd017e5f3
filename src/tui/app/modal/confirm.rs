//! A question before something that cannot be taken back; "no" is marked.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Step;

/// A question before something that cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// What is asked.
    pub question: String,
    /// The line that does it.
    pub line: String,
    /// Whether "yes" is marked.
    pub yes: bool,
}

impl Confirm {
    pub(super) fn key(&mut self, key: KeyEvent, line_is_empty: bool) -> Step {
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return Step::Pass;
        }
        match key.code {
            KeyCode::Up | KeyCode::Down | KeyCode::Tab | KeyCode::BackTab => self.yes = !self.yes,
            KeyCode::Esc => return Step::Away,
            KeyCode::Enter if line_is_empty => return Step::Done,
            _ => return Step::Pass,
        }
        Step::Taken
    }
}
