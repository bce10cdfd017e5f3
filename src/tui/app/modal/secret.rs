//! A secret that is typed unseen: it is in no history, no transcript and no draft.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::{Secret, SecretKind};

use super::{Field, Step};

/// The place for a secret.
#[derive(Debug, Clone)]
pub struct Unseen {
    /// Whose it is: a provider, or the vault.
    pub name: String,
    /// What it is.
    pub kind: SecretKind,
    /// Why it is asked for, or what was wrong with the last one; may be empty.
    pub why: String,
    /// What is typed.
    pub field: Field,
}

impl Unseen {
    /// The place for the key of a provider.
    #[must_use]
    pub fn key_of(provider: &str) -> Self {
        let (name, kind) = (provider.to_owned(), SecretKind::Key);
        Self { name, kind, why: String::new(), field: Field::for_secret() }
    }

    /// The place for the passphrase of the vault.
    #[must_use]
    pub fn passphrase() -> Self {
        Self { kind: SecretKind::Passphrase, ..Self::key_of("vault") }
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
