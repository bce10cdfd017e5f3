//! What would have been: other results, another model, less of it. And records that were
//! tampered with.

use std::collections::BTreeMap;
use std::sync::Arc;

use nanofolks_protocol::{CallId, Effect, EventKind, Limit, LimitScope, ToolOutput};
use nanofolks_testkit::{FakeTool, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::world::{Recipe, World, types};
use super::{Stepping, again, elsewhere, material, turns};
use crate::{Change, Replayed, replay};

fn look() -> Arc<FakeTool> {
    Arc::new(FakeTool::new("look").does(|_| Ok(ToolOutput::text("it is blue"))))
}

async fn recorded() -> World {
    let model = ScriptedModel::new([
        Script::tool("one", "look", json!({"at": "sky"})),
        Script::tool("two", "look", json!({"at": "sea"})),
        Script::text("blue, both"),
    ]);
    let clock = Stepping::new();
    let mut world = Recipe { tools: vec![look()], clock, ..Recipe::default() }.start(&model);
    world.say("which colour?").await;
    world
}

async fn anew(
    world: &World,
    model: &Arc<ScriptedModel>,
    tools: Vec<Arc<FakeTool>>,
    change: Change,
) -> Replayed {
    let turn = turns(&world.store).await[0];
    let material = material(&world.store, turn).await;
    let services = elsewhere(&world.store, model, tools);
    let till = Arc::clone(&world.store) as Arc<dyn nanofolks_protocol::ports::Journal>;
    replay(services, &material, change, Some(till)).await.unwrap()
}

#[tokio::test]
async fn it_can_end_after_some_model_calls() {
    let world = recorded().await;
    let turn = turns(&world.store).await[0];
    let until = |until| Change { until: Some(until), ..Change::default() };
    let replayed = again(&world.store, turn, until(1)).await;
    assert_eq!(replayed.difference, None);
    let kinds = types(&replayed.events);
    assert_eq!(kinds.iter().filter(|kind| *kind == "usage").count(), 1);
    assert_eq!(kinds.last().map(String::as_str), Some("tool.finished"));
    let whole = again(&world.store, turn, until(9)).await;
    assert_eq!(whole.text(), "blue, both");
}

#[tokio::test]
async fn another_result_of_a_tool_lets_the_model_answer_anew_and_tools_are_answered_by_the_record()
{
    let world = recorded().await;
    let model = ScriptedModel::new([
        Script::new()
            .call("x", "look", json!({"at": "sea"}))
            .call("y", "look", json!({"at": "grass"}))
            .call("z", "write", json!({}))
            .end(nanofolks_protocol::StopReason::ToolUse),
        Script::text("green and blue"),
    ]);
    let write = Arc::new(FakeTool::new("write").effects([Effect::FsWrite]));
    let here = look();
    let results = BTreeMap::from([(CallId::from_provider("one"), "it is green".to_owned())]);
    let change = Change { results, ..Change::default() };
    let tools = vec![Arc::clone(&here), Arc::clone(&write)];
    let replayed = anew(&world, &model, tools, change).await;

    assert!(replayed.branch);
    assert_eq!(replayed.text(), "green and blue");
    let told = format!("{:?}", model.requests()[0].messages);
    assert!(told.contains("it is green") && !told.contains("it is blue"), "{told}");
    // Only what the record does not know and what changes nothing was run.
    assert_eq!((here.calls().len(), write.calls().len()), (1, 0));
    let notes = replayed.notes.join("\n");
    for part in ["as you wrote", "asked anew", "from the record", "changes nothing and is run"] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[tokio::test]
async fn another_model_goes_on_from_a_call_on_and_is_paid_for() {
    let world = recorded().await;
    let spent = |world: &World| {
        let store = Arc::clone(&world.store);
        async move {
            use nanofolks_protocol::ports::Archive as _;
            let rows = store.usage(nanofolks_protocol::UsageFilter::default()).await.unwrap();
            rows.iter().map(|row| row.requests).sum::<u64>()
        }
    };
    let before = spent(&world).await;
    for until in [None, Some(2)] {
        let model = ScriptedModel::named("third", [Script::text("azure")]);
        let other = Some("third/model".parse().unwrap());
        let change = Change { model: other, until, ..Change::default() };
        let replayed = anew(&world, &model, vec![look()], change).await;
        assert_eq!(replayed.text(), "azure", "{:?}", replayed.notes);
        assert_eq!(model.requests().len(), 1);
        let asked = model.requests()[0].messages.len();
        assert_eq!(asked, if until.is_some() { 5 } else { 1 });
        let used = replayed.events.iter().rev().find_map(|event| match &event.what {
            EventKind::Usage { model, .. } => Some(model.to_string()),
            _ => None,
        });
        assert_eq!(used.as_deref(), Some("third/model"));
    }
    assert_eq!(spent(&world).await, before + 2);
}

#[tokio::test]
async fn what_is_asked_anew_stays_below_the_ceilings_of_today() {
    let world = recorded().await;
    let model = ScriptedModel::named("third", [Script::text("azure")]);
    let turn = turns(&world.store).await[0];
    let material = material(&world.store, turn).await;
    let mut services = elsewhere(&world.store, &model, vec![]);
    services.settings.budget.limits =
        vec![Limit { scope: LimitScope::Install, usd: None, tokens: Some(1), since: None }];
    let change = Change { model: Some("third/model".parse().unwrap()), ..Change::default() };
    let till = Arc::clone(&world.store) as Arc<dyn nanofolks_protocol::ports::Journal>;
    let replayed = replay(services, &material, change, Some(till)).await.unwrap();
    assert_eq!(model.requests().len(), 0);
    let EventKind::TurnFailed { error, .. } = &replayed.events.last().unwrap().what else {
        panic!("{:?}", replayed.events.last())
    };
    assert_eq!(error.code, "budget");
}

#[tokio::test]
async fn nobody_is_asked_offline() {
    let world = recorded().await;
    let model = ScriptedModel::new([Script::text("azure")]);
    let results = BTreeMap::from([(CallId::from_provider("one"), "it is green".to_owned())]);
    let change = Change { results, offline: true, ..Change::default() };
    let replayed = anew(&world, &model, vec![look()], change).await;
    assert_eq!(model.requests().len(), 0);
    assert!(replayed.notes.iter().any(|note| note.contains("--offline")), "{:?}", replayed.notes);
}

#[tokio::test]
async fn a_record_that_was_tampered_with_is_found() {
    let world = recorded().await;
    let turn = turns(&world.store).await[0];
    let whole = material(&world.store, turn).await;
    let run = async |material| {
        let services = elsewhere(&world.store, &ScriptedModel::new([]), vec![]);
        replay(services, &material, Change::default(), None).await
    };
    let mut answer = whole.clone();
    for message in &mut answer.messages {
        for part in &mut message.parts {
            if let nanofolks_protocol::Content::Text { text } = &mut part.content {
                *text = text.replace("blue", "red");
            }
        }
    }
    let found = run(answer).await.unwrap().difference.unwrap();
    assert!(found.recorded.unwrap().contains("blue, both"));
    assert!(found.replayed.unwrap().contains("red, both"));

    let mut result = whole.clone();
    result.record.calls[0].result.as_mut().unwrap().data = Some(json!("it is red"));
    assert!(run(result).await.unwrap().difference.is_some());

    let mut shorter = whole.clone();
    shorter.record.recorded.pop();
    assert!(run(shorter).await.unwrap().difference.is_some());

    let mut event = whole.clone();
    event.record.events.remove(3);
    assert!(run(event).await.unwrap().difference.is_some());

    let mut none = whole.clone();
    none.record.recorded.clear();
    assert_eq!(run(none).await.unwrap_err().code, "not_recorded");

    let mut broken = whole;
    broken.record.recorded[0].1.truncate(40);
    assert_eq!(run(broken).await.unwrap_err().code, "not_recorded");
}
