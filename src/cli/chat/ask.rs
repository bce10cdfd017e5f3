//! Asks the person at the terminal whether a call may run. Silence and doubt mean no.

use std::io;

use nanofolks_protocol::{ApprovalRequest, Decision, Scope};
use nanofolks_security::terminal::clean;
use rustix::termios::{QueueSelector, tcflush};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::cli::Output;
use crate::cli::output::{Tone, one_line};

#[cfg(test)]
mod tests;

/// Lines of a preview that are shown.
const PREVIEW_LINES: usize = 80;
/// Longest answer that is read.
const ANSWER: usize = 4096;

/// Shows what is asked, and forgets what was typed before.
pub(super) fn show(out: &mut Output, request: &ApprovalRequest) {
    let what = format!("{} wants to {}", request.bot, one_line(&request.summary));
    let what = out.paint_note(Tone::Strong, &what);
    out.note(&what);
    for line in preview(&request.preview) {
        let tone = match line.as_bytes().first() {
            Some(b'+') => Tone::Good,
            Some(b'-') => Tone::Bad,
            _ => Tone::Plain,
        };
        let line = out.paint_note(tone, &line);
        out.note(&format!("  {line}"));
    }
    out.note(&format!("  asked because {}", one_line(&request.reason)));
    forget_typed();
    prompt(out, request);
}

/// Asks once more.
pub(super) fn prompt(out: &mut Output, request: &ApprovalRequest) {
    let session = if request.scopes.contains(&Scope::Session) {
        format!(", s = {} for this session", one_line(&request.tool))
    } else {
        String::new()
    };
    out.note_raw(&format!("Allow this? y = yes, once{session}, n = no [n] "));
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

/// Waits for a line typed at the terminal; `None` at its end.
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
    (got > 0).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// What was typed before a question appeared is no answer to it.
fn forget_typed() {
    // Where standard input is no terminal, nothing was typed.
    let _forgotten = tcflush(rustix::stdio::stdin(), QueueSelector::IFlush).is_ok();
}

fn preview(text: &str) -> Vec<String> {
    let text = clean(text);
    let mut lines: Vec<String> = text.lines().take(PREVIEW_LINES).map(str::to_owned).collect();
    let left = text.lines().count().saturating_sub(PREVIEW_LINES);
    if left > 0 {
        lines.push(format!("[{left} more lines]"));
    }
    lines
}
