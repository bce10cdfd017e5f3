//! The status bar: as much as the width holds, the important first.

use nanofolks_protocol::ApprovalMode;
use nanofolks_protocol::budget::dollars;
use ratatui::style::Style;

use crate::app::App;
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

/// Cells of the bar that shows how full the model's window is.
const BAR: u64 = 10;

/// The status bar in the width of the window.
pub(super) fn row(app: &App) -> Row {
    let width = usize::from(app.size.width);
    let plain = app.theme.style(Role::Status);
    if let Some(hint) = &app.hint {
        return Row::of(fit(hint, width).into_owned(), app.theme.style(Role::Warn));
    }
    let mut row = Row::default();
    for (text, style) in parts(app, width) {
        let lead = if row.is_empty() { "" } else { app.glyphs.between };
        let piece = Piece::new(text, style);
        let mut longer = row.clone();
        longer.push(Piece::new(lead, plain));
        longer.push(piece.clone());
        if longer.width() <= width {
            row = longer;
        } else if row.is_empty() {
            return Row::of(fit(piece.text(), width).into_owned(), style);
        }
    }
    row
}

/// What there is to say, the important first.
fn parts(app: &App, width: usize) -> Vec<(String, Style)> {
    let plain = app.theme.style(Role::Status);
    let mut parts = Vec::new();
    let room = app.room.as_ref().map_or_else(|| "opening".to_owned(), |room| format!("#{room}"));
    parts.push((room, plain));
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
        let seconds = ms / 1000;
        let time = match seconds {
            0..=59 => format!("{seconds} s"),
            _ => format!("{}:{:02}", seconds / 60, seconds % 60),
        };
        parts.push((
            format!("{time}{}Esc stops", app.glyphs.between),
            app.theme.style(Role::Accent),
        ));
    }
    if !app.queue.is_empty() && app.is_busy() {
        parts.push((format!("{} waiting", app.queue.len()), plain));
    }
    if width < 52 {
        return parts;
    }
    if !app.model.is_empty() {
        parts.push((fit(&app.model, 32).into_owned(), plain));
    }
    if let Some((used, window)) = app.context.filter(|(_, window)| *window > 0) {
        parts.push(context(app, used, window, width));
    }
    if app.spent.tokens > 0 {
        let tokens = app.spent.tokens;
        let tokens =
            if tokens < 1000 { format!("{tokens} tok") } else { format!("{}k tok", tokens / 1000) };
        parts.push((tokens, plain));
        if app.spent.cost > 0.0 || !app.spent.known {
            parts.push((dollars(app.spent.cost, app.spent.known), plain));
        }
    }
    parts
}

fn context(app: &App, used: u64, window: u64, width: usize) -> (String, Style) {
    let percent = used.saturating_mul(100) / window;
    let role = match percent {
        0..50 => Role::Status,
        50..80 => Role::Warn,
        _ => Role::Bad,
    };
    let text = if width < 76 {
        format!("{percent}%")
    } else {
        let full = (percent / (100 / BAR)).min(BAR);
        let cell = |at| if at < full { app.glyphs.bar.0 } else { app.glyphs.bar.1 };
        let bar: String = (0..BAR).map(cell).collect();
        format!("{bar} {percent}%")
    };
    (text, app.theme.style(role))
}
