//! What a bot wants to know.

use nanofolks_security::terminal::reveal;

use super::{Keys, Panel, choice, counted, field, heading};
use crate::app::{App, Question};

pub(super) fn panel(app: &App, question: &Question) -> Panel {
    let (_, mark, name) = app.bot(&question.bot);
    let title = format!("{mark} {name} asks{}: {}", counted(app), reveal(&question.text));
    let last = question.choices.len();
    let mut choices: Vec<_> = question
        .choices
        .iter()
        .enumerate()
        .map(|(at, label)| choice(app, &reveal(label), question.at == Some(at)))
        .collect();
    let own = if question.choices.is_empty() { "answer" } else { "something else" };
    let focus = question.has_focus() && app.types_elsewhere();
    let mark = if question.has_focus() { app.glyphs.chosen } else { "  " };
    let indent = if app.size.width < 40 { "" } else { "  " };
    let label = format!("{indent}{mark}{own}: ");
    choices.push(vec![field(app, &label, &question.field, false, focus)]);
    let keys = match (question.has_focus(), app.composer.is_empty()) {
        (true, _) => {
            Keys::new("what you type goes here; Enter answers, Esc gives no answer", "Enter · Esc")
        }
        (false, true) if question.at.is_some() => {
            Keys::new("up and down choose, Enter answers, Esc gives no answer", "Enter · Esc")
        }
        (false, true) => Keys::new("up and down choose, Esc gives no answer", "↑↓ · Esc"),
        (false, false) => {
            Keys::new("up and down choose, Esc gives no answer; Enter sends the line", "↑↓ · Esc")
        }
    };
    Panel {
        head: heading(app, &title),
        text: Vec::new(),
        choices,
        marked: question.at.unwrap_or(0).min(last),
        keys,
    }
}
