//! The live region: what still changes, bottom up in order of importance.
//!
//! No part is as wide as the window without need, and nothing is drawn around anything: what
//! is short cannot break when the window gets narrower.

mod canvas;
mod first;
mod modal;
mod room;
mod status;
mod tails;

#[cfg(test)]
use ratatui::buffer::Buffer;
use ratatui::style::Style;

pub use self::canvas::Canvas;
use self::room::Room;
use crate::app::App;
use crate::composer::Shown;
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

#[cfg(test)]
mod screens;
#[cfg(test)]
mod storms;
#[cfg(test)]
mod tests;

/// Draws the live region on nothing.
#[cfg(test)]
pub(crate) fn draw(app: &mut App, least: u16) -> Buffer {
    let mut canvas = Canvas::default();
    draw_on(&mut canvas, app, least);
    canvas.into_buffer()
}

/// Draws the live region; at least `least` rows high, so that the line being typed stays
/// where it is. What is high gets the window for itself, as [`App::whole`] says then: no
/// change of the window can leave anything of it behind.
pub fn draw_on(canvas: &mut Canvas, app: &mut App, least: u16) {
    let (width, height) = (app.size.width, app.size.height.max(1));
    let mut typed = app.composer.show(width, app.glyphs.prompt, &app.theme);
    let is_high = !app.modals.is_empty() || app.popup.is_some();
    app.whole = !app.one_screen && (is_high || Room::is_high(app.size, &typed.rows));
    // Turning to the other screen is for a window of which the size is known.
    app.whole &= app.is_other || !app.is_settling();
    app.whole |= app.is_away;
    if app.is_settling() && !app.whole {
        app.hide_question();
        return settling(canvas, app);
    }
    // In a small window the line and the bar make room for what is asked.
    let crowded = height < 8 && !app.modals.is_empty();
    let share = if crowded { 4 } else { 2 };
    let most = height.saturating_sub(1).clamp(1, (height / share).max(1));
    let (typed, skipped) = window(&mut typed, most);
    app.line_skipped = skipped;
    let mut room = if app.whole { Room::whole(app.size) } else { Room::new(app.size) };
    room.reserve(&typed.rows);

    let mut parts = vec![typed.rows.clone()];
    if !crowded {
        parts.push(room.make(app, 1, |app, _| vec![status::row(app)]));
    }
    parts.push(room.make(app, usize::from(height / 3), |app, most| popup(app, most)));
    parts.push(room.make(app, height.into(), modal::rows));
    parts.push(room.make(app, height.into(), |app, most| first::rows(app, most)));
    parts.push(room.make(app, height.into(), |app, _| queue(app)));
    let blank = usize::from(height > if app.whole { 6 } else { 2 });
    // Where there is hardly room for one of both, what is said goes first.
    let spare = blank.min(room.left().saturating_sub(2));
    let most = room.left().saturating_sub(spare);
    let tails = tails::rows(app, most.min(usize::from(height) * 2 / 3), room.third());
    let busy = !tails.is_empty();
    let tails = room.take_tails(tails, spare);
    let parted = tails.first().is_some_and(Row::is_empty);
    parts.push(tails);
    if blank == 1 && !parted {
        // Between what is finished and what is not. The cursor rests there, and terminals that
        // get lower drop what is below the cursor first: a blank row is what is left then.
        parts.push(room.take(vec![Row::default()]));
    }

    let rows: Vec<Row> = parts.into_iter().rev().flatten().collect();
    app.line_from = count(&rows).max(least).min(height).saturating_sub(count(&typed.rows));
    // What is high may lose its first rows when the window gets lower and the cursor is below.
    let calm = !busy && !app.whole && rows.len() <= 6;
    painted(canvas, app, &typed, (rows, least), calm);
}

/// While the window changes there is the mark of the line and nothing else: in one cell there is
/// nothing to wrap, and nothing that could be pushed out of the window.
fn settling(canvas: &mut Canvas, app: &mut App) {
    app.caret = None;
    let mark = fit(app.glyphs.prompt.trim_end(), 1).into_owned();
    let row = Row::of(mark, app.theme.style(Role::Prompt));
    canvas.lay(app.size.width, 1, vec![row], None);
}

/// The rows at the bottom of the region, and the cursor in the line that is typed: the terminal's
/// own where it has a place, a cell that looks like one otherwise.
fn painted(
    canvas: &mut Canvas,
    app: &mut App,
    typed: &Shown,
    (rows, least): (Vec<Row>, u16),
    calm: bool,
) {
    let (width, height) = (app.size.width, app.size.height.max(1));
    let high = count(&rows).max(least).min(height);
    let y = high.saturating_sub(count(&typed.rows)) + typed.cursor.0;
    let x = typed.cursor.1.min(width.saturating_sub(1));
    // Only where letters go there is a cursor.
    let typing = !app.types_elsewhere();
    app.caret = (calm && typing && app.own_cursor && x < width).then_some((x, y));
    let mark = (typing && app.caret.is_none()).then(|| (x, y, app.theme.style(Role::Cursor)));
    canvas.lay(width, high, rows, mark);
}

fn count(rows: &[Row]) -> u16 {
    u16::try_from(rows.len()).unwrap_or(u16::MAX)
}

/// The rows around the cursor when there are too many.
fn window(typed: &mut Shown, most: u16) -> (Shown, u16) {
    let rows = count(&typed.rows);
    let first = (typed.cursor.0 + 1).saturating_sub(most).min(rows.saturating_sub(most));
    let rows = typed.rows.iter().skip(first.into()).take(most.into()).cloned().collect();
    (Shown { rows, cursor: (typed.cursor.0 - first, typed.cursor.1) }, first)
}

/// What can be completed.
fn popup(app: &App, most: usize) -> Vec<Row> {
    let Some(popup) = app.popup.as_ref().filter(|_| !app.types_elsewhere()) else {
        return Vec::new();
    };
    let most = most.clamp(1, 8);
    let first = (popup.at + 1).saturating_sub(most);
    let wide = popup.offers.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
    let width = usize::from(app.size.width);
    let rows = popup.offers.iter().enumerate().skip(first).take(most);
    let rows = rows.map(|(at, (text, about))| {
        let chosen = at == popup.at;
        let style = app.theme.style(if chosen { Role::Chosen } else { Role::Choice });
        let name = fit(text.trim_end(), width).into_owned();
        let about = fit(about, width.saturating_sub(wide + 3)).into_owned();
        let gap = " ".repeat((wide + 2).saturating_sub(name.chars().count()));
        let pieces = [Piece::new(name, style), Piece::new(gap, Style::new())];
        let about = Piece::new(about, app.theme.style(Role::Dim));
        pieces.into_iter().chain([about]).collect::<Row>()
    });
    rows.collect()
}

/// What waits for its turn.
fn queue(app: &App) -> Vec<Row> {
    if !app.is_busy() {
        return Vec::new();
    }
    let width = usize::from(app.size.width);
    let style = app.theme.style(Role::Dim);
    let rows = app.queue.iter().map(|(_, text)| {
        let clean = nanofolks_security::terminal::clean(text);
        let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        Row::of(fit(&format!("{} {line}", app.glyphs.queued), width).into_owned(), style)
    });
    let mut rows: Vec<_> = rows.collect();
    if !rows.is_empty() && app.size.height > 8 && app.composer.is_empty() && app.modals.is_empty() {
        let keys = "  Up takes the last one back, Delete drops it";
        rows.push(Row::of(fit(keys, width).into_owned(), style));
    }
    let over = rows.len().saturating_sub(5);
    rows.into_iter().skip(over).collect()
}
