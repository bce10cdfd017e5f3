//! What bots want to know: asked, answered in words, declined, kept while nobody is there.

use std::sync::Arc;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    ApprovalId, Decision, EventKind, Op, Receipt, RoomId, StopReason, TurnOptions, TurnState,
};
use nanofolks_testkit::{FakeTool, Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, World, envelope, types};

fn attended() -> TurnOptions {
    TurnOptions { attended: true, ..TurnOptions::default() }
}

/// A tool whose calls are questions to a person.
fn clarify() -> Arc<FakeTool> {
    Arc::new(FakeTool::new("clarify").asks().effects([]))
}

/// A model that wants to know a colour and then says it has heard.
fn curious() -> Arc<ScriptedModel> {
    let asks = json!({ "question": "Which colour?", "choices": ["red", "teal"] });
    ScriptedModel::new([Script::tool("c1", "clarify", asks), Script::text("heard")])
}

fn recipe(tool: &Arc<FakeTool>) -> Recipe {
    Recipe { tools: vec![Arc::clone(tool)], ..Recipe::default() }
}

async fn asked(world: &mut World) -> ApprovalId {
    let events = world.until(|what| matches!(what, EventKind::QuestionAsked { .. })).await;
    match &events.last().unwrap().what {
        EventKind::QuestionAsked { question, text, choices, expires_at } => {
            assert_eq!(
                (text.as_str(), choices.join(" ")),
                ("Which colour?", "red teal".to_owned())
            );
            assert!(expires_at.is_some(), "nobody can tell how long it waits");
            *question
        }
        other => panic!("{other:?}"),
    }
}

async fn decide(world: &World, approval: ApprovalId, decision: Decision) -> Receipt {
    let by = "me".to_owned();
    world.handle.submit(Op::Decide { approval, decision, by }).await.unwrap()
}

/// What the model was told last.
fn told(model: &ScriptedModel) -> String {
    format!("{:?}", model.requests().pop().unwrap().messages.last().unwrap())
}

#[tokio::test]
async fn an_answer_is_the_result_of_the_call_and_nothing_runs() {
    let (model, tool) = (curious(), clarify());
    let mut world = recipe(&tool).start(&model);
    world.post_with(envelope("general", "paint it"), attended()).await.unwrap();
    let question = asked(&mut world).await;
    let rows = world.store.approvals(true).await.unwrap();
    assert_eq!(rows[0].request.question.as_ref().unwrap().choices, ["red", "teal"]);
    assert_eq!(
        world.store.turn(rows[0].request.turn).await.unwrap(),
        Some(TurnState::WaitingAnswer)
    );

    let secret = "teal, and my key is sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    decide(&world, question, Decision::Answer { text: secret.into() }).await;
    let events = world.until(EventKind::is_ending).await;

    assert!(told(&model).contains("teal"), "{}", told(&model));
    assert!(!told(&model).contains("aaaaaaaa"), "a secret reached the model");
    assert_eq!(tool.calls().len(), 0);
    let kinds = types(&events);
    assert!(kinds.contains(&"question.answered".to_owned()), "{kinds:?}");
    assert!(!kinds.iter().any(|kind| kind.starts_with("approval.")), "{kinds:?}");
    super::replay::same_again(&world.store, events.last().unwrap().turn.unwrap()).await;
}

#[tokio::test]
async fn whoever_does_not_answer_is_not_pressed() {
    for (decision, words) in [
        (Decision::Deny { note: None }, "did not want to answer"),
        (Decision::Deny { note: Some("you decide".into()) }, "you decide"),
        // A yes is no answer, and runs nothing.
        (Decision::Allow { scope: nanofolks_protocol::Scope::Once }, "did not want to answer"),
    ] {
        let (model, tool) = (curious(), clarify());
        let mut world = recipe(&tool).start(&model);
        world.post_with(envelope("general", "paint it"), attended()).await.unwrap();
        let question = asked(&mut world).await;
        decide(&world, question, decision).await;
        let events = world.until(EventKind::is_ending).await;
        assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        assert!(told(&model).contains(words), "{}", told(&model));
        assert!(told(&model).contains("sensible default"), "{}", told(&model));
        assert_eq!(tool.calls().len(), 0);
    }
}

#[tokio::test]
async fn where_nobody_is_the_bot_is_told_so_at_once() {
    let (model, tool) = (curious(), clarify());
    let mut world = recipe(&tool).start(&model);
    let events = world.say("paint it").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    assert!(told(&model).contains("there is nobody to ask"), "{}", told(&model));
    assert!(!types(&events).contains(&"question.asked".to_owned()));
}

#[tokio::test]
async fn silence_lets_the_turn_go_on() {
    let (model, tool) = (curious(), clarify());
    let quick = |settings| crate::EngineSettings {
        approval_timeout: std::time::Duration::from_millis(1),
        ..settings
    };
    let mut world = Recipe { settings: quick, ..recipe(&tool) }.start(&model);
    let events = world.say_with("paint it", attended()).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    assert!(told(&model).contains("nobody answered in time"), "{}", told(&model));
}

#[tokio::test]
async fn words_are_no_yes_to_a_call() {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({})), Script::text("ok")]);
    let tool = Arc::new(FakeTool::new("scribble").effects([nanofolks_protocol::Effect::FsWrite]));
    let mut world = recipe(&tool).start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();
    let events = world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
    let EventKind::ApprovalRequested { request } = &events.last().unwrap().what else { panic!() };
    assert!(!request.folder.is_empty(), "where it happens is not said");
    decide(&world, request.id, Decision::Answer { text: "yes".into() }).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(tool.calls().len(), 0);
}

#[tokio::test]
async fn a_question_waits_while_no_process_is_there_and_is_shown_again() {
    let (model, tool) = (curious(), clarify());
    let mut first = recipe(&tool).start(&model);
    first.post_with(envelope("general", "paint it"), attended()).await.unwrap();
    let question = asked(&mut first).await;
    let home = first.stop().await;

    let mut second = Recipe { home, ..recipe(&tool) }.start(&model);
    let room = RoomId::general();
    second.handle.submit(Op::Open { room }).await.unwrap();
    assert_eq!(asked(&mut second).await, question);
    decide(&second, question, Decision::Answer { text: "red".into() }).await;
    let events = second.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    assert!(told(&model).contains("red"), "{}", told(&model));
    super::replay::same_again(&second.store, events.last().unwrap().turn.unwrap()).await;
}

#[tokio::test]
async fn an_answer_given_while_no_process_was_there_is_heard_by_the_next() {
    let (model, tool) = (curious(), clarify());
    let mut first = recipe(&tool).start(&model);
    first.post_with(envelope("general", "paint it"), attended()).await.unwrap();
    let question = asked(&mut first).await;
    let home = first.stop().await;

    let mut second = Recipe { home, ..recipe(&tool) }.start(&model);
    decide(&second, question, Decision::Answer { text: "red".into() }).await;
    let events = second.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    assert!(told(&model).contains("red"), "{}", told(&model));
}

#[tokio::test]
async fn several_questions_of_a_round_are_asked_one_after_another() {
    let one = json!({ "question": "Which colour?", "choices": ["red", "teal"] });
    let both = Script::new().call("c1", "clarify", one.clone()).call("c2", "clarify", one);
    let both = both.used(100, 20).end(StopReason::ToolUse);
    let model = ScriptedModel::new([both, Script::text("heard")]);
    let tool = clarify();
    let mut world = recipe(&tool).start(&model);
    world.post_with(envelope("general", "paint it"), attended()).await.unwrap();
    for text in ["red", "teal"] {
        let question = asked(&mut world).await;
        decide(&world, question, Decision::Answer { text: text.into() }).await;
    }
    world.until(EventKind::is_ending).await;
    let last = told(&model);
    assert!(last.contains("red") && last.contains("teal"), "{last}");
}
