use crossterm::event::KeyCode;
use nanofolks_protocol::command::Then;
use nanofolks_protocol::{CommandOutput, Problem, ProblemKind, Receipt, RoomId};
use pretty_assertions::assert_eq;

use super::super::stage::Stage;
use super::super::{Effect, Msg, Past, Wish};
use crate::Draft;

fn types(stage: &mut Stage, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|c| stage.press(KeyCode::Char(c))).collect()
}

fn drafts(effects: &[Effect]) -> Vec<(String, String)> {
    let kept = effects.iter().filter_map(|effect| match effect {
        Effect::Draft(room, draft) => Some((room.to_string(), draft.words())),
        _ => None,
    });
    kept.collect()
}

#[test]
fn the_line_is_kept_a_moment_after_the_last_key_and_only_then() {
    let mut stage = Stage::new((80, 24), "mono");
    assert!(drafts(&types(&mut stage, "half")).is_empty());
    assert_eq!(stage.app.wakes_in(), Some(400));
    stage.now += 300;
    assert!(drafts(&stage.take(Msg::Tick)).is_empty());
    stage.now += 100;
    let kept = drafts(&stage.take(Msg::Tick));
    assert_eq!(kept, [("general".to_owned(), "half".to_owned())]);
    assert_eq!(stage.app.wakes_in(), None, "it wakes up for nothing");

    // Whoever never stops typing is not forgotten.
    let mut kept = Vec::new();
    for _ in 0..12 {
        types(&mut stage, "x");
        stage.now += 200;
        kept.extend(drafts(&stage.take(Msg::Tick)));
    }
    assert_eq!(kept.len(), 1, "{kept:?}");
}

#[test]
fn each_room_has_its_line() {
    let mut stage = Stage::new((80, 24), "mono");
    types(&mut stage, "for general");
    let ops = |draft: Option<&str>| {
        let draft = draft.map(|text| Draft::plain(text.to_owned()));
        let past = Past { room: "ops".parse().unwrap(), draft, ..Past::empty(RoomId::general()) };
        Msg::Entered(Box::new(past))
    };
    let kept = drafts(&stage.take(ops(Some("for ops"))));
    assert_eq!(kept, [("general".to_owned(), "for general".to_owned())]);
    assert_eq!(stage.app.composer.text(), "for ops");

    // Typed after the command that leads there, it is for the room that is entered.
    let mut stage = Stage::new((80, 24), "mono");
    stage.take(told_to_go_to("ops"));
    types(&mut stage, "quick");
    assert!(drafts(&stage.take(ops(None))).is_empty());
    assert_eq!(stage.app.composer.text(), "quick");
}

fn told_to_go_to(room: &str) -> Msg {
    let said = CommandOutput::default().then(Then::Room(room.parse().unwrap()));
    let told = Ok(Receipt::Told(Box::new(said)));
    Msg::Answered(Wish::Command(format!("/room {room}")), told)
}

#[test]
fn a_line_that_was_cleared_is_gone_before_its_room_is_left() {
    let mut stage = Stage::new((80, 24), "mono");
    types(&mut stage, "some words");
    stage.now += 800;
    assert_eq!(drafts(&stage.take(Msg::Tick)).len(), 1);
    let kept = drafts(&stage.ctrl('u'));
    assert_eq!(kept, [("general".to_owned(), String::new())]);

    // A command that was kept while it was typed is not there again either.
    types(&mut stage, "/room ops");
    stage.now += 800;
    assert_eq!(drafts(&stage.take(Msg::Tick)).len(), 1);
    let kept = drafts(&stage.press(KeyCode::Enter));
    assert_eq!(kept, [("general".to_owned(), String::new())]);
}

#[test]
fn a_line_is_kept_before_the_next_room_is_read() {
    let mut stage = Stage::new((80, 24), "mono");
    types(&mut stage, "half");
    let effects = stage.take(told_to_go_to("ops"));
    assert_eq!(drafts(&effects), [("general".to_owned(), "half".to_owned())]);
    assert!(matches!(effects.last(), Some(Effect::Enter(_))), "{effects:?}");
}

#[test]
fn what_was_said_is_a_draft_until_it_is_taken_or_its_room_is_left() {
    let mut stage = Stage::new((80, 24), "mono");
    types(&mut stage, "hello");
    stage.now += 500;
    stage.take(Msg::Tick);
    assert!(drafts(&stage.press(KeyCode::Enter)).is_empty());
    let kept = drafts(&stage.take(told_to_go_to("ops")));
    assert_eq!(kept, [("general".to_owned(), String::new())]);
}

#[test]
fn a_message_that_cannot_be_taken_back_is_not_said_twice() {
    let mut stage = Stage::new((80, 24), "mono");
    stage.begin("first");
    types(&mut stage, "second");
    stage.press(KeyCode::Enter);
    let effects = stage.press(KeyCode::Up);
    let wish = effects.iter().find_map(|effect| match effect {
        Effect::Submit(Wish::TakeBack(id, draft)) => Some((*id, draft.clone())),
        _ => None,
    });
    let (id, draft) = wish.unwrap();
    // It is on disk as a draft before it is out of the queue.
    assert_eq!(drafts(&effects), [("general".to_owned(), "second".to_owned())]);
    assert!(!stage.press(KeyCode::Up).iter().any(|effect| matches!(effect, Effect::Submit(_))));

    let late = Problem::new(ProblemKind::Failure, "not_waiting", "it runs");
    let effects = stage.take(Msg::Answered(Wish::TakeBack(id, draft), Err(late)));
    assert_eq!(drafts(&effects), [("general".to_owned(), String::new())]);
    assert!(stage.app.composer.is_empty());
    assert_eq!(stage.app.hint.as_deref(), Some("it runs"));
}
