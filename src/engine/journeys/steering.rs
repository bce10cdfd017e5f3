//! Text to a turn that runs: it joins, or it waits; it is never lost.

use std::sync::Arc;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    ApprovalMode, Control, Effect, EnvelopeId, EventKind, Message, Op, Problem, Receipt, Role,
    StopReason, TurnOptions,
};
use nanofolks_testkit::{FakeTool, Gate, Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, World, envelope, types, world};

async fn steer(world: &World, text: &str) -> Result<Receipt, Problem> {
    let (envelope, options) =
        (Box::new(envelope("general", text)), Box::new(TurnOptions::default()));
    world.handle.submit(Op::Steer { envelope, options }).await
}

/// Everything that was said in the room's current session.
async fn said(world: &World) -> Vec<Arc<Message>> {
    let state = world.store.room(&"general".parse().unwrap()).await.unwrap().unwrap();
    world.store.messages(state.session.unwrap().id, 1_000).await.unwrap()
}

fn texts(messages: &[Arc<Message>]) -> Vec<String> {
    messages.iter().map(|message| message.text()).filter(|text| !text.is_empty()).collect()
}

fn free() -> TurnOptions {
    TurnOptions { approval: ApprovalMode::Full, attended: true, ..TurnOptions::default() }
}

#[tokio::test]
async fn steered_text_joins_the_next_model_call_in_order_and_behind_the_results() {
    let gate = Gate::new();
    let tool = Arc::new(FakeTool::new("look").waits(&gate));
    let model = ScriptedModel::new([Script::tool("c1", "look", json!({})), Script::text("done")]);
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post(envelope("general", "look around")).await.unwrap();
    gate.reached().await;

    for text in ["only the roof", "and the cellar, password=hunter2hunter2"] {
        let receipt = steer(&world, text).await.unwrap();
        assert!(matches!(receipt, Receipt::Steered { .. }), "{receipt:?}");
        // Acknowledged means on disk, as a message that waits.
        assert!(!world.store.queue(&"general".parse().unwrap()).await.unwrap().is_empty());
    }
    gate.release();
    let events = world.until(EventKind::is_ending).await;

    let asked = &model.requests()[1].messages;
    let roles: Vec<Role> = asked.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::Tool, Role::User, Role::User]);
    assert_eq!(asked[3].text(), "only the roof");
    assert!(asked[4].text().starts_with("and the cellar"));
    assert!(!asked[4].text().contains("hunter2hunter2"), "a secret went to the model");
    let joined = types(&events).iter().filter(|kind| *kind == "turn.joined").count();
    assert_eq!(joined, 2);
    // One turn, and nothing is left to do.
    assert!(world.store.queue(&"general".parse().unwrap()).await.unwrap().is_empty());
    let started = types(&world.stored("general").await);
    assert_eq!(started.iter().filter(|kind| *kind == "turn.started").count(), 1);
    // Run again, the turn hears the same.
    assert_eq!(super::replay::all_again(&world.store).await, 1);
}

#[tokio::test]
async fn a_turn_that_ends_before_the_next_call_leaves_the_text_as_a_message_of_its_own() {
    let gate = Gate::new();
    let model = ScriptedModel::new([
        Script::new().wait(&gate).say("all said").end(StopReason::End),
        Script::text("and that"),
    ]);
    let mut world = world(&model);
    world.post(envelope("general", "say all")).await.unwrap();
    gate.reached().await;
    steer(&world, "and this?").await.unwrap();
    gate.release();
    world.until(EventKind::is_ending).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(texts(&said(&world).await), ["say all", "all said", "and this?", "and that"]);
}

#[tokio::test]
async fn where_nothing_runs_steered_text_is_a_message_like_any_other() {
    let model = ScriptedModel::new([Script::text("hello")]);
    let mut world = world(&model);
    let receipt = steer(&world, "hi").await.unwrap();
    assert!(matches!(receipt, Receipt::Posted { turn: Some(_), .. }), "{receipt:?}");
    world.until(EventKind::is_ending).await;
    assert_eq!(texts(&said(&world).await), ["hi", "hello"]);
}

#[tokio::test]
async fn a_turn_of_another_process_is_steered_too() {
    let gate = Gate::new();
    let tool = Arc::new(FakeTool::new("look").waits(&gate));
    let model = ScriptedModel::new([Script::tool("c1", "look", json!({})), Script::text("done")]);
    let recipe = Recipe { tools: vec![tool], ..Recipe::default() };
    let home = Arc::clone(&recipe.home);
    let mut one = recipe.start(&model);
    let two = Recipe { home, ..Recipe::default() }.start(&ScriptedModel::new([]));
    one.post(envelope("general", "look around")).await.unwrap();
    gate.reached().await;
    let receipt = steer(&two, "only the roof").await.unwrap();
    assert!(matches!(receipt, Receipt::Steered { .. }), "{receipt:?}");
    gate.release();
    one.until(EventKind::is_ending).await;
    assert_eq!(texts(&said(&one).await), ["look around", "only the roof", "done"]);
}

#[tokio::test]
async fn what_was_steered_can_be_changed_and_taken_back_until_it_joins() {
    let gate = Gate::new();
    let tool = Arc::new(FakeTool::new("look").waits(&gate));
    let model = ScriptedModel::new([Script::tool("c1", "look", json!({})), Script::text("done")]);
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post(envelope("general", "look around")).await.unwrap();
    gate.reached().await;
    let mut ids: Vec<EnvelopeId> = Vec::new();
    for text in ["one", "two"] {
        match steer(&world, text).await.unwrap() {
            Receipt::Steered { envelope, .. } => ids.push(envelope),
            other => panic!("{other:?}"),
        }
    }
    let change = |what| {
        let room = "general".parse().unwrap();
        world.handle.submit(Op::Control { room, what: Box::new(what) })
    };
    change(Control::Edit { envelope: ids[0], text: "one and a half".into() }).await.unwrap();
    change(Control::Withdraw { envelope: ids[1] }).await.unwrap();
    gate.release();
    world.until(EventKind::is_ending).await;
    assert_eq!(texts(&said(&world).await), ["look around", "one and a half", "done"]);
    // It is too late now, and that is said.
    let room = "general".parse().unwrap();
    let what = Box::new(Control::Withdraw { envelope: ids[0] });
    let problem = world.handle.submit(Op::Control { room, what }).await.unwrap_err();
    assert_eq!(problem.code, "not_waiting");
}

#[tokio::test]
async fn stop_as_a_whole_message_stops_what_runs_and_is_a_message_elsewhere() {
    let gate = Gate::new();
    let tool = Arc::new(FakeTool::new("wait").effects([Effect::FsWrite]).waits(&gate));
    let model = ScriptedModel::new([Script::tool("c1", "wait", json!({}))]);
    model.otherwise(Script::text("hello"));
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post_with(envelope("general", "wait for me"), free()).await.unwrap();
    gate.reached().await;
    let receipt = world.post(envelope("elsewhere", "stop")).await.unwrap();
    assert!(matches!(receipt, Receipt::Posted { .. }), "{receipt:?}");
    world.until(EventKind::is_ending).await;

    let begun = std::time::Instant::now();
    let receipt = world.post(envelope("general", " Stop! ")).await.unwrap();
    assert!(matches!(receipt, Receipt::Stopped { .. }), "{receipt:?}");
    let events = world.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnCancelled { .. }));
    assert!(begun.elapsed() < std::time::Duration::from_secs(1));
    // The room is usable, and nobody was asked about the word.
    let events = world.say("are you there?").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    assert!(!texts(&said(&world).await).iter().any(|text| text.contains("top!")));
}

/// A process steers a turn whose tool hangs, and dies; the next one takes the turn up.
fn dies_and_is_taken_up(after_joining: bool) {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let gate = Gate::new();
    let second = Gate::new();
    let look = |gate: &Gate| Arc::new(FakeTool::new("look").waits(gate));
    let model = ScriptedModel::new([
        Script::tool("c1", "look", json!({})),
        Script::new().wait(&second).say("never heard"),
    ]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let dead = runtime.block_on(async {
        let tools = vec![look(&gate)];
        let mut world =
            Recipe { home: Arc::clone(&home), tools, ..Recipe::default() }.start(&model);
        world.post(envelope("general", "look around")).await.unwrap();
        gate.reached().await;
        for text in ["one", "two", "three"] {
            steer(&world, text).await.unwrap();
        }
        if after_joining {
            gate.release();
            world
                .until(|what| matches!(what, EventKind::TurnJoined { text, .. } if text == "three"))
                .await;
            second.reached().await;
        }
        world
    });
    crate::journeys::world::killed(runtime);
    drop(dead);

    let open = Gate::new();
    open.release();
    let model = ScriptedModel::new([Script::text("done"), Script::text("next")]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let recipe = Recipe { home, tools: vec![look(&open)], ..Recipe::default() };
        let mut world = recipe.start(&model);
        world.post(envelope("general", "and?")).await.unwrap();
        world.until(EventKind::is_ending).await;
        world.until(EventKind::is_ending).await;
        let expected = ["look around", "one", "two", "three", "done", "and?", "next"];
        assert_eq!(texts(&said(&world).await), expected);
        let kinds = types(&world.stored("general").await);
        let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
        assert_eq!((count("turn.joined"), count("turn.started")), (3, 2));
    });
}

#[test]
fn a_process_that_dies_before_steered_text_joined_loses_none_of_it() {
    dies_and_is_taken_up(false);
}

#[test]
fn a_process_that_dies_after_steered_text_joined_says_none_of_it_twice() {
    dies_and_is_taken_up(true);
}

#[tokio::test]
async fn retry_says_again_what_was_steered_into_the_turn_too_in_order() {
    let gate = Gate::new();
    let tool = Arc::new(FakeTool::new("look").waits(&gate));
    let model = ScriptedModel::new([Script::tool("c1", "look", json!({}))]);
    model.otherwise(Script::text("done"));
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post(envelope("general", "before")).await.unwrap();
    gate.reached().await;
    for text in ["only the roof", "and the cellar"] {
        steer(&world, text).await.unwrap();
    }
    gate.release();
    world.until(EventKind::is_ending).await;
    let (from, options) = (Box::new(envelope("general", "")), Box::default());
    let what = Box::new(Control::Retry { session: None, from, options });
    world.handle.submit(Op::Control { room: "general".parse().unwrap(), what }).await.unwrap();
    world.until(EventKind::is_ending).await;
    let again = "before\n\nonly the roof\n\nand the cellar";
    assert_eq!(texts(&said(&world).await), [again, "done"]);
    assert_eq!(model.requests().last().unwrap().messages.len(), 1);
}
