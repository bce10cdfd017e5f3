//! The only place that prints: results to standard output, everything else to standard error.
//!
//! A closed pipe ends the printing, quietly. Any other failure to write is reported once, at
//! the end. Text from outside is made fit for a terminal before it gets here.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use nanofolks_protocol::Problem;
use nanofolks_security::terminal::clean;
use serde::Serialize;
use serde_json::json;

use super::globals::ColorChoice;
use super::{CliError, usage};
use crate::streams;

#[cfg(test)]
mod tests;

/// What a piece of text means; decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// Headings and names.
    Strong,
    /// Less important.
    Dim,
    /// All is well.
    Good,
    /// Look at this.
    Warn,
    /// This failed.
    Bad,
    /// A bot speaks.
    Accent,
}

impl Tone {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Dim => "2",
            Self::Good => "32",
            Self::Warn => "33",
            Self::Bad => "31",
            Self::Accent => "36",
        }
    }
}

/// Where a command prints.
pub(crate) struct Output {
    color: ColorChoice,
    json: bool,
    stdout: BufWriter<Box<dyn Write + Send>>,
    stderr: Box<dyn Write + Send>,
    terminal: bool,
    stdout_color: OnceLock<bool>,
    stderr_color: OnceLock<bool>,
    failure: Option<io::Error>,
    object_printed: bool,
}

impl Output {
    /// Prints in colour as wished, and errors as JSON when `json`.
    pub(crate) fn new(color: ColorChoice, json: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        // Standard output as Rust has it flushes at every line end.
        let stdout = unbuffered_stdout();
        let mut out = Self::over(color, json, stdout, Box::new(io::stderr()), terminal);
        if streams::stdout_was_closed() {
            out.fail(io::Error::other("it is closed"));
        }
        out
    }

    /// Prints into something, without colours, like into a file.
    pub(crate) fn into(stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Self {
        Self::over(ColorChoice::Never, false, stdout, stderr, false)
    }

    fn over(
        color: ColorChoice,
        json: bool,
        stdout: Box<dyn Write + Send>,
        stderr: Box<dyn Write + Send>,
        terminal: bool,
    ) -> Self {
        Self {
            color,
            json,
            stdout: BufWriter::with_capacity(16 * 1024, stdout),
            stderr,
            terminal,
            stdout_color: OnceLock::new(),
            stderr_color: OnceLock::new(),
            failure: None,
            object_printed: false,
        }
    }

    /// Whether programs read along: `--json`.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether standard input and standard output are a terminal.
    pub(crate) fn is_interactive(&self) -> bool {
        self.terminal && io::stdin().is_terminal()
    }

    /// Whether standard output is a terminal.
    pub(crate) const fn stdout_is_terminal(&self) -> bool {
        self.terminal
    }

    /// The width for tables: the terminal's, or 100 columns where there is none.
    fn width(&self) -> usize {
        let size = terminal_size::terminal_size_of(io::stdout());
        size.map_or(100, |(width, _)| usize::from(width.0)).max(1)
    }

    /// Whether standard output is coloured.
    pub(crate) fn colored(&self) -> bool {
        *self.stdout_color.get_or_init(|| wanted(self.color, supports_color::Stream::Stdout))
    }

    /// Whether standard error is coloured.
    pub(crate) fn notes_colored(&self) -> bool {
        *self.stderr_color.get_or_init(|| wanted(self.color, supports_color::Stream::Stderr))
    }

    /// Text for standard output in its colour.
    pub(crate) fn paint(&self, tone: Tone, text: &str) -> String {
        painted(self.colored(), tone, text)
    }

    /// Text for standard error in its colour.
    pub(crate) fn paint_note(&self, tone: Tone, text: &str) -> String {
        painted(self.notes_colored(), tone, text)
    }

    /// One line of the result.
    pub(crate) fn line(&mut self, text: &str) {
        self.write(text);
        self.write("\n");
    }

    /// A piece of the result, as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.write(text);
    }

    /// Bytes of the result that are no text.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        if self.failure.is_none()
            && let Err(error) = self.stdout.write_all(bytes)
        {
            self.fail(error);
        }
    }

    /// The result as one JSON object on one line.
    pub(crate) fn object(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => {
                self.line(&text);
                self.object_printed = true;
            }
            Err(error) => self.fail(io::Error::other(error)),
        }
    }

    /// One JSON object of many, on a line of its own.
    pub(crate) fn line_of(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => {
                self.line(&text);
                self.flush();
            }
            Err(error) => self.fail(io::Error::other(error)),
        }
    }

    /// Gives what was printed to the system now.
    pub(crate) fn flush(&mut self) {
        if self.failure.is_none()
            && let Err(error) = self.stdout.flush()
        {
            self.fail(error);
        }
    }

    /// Whether nobody reads standard output any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.failure.as_ref().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// One line beside the result: notices, progress, warnings.
    pub(crate) fn note(&mut self, text: &str) {
        // Whoever closed standard error does not want to read this.
        let _unread = writeln!(self.stderr, "{text}").is_err();
    }

    /// A piece beside the result, without a line end.
    pub(crate) fn note_raw(&mut self, text: &str) {
        let _unread = self.stderr.write_all(text.as_bytes()).is_err();
    }

    /// A table for people: columns as wide as their widest cell, the last one free; on a
    /// terminal no line is wider than it.
    pub(crate) fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
        let width = if self.terminal { self.width() } else { usize::MAX };
        let heading = self.paint(Tone::Strong, cut(&padded(&head, &widths), width));
        self.line(&heading);
        for row in rows {
            self.line(cut(&padded(row, &widths), width));
        }
    }

    /// Writes out what is left.
    ///
    /// # Errors
    /// `output_failed` when standard output could not be written; a closed pipe is no error.
    pub(crate) fn finish(&mut self) -> Result<(), CliError> {
        self.flush();
        match &self.failure {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::failure(
                "output_failed",
                format!("cannot write to standard output: {error}"),
            )),
            _ => Ok(()),
        }
    }

    /// Says what went wrong and gives the exit code.
    pub(crate) fn error(&mut self, error: &CliError) -> ExitCode {
        self.flush();
        let problem = match error {
            CliError::Problem(problem) => (**problem).clone(),
            CliError::Usage(error) => usage::problem(error),
            CliError::Said(code) => return ExitCode::from(*code),
        };
        self.problem(&problem);
        let code = problem.kind.exit_code();
        if self.json && !self.object_printed {
            self.object(&json!({
                "schema": "nanofolks.error.v1",
                "ok": false,
                "error": error_object(&problem),
                "exit_code": code,
            }));
            self.flush();
        }
        ExitCode::from(code)
    }

    /// Something that is not as wished, as one or two lines on standard error.
    pub(crate) fn warning(&mut self, text: &str, hint: Option<&str>) {
        let label = self.paint_note(Tone::Warn, "warning:");
        self.note(&format!("{label} {}", one_line(text)));
        self.hint(hint);
    }

    /// A problem as two lines on standard error.
    pub(crate) fn problem(&mut self, problem: &Problem) {
        let label = self.paint_note(Tone::Bad, "error:");
        let line = format!("{label} {} ({})", one_line(&problem.message), problem.code);
        self.note(&line);
        self.hint(problem.hint.as_deref());
    }

    fn hint(&mut self, hint: Option<&str>) {
        if let Some(hint) = hint {
            let label = self.paint_note(Tone::Accent, "hint:");
            self.note(&format!("{label} {}", one_line(hint)));
        }
    }

    fn write(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert(error);
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Standard output without the line buffer of the standard library.
fn unbuffered_stdout() -> Box<dyn Write + Send> {
    match rustix::stdio::stdout().try_clone_to_owned() {
        Ok(own) => Box::new(std::fs::File::from(own)),
        Err(_) => Box::new(io::stdout()),
    }
}

/// A problem as programs see it.
pub(crate) fn error_object(problem: &Problem) -> serde_json::Value {
    json!({
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "retryable": problem.retryable,
    })
}

/// Outside text as one clean line.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wanted(choice: ColorChoice, stream: supports_color::Stream) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => supports_color::on(stream).is_some_and(|level| level.has_basic),
    }
}

fn painted(colored: bool, tone: Tone, text: &str) -> String {
    if colored && tone != Tone::Plain {
        format!("\u{1b}[{}m{text}\u{1b}[0m", tone.code())
    } else {
        text.to_owned()
    }
}

/// The start of a line, at most so many characters.
fn cut(line: &str, width: usize) -> &str {
    let end = line.char_indices().nth(width).map_or(line.len(), |(at, _)| at);
    line.get(..end).unwrap_or(line)
}

fn padded(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if index > 0 {
            line.push_str("  ");
        }
        line.push_str(cell);
        if index + 1 < cells.len() {
            let gap = width.saturating_sub(cell.chars().count());
            line.extend(std::iter::repeat_n(' ', gap));
        }
    }
    line
}
