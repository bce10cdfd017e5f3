//! Lets a person choose from a numbered list on the terminal.

use std::io;

use nanofolks_protocol::{Problem, ProblemKind};

use super::output::{Tone, one_line};
use super::{CliError, Cx, line_prompt};

/// A numbered list of things, each with a remark, and which of it; the first for Enter alone,
/// `None` for `q`.
///
/// # Errors
/// `interrupted` when the person does not answer; `terminal_unusable`.
pub(super) fn pick(
    cx: &mut Cx,
    title: &str,
    rows: &[(&str, &str)],
) -> Result<Option<usize>, CliError> {
    list(cx, title, rows);
    number(cx, rows, "number [1], q leaves: ", Some(0))
}

/// The same for who looks around: Enter alone chooses nothing and goes back.
///
/// # Errors
/// As [`pick`].
pub(super) fn browse(
    cx: &mut Cx,
    title: &str,
    rows: &[(&str, &str)],
) -> Result<Option<usize>, CliError> {
    list(cx, title, rows);
    number(cx, rows, "number, Enter goes back: ", None)
}

fn list(cx: &mut Cx, title: &str, rows: &[(&str, &str)]) {
    cx.out.line("");
    let title = cx.out.paint(Tone::Strong, title);
    cx.out.line(&title);
    for (number, (what, because)) in (1..).zip(rows) {
        let because = if because.is_empty() { String::new() } else { format!(" ({because})") };
        let because = cx.out.paint(Tone::Dim, &one_line(&because));
        cx.out.line(&format!("{number:3}  {} {because}", one_line(what)));
    }
    cx.out.flush();
}

fn number(
    cx: &mut Cx,
    rows: &[(&str, &str)],
    question: &str,
    otherwise: Option<usize>,
) -> Result<Option<usize>, CliError> {
    loop {
        let typed = line_prompt(question).map_err(unanswered)?;
        match &*typed {
            "" => return Ok(otherwise),
            "q" | "Q" | "quit" | "exit" => return Ok(None),
            typed => {
                let number = typed.parse::<usize>().ok();
                if let Some(at) =
                    number.and_then(|number| number.checked_sub(1)).filter(|at| *at < rows.len())
                {
                    return Ok(Some(at));
                }
                // A name will do where it begins like only one.
                let mut named = (0..).zip(rows).filter(|(_, (what, _))| what.starts_with(typed));
                if let (Some((at, _)), None) = (named.next(), named.next()) {
                    return Ok(Some(at));
                }
                cx.out.note(&format!("write a number from 1 to {}", rows.len()));
            }
        }
    }
}

/// No answer was typed.
#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
pub(super) fn unanswered(error: io::Error) -> CliError {
    match error.kind() {
        io::ErrorKind::Interrupted => left(),
        _ => CliError::failure(
            "terminal_unusable",
            format!("cannot read from the terminal: {error}"),
        ),
    }
}

/// The person left.
pub(super) fn left() -> CliError {
    Problem::new(ProblemKind::Interrupted, "interrupted", "nothing was changed").into()
}
