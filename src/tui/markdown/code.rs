//! Code in colours, line by line; a line is read once.
//!
//! The grammars take some time to load. That happens on a thread of their own, begun when the
//! first block of code is seen.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use ratatui::style::Style;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use super::Look;
use crate::text::{Piece, Row, expand_tabs};
use crate::theme::Role;

/// Longer lines are not taken apart.
const LONGEST: usize = 4096;
/// How long the first block of code may wait for its colours.
const PATIENCE: Duration = Duration::from_millis(250);

/// The grammars, once they are loaded.
#[derive(Debug, Clone, Default)]
pub struct Languages {
    shelf: Arc<Shelf>,
}

#[derive(Default)]
struct Shelf {
    state: Mutex<State>,
    loaded: Condvar,
    grammars: OnceLock<(SyntaxSet, Vec<(Scope, Role)>)>,
    bell: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Unwanted,
    Loading,
    Done,
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Languages {
    /// Says whom to wake when the grammars are there.
    pub fn ring(&self, bell: impl Fn() + Send + Sync + 'static) {
        let _first = self.shelf.bell.set(Box::new(bell)).is_ok();
    }

    /// Begins to load; code that is finished meanwhile waits.
    pub(super) fn wish(&self) {
        let mut state = self.state();
        if *state != State::Unwanted {
            return;
        }
        *state = State::Loading;
        drop(state);
        let shelf = Arc::clone(&self.shelf);
        let load = move || {
            let _first = shelf.grammars.set((two_face::syntax::extra_newlines(), roles())).is_ok();
            *shelf.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Done;
            shelf.loaded.notify_all();
            if let Some(bell) = shelf.bell.get() {
                bell();
            }
        };
        if std::thread::Builder::new().name("grammars".to_owned()).spawn(load).is_err() {
            // Without a thread there are no colours, and nothing waits for them.
            *self.state() = State::Done;
        }
    }

    /// Whether nothing has to wait for the grammars.
    pub(super) fn is_ready(&self) -> bool {
        *self.state() == State::Done
    }

    /// Waits for the grammars, for a short time.
    pub(super) fn wait(&self) {
        let state = self.state();
        let loading = |state: &mut State| *state == State::Loading;
        drop(self.shelf.loaded.wait_timeout_while(state, PATIENCE, loading));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shelf.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the lines of one block of code.
#[derive(Debug)]
pub(super) struct Coder {
    language: String,
    state: Option<(ParseState, ScopeStack)>,
    /// Whether the grammar was looked for.
    begun: bool,
}

impl Coder {
    pub(super) fn new(language: &str) -> Self {
        Self { language: language.to_owned(), state: None, begun: false }
    }

    /// A line that is still being written.
    pub(super) fn plain(&self, line: &str, look: Look<'_>) -> Row {
        let line = expand_tabs(line, 0, 4).into_owned();
        let role = self.difference(&line).unwrap_or(Role::Code);
        Row::of(line, look.theme.style(role))
    }

    /// The next line, in colours.
    pub(super) fn line(&mut self, line: &str, look: Look<'_>) -> Row {
        let Some((grammars, roles)) = look.languages.shelf.grammars.get() else {
            return self.plain(line, look);
        };
        if !self.begun {
            self.begun = true;
            let found = grammars.find_syntax_by_token(&self.language);
            self.state = found.map(|found| (ParseState::new(found), ScopeStack::new()));
        }
        let line = expand_tabs(line, 0, 4).into_owned();
        let is_difference = self.difference("+").is_some();
        let Some((state, stack)) = self.state.as_mut().filter(|_| !is_difference) else {
            return self.plain(&line, look);
        };
        if line.len() > LONGEST {
            return Row::of(line, look.theme.style(Role::Code));
        }
        let Ok(ops) = state.parse_line(&format!("{line}\n"), grammars) else {
            self.state = None;
            return Row::of(line, look.theme.style(Role::Code));
        };
        let mut row = Row::default();
        let mut from = 0;
        for (at, op) in ops {
            let at = at.min(line.len());
            row.push(Piece::new(
                line.get(from..at).unwrap_or_default().to_owned(),
                style(stack, roles, look),
            ));
            from = at.max(from);
            if stack.apply(&op).is_err() {
                self.state = None;
                break;
            }
        }
        let style =
            self.state.as_ref().map_or_else(Style::new, |(_, stack)| style(stack, roles, look));
        row.push(Piece::new(line.get(from..).unwrap_or_default().to_owned(), style));
        row
    }

    /// The role of a line of a difference.
    fn difference(&self, line: &str) -> Option<Role> {
        if !matches!(self.language.as_str(), "diff" | "patch" | "udiff") {
            return None;
        }
        Some(match line.as_bytes() {
            [b'+', ..] => Role::Added,
            [b'-', ..] => Role::Removed,
            [b'@', ..] => Role::Hunk,
            _ => Role::Text,
        })
    }
}

/// The look of the innermost scope that has one.
fn style(stack: &ScopeStack, roles: &[(Scope, Role)], look: Look<'_>) -> Style {
    let role = stack.as_slice().iter().rev().find_map(|scope| {
        roles.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, role)| *role)
    });
    look.theme.style(role.unwrap_or(Role::Text))
}

/// Which scopes have which look; the first that fits counts.
fn roles() -> Vec<(Scope, Role)> {
    const ROLES: [(&str, Role); 18] = [
        ("comment", Role::Comment),
        ("punctuation.definition.comment", Role::Comment),
        ("string", Role::String),
        ("punctuation.definition.string", Role::String),
        ("constant", Role::Number),
        ("keyword.operator", Role::Text),
        ("keyword", Role::Keyword),
        ("storage.type.function", Role::Keyword),
        ("storage", Role::Keyword),
        ("entity.name.function", Role::Function),
        ("support.function", Role::Function),
        ("variable.function", Role::Function),
        ("entity.name.tag", Role::Keyword),
        ("entity.name", Role::Type),
        ("support.type", Role::Type),
        ("support.class", Role::Type),
        ("entity.other.attribute-name", Role::Function),
        ("variable.parameter", Role::Text),
    ];
    ROLES.iter().filter_map(|(name, role)| Some((Scope::new(name).ok()?, *role))).collect()
}
