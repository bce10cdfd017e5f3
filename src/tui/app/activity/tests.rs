use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::EventKind;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::app::stage::Stage;
use crate::app::{App, Msg};
use crate::text::Row;

fn rows(app: &mut App) -> Vec<String> {
    app.take_rows().iter().map(Row::plain).collect()
}

fn unfold(stage: &mut Stage) {
    stage.take(Msg::Key(KeyEvent::new(KeyCode::Char('o'), KeyModifiers::CONTROL)));
}

fn thinks(stage: &mut Stage, text: &str) {
    stage.event(Some("leader"), EventKind::ReasoningDelta { text: text.into() });
}

fn command(stage: &mut Stage, line: &str) {
    stage.write(line);
    stage.press(KeyCode::Enter);
}

/// A turn with a thought, a call of a tool and an answer.
fn turn(stage: &mut Stage) {
    stage.begin("what is here?");
    stage.starts("leader");
    thinks(stage, "Notes may help. ");
    stage.now += 3_200;
    thinks(stage, "I look.");
    let call = json!({ "id": "c1", "name": "read_file", "arguments": { "path": "notes.txt" } });
    let call = serde_json::from_value(call).unwrap();
    stage.event(Some("leader"), EventKind::ToolRequested { call, repairs: Vec::new() });
    stage.uses("leader", "c1", "read notes.txt");
    stage.used("leader", "c1");
    stage.says("leader", "A note.");
    stage.finishes("leader", "A note.");
    stage.ends();
}

fn stage() -> Stage {
    let mut stage = Stage::new((80, 24), "dark");
    rows(&mut stage.app);
    stage
}

#[test]
fn a_thought_is_one_row_and_so_is_a_call() {
    let mut stage = stage();
    turn(&mut stage);
    assert_eq!(
        rows(&mut stage.app),
        [
            "› what is here?",
            "",
            "◆ The leader",
            "  ∴ thought for 3.2 s, 5 words",
            "  ✓ read_file notes.txt  0 ms  1.5 kB",
            "",
            "A note.",
        ]
    );
}

#[test]
fn ctrl_o_says_the_last_one_in_full_and_then_the_one_before() {
    let mut stage = stage();
    turn(&mut stage);
    rows(&mut stage.app);

    unfold(&mut stage);
    let call = rows(&mut stage.app);
    assert_eq!(call[1], "▸ read_file notes.txt  0 ms  1.5 kB");
    assert_eq!(call[2], "    path: notes.txt");
    assert!(call.iter().any(|row| row.contains("xxxxxxx")), "{call:?}");
    unfold(&mut stage);
    let thought = rows(&mut stage.app);
    assert_eq!(thought, ["▸ thought for 3.2 s, 5 words", "    Notes may help. I look.", ""]);
    unfold(&mut stage);
    assert!(rows(&mut stage.app).concat().contains("2 calls and thoughts are kept"));
    command(&mut stage, "/expand 2");
    assert!(rows(&mut stage.app).concat().contains("Notes may help."));
    command(&mut stage, "/expand zero");
    assert!(rows(&mut stage.app).concat().contains("is no number"));
}

#[test]
fn while_something_runs_ctrl_o_shows_more_of_it_and_leaves_the_scrollback_alone() {
    let mut stage = stage();
    stage.begin("think");
    stage.starts("leader");
    thinks(&mut stage, "First this.\nThen that.");
    rows(&mut stage.app);
    assert!(!stage.app.unfolded);
    unfold(&mut stage);
    assert!(stage.app.unfolded);
    assert_eq!(rows(&mut stage.app), Vec::<String>::new());
    unfold(&mut stage);
    assert!(!stage.app.unfolded);
}

#[test]
fn with_details_everything_is_said_at_once() {
    let mut stage = stage();
    stage.app.details = true;
    turn(&mut stage);
    let said = rows(&mut stage.app);
    let place = |text: &str| said.iter().position(|row| row.contains(text)).unwrap();
    assert!(place("thought for") < place("Notes may help. I look."));
    assert!(place("✓ read_file") < place("path: notes.txt"));
    assert_eq!(said.iter().filter(|row| row.contains("The leader")).count(), 1);
}

#[test]
fn hostile_arguments_are_made_harmless() {
    let mut stage = stage();
    stage.begin("x");
    stage.starts("leader");
    let call = json!({ "id": "c1", "name": "read_file\u{1b}[2J", "arguments": { "path": "\u{1b}]0;x\u{7}a\u{202e}b" } });
    let call = serde_json::from_value(call).unwrap();
    stage.event(Some("leader"), EventKind::ToolRequested { call, repairs: Vec::new() });
    stage.used("leader", "c1");
    stage.ends();
    unfold(&mut stage);
    let said = rows(&mut stage.app).concat();
    assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
}
