//! The small ones: a secret, and a question before something that cannot be taken back.

use nanofolks_protocol::SecretKind;
use nanofolks_security::terminal::reveal;

use super::{Keys, Panel, choice, counted, field, heading, note};
use crate::app::{App, Confirm, Unseen};

/// The place for a secret.
pub(super) fn secret(app: &App, secret: &Unseen) -> Panel {
    let (whose, label, keys) = match secret.kind {
        SecretKind::Key => (
            format!("the key of {}", reveal(&secret.name)),
            "key: ",
            "what you type goes here; Enter stores it, Esc does not",
        ),
        SecretKind::Passphrase => (
            format!("the passphrase of the {}", reveal(&secret.name)),
            "passphrase: ",
            "what you type goes here; Enter opens it, Esc goes on without",
        ),
    };
    let is_wide = app.size.width >= 70;
    let unseen = "it is not shown and in no history";
    let title = match is_wide {
        true => format!("{whose}{}: {unseen}", counted(app)),
        false => format!("{whose}{}", counted(app)),
    };
    let label = if app.size.width < 40 { "secret: " } else { label };
    let focus = app.types_elsewhere();
    let mut why = match secret.why.as_str() {
        "" => Vec::new(),
        why => note(app, &reveal(why)),
    };
    if !is_wide {
        why.extend(note(app, unseen));
    }
    Panel {
        head: heading(app, &title),
        text: why,
        choices: vec![vec![field(app, label, &secret.field, true, focus)]],
        marked: 0,
        keys: Keys::new(keys, "Enter · Esc"),
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
