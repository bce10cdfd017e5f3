//! Questions to people: asked, answered, remembered, forgotten.

use std::sync::Arc;

use nanofolks_protocol::{
    ApprovalId, Decision, Effect, EventKind, Op, Scope, StopReason, TurnOptions,
};
use nanofolks_testkit::{FakeTool, Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, World, envelope};

fn attended() -> TurnOptions {
    TurnOptions { attended: true, ..TurnOptions::default() }
}

fn writer() -> Arc<FakeTool> {
    Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]))
}

async fn asked(world: &mut World) -> ApprovalId {
    let events = world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
    match &events.last().unwrap().what {
        EventKind::ApprovalRequested { request } => request.id,
        other => panic!("{other:?}"),
    }
}

async fn decide(world: &World, approval: ApprovalId, decision: Decision) {
    let by = "me".to_owned();
    world.handle.submit(Op::Decide { approval, decision, by }).await.unwrap();
}

#[tokio::test]
async fn a_yes_runs_the_call_and_a_second_answer_is_too_late() {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({})), Script::text("ok")]);
    let tool = writer();
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();

    let approval = asked(&mut world).await;
    assert_eq!(tool.calls().len(), 0);
    decide(&world, approval, Decision::Allow { scope: Scope::Once }).await;
    world.until(EventKind::is_ending).await;

    assert_eq!(tool.calls().len(), 1);
    let late = Op::Decide { approval, decision: Decision::Deny { note: None }, by: "x".into() };
    assert_eq!(world.handle.submit(late).await.unwrap_err().code, "approval_closed");
}

#[tokio::test]
async fn a_no_is_told_to_the_model_with_the_persons_words() {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({})), Script::text("ok")]);
    let tool = writer();
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();
    let approval = asked(&mut world).await;
    decide(&world, approval, Decision::Deny { note: Some("not there".into()) }).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(tool.calls().len(), 0);
    let request = model.requests().pop().unwrap();
    let told = format!("{:?}", request.messages.last().unwrap());
    assert!(told.contains("not there"), "{told}");
}

#[tokio::test]
async fn silence_is_a_no() {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({})), Script::text("ok")]);
    let tool = writer();
    let recipe = Recipe {
        tools: vec![Arc::clone(&tool)],
        settings: |settings| crate::EngineSettings {
            approval_timeout: std::time::Duration::from_millis(1),
            ..settings
        },
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();
    let events = world.until(EventKind::is_ending).await;
    assert!(events.iter().any(|event| matches!(
        &event.what,
        EventKind::ApprovalResolved { decision: Decision::Expired, .. }
    )));
    assert_eq!(tool.calls().len(), 0);
}

#[tokio::test]
async fn a_yes_for_the_session_is_not_asked_again() {
    let model = ScriptedModel::new([
        Script::new()
            .call("c1", "scribble", json!({}))
            .call("c2", "scribble", json!({}))
            .end(StopReason::ToolUse),
        Script::text("ok"),
        Script::tool("c3", "scribble", json!({})),
        Script::text("ok"),
    ]);
    let tool = writer();
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();
    let approval = asked(&mut world).await;
    decide(&world, approval, Decision::Allow { scope: Scope::Session }).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(tool.calls().len(), 2);

    let events = world.say_with("again", attended()).await;
    assert!(!events.iter().any(|e| matches!(e.what, EventKind::ApprovalRequested { .. })));
    assert_eq!(tool.calls().len(), 3);
}

#[tokio::test]
async fn an_interrupt_withdraws_the_question() {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    let tool = writer();
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();
    asked(&mut world).await;
    let room = "general".parse().unwrap();
    world.handle.submit(Op::Interrupt { room, turn: None, by: "me".into() }).await.unwrap();
    let events = world.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnCancelled { .. }));
    assert_eq!(tool.calls().len(), 0);
}
