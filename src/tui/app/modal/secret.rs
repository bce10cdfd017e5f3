//! A secret that is typed unseen: it is in no history, no transcript and no draft.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::Secret;

use super::{Field, Step};

/// The place for a secret.
#[derive(Debug, Clone)]
pub struct Unseen {
    /// Whose it is: a provider.
    pub name: String,
    /// What is typed.
    pub field: Field,
}

impl Unseen {
    /// The place for the key of a provider.
    #[must_use]
    pub fn key_of(provider: &str) -> Self {
        Self { name: provider.to_owned(), field: Field::for_secret() }
    }

    /// What was typed.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::new(self.field.text().trim().to_owned())
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Step {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return Step::Away,
            KeyCode::Char('c') if ctrl => return Step::Away,
            KeyCode::Enter if self.field.text().trim().is_empty() => {}
            KeyCode::Enter => return Step::Done,
            _ => {
                if !self.field.key(key) {
                    return Step::Pass;
                }
            }
        }
        Step::Taken
    }
}
