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

#[test]
fn walking_through_the_history_is_not_stopped_by_offers() {
    let mut stage = Stage::new((60, 20), "mono");
    for line in ["/status", "ask @coder", "see #general", "/theme mono"] {
        stage.write(line);
        stage.app.popup = None;
        stage.press(KeyCode::Enter);
    }
    stage.write("/th");
    stage.press(KeyCode::Esc);
    let mut seen = Vec::new();
    for _ in 0..5 {
        stage.press(KeyCode::Up);
        assert_eq!(stage.app.popup, None);
        seen.push(stage.app.composer.text());
    }
    assert_eq!(seen, ["/theme mono", "see #general", "ask @coder", "/status", "earlier"]);
    for _ in 0..5 {
        stage.press(KeyCode::Down);
        assert_eq!(stage.app.popup, None);
    }
    assert_eq!(stage.app.composer.text(), "/th");
    stage.write("e");
    assert!(stage.app.popup.is_some(), "what is typed is offered something");
}

#[test]
fn tab_completes_in_a_line_of_the_history() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.write("ask @coder");
    stage.app.popup = None;
    stage.press(KeyCode::Enter);
    stage.press(KeyCode::Esc);
    stage.ctrl('p');
    assert_eq!((stage.app.composer.text().as_str(), &stage.app.popup), ("ask @coder", &None));
    stage.press(KeyCode::Tab);
    assert!(stage.app.popup.is_some());
}
