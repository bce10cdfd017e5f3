//! What the bots are saying and doing right now: the last rows of each.

use ratatui::style::Style;

use crate::app::{App, Voice};
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

/// The rows of all voices, at most so many.
pub(super) fn rows(app: &App, most: usize) -> Vec<Row> {
    let voices: Vec<&Voice> = app.voices.iter().collect();
    if voices.is_empty() || most == 0 {
        return match app.is_busy() && most > 0 {
            true => vec![Row::of(format!("  {}", app.glyphs.running), app.theme.style(Role::Dim))],
            false => Vec::new(),
        };
    }
    let share = (most / voices.len()).max(1);
    let mut rows: Vec<Row> = voices.into_iter().flat_map(|voice| of(app, voice, share)).collect();
    let over = rows.len().saturating_sub(most);
    rows.drain(..over);
    rows
}

fn of(app: &App, voice: &Voice, most: usize) -> Vec<Row> {
    let width = app.size.width;
    let mut rows = Vec::new();
    let mut tail: Vec<Row> =
        voice.tail(app.look()).iter().flat_map(|row| row.wrap(width)).collect();
    while tail.last().is_some_and(Row::is_empty) {
        tail.pop();
    }
    let dim = app.theme.style(Role::Dim);
    let wide = usize::from(width);
    for tool in &voice.tools {
        let line = format!("{} {}", tool.summary, tool.output);
        let line = fit(line.trim_end(), wide.saturating_sub(4)).into_owned();
        tail.push(
            [
                Piece::new(format!("  {} ", app.glyphs.running), app.theme.style(Role::Accent)),
                Piece::new(line, app.theme.style(Role::Tool)),
            ]
            .into_iter()
            .collect(),
        );
    }
    if tail.is_empty() && !voice.is_over() {
        let thought = voice.thought.split_whitespace().collect::<Vec<_>>().join(" ");
        let clean = nanofolks_security::terminal::clean(&thought);
        let skip = clean.chars().count().saturating_sub(wide.saturating_sub(5));
        let last: String = clean.chars().skip(skip).collect();
        let line = format!("  {} {last}", app.glyphs.running);
        tail.push(Row::of(fit(&line, wide).into_owned(), dim));
    }
    if !voice.headed && !app.voices.is_empty() {
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
