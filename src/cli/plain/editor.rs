//! Reads lines: editing, history, completion, and `\` at the end for one line more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nanofolks_protocol::command::Completes;
use nanofolks_protocol::{BotId, Catalog};
use nanofolks_security::Sanitizer;
use rustyline::completion::{Completer, Pair};
use rustyline::config::{BellStyle, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Event, EventContext, EventHandler, Helper,
    KeyEvent, RepeatCount,
};
use tokio::runtime::Runtime;

use crate::cli::CliError;

#[cfg(test)]
mod tests;

/// Lines that are remembered.
const REMEMBERED: usize = 2000;

/// What came of waiting for a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Something to say.
    Text(String),
    /// An empty line.
    Nothing,
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal is gone.
    Left,
}

/// The line being typed, and those before it.
pub(super) struct Editor {
    line: rustyline::Editor<Helping, FileHistory>,
    history: PathBuf,
    sanitizer: Arc<Sanitizer>,
}

impl Editor {
    /// An editor that remembers in `history` and completes what `helping` knows.
    pub(super) fn open(
        history: &Path,
        helping: Helping,
        sanitizer: Arc<Sanitizer>,
    ) -> Result<Self, CliError> {
        let config = Config::builder()
            .max_history_size(REMEMBERED)
            .map_err(|error| unusable(&error))?
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .bell_style(BellStyle::None)
            .auto_add_history(false)
            .build();
        let memory = FileHistory::with_config(&config);
        let mut line =
            rustyline::Editor::with_history(config, memory).map_err(|error| unusable(&error))?;
        line.set_helper(Some(helping));
        // `Keyboard` has taken both from the terminal's own table of keys.
        let leaving = EventHandler::Conditional(Box::new(Leaving));
        line.bind_sequence(KeyEvent::ctrl('D'), leaving);
        line.bind_sequence(KeyEvent::ctrl('@'), Cmd::Noop);
        // A first conversation has no history yet.
        let _known = line.load_history(history).is_ok();
        Ok(Self { line, history: history.to_owned(), sanitizer })
    }

    /// Waits for a line while what was begun beside the conversation goes on: a summary of it,
    /// its mirror. What was `begun` to be typed stands there already.
    pub(super) fn read(
        &mut self,
        runtime: &Runtime,
        prompt: &str,
        begun: &str,
    ) -> Result<Typed, CliError> {
        let (here, typed) = tokio::sync::oneshot::channel::<()>();
        std::thread::scope(|scope| {
            let meanwhile = move || runtime.block_on(async { drop(typed.await) });
            let thread = std::thread::Builder::new().name("meanwhile".to_owned());
            if let Err(error) = thread.spawn_scoped(scope, meanwhile) {
                tracing::debug!(%error, "nothing goes on while a line is typed");
            }
            let line = self.line(prompt, begun);
            drop(here);
            line
        })
    }

    fn line(&mut self, prompt: &str, begun: &str) -> Result<Typed, CliError> {
        match self.line.readline_with_initial(prompt, (begun, "")) {
            Ok(text) => {
                let text = joined(&text);
                if text.trim().is_empty() {
                    return Ok(Typed::Nothing);
                }
                self.remember(&text);
                Ok(Typed::Text(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Typed::Interrupted),
            Err(ReadlineError::Eof | ReadlineError::Io(_)) => Ok(Typed::Left),
            Err(ReadlineError::Signal(_)) => Ok(Typed::Nothing),
            Err(error) => Err(unusable(&error)),
        }
    }

    /// Keeps a line for later, unless something in it looks like a secret.
    pub(super) fn remember(&mut self, text: &str) {
        if self.sanitizer.clean(text) != text {
            return;
        }
        let added = self.line.add_history_entry(text).unwrap_or(false);
        if added {
            // A home that cannot be written is no reason to stop talking.
            let _kept = self.line.append_history(&self.history).is_ok();
        }
    }
}

/// Ctrl-D leaves an empty line; in another one it takes a character out.
struct Leaving;

impl ConditionalEventHandler for Leaving {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, at: &EventContext<'_>) -> Option<Cmd> {
        at.line().is_empty().then_some(Cmd::EndOfFile)
    }
}

fn unusable(error: &ReadlineError) -> CliError {
    CliError::failure("terminal_unusable", format!("cannot read from the terminal: {error}"))
}

/// Lines joined with `\` as one text.
fn joined(text: &str) -> String {
    text.replace("\\\n", "\n").trim_end().to_owned()
}

/// What an argument can be.
type Offers = dyn Fn(Completes) -> Vec<String>;

/// What helps while typing.
pub(super) struct Helping {
    catalog: Catalog,
    bots: Vec<String>,
    /// Rooms, sessions, models and questions, read when the Tab key asks for them.
    offers: Box<Offers>,
}

impl Helping {
    /// Completes these commands, these bots, and what `offers` finds.
    pub(super) fn new(
        catalog: Catalog,
        bots: &[BotId],
        offers: impl Fn(Completes) -> Vec<String> + 'static,
    ) -> Self {
        let bots = bots.iter().map(ToString::to_string).collect();
        Self { catalog, bots, offers: Box::new(offers) }
    }

    /// Commands and their arguments, bots anywhere.
    fn candidates(&self, line: &str, at: usize) -> (usize, Vec<Pair>) {
        let before = line.get(..at).unwrap_or(line);
        if let Some((start, completes)) = self.catalog.awaited(before) {
            let word = before.get(start..).unwrap_or_default();
            let found = match completes {
                Completes::Command => {
                    self.catalog.iter().map(|spec| format!("/{}", spec.name)).collect()
                }
                Completes::Bot => self.bots.clone(),
                Completes::Words(words) => words.iter().map(|&word| word.to_owned()).collect(),
                Completes::Text | Completes::Number => Vec::new(),
                other => (self.offers)(other),
            };
            // The name of a command may stand without its slash after `/help`.
            let found = found.into_iter().map(|name| match name.strip_prefix('/') {
                Some(bare) if !word.starts_with('/') => bare.to_owned(),
                _ => name,
            });
            return (start, pairs(found, word));
        }
        let start = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let word = &before[start..];
        if !word.starts_with('@') {
            return (at, Vec::new());
        }
        (start, pairs(self.bots.iter().map(|bot| format!("@{bot}")), word))
    }
}

fn pairs(names: impl Iterator<Item = String>, word: &str) -> Vec<Pair> {
    let matching = names.filter(|name| name.starts_with(word));
    matching.map(|name| Pair { replacement: format!("{name} "), display: name }).collect()
}

impl Helper for Helping {}
impl Hinter for Helping {
    type Hint = String;
}
impl Highlighter for Helping {}

impl Validator for Helping {
    fn validate(&self, typed: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        if typed.input().ends_with('\\') {
            Ok(ValidationResult::Incomplete)
        } else {
            Ok(ValidationResult::Valid(None))
        }
    }
}

impl Completer for Helping {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _cx: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        Ok(self.candidates(line, at))
    }
}
