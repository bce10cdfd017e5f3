//! What a bot wants to do, and how far a yes of the person reaches.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::{ApprovalRequest, Decision, Scope};

use super::Step;

/// A question that waits.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What is asked.
    pub request: ApprovalRequest,
    /// What can be chosen, "no" first.
    pub choices: Vec<Choice>,
    /// Which choice is marked.
    pub at: usize,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub label: String,
    /// What it means.
    pub decision: Decision,
    /// Whether it answers those alike that wait, too.
    pub all: bool,
}

impl Ask {
    pub(crate) fn new(request: ApprovalRequest) -> Self {
        let mut ask = Self { request, choices: Vec::new(), at: 0 };
        ask.offer(0);
        ask
    }

    /// Whether a yes or a no to one is as well one to the other.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let (one, other) = (&self.request, &other.request);
        one.tool == other.tool && !one.pattern.is_empty() && one.pattern == other.pattern
    }

    /// Makes the choices, when so many others are alike. What was marked stays marked.
    pub(super) fn offer(&mut self, alike: usize) {
        let marked = self.choices.get(self.at).map(|choice| (choice.decision.clone(), choice.all));
        let no = Decision::Deny { note: None };
        let mut choices = vec![Choice { label: "no".to_owned(), decision: no.clone(), all: false }];
        choices.extend(self.request.scopes.iter().map(|scope| self.choice(*scope)));
        if alike > 0 {
            let count = alike + 1;
            let label = format!("no to all {count} alike");
            choices.insert(1, Choice { label, decision: no, all: true });
            let once = Decision::Allow { scope: Scope::Once };
            if let Some(at) = choices.iter().position(|choice| choice.decision == once) {
                let label = format!("yes, this once, to all {count} alike");
                choices.insert(at + 1, Choice { label, decision: once, all: true });
            }
        }
        let stays =
            |it: &Choice| Some((&it.decision, it.all)) == marked.as_ref().map(|m| (&m.0, m.1));
        self.at = choices.iter().position(stays).unwrap_or(0);
        self.choices = choices;
    }

    fn choice(&self, scope: Scope) -> Choice {
        let reach = match scope {
            Scope::Once => "yes, this once",
            Scope::Turn => "yes, and alike in this turn",
            Scope::Session => "yes, and alike in this session",
            Scope::Project => "yes, and alike in this folder",
        };
        let pattern = nanofolks_security::terminal::reveal(&self.request.pattern);
        let label = match scope {
            _ if pattern.is_empty() => reach.to_owned(),
            Scope::Once => reach.to_owned(),
            _ => format!("{reach}: {pattern}"),
        };
        // A yes that reaches further is one to all that it covers.
        Choice { label, decision: Decision::Allow { scope }, all: scope != Scope::Once }
    }

    /// Whether what is marked allows it.
    pub(super) fn is_yes(&self) -> bool {
        let marked = self.choices.get(self.at);
        marked.is_some_and(|choice| matches!(choice.decision, Decision::Allow { .. }))
    }

    pub(super) fn key(&mut self, key: KeyEvent, line_is_empty: bool) -> Step {
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return Step::Pass;
        }
        match key.code {
            KeyCode::Up | KeyCode::BackTab => {
                self.at = self.at.checked_sub(1).unwrap_or(self.choices.len() - 1);
            }
            KeyCode::Down | KeyCode::Tab => self.at = (self.at + 1) % self.choices.len(),
            KeyCode::Esc => return Step::Away,
            // With something in the line, Enter is meant for the line.
            KeyCode::Enter if line_is_empty => return Step::Done,
            _ => return Step::Pass,
        }
        Step::Taken
    }
}
