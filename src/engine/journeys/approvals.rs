//! Questions to people: asked, answered, remembered, forgotten.

use std::sync::Arc;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    ApprovalId, Cost, Decision, Effect, EventKind, Network, Op, Scope, StopReason, TurnOptions,
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
async fn what_a_call_reaches_and_costs_is_asked_about_with_it_and_kept() {
    let model = ScriptedModel::new([Script::tool("c1", "order", json!({})), Script::text("ok")]);
    let hosts = vec!["shop.example".to_owned()];
    let (network, cost) = (Network::Hosts { hosts }, Cost::About { usd: 3.5 });
    let tool = FakeTool::new("order").effects([Effect::NetWrite, Effect::Money]);
    let tool = Arc::new(tool.outside(network.clone(), cost));
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "order it"), attended()).await.unwrap();

    let events = world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
    let EventKind::ApprovalRequested { request } = &events.last().unwrap().what else { panic!() };

    assert_eq!((&request.network, request.cost), (&network, cost));
    let kept = world.store.approval(request.id).await.unwrap().unwrap();
    assert_eq!(kept.request, **request);
    decide(&world, kept.request.id, Decision::Deny { note: None }).await;
    let events = world.until(EventKind::is_ending).await;
    super::replay::same_again(&world.store, events.last().unwrap().turn.unwrap()).await;
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

#[tokio::test]
async fn the_questions_of_a_round_are_put_together_and_one_answer_may_cover_all() {
    let three = || {
        let call = |script: Script, id| script.call(id, "scribble", json!({ "n": id }));
        ["c1", "c2", "c3"].into_iter().fold(Script::new(), call).used(1, 1).end(StopReason::ToolUse)
    };
    for (decision, ran) in [
        (Decision::Allow { scope: Scope::Turn }, 3),
        (Decision::Allow { scope: Scope::Once }, 2),
        (Decision::Deny { note: None }, 1),
    ] {
        let model = ScriptedModel::new([three(), Script::text("ok")]);
        let tool = writer();
        let mut world =
            Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
        let before = world.store.stats().commits;
        world.post_with(envelope("general", "write"), attended()).await.unwrap();
        let ids = [asked(&mut world).await, asked(&mut world).await, asked(&mut world).await];
        assert!(world.store.stats().commits - before <= 3, "a commit for each question");

        // The last is answered first; the rest as the case says, the second never by itself
        // when the first covers it.
        decide(&world, ids[2], Decision::Allow { scope: Scope::Once }).await;
        decide(&world, ids[0], decision.clone()).await;
        if ran == 2 {
            decide(&world, ids[1], Decision::Deny { note: None }).await;
        } else if ran == 1 {
            decide(&world, ids[1], Decision::Deny { note: Some("no".into()) }).await;
        }
        let events = world.until(EventKind::is_ending).await;
        assert_eq!(tool.calls().len(), ran, "{decision:?}");
        assert!(world.store.approvals(true).await.unwrap().is_empty(), "a question still waits");
        super::replay::same_again(&world.store, events.last().unwrap().turn.unwrap()).await;
    }
}

#[tokio::test]
async fn a_no_counts_although_an_earlier_yes_would_cover_it() {
    let both = Script::new()
        .call("c1", "scribble", json!({}))
        .call("c2", "scribble", json!({}))
        .used(1, 1)
        .end(StopReason::ToolUse);
    let model = ScriptedModel::new([both, Script::text("ok")]);
    let tool = writer();
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "write"), attended()).await.unwrap();
    let ids = [asked(&mut world).await, asked(&mut world).await];
    decide(&world, ids[1], Decision::Deny { note: None }).await;
    decide(&world, ids[0], Decision::Allow { scope: Scope::Session }).await;
    let events = world.until(EventKind::is_ending).await;
    assert_eq!(tool.calls().len(), 1);
    super::replay::same_again(&world.store, events.last().unwrap().turn.unwrap()).await;
}
