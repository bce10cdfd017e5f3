use crossterm::event::KeyCode;
use pretty_assertions::assert_eq;

use crate::app::stage::Stage;
use crate::app::{Effect, Msg};
use crate::theme::Theme;

#[test]
fn a_theme_is_asked_of_the_house_and_a_wrong_one_changes_nothing() {
    let mut stage = Stage::new((60, 20), "dark");
    stage.write("/theme mono");
    stage.app.popup = None;
    let effects = stage.press(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Remember(_), Effect::Theme(_)]), "{effects:?}");
    stage.take(Msg::ThemeCame("mono".into(), Theme::named("mono").map_err(|_| String::new())));
    assert!(stage.rows().iter().any(|row| row.contains("theme: mono")));
    stage.take(Msg::ThemeCame("bad".into(), Err("the key \"textt\"".into())));
    assert!(stage.rows().iter().any(|row| row.contains("textt")));
    assert_eq!(stage.app.theme, Theme::named("mono").unwrap(), "all stays as it was");
}
