//! Asks the person at the terminal whether a call may run. Silence and doubt mean no.

use std::io;

use nanofolks_protocol::{ApprovalId, ApprovalRequest, Decision, Scope, Timestamp};
use nanofolks_security::terminal::reveal;
use rustix::termios::{QueueSelector, tcflush};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::cli::Output;
use crate::cli::output::{Tone, one_line};
use crate::cli::plain::keyboard::LEAVES;
use crate::house::House;

#[cfg(test)]
mod tests;

/// Lines of a preview that are shown.
const PREVIEW_LINES: usize = 80;
/// Longest answer that is read.
const ANSWER: usize = 4096;

/// What a bot wants to know.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) id: ApprovalId,
    pub(super) bot: String,
    pub(super) text: String,
    pub(super) choices: Vec<String>,
    pub(super) expires_at: Option<Timestamp>,
}

/// Shows what a bot wants to know, and forgets what was typed before.
pub(super) fn show_wanted(out: &mut Output, wanted: &Wanted) {
    let what = format!("{} asks: {}", wanted.bot, one_line(&reveal(&wanted.text)));
    let what = out.paint_note(Tone::Strong, &what);
    out.note(&what);
    for (at, choice) in wanted.choices.iter().enumerate() {
        out.note(&format!("  {}  {}", at + 1, one_line(&reveal(choice))));
    }
    if let Some(until) = wanted.expires_at {
        out.note(&format!("  no answer by {} means none", one_line(&until_when(until))));
    }
    forget_typed();
    let numbers = if wanted.choices.is_empty() { "" } else { "a number, or " };
    out.note_raw(&format!("Your answer: {numbers}your words [none] "));
}

/// What a typed line answers: a choice by its number, words of one's own, or nothing.
pub(super) fn answer(line: &str, choices: &[String]) -> Decision {
    let line = line.trim();
    let numbered = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let text = numbered.and_then(|at| choices.get(at)).map_or(line, String::as_str);
    match text {
        "" => Decision::Deny { note: None },
        text => Decision::Answer { text: text.to_owned() },
    }
}

/// Shows what is asked, and forgets what was typed before.
pub(super) fn show(out: &mut Output, request: &ApprovalRequest) {
    let what = format!("{} wants to {}", request.bot, one_line(&request.summary));
    let what = out.paint_note(Tone::Strong, &what);
    out.note(&what);
    lines(out, preview(&request.preview, PREVIEW_LINES));
    out.note(&format!("  {}", outside(request)));
    out.note(&format!("  asked because {}", one_line(&request.reason)));
    out.note(&format!("  no answer by {} means no", one_line(&expiry(request))));
    forget_typed();
    prompt(out, request);
}

/// Shows all that will happen, however long it is, and asks once more.
pub(super) fn show_all(out: &mut Output, request: &ApprovalRequest) {
    lines(out, preview(&request.preview, usize::MAX));
    prompt(out, request);
}

/// Whether an answer asks to see all of it.
pub(super) fn wants_all(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "v" | "view")
}

/// Asks once more.
pub(super) fn prompt(out: &mut Output, request: &ApprovalRequest) {
    out.note_raw(&choices(request));
}

fn choices(request: &ApprovalRequest) -> String {
    let mut said = "Allow this? y = yes, once".to_owned();
    if request.scopes.contains(&Scope::Session) {
        let pattern = Some(&request.pattern).filter(|pattern| !pattern.is_empty());
        let pattern = reveal(pattern.unwrap_or(&request.tool)).replace(['\n', '\t'], " ");
        said.push_str(&format!(", s = every {pattern} for this session"));
    }
    if request.preview.lines().count() > PREVIEW_LINES {
        said.push_str(", v = view all");
    }
    said.push_str(", n = no [n] ");
    said
}

/// Which hosts it talks to and what it costs.
fn outside(request: &ApprovalRequest) -> String {
    one_line(&reveal(&request.outside()))
}

/// When silence becomes a no, and how long that is from now.
fn expiry(request: &ApprovalRequest) -> String {
    until_when(request.expires_at)
}

fn until_when(until: Timestamp) -> String {
    let left = until.millis_since(House::clock().now()) / 1_000;
    format!("{until} ({} min {} s)", left.max(0) / 60, left.max(0) % 60)
}

fn lines(out: &mut Output, lines: Vec<String>) {
    for line in lines {
        let tone = match line.as_bytes().first() {
            Some(b'+') => Tone::Good,
            Some(b'-') => Tone::Bad,
            _ => Tone::Plain,
        };
        let line = out.paint_note(tone, &line);
        out.note(&format!("  {line}"));
    }
}

/// What an answer means; `None` when it means nothing.
pub(super) fn understand(answer: &str, scopes: &[Scope]) -> Option<Decision> {
    let answer = answer.trim();
    let (word, rest) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
    let allow = |scope| scopes.contains(&scope).then_some(Decision::Allow { scope });
    match word.trim_end_matches([',', ':', ';']).to_lowercase().as_str() {
        "y" | "yes" if rest.is_empty() => allow(Scope::Once),
        "t" | "turn" if rest.is_empty() => allow(Scope::Turn),
        "s" | "session" if rest.is_empty() => allow(Scope::Session),
        "" => Some(Decision::Deny { note: None }),
        "n" | "no" => {
            let note = rest.trim();
            Some(Decision::Deny { note: (!note.is_empty()).then(|| note.to_owned()) })
        }
        _ => None,
    }
}

/// Waits for a line typed at the terminal; `None` at its end, or when Ctrl-D was typed alone.
///
/// The terminal is only read when it has something, so that giving up waiting leaves
/// nothing behind that would swallow the next line.
pub(super) async fn typed_line() -> Option<String> {
    #[expect(
        deprecated,
        reason = "its successor is unsafe; standard input stays open as long as we run"
    )]
    let terminal = AsyncFd::with_interest(io::stdin(), Interest::READABLE).ok()?;
    let _ready = terminal.readable().await.ok()?;
    let mut bytes = vec![0; ANSWER];
    let got = rustix::io::read(rustix::stdio::stdin(), &mut bytes).ok()?;
    bytes.truncate(got);
    // In a conversation Ctrl-D is a key that ends a line.
    let leaves = bytes.pop_if(|last| *last == LEAVES).is_some();
    let nothing = got == 0 || (leaves && bytes.is_empty());
    (!nothing).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// What was typed before a question appeared is no answer to it.
fn forget_typed() {
    // Where standard input is no terminal, nothing was typed.
    let _forgotten = tcflush(rustix::stdio::stdin(), QueueSelector::IFlush).is_ok();
}

/// What will happen, with everything written out that would not be seen: what is shown is
/// what runs, to the byte.
fn preview(text: &str, most: usize) -> Vec<String> {
    let text = reveal(text);
    // Not `lines`, which would swallow a carriage return.
    let all = || text.strip_suffix('\n').unwrap_or(&text).split('\n');
    let mut lines: Vec<String> = all().take(most).map(str::to_owned).collect();
    let left = all().count().saturating_sub(most);
    if left > 0 {
        lines.push(format!("[{left} more lines; v shows them]"));
    }
    lines
}
