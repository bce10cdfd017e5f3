use std::sync::Arc;

use crossterm::event::KeyCode;
use nanofolks_protocol::{ApprovalId, Event, EventKind, Op, Receipt, RoomId};
use pretty_assertions::assert_eq;

use crate::app::stage::Stage;
use crate::app::{Effect, Msg, Past, Wish};
use crate::text::Row;

fn enter(stage: &mut Stage, room: &str, events: Vec<Event>) {
    let room: RoomId = room.parse().unwrap();
    let seq = events.iter().filter_map(|event| event.seq).max().unwrap_or(0);
    stage.take(Msg::Entered(Box::new(Past { events, seq, ..Past::empty(room) })));
}

fn rows(stage: &mut Stage) -> Vec<String> {
    stage.app.take_rows().iter().map(Row::plain).filter(|row| !row.is_empty()).collect()
}

/// The beginning of the turn that runs, as it is stored.
fn begun(stage: &Stage) -> Vec<Event> {
    let began = EventKind::BotStarted { model: "lab/model".parse().unwrap() };
    let mut event = Event::new(stage.app.now, RoomId::general(), began);
    event.turn = Some(stage.turn);
    event.bot = Some("leader".parse().unwrap());
    event.seq = Some(2);
    let mut first = event.clone();
    first.what = EventKind::TurnStarted {
        envelope: nanofolks_protocol::EnvelopeId::fresh(),
        trace_id: nanofolks_protocol::TraceId::fresh(),
        channel: "tui".into(),
        sender: "you".into(),
        text: "go".into(),
    };
    (first.bot, first.seq) = (None, Some(1));
    vec![first, event]
}

#[test]
fn a_turn_goes_on_where_it_is_when_its_room_is_left_and_entered_again() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.begin("go");
    stage.starts("leader");
    stage.says("leader", "one ");
    enter(&mut stage, "other", Vec::new());
    assert!(stage.app.turn.is_none(), "the other room is at rest");
    stage.says("leader", "two ");
    rows(&mut stage);

    let events = begun(&stage);
    enter(&mut stage, "general", events);
    assert!(stage.app.is_busy());
    stage.says("leader", "three");
    stage.finishes("leader", "one two three");
    stage.ends();
    let rows = rows(&mut stage);
    assert_eq!(rows[rows.len() - 3..], ["› go", "◆ The leader", "one two three"]);
}

#[test]
fn what_is_said_elsewhere_is_not_said_here() {
    let mut stage = Stage::new((60, 20), "mono");
    enter(&mut stage, "other", Vec::new());
    rows(&mut stage);
    stage.begin("go");
    stage.starts("leader");
    stage.says("leader", "secret of the other room");
    let late = Event::new(
        stage.app.now,
        "third".parse().unwrap(),
        EventKind::TextDelta { text: "nobody's".into() },
    );
    stage.take(Msg::Event(Arc::new(late)));
    stage.ends();
    assert_eq!(rows(&mut stage), Vec::<String>::new());
    assert!(!stage.app.is_busy());
}

#[test]
fn what_is_asked_in_another_room_is_counted_until_it_is_answered() {
    let mut stage = Stage::new((60, 20), "mono");
    let there = |stage: &mut Stage, what| {
        let event = Event::new(stage.app.now, "den".parse().unwrap(), what);
        stage.take(Msg::Event(Arc::new(event)));
    };
    let question = ApprovalId::fresh();
    let asked = EventKind::QuestionAsked {
        question,
        text: "which?".into(),
        choices: vec![],
        expires_at: None,
    };
    there(&mut stage, asked);
    assert_eq!(stage.app.asked_in().as_deref(), Some("#den asks"));
    assert!(stage.app.modals.is_empty(), "it is shown where it is asked");
    there(&mut stage, EventKind::QuestionAnswered { question, text: "this".into() });
    assert_eq!(stage.app.asked_in(), None);
}

#[test]
fn what_others_write_is_asked_for_one_question_after_the_other_and_not_while_we_have_the_room() {
    let asks = |effects: &[Effect]| {
        let replays = effects.iter().filter(|effect| {
            matches!(effect, Effect::Submit(Wish::Plain(op)) if matches!(**op, Op::Replay { .. }))
        });
        replays.count()
    };
    let nothing_new = || {
        let receipt = Receipt::Events(Vec::new());
        Msg::Answered(Wish::Plain(Box::new(Op::Shutdown)), Ok(receipt))
    };
    let mut stage = Stage::new((80, 24), "dark");
    assert_eq!(asks(&stage.take(Msg::News)), 1);
    assert_eq!(asks(&stage.take(Msg::News)), 0, "the answer to the first is not there yet");
    assert_eq!(asks(&stage.take(nothing_new())), 1, "what came meanwhile was forgotten");
    assert_eq!(asks(&stage.take(nothing_new())), 0);

    stage.write("mine");
    let envelope = stage.press(KeyCode::Enter).into_iter().find_map(|effect| match effect {
        Effect::Submit(Wish::Post(id, _)) => Some(id),
        _ => None,
    });
    stage.begin_as(envelope.unwrap(), "mine");
    assert_eq!(asks(&stage.take(Msg::News)), 0);
    stage.ends();
    assert_eq!(asks(&stage.take(Msg::News)), 1);
}
