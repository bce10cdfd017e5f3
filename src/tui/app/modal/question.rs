//! What a bot wants to know: choices, and room for an answer of one's own.
//!
//! At first nothing is marked, so that Enter answers nothing; the line for an answer takes
//! letters only once it is marked.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::{ApprovalId, BotId, Timestamp, TurnId};

use super::{Field, Step};

/// A question of a bot.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its name.
    pub id: ApprovalId,
    /// The turn that waits.
    pub turn: Option<TurnId>,
    /// Who asks.
    pub bot: BotId,
    /// What is asked.
    pub text: String,
    /// Answers on offer.
    pub choices: Vec<String>,
    /// An answer of one's own.
    pub field: Field,
    /// Which row is marked: a choice, or behind them the line.
    pub at: Option<usize>,
    /// Silence until then means that nobody answers; unknown where it was not told.
    pub expires_at: Option<Timestamp>,
}

impl Question {
    /// Whether typing goes into its line.
    #[must_use]
    pub fn has_focus(&self) -> bool {
        self.at == Some(self.choices.len())
    }

    /// The answer as it stands.
    #[must_use]
    pub fn answer(&self) -> Option<&str> {
        let at = self.at?;
        let answer = self.choices.get(at).map_or_else(|| self.field.text().trim(), String::as_str);
        (!answer.is_empty()).then_some(answer)
    }

    pub(super) fn key(&mut self, key: KeyEvent, line_is_empty: bool) -> Step {
        let rows = self.choices.len() + 1;
        let ctrl = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Up | KeyCode::BackTab if !ctrl => {
                self.at = Some(self.at.and_then(|at| at.checked_sub(1)).unwrap_or(rows - 1));
            }
            KeyCode::Down | KeyCode::Tab if !ctrl => {
                self.at = Some(self.at.map_or(0, |at| (at + 1) % rows));
            }
            KeyCode::Esc => return Step::Away,
            KeyCode::Enter if !ctrl && (self.has_focus() || line_is_empty) => {
                return if self.answer().is_some() { Step::Done } else { Step::Taken };
            }
            _ if self.has_focus() && self.field.key(key) => {}
            _ => return Step::Pass,
        }
        Step::Taken
    }
}
