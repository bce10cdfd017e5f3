//! What a bot wants to do: what, where, in full, which hosts and what cost, why, how far each
//! choice reaches.

use nanofolks_protocol::Effect;
use nanofolks_security::terminal::reveal;
use ratatui::style::Style;

use super::{Keys, Panel, choice, counted, heading, line};
use crate::app::{App, Ask};
use crate::text::{Row, expand_tabs};
use crate::theme::Role;

pub(super) fn panel(app: &App, ask: &Ask) -> Panel {
    let request = &ask.request;
    let (_, mark, name) = app.bot(&request.bot);
    let (what, who) = (reveal(&request.summary), format!("{mark} {name} wants to"));
    let mut text = about(app, ask);
    // Where there is little room, what comes first, and then who.
    let title = if app.size.width < 40 {
        text.splice(0..0, heading(app, &who));
        format!("{what}{}", counted(app))
    } else {
        format!("{who}: {what}{}", counted(app))
    };
    text.extend(preview(app, ask));
    let choices = ask.choices.iter().enumerate();
    Panel {
        head: heading(app, &title),
        text,
        choices: choices.map(|(at, one)| choice(app, &one.label, at == ask.at)).collect(),
        marked: ask.at,
        keys: match app.composer.is_empty() {
            true => Keys::new("up and down choose, Enter confirms, Esc is no", "Esc is no"),
            false => Keys::new("Esc is no; Enter sends the line, Ctrl+U clears it", "Esc is no"),
        },
    }
}

/// Where, with what, what it reaches and costs, and why it is asked.
fn about(app: &App, ask: &Ask) -> Vec<Row> {
    let request = &ask.request;
    let dim = app.theme.style(Role::Dim);
    let folder = match request.folder.as_str() {
        "" => app.options.folder.as_deref().unwrap_or("the room's folder"),
        folder => folder,
    };
    let effects: Vec<_> = request.effects.iter().map(|effect| words(*effect)).collect();
    let about = format!("in {}; {}: {}", reveal(folder), request.tool, effects.join(", "));
    let mut rows = indented(app, &line(&about), dim);
    let outside = request.outside();
    rows.extend(indented(app, &line(&reveal(&outside)), dim));
    if !request.reason.is_empty() {
        let why = format!("why: {}", reveal(&request.reason));
        rows.extend(indented(app, &line(&why), dim));
    }
    rows
}

/// What will happen in full: a difference in its colours, an argument vector.
fn preview(app: &App, ask: &Ask) -> Vec<Row> {
    let text = reveal(&ask.request.preview);
    let rows = text.lines().flat_map(|text| {
        let role = match text.as_bytes() {
            [b'+', ..] => Role::Added,
            [b'-', ..] => Role::Removed,
            [b'@', ..] => Role::Hunk,
            _ => Role::Text,
        };
        let text = expand_tabs(text, 0, 4).into_owned();
        indented(app, &text, app.theme.style(role))
    });
    rows.collect()
}

/// A text with two blanks before each of its rows, where there is room for them.
fn indented(app: &App, text: &str, style: Style) -> Vec<Row> {
    let width = app.size.width;
    let lead = if width < 40 { "" } else { "  " };
    let inner = width.saturating_sub(if width < 40 { 0 } else { 2 }).max(1);
    let rows = Row::of(text.to_owned(), style).wrap(inner);
    let rows = rows.into_iter().map(|row| {
        let mut whole = Row::of(lead, Style::new());
        whole.append(row);
        whole
    });
    rows.collect()
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
