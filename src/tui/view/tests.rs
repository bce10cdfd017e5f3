use crossterm::event::KeyCode;
use nanofolks_protocol::EventKind;

use super::*;
use crate::app::Msg;
use crate::app::stage::Stage;

fn idle(stage: &mut Stage) {
    stage.write("hello");
}

fn working(stage: &mut Stage) {
    stage.begin("look around");
    stage.starts("leader");
    stage.starts("coder");
    stage.says("leader", "# Plan\n\nFirst I read the *notes*, then the `code`.\n\n- one\n- two");
    stage.says("coder", "I look at the sources; there are many of them, and every one is long.");
    stage.uses("coder", "c1", "read src/main.rs");
    stage.write("next question");
    stage.press(KeyCode::Enter);
    stage.event(None, EventKind::Context { used: 6000, window: 10_000 });
    stage.now += 65_000;
    stage.take(Msg::Tick);
}

fn asking(stage: &mut Stage) {
    stage.begin("note it");
    stage.starts("leader");
    stage.write("draft");
    stage.asks();
    stage.now += 500;
    stage.press(KeyCode::Down);
}

fn completing(stage: &mut Stage) {
    stage.write("/");
}

#[test]
fn no_window_is_too_small() {
    for width in 1..30 {
        for height in 1..8 {
            for scene in [idle, working, asking, completing] {
                let mut stage = Stage::new((width, height), "mono");
                scene(&mut stage);
                let buffer = draw(&mut stage.app, 0);
                assert!(buffer.area.height <= height && buffer.area.width == width);
            }
        }
    }
}

#[test]
fn while_the_window_changes_only_the_line_is_shown() {
    let mut stage = Stage::new((100, 30), "dark");
    working(&mut stage);
    stage.take(Msg::Resize(ratatui::layout::Size::new(90, 28)));
    assert_eq!(draw(&mut stage.app, 0).area.height, 1);
    stage.now += 400;
    stage.take(Msg::Tick);
    assert!(draw(&mut stage.app, 0).area.height > 5);
}
