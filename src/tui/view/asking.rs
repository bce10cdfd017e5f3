//! The question that is shown: what, where, why, how far each choice reaches, and how long it
//! waits.

use nanofolks_protocol::Effect;
use nanofolks_security::terminal::reveal;
use ratatui::style::Style;

use crate::app::{App, Ask};
use crate::text::{Piece, Row, expand_tabs, fit};
use crate::theme::Role;

/// The rows of the first question that waits.
pub(super) fn rows(app: &App, most: usize) -> Vec<Row> {
    let Some(ask) = app.asks.front() else { return Vec::new() };
    let width = usize::from(app.size.width);
    let choices = choices(app, ask, width);
    let head = head(app, ask, width);
    let foot = foot(app, ask, width);
    let fixed = choices.len() + 1 + 1;
    let preview = preview(app, ask, most.saturating_sub(fixed + head.len()));
    if most < head.len() + fixed {
        return short(app, ask, most);
    }
    let mut rows: Vec<Row> = head;
    rows.extend(preview);
    rows.extend(choices);
    rows.push(foot);
    rows
}

/// With little room: what is asked, and the marked choice. Neither is ever left out.
fn short(app: &App, ask: &Ask, most: usize) -> Vec<Row> {
    let width = usize::from(app.size.width);
    let asked = line(&reveal(&ask.request.summary));
    let choices = choices(app, ask, width);
    let marked = choices.into_iter().nth(ask.at).unwrap_or_default();
    let mut rows = Row::of(asked, app.theme.style(Role::Accent)).wrap(app.size.width);
    rows.truncate(most.saturating_sub(2).max(1));
    rows.push(marked);
    if rows.len() < most {
        rows.push(foot(app, ask, width));
    }
    rows
}

fn head(app: &App, ask: &Ask, width: usize) -> Vec<Row> {
    let request = &ask.request;
    let (_, mark, name) = app.bot(&request.bot);
    let more = match app.asks.len() {
        1 => String::new(),
        count => format!(" (1 of {count})"),
    };
    let title = format!("{mark} {name} wants to: {}{more}", reveal(&request.summary));
    let mut rows = Row::of(line(&title), app.theme.style(Role::Accent)).wrap(app.size.width);
    let dim = app.theme.style(Role::Dim);
    let folder = app.options.folder.as_deref().unwrap_or("the room's folder");
    let effects: Vec<_> = request.effects.iter().map(|effect| words(*effect)).collect();
    let about = format!("  in {}; {}: {}", reveal(folder), request.tool, effects.join(", "));
    rows.push(Row::of(fit(&line(&about), width).into_owned(), dim));
    if !request.reason.is_empty() {
        let why = format!("  why: {}", reveal(&request.reason));
        rows.push(Row::of(fit(&line(&why), width).into_owned(), dim));
    }
    rows
}

/// What will happen in full: a difference in its colours, an argument vector.
fn preview(app: &App, ask: &Ask, most: usize) -> Vec<Row> {
    let text = reveal(&ask.request.preview);
    let width = app.size.width.saturating_sub(2).max(1);
    let rows: Vec<Row> = text
        .lines()
        .flat_map(|text| {
            let role = match text.as_bytes() {
                [b'+', ..] => Role::Added,
                [b'-', ..] => Role::Removed,
                [b'@', ..] => Role::Hunk,
                _ => Role::Text,
            };
            let text = expand_tabs(text, 0, 4).into_owned();
            Row::of(text, app.theme.style(role)).wrap(width)
        })
        .collect();
    if most == 0 {
        return Vec::new();
    }
    let dim = app.theme.style(Role::Dim);
    let indent = |row: &Row| {
        let mut whole = Row::of("  ", Style::new());
        whole.append(row.clone());
        whole
    };
    if rows.len() <= most {
        return rows.iter().map(indent).collect();
    }
    let room = most.saturating_sub(1);
    let first = ask.scroll.min(rows.len().saturating_sub(room));
    let mut shown: Vec<Row> = rows.iter().skip(first).take(room).map(indent).collect();
    let rest = rows.len() - first - shown.len();
    let note = format!("  … {first} rows above, {rest} below; PageUp and PageDown show them");
    shown.push(Row::of(fit(&note, app.size.width.into()).into_owned(), dim));
    shown
}

fn choices(app: &App, ask: &Ask, width: usize) -> Vec<Row> {
    let rows = ask.choices.iter().enumerate().map(|(at, choice)| {
        let chosen = at == ask.at;
        let mark = if chosen { app.glyphs.chosen } else { "  " };
        let style = app.theme.style(if chosen { Role::Chosen } else { Role::Choice });
        let label = fit(&line(&choice.label), width.saturating_sub(4)).into_owned();
        [Piece::new(format!("  {mark}"), app.theme.style(Role::Prompt)), Piece::new(label, style)]
            .into_iter()
            .collect()
    });
    rows.collect()
}

fn foot(app: &App, ask: &Ask, width: usize) -> Row {
    let left = ask.request.expires_at.millis_since(app.now).max(0) / 1000;
    let time = match left {
        0..=60 => format!("{left} s"),
        _ => format!("{} min", (left + 59) / 60),
    };
    let keys = match (ask.is_ready(app.now), app.composer.is_empty()) {
        (false, _) => "…",
        (true, true) => "up and down choose, Enter confirms, Esc is no",
        (true, false) => "Esc is no; Enter sends the line, Ctrl+U clears it",
    };
    let text = format!("  {keys}; no answer in {time} is no");
    Row::of(fit(&text, width).into_owned(), app.theme.style(Role::Dim))
}

/// What a tool may do, for people.
const fn words(effect: Effect) -> &'static str {
    match effect {
        Effect::FsRead => "reads files",
        Effect::FsWrite => "writes files",
        Effect::Exec => "runs programs",
        Effect::NetRead => "reads from the network",
        Effect::NetWrite => "writes to the network",
        Effect::MessageSend => "sends messages",
        Effect::Money => "spends money",
        Effect::MemoryWrite => "changes memory",
        Effect::Schedule => "plans for later",
        Effect::SecretRead => "reads secrets",
    }
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split(['\n', '\t']).collect::<Vec<_>>().join(" ")
}
