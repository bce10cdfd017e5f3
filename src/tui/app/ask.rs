//! Questions: what a bot wants to do, and the choice of the person.
//!
//! Nothing is chosen by accident: a question takes no key until the keyboard was quiet for a
//! while, it takes only keys that mean nothing to the line being typed, and what is chosen at
//! first is "no".

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::{ApprovalRequest, Decision, Scope, Timestamp};

use super::{App, left};

/// For so long after a question appears, or after a key, keys belong to the line.
const GUARD: i64 = 400;

/// A question that waits.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What is asked.
    pub request: ApprovalRequest,
    /// What can be chosen, "no" first.
    pub choices: Vec<Choice>,
    /// Which choice is marked.
    pub at: usize,
    /// How many rows of the preview are above what is shown.
    pub scroll: usize,
    /// When it was first seen, or when the last key came while it was guarded.
    pub since: Timestamp,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub label: String,
    /// What it means.
    pub decision: Decision,
}

impl Ask {
    pub(super) fn new(request: ApprovalRequest, now: Timestamp) -> Self {
        let no = Choice { label: "no".to_owned(), decision: Decision::Deny { note: None } };
        let choices = request.scopes.iter().map(|scope| choice(*scope, &request.pattern));
        let choices = std::iter::once(no).chain(choices).collect();
        Self { request, choices, at: 0, scroll: 0, since: now }
    }

    /// Whether it takes keys.
    #[must_use]
    pub const fn is_ready(&self, now: Timestamp) -> bool {
        now.millis_since(self.since) >= GUARD
    }

    /// When it changes by itself: the guard ends, or the clock goes on.
    pub(super) fn wakes_in(&self, now: Timestamp) -> u64 {
        if !self.is_ready(now) {
            return left(self.since.plus_millis(GUARD), now).max(1);
        }
        let left = left(self.request.expires_at, now);
        let step = if left > 60_000 { 60_000 } else { 1000 };
        (left % step).max(1)
    }
}

fn choice(scope: Scope, pattern: &str) -> Choice {
    let reach = match scope {
        Scope::Once => "yes, this once",
        Scope::Turn => "yes, and alike in this turn",
        Scope::Session => "yes, and alike in this session",
        Scope::Project => "yes, and alike in this folder",
    };
    let pattern = nanofolks_security::terminal::reveal(pattern);
    let label = match scope {
        Scope::Once => reach.to_owned(),
        _ if pattern.is_empty() => reach.to_owned(),
        _ => format!("{reach}: {pattern}"),
    };
    Choice { label, decision: Decision::Allow { scope } }
}

impl App {
    /// Takes a key for the question that is shown; whether it was one of its keys.
    pub(super) fn ask_key(&mut self, key: KeyEvent) -> bool {
        let now = self.now;
        let Some(ask) = self.asks.front_mut() else { return false };
        if !ask.is_ready(now) {
            ask.since = now;
            return false;
        }
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return false;
        }
        // With something in the line, Enter is meant for the line.
        if key.code == KeyCode::Enter && !self.composer.is_empty() {
            return false;
        }
        match key.code {
            KeyCode::Up | KeyCode::BackTab => {
                ask.at = ask.at.checked_sub(1).unwrap_or(ask.choices.len() - 1);
            }
            KeyCode::Down | KeyCode::Tab => ask.at = (ask.at + 1) % ask.choices.len(),
            KeyCode::PageUp => ask.scroll = ask.scroll.saturating_sub(5),
            KeyCode::PageDown => ask.scroll += 5,
            KeyCode::Esc => self.answer(0),
            KeyCode::Enter => {
                let at = ask.at;
                self.answer(at);
            }
            _ => return false,
        }
        true
    }

    fn answer(&mut self, at: usize) {
        let Some(ask) = self.asks.pop_front() else { return };
        if let Some(choice) = ask.choices.get(at) {
            self.decide(ask.request.id, choice.decision.clone());
        }
        // The next one is read before it is answered.
        if let Some(next) = self.asks.front_mut() {
            next.since = self.now;
        }
    }
}
