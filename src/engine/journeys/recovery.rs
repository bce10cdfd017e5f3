//! A process dies in the middle; the next one takes up what it left.

use std::sync::Arc;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::tool::Idempotence;
use nanofolks_protocol::{
    ApprovalId, ApprovalMode, Decision, Effect, Event, EventKind, Op, Scope, TurnOptions,
};
use nanofolks_testkit::{FakeTool, Gate, Script, ScriptedModel};
use serde_json::json;
use tempfile::TempDir;

use super::world::{Recipe, World, envelope, types};

/// A process that posts one message, gets as far as `reached`, and dies without a word.
fn dies(
    home: &Arc<TempDir>,
    model: &Arc<ScriptedModel>,
    tools: Vec<Arc<FakeTool>>,
    options: TurnOptions,
    reached: impl AsyncFnOnce(&mut World),
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let mut world = Recipe { home: Arc::clone(home), tools, ..Recipe::default() }.start(model);
        world.post_with(envelope("general", "write it down"), options).await.unwrap();
        reached(&mut world).await;
        world
    });
    // Nothing runs any more, then the store goes and gives its lock back: a death to others.
    crate::journeys::world::killed(runtime);
    drop(world);
}

fn home() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

fn free() -> TurnOptions {
    TurnOptions { approval: ApprovalMode::Full, attended: true, ..TurnOptions::default() }
}

fn endings(events: &[Event]) -> usize {
    events.iter().filter(|event| event.what.is_ending()).count()
}

/// Waits until nobody holds the home's locks any more: the dead store is dropped.
async fn settled(world: &World) {
    let _state = world.store.room(&"general".parse().unwrap()).await.unwrap();
}

#[test]
fn a_call_that_had_begun_is_not_repeated_and_the_model_is_told_that_nobody_knows() {
    let home = home();
    let gate = Gate::new();
    let first = Arc::new(
        FakeTool::new("scribble")
            .effects([Effect::FsWrite])
            .describe(|descriptor| descriptor.idempotent = Idempotence::No)
            .waits(&gate),
    );
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    dies(&home, &model, vec![first], free(), async |_| gate.reached().await);

    let model = ScriptedModel::new([Script::text("I looked"), Script::text("next")]);
    let again = Arc::new(
        FakeTool::new("scribble")
            .effects([Effect::FsWrite])
            .describe(|descriptor| descriptor.idempotent = Idempotence::No),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let recipe = Recipe { home, tools: vec![Arc::clone(&again)], ..Recipe::default() };
        let mut world = recipe.start(&model);
        settled(&world).await;
        world.post(envelope("general", "are you there?")).await.unwrap();
        world.until(EventKind::is_ending).await;
        world.until(EventKind::is_ending).await;

        assert_eq!(again.calls().len(), 0);
        let told = format!("{:?}", model.requests()[0].messages);
        assert!(told.contains("outcome_unknown"), "{told}");
        // Two messages, two turns, two endings, in order and without a gap.
        let stored = world.stored("general").await;
        assert_eq!(endings(&stored), 2);
        let started = types(&stored).iter().filter(|kind| *kind == "turn.started").count();
        assert_eq!(started, 2);
    });
}

#[test]
fn a_call_that_may_run_again_does_and_a_finished_one_does_not() {
    let home = home();
    let gate = Gate::new();
    let done = Arc::new(FakeTool::new("done"));
    let hangs = Arc::new(FakeTool::new("hangs").effects([Effect::FsWrite]).waits(&gate));
    let model = ScriptedModel::new([
        Script::tool("c1", "done", json!({})),
        Script::tool("c2", "hangs", json!({})),
    ]);
    dies(&home, &model, vec![done, hangs], free(), async |_| gate.reached().await);

    let model = ScriptedModel::new([Script::text("finished"), Script::text("next")]);
    let done = Arc::new(FakeTool::new("done"));
    let hangs = Arc::new(FakeTool::new("hangs").effects([Effect::FsWrite]));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let tools = vec![Arc::clone(&done), Arc::clone(&hangs)];
        let mut world = Recipe { home, tools, ..Recipe::default() }.start(&model);
        settled(&world).await;
        world.post(envelope("general", "and?")).await.unwrap();
        world.until(EventKind::is_ending).await;
        world.until(EventKind::is_ending).await;
        assert_eq!((done.calls().len(), hangs.calls().len()), (0, 1));
        assert_eq!(endings(&world.stored("general").await), 2);
    });
}

#[test]
fn a_request_without_an_answer_is_asked_again() {
    let home = home();
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate)]);
    dies(&home, &model, vec![], free(), async |_| gate.reached().await);

    let model = ScriptedModel::new([Script::text("four"), Script::text("next")]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut world = Recipe { home, ..Recipe::default() }.start(&model);
        settled(&world).await;
        world.post(envelope("general", "and?")).await.unwrap();
        let events = world.until(EventKind::is_ending).await;
        let EventKind::TurnFinished { answers, .. } = &events.last().unwrap().what else {
            panic!("{events:#?}")
        };
        assert_eq!(answers[0].text, "four");
        assert_eq!(model.requests()[0].messages.len(), 1);
        world.until(EventKind::is_ending).await;
    });
}

async fn asked(world: &mut World) -> ApprovalId {
    let events = world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
    match &events.last().unwrap().what {
        EventKind::ApprovalRequested { request } => request.id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_question_survives_its_process_and_can_be_answered_by_another() {
    let home = home();
    let tool = || Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]));
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    let options = TurnOptions { attended: true, ..TurnOptions::default() };
    let mut question = None;
    dies(&home, &model, vec![tool()], options, async |world| {
        question = Some(asked(world).await);
    });

    let model = ScriptedModel::new([Script::text("written")]);
    let again = tool();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let recipe = Recipe { home, tools: vec![Arc::clone(&again)], ..Recipe::default() };
        let mut world = recipe.start(&model);
        let waiting = world.store.approvals(true).await.unwrap();
        assert_eq!(waiting.len(), 1);
        let approval = question.unwrap();
        let decision = Decision::Allow { scope: Scope::Once };
        let by = "elsewhere".to_owned();
        world.handle.submit(Op::Decide { approval, decision, by }).await.unwrap();
        let events = world.until(EventKind::is_ending).await;
        assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        assert_eq!(again.calls().len(), 1);
        // It was asked once, and answered once.
        let kinds = types(&world.stored("general").await);
        let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
        assert_eq!((count("approval.requested"), count("approval.resolved")), (1, 1));
    });
}

#[tokio::test]
async fn a_question_of_a_living_process_can_be_answered_by_another() {
    let home = home();
    let tool = Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]));
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({})), Script::text("ok")]);
    let recipe =
        Recipe { home: Arc::clone(&home), tools: vec![Arc::clone(&tool)], ..Recipe::default() };
    let mut one = recipe.start(&model);
    let two = Recipe { home, ..Recipe::default() }.start(&ScriptedModel::new([]));
    let options = TurnOptions { attended: true, ..TurnOptions::default() };
    one.post_with(envelope("general", "write"), options).await.unwrap();
    let approval = asked(&mut one).await;

    let decision = Decision::Allow { scope: Scope::Once };
    let by = "two".to_owned();
    two.handle.submit(Op::Decide { approval, decision, by: by.clone() }).await.unwrap();

    let events = one.until(EventKind::is_ending).await;
    assert_eq!(tool.calls().len(), 1);
    assert!(events.iter().any(|event| matches!(
        &event.what,
        EventKind::ApprovalResolved { by, .. } if by == "two"
    )));
    let again = Op::Decide { approval, decision: Decision::Deny { note: None }, by };
    assert_eq!(two.handle.submit(again).await.unwrap_err().code, "approval_closed");
}

#[tokio::test]
async fn a_process_that_waits_behind_a_question_and_goes_away_changes_nothing() {
    let home = home();
    let tool = || Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]));
    let ask = Script::tool("c1", "scribble", json!({}));
    let model = ScriptedModel::new([ask]);
    let options = TurnOptions { attended: true, ..TurnOptions::default() };
    let recipe = Recipe { home: Arc::clone(&home), tools: vec![tool()], ..Recipe::default() };
    let mut one = recipe.start(&model);
    one.post_with(envelope("general", "first"), options.clone()).await.unwrap();
    let approval = asked(&mut one).await;
    one.stop().await;

    // The second takes the question up, has its own message behind it, and leaves as well.
    let recipe = Recipe { home: Arc::clone(&home), tools: vec![tool()], ..Recipe::default() };
    let mut two = recipe.start(&ScriptedModel::new([]));
    two.post(envelope("general", "second")).await.unwrap();
    assert_eq!(asked(&mut two).await, approval);
    two.stop().await;

    let model = ScriptedModel::new([Script::text("written"), Script::text("and that")]);
    let last = tool();
    let recipe = Recipe { home, tools: vec![Arc::clone(&last)], ..Recipe::default() };
    let mut three = recipe.start(&model);
    three.post(envelope("general", "third")).await.unwrap();
    assert_eq!(asked(&mut three).await, approval);
    model.push(Script::text("and the third"));
    let decision = Decision::Allow { scope: Scope::Once };
    three.handle.submit(Op::Decide { approval, decision, by: "me".into() }).await.unwrap();
    for _ in 0..3 {
        three.until(EventKind::is_ending).await;
    }
    assert_eq!(last.calls().len(), 1);
    let stored = three.stored("general").await;
    assert_eq!(endings(&stored), 3);
    let said: Vec<_> = stored
        .iter()
        .filter_map(|event| match &event.what {
            EventKind::TurnStarted { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(said, ["first", "second", "third"]);
    // Each message is in the conversation.
    let state = three.store.room(&"general".parse().unwrap()).await.unwrap().unwrap();
    let messages = three.store.messages(state.session.unwrap().id, 100).await.unwrap();
    let texts: Vec<_> = messages.iter().map(|message| message.text()).collect();
    for text in ["first", "second", "third", "written", "and that", "and the third"] {
        assert!(texts.iter().any(|one| one == text), "{text} is missing: {texts:?}");
    }
}

#[test]
fn the_turn_of_a_script_that_is_gone_is_ended_and_its_room_put_away() {
    let home = home();
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate)]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let world = Recipe { home: Arc::clone(&home), ..Recipe::default() }.start(&model);
        world.post(envelope("run-0123456789ab", "hello")).await.unwrap();
        gate.reached().await;
        world
    });
    crate::journeys::world::killed(runtime);
    drop(world);

    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let model = ScriptedModel::new([]);
        let mut world = Recipe { home, ..Recipe::default() }.start(&model);
        // The dead store gives its lock back when its last task is dropped.
        loop {
            let room = "general".parse().unwrap();
            world.handle.submit(Op::Open { room }).await.unwrap();
            let stored = world.stored("run-0123456789ab").await;
            if types(&stored).last().unwrap() == "turn.failed" {
                break;
            }
            tokio::task::yield_now().await;
        }
        let events = world.until(EventKind::is_ending).await;
        assert_eq!(events.last().unwrap().room.as_str(), "run-0123456789ab");
        let room = "run-0123456789ab".parse().unwrap();
        assert!(world.store.room(&room).await.unwrap().unwrap().room.archived);
    });
}
