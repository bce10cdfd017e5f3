use crossterm::event::KeyCode;
use nanofolks_protocol::EventKind;
use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::app::tests::Stage;
use crate::app::{App, Msg};
use crate::screen::{ColorDepth, Screen};

const SIZES: [(u16, u16); 4] = [(140, 40), (100, 30), (60, 20), (20, 5)];

type Scene = fn(&mut Stage);

/// The region as text, its width marked.
fn shown(app: &mut App) -> String {
    let buffer = draw(app, 0);
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer.cell((x, y)).unwrap().symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width()).unwrap().max(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

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
fn every_screen_in_every_size() {
    let scenes: [(&str, Scene); 4] =
        [("idle", idle), ("working", working), ("asking", asking), ("completing", completing)];
    for (name, scene) in scenes {
        let mut all = String::new();
        for size in SIZES {
            let mut stage = Stage::new(size, "dark");
            scene(&mut stage);
            stage.app.take_rows();
            all.push_str(&format!("--- {} x {}\n{}", size.0, size.1, shown(&mut stage.app)));
        }
        insta::assert_snapshot!(name, all);
    }
}

#[test]
fn every_theme_colours_by_role() {
    for theme in ["dark", "light", "mono"] {
        let mut stage = Stage::new((60, 20), theme);
        asking(&mut stage);
        let depth = if theme == "mono" { ColorDepth::None } else { ColorDepth::True };
        let mut screen = Screen::new(stage.app.size, depth, false);
        stage.app.take_rows();
        let frame = screen.frame(&draw(&mut stage.app, 0));
        let text = String::from_utf8(frame).unwrap().replace('\u{1b}', "␛");
        insta::assert_snapshot!(format!("colours_{theme}"), text.replace("\r\n", "\n"));
    }
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
