//! The status bar: as much as the width holds, the important first.

use nanofolks_protocol::ApprovalMode;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::app::App;
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

/// From this width on there is more than what is needed to act.
const COMPACT: usize = 52;
/// From this width on there is everything.
const FULL: usize = 76;
/// Cells of the bar that shows how full the model's window is.
const BAR: u64 = 10;

/// The status bar in the width of the window.
pub(super) fn row(app: &App) -> Row {
    let width = usize::from(app.size.width);
    let plain = app.theme.style(Role::Status);
    if let Some(hint) = &app.hint {
        return Row::of(fit(hint, width).into_owned(), app.theme.style(Role::Warn));
    }
    let between = app.glyphs.between.width();
    let mut row = Row::default();
    let mut used = 0;
    for (text, style) in parts(app, width) {
        let lead = if row.is_empty() { 0 } else { between };
        let wide = text.width();
        if used + lead + wide <= width {
            if lead > 0 {
                row.push(Piece::new(app.glyphs.between, plain));
            }
            row.push(Piece::new(text, style));
            used += lead + wide;
        } else if row.is_empty() {
            return Row::of(fit(&text, width).into_owned(), style);
        }
    }
    row
}

/// What there is to say, the important first. Below [`COMPACT`] only what is needed to act,
/// from [`FULL`] on all of it.
fn parts(app: &App, width: usize) -> Vec<(String, Style)> {
    let plain = app.theme.style(Role::Status);
    let accent = app.theme.style(Role::Accent);
    let opening = if app.first.is_some() { "setting up" } else { "opening" };
    let room = app.room.as_ref().map_or_else(|| opening.to_owned(), |room| format!("#{room}"));
    let mut parts = vec![(room, plain)];
    if app.composer.is_normal() {
        parts.push(("NORMAL".to_owned(), accent));
    }
    match app.mode() {
        ApprovalMode::Ask => {}
        mode @ (ApprovalMode::Full | ApprovalMode::AutoSandbox) => {
            parts.push((format!(" {mode} "), app.theme.style(Role::Unsafe)));
        }
        mode @ (ApprovalMode::Plan | ApprovalMode::AutoEdit) => {
            parts.push((mode.to_string(), plain));
        }
    }
    if let Some(turn) = &app.turn {
        let ms = u64::try_from(app.now.millis_since(turn.since)).unwrap_or(0);
        parts.push((elapsed(ms), accent));
        parts.push(("Esc stops".to_owned(), accent));
    }
    parts.extend(app.asked_in().map(|text| (text, app.theme.style(Role::Warn))));
    if !app.queue.is_empty() && app.is_busy() {
        parts.push((format!("{} waiting", app.queue.len()), plain));
    }
    if width < COMPACT {
        return parts;
    }
    parts.extend(at_work(app, width).map(|text| (text, accent)));
    if !app.model.is_empty() {
        parts.push((fit(&app.model, 32).into_owned(), plain));
    }
    if let Some((used, window)) = app.context.filter(|(_, window)| *window > 0) {
        parts.push(context(app, used, window, width));
    }
    if app.spent.tokens > 0 {
        parts.push((tokens(app.spent.tokens), plain));
        parts.extend(cost(app).map(|text| (text, plain)));
    }
    if let Some(took) = app.took.filter(|_| width >= FULL && !app.is_busy()) {
        parts.push((format!("took {}", elapsed(took)), plain));
    }
    parts
}

/// Who is at work: the names where they fit, else how many.
fn at_work(app: &App, width: usize) -> Option<String> {
    let bots: Vec<_> = app.voices.iter().filter(|voice| !voice.is_over()).collect();
    let names: Vec<_> = bots.iter().map(|voice| app.bot(&voice.bot).2).collect();
    match bots.len() {
        0 => None,
        1 if width < FULL => None,
        1 | 2 if width >= FULL => Some(names.join(", ")),
        count => Some(format!("{count} at work")),
    }
}

fn elapsed(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3599 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

fn tokens(count: u64) -> String {
    match count {
        0..=999 => format!("{count} tok"),
        1000..=9999 => format!("{}.{}k tok", count / 1000, count % 1000 / 100),
        _ => format!("{}k tok", count / 1000),
    }
}

/// What it cost; `?` stands for prices nobody knows.
fn cost(app: &App) -> Option<String> {
    let spent = &app.spent;
    match (spent.cost > 0.0, spent.known) {
        (true, true) => Some(format!("${:.4}", spent.cost)),
        (true, false) => Some(format!("${:.4} + ?", spent.cost)),
        (false, false) => Some("$?".to_owned()),
        (false, true) => None,
    }
}

fn context(app: &App, used: u64, window: u64, width: usize) -> (String, Style) {
    let percent = used.saturating_mul(100) / window;
    let role = match percent {
        0..50 => Role::Status,
        50..80 => Role::Warn,
        _ => Role::Bad,
    };
    let text = if width < FULL {
        format!("{percent}%")
    } else {
        let full = (percent / (100 / BAR)).min(BAR);
        let cell = |at| if at < full { app.glyphs.bar.0 } else { app.glyphs.bar.1 };
        let bar: String = (0..BAR).map(cell).collect();
        format!("{bar} {percent}%")
    };
    (text, app.theme.style(role))
}
