//! The first run: a list to choose from, the entry of a key, how far a download is.

use nanofolks_security::terminal::clean;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, List, Step, Work};
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

/// Cells of the bar that shows how far something is.
const BAR: u64 = 10;

/// The rows of what is asked or done now.
pub(super) fn rows(app: &App, most: usize) -> Vec<Row> {
    let Some(first) = &app.first else { return Vec::new() };
    if most == 0 {
        return Vec::new();
    }
    let ready = first.is_ready(app.now);
    match &first.step {
        Step::List(shown) => list(app, shown, ready, most),
        Step::Key { title, typed, .. } => key(app, title, typed.expose().chars().count(), most),
        Step::Work(work) => progress(app, work),
    }
}

fn list(app: &App, list: &List, ready: bool, most: usize) -> Vec<Row> {
    let width = usize::from(app.size.width);
    // The marked row is never left out, nor what is asked where there is room for both.
    let (title, foot) = (most > 1, most > 3);
    let room = most - usize::from(title) - usize::from(foot);
    let skip = (list.at + 1).saturating_sub(room);
    let wide = list.rows.iter().map(|(what, _)| what.width()).max().unwrap_or(0);
    let wide = wide.min(width.saturating_sub(6));
    let mut rows = Vec::new();
    if title {
        rows.push(Row::of(fit(list.title, width).into_owned(), app.theme.style(Role::Accent)));
    }
    let shown = list.rows.iter().enumerate().skip(skip).take(room);
    rows.extend(shown.map(|(at, (what, about))| {
        let chosen = at == list.at;
        let mark = if chosen { app.glyphs.chosen } else { "  " };
        let style = app.theme.style(if chosen { Role::Chosen } else { Role::Choice });
        let name = fit(&clean(what), wide).into_owned();
        let gap = " ".repeat(wide.saturating_sub(name.width()) + 2);
        let about = fit(&clean(about), width.saturating_sub(wide + 7)).into_owned();
        [
            Piece::new(format!("  {mark}"), app.theme.style(Role::Prompt)),
            Piece::new(name, style),
            Piece::new(if about.is_empty() { String::new() } else { gap }, Style::new()),
            Piece::new(about, app.theme.style(Role::Dim)),
        ]
        .into_iter()
        .collect()
    }));
    if foot {
        let keys = match (ready, app.composer.is_empty()) {
            (false, _) => "…",
            (true, true) => "up and down choose, Enter confirms, Esc leaves it",
            (true, false) => "Enter sends the line, Ctrl+U clears it; Esc leaves the list",
        };
        rows.push(foot_row(app, keys));
    }
    rows
}

fn key(app: &App, title: &str, typed: usize, most: usize) -> Vec<Row> {
    let width = usize::from(app.size.width);
    let dots = "•".repeat(typed.min(width.saturating_sub(24)));
    let dots = if app.glyphs.emoji { dots } else { dots.replace('•', "*") };
    let count = if typed == 0 { String::new() } else { format!(" {typed}") };
    let mut rows = vec![
        Row::of(
            fit(&format!("The key of {title}:"), width).into_owned(),
            app.theme.style(Role::Accent),
        ),
        [
            Piece::new(format!("  {}{dots}", app.glyphs.chosen), app.theme.style(Role::Prompt)),
            Piece::new(count, app.theme.style(Role::Dim)),
        ]
        .into_iter()
        .collect(),
        foot_row(app, "paste or type it; it is not shown, Enter stores it, Esc goes back"),
    ];
    rows.drain(..rows.len().saturating_sub(most));
    rows
}

fn progress(app: &App, work: &Work) -> Vec<Row> {
    let width = usize::from(app.size.width);
    let mut text = format!("  {} {}", app.glyphs.running, clean(&work.what));
    if let Some((done, total)) = work.done {
        text.push_str(&far(app, work, done, total));
    }
    let mut rows = vec![Row::of(fit(&text, width).into_owned(), app.theme.style(Role::Accent))];
    if work.long {
        rows.push(foot_row(app, "Esc stops it; what has come is kept"));
    }
    rows
}

/// A bar, how much, how fast, how long still: as much as the width holds.
fn far(app: &App, work: &Work, done: u64, total: Option<u64>) -> String {
    use crate::app::bytes;
    let mut text = String::from("  ");
    let width = app.size.width;
    match total.filter(|total| *total > 0) {
        Some(total) => {
            let percent = (done.saturating_mul(100) / total).min(100);
            if width >= 76 {
                let full = percent * BAR / 100;
                let cell = |at| if at < full { app.glyphs.bar.0 } else { app.glyphs.bar.1 };
                text.extend((0..BAR).map(cell));
                text.push(' ');
            }
            text.push_str(&format!("{percent} %  {} of {}", bytes(done), bytes(total)));
        }
        None => text.push_str(&bytes(done)),
    }
    if let Some(rate) = work.rate(app.now) {
        text.push_str(&format!("  {}/s", bytes(rate)));
    }
    if let Some(left) = work.left(app.now) {
        let left = match left {
            0..=99 => format!("{left} s"),
            _ => format!("{} min", left.div_ceil(60)),
        };
        text.push_str(&format!("  {left} left"));
    }
    text
}

fn foot_row(app: &App, text: &str) -> Row {
    let width = usize::from(app.size.width);
    Row::of(fit(&format!("  {text}"), width).into_owned(), app.theme.style(Role::Dim))
}
