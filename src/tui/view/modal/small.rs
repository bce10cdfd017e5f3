//! The small ones: a secret, and a question before something that cannot be taken back.

use nanofolks_security::terminal::reveal;

use super::{Keys, Panel, choice, counted, field, heading};
use crate::app::{App, Confirm, Unseen};

/// The place for a secret.
pub(super) fn secret(app: &App, secret: &Unseen) -> Panel {
    let title = format!(
        "the key of {}{}: it is not shown and in no history",
        reveal(&secret.name),
        counted(app)
    );
    let focus = app.types_elsewhere();
    Panel {
        head: heading(app, &title),
        text: Vec::new(),
        choices: vec![vec![field(app, "key: ", &secret.field, true, focus)]],
        marked: 0,
        keys: Keys::new("what you type goes here; Enter stores it, Esc does not", "Enter · Esc"),
    }
}

/// A question before something that cannot be taken back.
pub(super) fn confirm(app: &App, confirm: &Confirm) -> Panel {
    let title = format!("{}{}", reveal(&confirm.question), counted(app));
    let yes = format!("yes: {}", reveal(&confirm.line));
    Panel {
        head: heading(app, &title),
        text: Vec::new(),
        choices: vec![choice(app, "no", !confirm.yes), choice(app, &yes, confirm.yes)],
        marked: usize::from(confirm.yes),
        keys: match app.composer.is_empty() {
            true => Keys::new("up and down choose, Enter confirms, Esc is no", "Esc is no"),
            false => Keys::new("Esc is no; Enter sends the line, Ctrl+U clears it", "Esc is no"),
        },
    }
}
