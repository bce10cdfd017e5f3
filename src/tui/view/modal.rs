//! What is asked of the person, as rows: the text, which scrolls, the choices, the keys.
//!
//! With little room the text gets less, then the keys go, then the choices that are not marked.
//! What is asked and what is marked are never left out.

mod approval;
mod picker;
mod question;
mod small;

use nanofolks_protocol::Timestamp;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, Field, Modal, ModalKind};
use crate::text::{Piece, Row, fit};
use crate::theme::Role;

/// The parts of a modal.
struct Panel {
    /// What is asked, in a row or two; always seen.
    head: Vec<Row>,
    /// All of it; scrolls.
    text: Vec<Row>,
    /// What can be chosen.
    choices: Vec<Vec<Row>>,
    /// Which of it is marked.
    marked: usize,
    /// What the keys do.
    keys: Keys,
}

/// What the keys do, in full and in short.
struct Keys {
    long: String,
    short: String,
}

impl Keys {
    fn new(long: impl Into<String>, short: impl Into<String>) -> Self {
        Self { long: long.into(), short: short.into() }
    }
}

/// The rows of the first modal that waits, at most so many.
pub(super) fn rows(app: &mut App, most: usize) -> Vec<Row> {
    let Some(modal) = app.modals.first() else { return Vec::new() };
    if most == 0 {
        return Vec::new();
    }
    let panel = match &modal.kind {
        ModalKind::Approval(ask) => approval::panel(app, ask),
        ModalKind::Question(question) => question::panel(app, question),
        ModalKind::Secret(secret) => small::secret(app, secret),
        ModalKind::Confirm(confirm) => small::confirm(app, confirm),
        ModalKind::Picker(picker) => {
            let (rows, page) = picker::rows(app, picker, most);
            if let Some(modal) = app.modals.first_mut() {
                modal.page = page;
            }
            return rows;
        }
    };
    laid_out(app, panel, most)
}

/// Fits a panel into so many rows.
fn laid_out(app: &mut App, panel: Panel, most: usize) -> Vec<Row> {
    let Some(modal) = app.modals.first() else { return Vec::new() };
    let width = usize::from(app.size.width);
    let Panel { mut head, mut text, choices, marked, keys } = panel;
    let foot = usize::from(most >= 6);
    let left = most - foot;
    if left == 1 {
        let row = cramped(&choices, marked, &head, width);
        if let Some(modal) = app.modals.first_mut() {
            (modal.last, modal.page) = (1, 0);
        }
        return vec![row];
    }
    // What of the heading does not fit begins what scrolls.
    let rest = head.split_off(head.len().min((left / 3).clamp(1, 3)));
    text.splice(0..0, rest);
    let room = left - head.len();
    let choices = shortened(choices, marked, room / 2, app.theme.style(Role::Choice));
    let (choices, rest) = told_above(choices, marked, room / 2, width);
    text.extend(rest);
    let begin = choices.iter().take(marked).map(Vec::len).sum::<usize>();
    let high = choices.get(marked).map_or(0, Vec::len);
    let all: Vec<Row> = choices.into_iter().flatten().collect();
    let few = room.saturating_sub(text.len().min(3)).max(high).min(room).min(all.len());
    let page = text.len().min(room - few);
    let last = text.len() - page;
    let scroll = modal.scroll.min(last);
    // The beginning of what is marked, should not all of it fit.
    let end = begin + high.min(few);
    let above = end.saturating_sub(few).min(all.len() - few);
    let mut rows = head;
    rows.extend(text.iter().skip(scroll).take(page).cloned());
    rows.extend(all.into_iter().skip(above).take(few));
    let place = (last > 0).then(|| (scroll + 1, scroll + page, text.len()));
    if foot == 1 {
        rows.push(footer(app, modal, &keys, place));
    } else if let (Some((_, to, of)), Some(row)) = (place, rows.last_mut()) {
        let note = format!("  {to}/{of}");
        let note = if row.width() + note.len() <= width { note } else { " …".to_owned() };
        if row.width() + note.width() <= width {
            row.push(Piece::new(note, app.theme.style(Role::Dim)));
        }
    }
    if let Some(modal) = app.modals.first_mut() {
        (modal.last, modal.page) = (last, page);
        if scroll == last {
            modal.seen = Some(marked);
        }
    }
    rows
}

/// Where the choices would take more than that, only the marked one is told in full.
fn shortened(
    mut choices: Vec<Vec<Row>>,
    marked: usize,
    most: usize,
    style: Style,
) -> Vec<Vec<Row>> {
    if choices.iter().map(Vec::len).sum::<usize>() <= most {
        return choices;
    }
    for (_, rows) in choices.iter_mut().enumerate().filter(|(at, _)| *at != marked) {
        let long = rows.len() > 1;
        rows.truncate(1);
        if let (true, Some(row)) = (long, rows.first_mut()) {
            row.push(Piece::new("…", style));
        }
    }
    choices
}

/// Where even the marked choice has no room in full, it goes on at the end of what scrolls.
fn told_above(
    mut choices: Vec<Vec<Row>>,
    marked: usize,
    most: usize,
    width: usize,
) -> (Vec<Vec<Row>>, Vec<Row>) {
    let Some(rows) = choices.get_mut(marked).filter(|rows| rows.len() > most.max(1)) else {
        return (choices, Vec::new());
    };
    let whole = rows.clone();
    rows.truncate(1);
    if let Some(row) = rows.first_mut() {
        let style = row.pieces().last().map(Piece::style).unwrap_or_default();
        let mut short = row.wrap(to_u16(width.saturating_sub(1))).remove(0);
        short.push(Piece::new("…", style));
        *row = short;
    }
    (choices, whole)
}

fn to_u16(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX).max(1)
}

/// With one row: what is marked, and what it answers.
fn cramped(choices: &[Vec<Row>], marked: usize, head: &[Row], width: usize) -> Row {
    let marked = choices.get(marked).and_then(|rows| rows.first());
    let mut row = marked.cloned().unwrap_or_default();
    if let Some(head) = head.first() {
        let style = head.pieces().first().map(Piece::style).unwrap_or_default();
        let room = width.saturating_sub(row.width());
        row.push(Piece::new(fit(&format!(" · {}", head.plain()), room).into_owned(), style));
    }
    row
}

/// What the keys do, how long it waits, and where in a long text we are.
fn footer(app: &App, modal: &Modal, keys: &Keys, place: Option<(usize, usize, usize)>) -> Row {
    let width = usize::from(app.size.width);
    let ready = modal.is_ready(app.now);
    let silence = match &modal.kind {
        ModalKind::Question(_) => "it waits",
        _ => "silence is no in",
    };
    let long = |place: Option<(usize, usize, usize)>| {
        let mut parts = vec![if ready { keys.long.clone() } else { "…".to_owned() }];
        if let Some((from, to, of)) = place {
            parts.push(format!("{from}–{to} of {of}, PageUp/PageDown"));
        }
        if let Some(until) = modal.expires_at() {
            parts.push(format!("{silence} {}", time_left(until, app.now)));
        }
        format!("  {}", parts.join("; "))
    };
    let short = || {
        let mut parts = Vec::new();
        if let Some(until) = modal.expires_at() {
            parts.push(time_left(until, app.now));
        }
        if let Some((_, to, of)) = place {
            parts.push(format!("{to}/{of} PgDn"));
        }
        parts.push(if ready { keys.short.clone() } else { "…".to_owned() });
        parts.join(app.glyphs.between)
    };
    let whole = long(place);
    let text = if Row::of(whole.clone(), Style::new()).width() <= width { whole } else { short() };
    Row::of(fit(&text, width).into_owned(), app.theme.style(Role::Dim))
}

fn time_left(until: Timestamp, now: Timestamp) -> String {
    let left = until.millis_since(now).max(0) / 1000;
    match left {
        0..=60 => format!("{left} s"),
        _ => format!("{} min", (left + 59) / 60),
    }
}

/// `(1 of 3)`, when more is asked.
fn counted(app: &App) -> String {
    match app.modals.len() {
        0 | 1 => String::new(),
        count => format!(" (1 of {count})"),
    }
}

/// The heading of a modal, wrapped.
fn heading(app: &App, text: &str) -> Vec<Row> {
    Row::of(line(text), app.theme.style(Role::Accent)).wrap_words(app.size.width)
}

/// A remark below the heading, wrapped.
fn note(app: &App, text: &str) -> Vec<Row> {
    let width = app.size.width;
    let lead = if width < 40 { "" } else { "  " };
    let rows = Row::of(line(text), app.theme.style(Role::Warn));
    let rows = rows.wrap_words(width.saturating_sub(2).max(1)).into_iter().map(|row| {
        let mut whole = Row::of(lead, Style::new());
        whole.append(row);
        whole
    });
    rows.collect()
}

/// Something that can be chosen, in as many rows as it takes.
fn choice(app: &App, label: &str, is_marked: bool) -> Vec<Row> {
    let width = app.size.width;
    let indent = if width < 40 { "" } else { "  " };
    let mark = if is_marked { app.glyphs.chosen } else { "  " };
    let style = app.theme.style(if is_marked { Role::Chosen } else { Role::Choice });
    let lead = format!("{indent}{mark}");
    let wide = u16::try_from(lead.width()).unwrap_or(0);
    let rows = Row::of(line(label), style).wrap_words(width.saturating_sub(wide + 1).max(1));
    let rows = rows.into_iter().enumerate().map(|(at, row)| {
        let lead = if at == 0 { lead.clone() } else { " ".repeat(wide.into()) };
        let mut whole = Row::of(lead, app.theme.style(Role::Prompt));
        whole.append(row);
        whole
    });
    rows.collect()
}

/// A line that is typed into, with the cursor when letters go there. A secret shows as dots.
fn field(app: &App, label: &str, field: &Field, is_secret: bool, has_focus: bool) -> Row {
    let width = usize::from(app.size.width);
    let label = fit(label, width / 2).into_owned();
    let mut row = Row::of(label, app.theme.style(Role::Prompt));
    let room = width.saturating_sub(row.width() + 1);
    let (before, behind) = field.parts();
    let shown = |text: &str| match is_secret {
        true => app.glyphs.dot.repeat(text.chars().count()),
        false => nanofolks_security::terminal::reveal(text).into_owned(),
    };
    let (before, behind) = (shown(before), shown(behind));
    // The end is what matters when it is long.
    let over = before.chars().count().saturating_sub(room);
    let before: String = before.chars().skip(over).collect();
    let text = app.theme.style(Role::Text);
    row.push(Piece::new(before, text));
    let mut rest = behind.chars();
    let under = rest.next().unwrap_or(' ');
    if has_focus {
        row.push(Piece::new(under.to_string(), app.theme.style(Role::Cursor)));
    } else {
        row.push(Piece::new(under.to_string(), text));
    }
    let left = width.saturating_sub(row.width());
    row.push(Piece::new(fit(rest.as_str(), left).into_owned(), text));
    row
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split(['\n', '\t']).collect::<Vec<_>>().join(" ")
}
