//! Turns of which each is a case of its own.

use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    ApprovalMode, Decision, Effect, EventKind, ModelErrorKind, Op, Scope, StopReason, ToolError,
    ToolOutput, TurnOptions,
};
use nanofolks_testkit::{FakeTool, Gate, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;
use tempfile::TempDir;

use super::super::world::{Recipe, World, envelope};
use super::{Stepping, all_again, turns};
use crate::EngineSettings;

fn start(model: &Arc<ScriptedModel>, tools: Vec<Arc<FakeTool>>) -> World {
    Recipe { tools, clock: Stepping::new(), ..Recipe::default() }.start(model)
}

fn look() -> Arc<FakeTool> {
    let work =
        |call: &nanofolks_protocol::ToolCall| Ok(ToolOutput::text(call.arguments.to_string()));
    Arc::new(FakeTool::new("look").does(work))
}

fn scribble() -> Arc<FakeTool> {
    Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]))
}

fn attended() -> TurnOptions {
    TurnOptions { attended: true, ..TurnOptions::default() }
}

fn free() -> TurnOptions {
    TurnOptions { approval: ApprovalMode::Full, ..attended() }
}

#[tokio::test]
async fn a_plain_answer() {
    let script = Script::new().think("hm").say("hel").say("lo").used(10, 3).end(StopReason::End);
    let model = ScriptedModel::new([script]);
    let mut world = start(&model, vec![]);
    world.say("hi").await;
    assert_eq!(all_again(&world.store).await, 1);
}

/// Bytes of a turn's tape.
async fn tape(world: &World) -> usize {
    let turn = turns(&world.store).await.pop().unwrap();
    let recorded = world.store.recorded(turn).await.unwrap();
    recorded.iter().map(|(_, bytes)| bytes.len()).sum()
}

#[tokio::test]
async fn a_tape_is_short_however_long_the_answer_and_costs_no_commit_of_its_own() {
    let long = "word ".repeat(20_000);
    let model = ScriptedModel::new([
        Script::text("short"),
        Script::new().say(&long).used(9, 20_000).end(StopReason::End),
        Script::tool("c1", "look", json!({"path": "x".repeat(10_000)})),
        Script::text("seen"),
    ]);
    let mut world = start(&model, vec![look()]);
    let mut before = world.store.stats().commits;
    for (most, commits) in [(1_200, 2), (1_200, 2), (1_800, 3)] {
        world.say("hi").await;
        let size = tape(&world).await;
        // The tool's own line for people has its arguments.
        let size = if commits == 3 { size - 10_000 } else { size };
        assert!(size < most, "{size} bytes");
        assert_eq!(world.store.stats().commits - before, commits);
        before = world.store.stats().commits;
    }
    assert_eq!(all_again(&world.store).await, 3);
}

#[tokio::test]
async fn tools_side_by_side_that_work_and_fail_and_names_that_come_twice() {
    let model = ScriptedModel::new([
        Script::new()
            .say("let me look")
            .call("a", "look", json!({"path": "1"}))
            .call("b", "bad", json!({}))
            .call("c", "nope", json!({}))
            .call("d", "worse", json!({}))
            .malformed_call("e", "look", "{\"pa")
            .end(StopReason::ToolUse),
        Script::tool("a", "look", json!({"path": "2"})),
        Script::text("done"),
    ]);
    let bad = Arc::new(FakeTool::new("bad").does(|_| Err(ToolError::new("not_found", "no"))));
    let worse = Arc::new(FakeTool::new("worse").does(|_| panic!("boom")));
    let mut world = start(&model, vec![look(), bad, worse]);
    world.say("go").await;
    model.push(Script::text("more"));
    world.say("and now?").await;
    assert_eq!(all_again(&world.store).await, 2);
}

#[tokio::test]
async fn tools_that_end_in_another_order_than_they_began() {
    let (slow, quick) = (Gate::new(), Gate::new());
    let model = ScriptedModel::new([
        Script::new()
            .call("a", "slow", json!({}))
            .call("b", "quick", json!({}))
            .end(StopReason::ToolUse),
        Script::text("done"),
    ]);
    let tools = vec![
        Arc::new(FakeTool::new("slow").waits(&slow)),
        Arc::new(FakeTool::new("quick").waits(&quick)),
    ];
    let mut world = start(&model, tools);
    world.post(envelope("general", "go")).await.unwrap();
    slow.reached().await;
    quick.reached().await;
    quick.release();
    // Long enough for the beginning to be written on its own.
    tokio::time::sleep(Duration::from_millis(200)).await;
    slow.release();
    world.until(EventKind::is_ending).await;
    assert_eq!(all_again(&world.store).await, 1);
}

#[tokio::test]
async fn a_large_output_is_short_again() {
    let whole = "line of text\n".repeat(20_000);
    let model = ScriptedModel::new([Script::tool("c1", "dump", json!({})), Script::text("big")]);
    let tool = FakeTool::new("dump").does(move |_| Ok(ToolOutput::text(whole.clone())));
    let mut world = start(&model, vec![Arc::new(tool)]);
    world.say("dump").await;
    assert_eq!(all_again(&world.store).await, 1);
}

async fn decided(world: &mut World, decision: Decision) {
    let events = world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
    let EventKind::ApprovalRequested { request } = &events.last().unwrap().what else { panic!() };
    let (approval, by) = (request.id, "me".to_owned());
    world.handle.submit(Op::Decide { approval, decision, by }).await.unwrap();
}

#[tokio::test]
async fn questions_answered_in_every_way() {
    let model = ScriptedModel::new([]);
    let mut world = start(&model, vec![scribble()]);
    let two = || {
        Script::new()
            .call("a", "scribble", json!({"n": 1}))
            .call("b", "scribble", json!({"n": 2}))
            .end(StopReason::ToolUse)
    };
    let deny = |note: Option<&str>| Decision::Deny { note: note.map(str::to_owned) };
    for (decisions, count) in [
        (vec![Decision::Allow { scope: Scope::Once }, deny(None)], 2),
        (vec![deny(Some("not there")), deny(None)], 2),
        (vec![Decision::Allow { scope: Scope::Turn }], 1),
        (vec![Decision::Allow { scope: Scope::Session }], 1),
        // What was allowed for the session is found by the next turn.
        (vec![], 0),
    ] {
        model.push(two());
        model.push(Script::text("done"));
        world.post_with(envelope("general", "write"), attended()).await.unwrap();
        assert_eq!(decisions.len(), count);
        for decision in decisions {
            decided(&mut world, decision).await;
        }
        world.until(EventKind::is_ending).await;
    }
    assert_eq!(all_again(&world.store).await, 5);
}

#[tokio::test]
async fn a_question_that_nobody_answers_and_one_without_anybody() {
    let model = ScriptedModel::new([
        Script::tool("a", "scribble", json!({})),
        Script::text("well"),
        Script::tool("b", "scribble", json!({})),
        Script::text("well"),
    ]);
    let settings =
        |settings| EngineSettings { approval_timeout: Duration::from_millis(40), ..settings };
    let recipe =
        Recipe { tools: vec![scribble()], settings, clock: Stepping::new(), ..Recipe::default() };
    let mut world = recipe.start(&model);
    world.say_with("write", attended()).await;
    world.say("write").await;
    assert_eq!(all_again(&world.store).await, 2);
}

#[tokio::test]
async fn turns_that_are_stopped_while_the_model_speaks_a_tool_runs_and_a_question_waits() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().say("well, ").wait(&gate).say("never")]);
    let hang = Gate::new();
    let tool = Arc::new(FakeTool::new("hang").waits(&hang));
    let mut world = start(&model, vec![tool, scribble()]);
    let room = || "general".parse().unwrap();
    let stop = || Op::Interrupt { room: room(), turn: None, by: "me".into() };
    world.post(envelope("general", "go")).await.unwrap();
    gate.reached().await;
    world.handle.submit(stop()).await.unwrap();
    world.until(EventKind::is_ending).await;

    model.push(Script::tool("c1", "hang", json!({})));
    world.post(envelope("general", "go")).await.unwrap();
    hang.reached().await;
    world.handle.submit(stop()).await.unwrap();
    world.until(EventKind::is_ending).await;

    model.push(Script::tool("c2", "scribble", json!({})));
    world.post_with(envelope("general", "go"), attended()).await.unwrap();
    world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
    world.handle.submit(stop()).await.unwrap();
    world.until(EventKind::is_ending).await;

    let gate = Gate::new();
    model.push(Script::new().say("slow").wait(&gate));
    let options = TurnOptions { deadline_ms: Some(50), ..TurnOptions::default() };
    world.say_with("go", options).await;
    assert_eq!(all_again(&world.store).await, 4);
}

#[tokio::test]
async fn a_provider_that_is_down_one_that_breaks_off_and_one_that_rests() {
    let down = ScriptedModel::new([Script::new()
        .say("half an ")
        .used(5, 2)
        .fail(ModelErrorKind::Cut, "gone")]);
    down.otherwise(Script::fails(ModelErrorKind::Unavailable, "503"));
    let up = ScriptedModel::named("other", [Script::text("answer"), Script::text("here")]);
    up.otherwise(Script::fails(ModelErrorKind::RateLimited, "429"));
    let other = Arc::clone(&up);
    let change = Box::new(move |models: nanofolks_testkit::ScriptedModels| {
        models
            .and(other)
            .fall_back("dear", Some("it is dearer"))
            .fall_back("gone", None)
            .fall_back("other", None)
    });
    let mut world = Recipe { change, clock: Stepping::new(), ..Recipe::default() }.start(&down);
    for text in ["one", "two", "three"] {
        world.say(text).await;
    }
    assert_eq!(all_again(&world.store).await, 3);
}

#[tokio::test]
async fn a_ceiling_that_is_in_the_way_at_once_and_later() {
    let call = Script::new().call("c1", "look", json!({})).used(1_000_000, 1_000_000);
    let model = ScriptedModel::new([call.end(StopReason::ToolUse)]);
    let mut world = start(&model, vec![look()]);
    for ceiling in [2.5, 0.000_1] {
        let options = TurnOptions { max_cost_usd: Some(ceiling), ..TurnOptions::default() };
        world.say_with("go", options).await;
    }
    assert_eq!(all_again(&world.store).await, 2);
}

#[tokio::test]
async fn turns_that_cannot_even_begin() {
    let model = ScriptedModel::new([]);
    let mut world = start(&model, vec![]);
    let bot = Some("nobody".parse().unwrap());
    world.say_with("hello?", TurnOptions { bot, ..TurnOptions::default() }).await;
    let gone = Some("gone/model".parse().unwrap());
    world.say_with("hello?", TurnOptions { model: gone, ..TurnOptions::default() }).await;
    assert_eq!(all_again(&world.store).await, 2);
}

#[tokio::test]
async fn secrets_are_masked_the_same_way_and_are_not_on_the_tape() {
    let key = "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz";
    let model = ScriptedModel::new([
        Script::new().think(key).say(&format!("the key is {key} I think")).end(StopReason::End),
        Script::new().say(&format!("it was {key}")).fail(ModelErrorKind::Cut, key),
        Script::fails(ModelErrorKind::Cut, key),
    ]);
    let mut world = start(&model, vec![]);
    world.say(&format!("my key is {key}")).await;
    world.say("and?").await;
    assert_eq!(all_again(&world.store).await, 2);
    for turn in turns(&world.store).await {
        for (_, bytes) in world.store.recorded(turn).await.unwrap() {
            assert!(!String::from_utf8(bytes).unwrap().contains("AbCdEfGhIjKlMnOpQr"));
        }
    }
}

/// A process that gets as far as `reached`, and dies without a word.
fn dies(
    home: &Arc<TempDir>,
    model: &Arc<ScriptedModel>,
    tools: Vec<Arc<FakeTool>>,
    options: TurnOptions,
    reached: impl AsyncFnOnce(&mut World),
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let home = Arc::clone(home);
        let recipe = Recipe { home, tools, clock: Stepping::new(), ..Recipe::default() };
        let mut world = recipe.start(model);
        world.post_with(envelope("general", "write it down"), options).await.unwrap();
        reached(&mut world).await;
        world
    });
    crate::journeys::world::killed(runtime);
    drop(world);
}

/// The next process: ends the turn that was left, and all is as it was.
fn goes_on(home: Arc<TempDir>, model: &Arc<ScriptedModel>, tools: Vec<Arc<FakeTool>>) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let recipe = Recipe { home, tools, clock: Stepping::new(), ..Recipe::default() };
        let mut world = recipe.start(model);
        let room = "general".parse().unwrap();
        world.handle.submit(Op::Open { room }).await.unwrap();
        world.until(EventKind::is_ending).await;
        assert_eq!(all_again(&world.store).await, 1);
    });
}

fn home() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

#[test]
fn a_process_that_died_while_a_tool_ran() {
    let (home, gate) = (home(), Gate::new());
    let first = Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]).waits(&gate));
    let model = ScriptedModel::new([
        Script::tool("c0", "look", json!({})),
        Script::tool("c1", "scribble", json!({})),
    ]);
    dies(&home, &model, vec![look(), first], free(), async |_| gate.reached().await);
    let model = ScriptedModel::new([Script::text("I looked")]);
    goes_on(home, &model, vec![look(), scribble()]);
}

#[test]
fn a_process_that_died_while_the_model_spoke() {
    let (home, gate) = (home(), Gate::new());
    let model = ScriptedModel::new([Script::new().say("half").wait(&gate)]);
    dies(&home, &model, vec![], free(), async |_| gate.reached().await);
    goes_on(home, &ScriptedModel::new([Script::text("whole")]), vec![]);
}

#[test]
fn a_process_that_died_while_a_slow_tool_read() {
    let (home, gate) = (home(), Gate::new());
    let model = ScriptedModel::new([Script::tool("c0", "look", json!({}))]);
    let slow = Arc::new(FakeTool::new("look").waits(&gate));
    let begun = |what: &EventKind| matches!(what, EventKind::ToolStarted { .. });
    dies(&home, &model, vec![slow], free(), async |world| drop(world.until(begun).await));
    goes_on(home, &ScriptedModel::new([Script::text("whole")]), vec![look()]);
}

#[test]
fn a_process_that_died_while_a_question_waited() {
    let home = home();
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    let asked = |what: &EventKind| matches!(what, EventKind::ApprovalRequested { .. });
    dies(&home, &model, vec![scribble()], attended(), async |world| drop(world.until(asked).await));
    let model = ScriptedModel::new([Script::text("ok")]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let tools = vec![scribble()];
        let recipe = Recipe { home, tools, clock: Stepping::new(), ..Recipe::default() };
        let mut world = recipe.start(&model);
        let room = "general".parse().unwrap();
        world.handle.submit(Op::Open { room }).await.unwrap();
        decided(&mut world, Decision::Allow { scope: Scope::Once }).await;
        world.until(EventKind::is_ending).await;
        assert_eq!(all_again(&world.store).await, 1);
    });
}

#[tokio::test]
async fn an_engine_that_was_stopped_in_the_middle() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().say("well").wait(&gate)]);
    let world = start(&model, vec![]);
    world.post(envelope("general", "go")).await.unwrap();
    gate.reached().await;
    let home = world.stop().await;
    let model = ScriptedModel::new([Script::text("done")]);
    let mut world = Recipe { home, clock: Stepping::new(), ..Recipe::default() }.start(&model);
    let room = "general".parse().unwrap();
    world.handle.submit(Op::Open { room }).await.unwrap();
    world.until(EventKind::is_ending).await;
    assert_eq!(all_again(&world.store).await, 1);
}

#[test]
fn a_script_that_was_killed_and_that_nobody_waits_for() {
    let (home, gate) = (home(), Gate::new());
    let model = ScriptedModel::new([
        Script::tool("c0", "look", json!({})),
        Script::new().say("half").wait(&gate),
    ]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let home = Arc::clone(&home);
        let recipe =
            Recipe { home, tools: vec![look()], clock: Stepping::new(), ..Recipe::default() };
        let world = recipe.start(&model);
        world.post(envelope("run-1", "look")).await.unwrap();
        gate.reached().await;
        world
    });
    crate::journeys::world::killed(runtime);
    drop(world);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let recipe = Recipe { home, clock: Stepping::new(), ..Recipe::default() };
        let mut world = recipe.start(&ScriptedModel::new([]));
        let room = "general".parse().unwrap();
        world.handle.submit(Op::Open { room }).await.unwrap();
        let events = world.until(EventKind::is_ending).await;
        let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
        assert_eq!(error.code, "process_gone");
        assert_eq!(all_again(&world.store).await, 1);
    });
}
