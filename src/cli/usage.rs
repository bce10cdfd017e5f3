//! Wrong command lines: clap's findings in our form, and the help and version texts.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use nanofolks_protocol::{Problem, ProblemKind};

use super::chat::{Report, never_begun};
use super::globals::ColorChoice;
use super::{CliError, Output, foreign};

/// Ends a program whose command line asked for help or could not be read.
pub(super) fn ending(error: &clap::Error, args: &[OsString]) -> ExitCode {
    let json = args.iter().skip(1).any(|arg| arg == "--json");
    let mut out = Output::new(ColorChoice::Auto, json);
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let text = error.render();
        let text = if out.colored() { text.ansi().to_string() } else { text.to_string() };
        out.raw(&text);
        return match out.finish() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => out.error(&error),
        };
    }
    told(&mut out, &problem(error), args)
}

/// Says what is wrong with a command line. Whoever reads `chat` as JSON gets what it prints.
fn told(out: &mut Output, problem: &Problem, args: &[OsString]) -> ExitCode {
    let has = |word: &str| args.iter().skip(1).any(|arg| arg == word);
    let error = || CliError::from(problem.clone());
    match (has("chat"), out.is_json(), has("--stream-json")) {
        (true, true, _) => out.object(&Report::of_failure(problem)),
        (true, false, true) => out.line_of(&never_begun(problem)),
        _ => return out.error(&error()),
    }
    out.error(&error())
}

/// Ends a program whose question is a flag: `chat -q --json` asks nothing.
pub(super) fn swallowed_flag(args: &[OsString]) -> Option<ExitCode> {
    let (_, flag) = args.iter().zip(args.iter().skip(1)).find(|(before, word)| {
        ["-q", "-m", "--query", "--message"].iter().any(|query| *before == *query)
            && word.to_str().is_some_and(|word| {
                word.len() > 2 && word.starts_with("--") && !word.contains(char::is_whitespace)
            })
    })?;
    let flag = flag.to_string_lossy();
    let problem = Problem::new(
        ProblemKind::Usage,
        "question_is_a_flag",
        format!("-q needs the question, and {flag} looks like a flag"),
    )
    .hint(format!("put the question after -q; to ask {flag} itself, write `-q={flag}`"));
    let mut out = Output::new(ColorChoice::Auto, args.iter().any(|arg| arg == "--json"));
    Some(told(&mut out, &problem, args))
}

/// What clap found, as a problem.
pub(super) fn problem(error: &clap::Error) -> Problem {
    if let Some(problem) = spelled_otherwise(error) {
        return problem;
    }
    if let (ErrorKind::InvalidSubcommand, Some(name)) =
        (error.kind(), word(error, ContextKind::InvalidSubcommand))
    {
        return no_such_command(error, name);
    }
    let text = error.render().to_string();
    let message = text
        .lines()
        .take_while(|line| !line.trim().is_empty() && !line.starts_with("Usage:"))
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let hint = text.lines().find_map(|line| line.trim().strip_prefix("tip: ")).map_or_else(
        || usage_line(&text).unwrap_or_else(|| "`nanofolks --help` shows the commands".to_owned()),
        str::to_owned,
    );
    Problem::new(ProblemKind::Usage, code(error.kind()), message).hint(hint)
}

fn usage_line(text: &str) -> Option<String> {
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "))?;
    Some(format!("usage: {usage}; --help says more"))
}

fn spelled_otherwise(error: &clap::Error) -> Option<Problem> {
    let kind = match error.kind() {
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => return None,
    };
    foreign::problem(word(error, kind)?)
}

fn no_such_command(error: &clap::Error, name: &str) -> Problem {
    let message = format!("there is no command `{name}`");
    let problem = Problem::new(ProblemKind::Usage, "command_unknown", message);
    match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(near)) if !near.is_empty() => {
            problem.hint(format!("did you mean `{}`?", near.join("` or `")))
        }
        _ => problem.hint("`nanofolks --help` shows the commands"),
    }
}

fn word(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word),
        _ => None,
    }
}

fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSubcommand => "command_unknown",
        ErrorKind::UnknownArgument => "option_unknown",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::InvalidUtf8 => {
            "value_invalid"
        }
        ErrorKind::MissingRequiredArgument
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "argument_missing",
        ErrorKind::ArgumentConflict => "argument_conflict",
        _ => "usage",
    }
}
