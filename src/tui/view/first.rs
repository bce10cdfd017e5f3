//! The first run: what is being done for it, and how far it is.

use nanofolks_security::terminal::clean;

use crate::app::{App, Work};
use crate::text::{Row, fit};
use crate::theme::Role;

/// Cells of the bar that shows how far something is.
const BAR: u64 = 10;

/// The rows of what is being done.
pub(super) fn rows(app: &App, most: usize) -> Vec<Row> {
    let work = app.first.as_ref().and_then(|first| first.work.as_ref());
    let mut rows = work.map(|work| progress(app, work)).unwrap_or_default();
    rows.truncate(most);
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
