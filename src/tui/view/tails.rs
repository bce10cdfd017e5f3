//! What the bots are saying and doing right now: the last rows of each.

mod several;

use nanofolks_security::terminal::clean;
use ratatui::style::Style;

use crate::app::{App, Running, Voice, span};
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

#[cfg(test)]
mod tests;

/// Lines of a tool or a thought that are shown when it is unfolded.
const MORE: usize = 8;
/// The rows of all voices, at most so many. Those of several cost at most so many where a row
/// is `third` wide.
pub(super) fn rows(app: &App, most: usize, third: u16) -> Vec<Row> {
    let voices: Vec<&Voice> = app.voices.iter().collect();
    match &*voices {
        _ if most == 0 => Vec::new(),
        [] if app.is_busy() => {
            vec![Row::of(format!("  {}", app.glyphs.running), app.theme.style(Role::Dim))]
        }
        [] => Vec::new(),
        [voice] => of(app, voice, most),
        several => several::rows(app, several, most, third.into()),
    }
}

/// What a bot is saying, as far as it is not in the scrollback.
fn said(app: &App, voice: &Voice) -> Vec<Row> {
    let mut said = voice.tail(app.look());
    while said.last().is_some_and(Row::is_empty) {
        said.pop();
    }
    said
}

/// What it is doing right now.
fn doing(app: &App, voice: &Voice) -> Vec<Row> {
    let wide = usize::from(app.size.width);
    let mut rows: Vec<Row> = voice.tools.iter().flat_map(|tool| running(app, tool, wide)).collect();
    rows.extend(thinking(app, voice, wide));
    rows
}

/// What a bot is saying and doing, as far as it is not in the scrollback.
fn now(app: &App, voice: &Voice) -> Vec<Row> {
    let width = app.size.width;
    let mut tail: Vec<Row> = said(app, voice).iter().flat_map(|row| row.wrap(width)).collect();
    while tail.last().is_some_and(Row::is_empty) {
        tail.pop();
    }
    tail.extend(doing(app, voice));
    if tail.is_empty() && !voice.is_over() {
        tail.push(Row::of(format!("  {}", app.glyphs.running), app.theme.style(Role::Dim)));
    }
    tail
}

fn of(app: &App, voice: &Voice, most: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let tail = now(app, voice);
    if !voice.headed {
        rows.push(Row::default());
        rows.push(app.head(&voice.bot));
    }
    let room = most.saturating_sub(rows.len()).max(1);
    let over = tail.len().saturating_sub(room);
    rows.extend(tail.into_iter().skip(over));
    let over = rows.len().saturating_sub(most);
    rows.drain(..over);
    rows.into_iter().map(|row| row.under(Style::new())).collect()
}

/// A tool at work, and the end of what it wrote: a line of it, or more when it is unfolded.
fn running(app: &App, tool: &Running, width: usize) -> Vec<Row> {
    let output = clean(&tool.output);
    let mut lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    let most = if app.unfolded { MORE } else { 0 };
    let last = if most == 0 { lines.last().copied().unwrap_or_default() } else { "" };
    lines.drain(..lines.len().saturating_sub(most));
    let line = format!("{} {} {}", tool.tool, tool.summary, last.trim());
    let line = fit(line.trim_end(), width.saturating_sub(4)).into_owned();
    let head = [
        Piece::new(format!("  {} ", app.glyphs.running), app.theme.style(Role::Accent)),
        Piece::new(line, app.theme.style(Role::Tool)),
    ];
    let mut rows = vec![head.into_iter().collect::<Row>()];
    rows.extend(lines.into_iter().map(|line| below(app, line, width)));
    rows
}

/// What a bot thinks: how long and how much, or the end of it when it is unfolded.
fn thinking(app: &App, voice: &Voice, width: usize) -> Vec<Row> {
    let Some((thought, since)) = voice.thinking() else { return Vec::new() };
    let thought = clean(thought);
    let ms = u64::try_from(app.now.millis_since(since)).unwrap_or(0);
    let words = thought.split_whitespace().count();
    let time = span(ms / 1000 * 1000);
    let mut line = format!("  {} thinking for {time}, {words} words", app.glyphs.thought);
    if !app.unfolded {
        line.push_str("  Ctrl+O shows them");
    }
    let mut rows = vec![Row::of(fit(&line, width).into_owned(), app.theme.style(Role::Dim))];
    if app.unfolded {
        let row = |line: &str| Row::of(line.to_owned(), Style::new());
        let columns = u16::try_from(width.saturating_sub(4).max(1)).unwrap_or(u16::MAX);
        let wrapped: Vec<String> = thought
            .lines()
            .flat_map(|line| row(line).wrap(columns))
            .map(|row| row.plain())
            .collect();
        let skip = wrapped.len().saturating_sub(MORE);
        rows.extend(wrapped.iter().skip(skip).map(|line| below(app, line, width)));
    }
    rows
}

/// A line that belongs to the row above it.
fn below(app: &App, line: &str, width: usize) -> Row {
    let line = crate::text::expand_tabs(line, 0, 4);
    Row::of(fit(&format!("    {line}"), width).into_owned(), app.theme.style(Role::Dim))
}
