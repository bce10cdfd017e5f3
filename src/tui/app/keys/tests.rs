use crossterm::event::KeyCode;
use pretty_assertions::assert_eq;

use crate::app::stage::Stage;
use crate::app::{Effect, Wish};

#[test]
fn an_argument_nobody_marked_is_sent_as_it_was_typed() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.write("/theme lig");
    stage.has_themes();
    assert!(stage.app.popup.is_some(), "there is an offer");
    let effects = stage.press(KeyCode::Enter);
    assert!(effects.iter().any(|it| matches!(it, Effect::Remember(line) if line == "/theme lig")));
    assert!(stage.app.composer.is_empty());
    stage.write("/theme lig");
    stage.press(KeyCode::Down);
    stage.press(KeyCode::Enter);
    assert_eq!(stage.app.composer.text(), "/theme light ");
}

#[test]
fn the_only_command_that_begins_so_is_done_at_once() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.write("/statu");
    let effects = stage.press(KeyCode::Enter);
    let sent = effects.iter().any(
        |effect| matches!(effect, Effect::Submit(Wish::Command(line)) if line.trim() == "/status"),
    );
    assert!(sent, "{effects:?}");
    assert!(stage.app.composer.is_empty());
}
