//! A list to choose from.

use nanofolks_security::terminal::clean;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use super::{counted, field};
use crate::app::{App, Item, Picker};
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

/// Most items that are shown at once.
const MOST: usize = 12;
/// Most rows of the marked one.
const WHOLE: usize = 4;

/// The rows of a list, and how many items they show.
pub(super) fn rows(app: &App, picker: &Picker, most: usize) -> (Vec<Row>, usize) {
    let width = usize::from(app.size.width);
    let dim = app.theme.style(Role::Dim);
    let foot = usize::from(most >= 5);
    let head = usize::from(most >= 2);
    let page = most.saturating_sub(foot + head).clamp(1, MOST);
    let mut rows = Vec::new();
    if head == 1 {
        let title = format!("{}{}: ", clean(&picker.title), counted(app));
        let title = fit(&title, width.saturating_sub(8)).into_owned();
        rows.push(field(app, &title, &picker.filter, false, app.types_elsewhere()));
    }
    let wide = picker.shown().map(|(_, item)| item.label.width()).max().unwrap_or(0);
    // What is marked is shown whole; the others make room for it.
    let marked = picker.marked().map(|item| whole(app, item)).unwrap_or_default();
    let high = if marked.len() > 1 { marked.len().min(page - 1).clamp(1, WHOLE) } else { 1 };
    let few = page + 1 - high;
    let first = (picker.at() + 1).saturating_sub(few);
    for (is_marked, one) in picker.shown().skip(first).take(few) {
        match is_marked && high > 1 {
            true => rows.extend(marked.iter().take(high).cloned()),
            false => rows.push(item(app, one, is_marked, wide.min(width / 2))),
        }
    }
    if picker.count() == 0 {
        let text = match (picker.is_loading, picker.items.is_empty()) {
            (true, _) => "  …",
            (false, true) => "  there is nothing to choose",
            (false, false) => "  nothing fits",
        };
        rows.push(Row::of(fit(text, width).into_owned(), dim));
    }
    if foot == 1 {
        let place = match picker.count() > page {
            true => format!("; {} of {}", picker.at() + 1, picker.count()),
            false => String::new(),
        };
        let ready = app.types_elsewhere();
        let long = "what you type filters; up and down choose, Enter takes it, Esc goes back";
        let keys = match (ready, width >= 80) {
            (false, _) => "…",
            (true, true) => long,
            (true, false) => "type to filter, Enter, Esc",
        };
        let text = format!("  {keys}{place}");
        rows.push(Row::of(fit(&text, width).into_owned(), dim));
    }
    (rows, page)
}

/// The marked item in as many rows as it takes.
fn whole(app: &App, item: &Item) -> Vec<Row> {
    let width = usize::from(app.size.width);
    let (label, about) = (clean(&item.label), clean(&item.about));
    if 4 + label.width() + 2 + about.width() <= width {
        return Vec::new();
    }
    let inner = app.size.width.saturating_sub(5).max(1);
    let words = |text: &str, role: Role| match text {
        "" => Vec::new(),
        text => Row::of(text.to_owned(), app.theme.style(role)).wrap_words(inner),
    };
    let current = if item.is_current { app.glyphs.ok } else { " " };
    let rows = words(&label, Role::Chosen).into_iter().chain(words(&about, Role::Dim));
    let rows = rows.enumerate().map(|(at, row)| {
        let mut whole: Row = match at {
            0 => [
                Piece::new(app.glyphs.chosen, app.theme.style(Role::Prompt)),
                Piece::new(format!("{current} "), app.theme.style(Role::Ok)),
            ]
            .into_iter()
            .collect(),
            _ => Row::of("    ", Style::new()),
        };
        whole.append(row);
        whole
    });
    rows.collect()
}

fn item(app: &App, item: &Item, is_marked: bool, wide: usize) -> Row {
    let width = usize::from(app.size.width);
    let mark = if is_marked { app.glyphs.chosen } else { "  " };
    let style = app.theme.style(if is_marked { Role::Chosen } else { Role::Choice });
    let current = if item.is_current { app.glyphs.ok } else { " " };
    let label = clean(&item.label).into_owned();
    let label = fit(&label, width.saturating_sub(4)).into_owned();
    let room = width.saturating_sub(4 + label.width());
    let gap = " ".repeat((wide + 2).saturating_sub(label.width()).max(2).min(room));
    let about = clean(&item.about).into_owned();
    let room = room - gap.len();
    [
        Piece::new(mark, app.theme.style(Role::Prompt)),
        Piece::new(format!("{current} "), app.theme.style(Role::Ok)),
        Piece::new(label, style),
        Piece::new(gap, Style::new()),
        Piece::new(fit(&about, room).into_owned(), app.theme.style(Role::Dim)),
    ]
    .into_iter()
    .collect()
}
