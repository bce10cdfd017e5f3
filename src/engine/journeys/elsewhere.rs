//! A room whose turn another process has: stopped from here, taken back, gone on with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nanofolks_protocol::control::Place;
use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::{Archive as _, Boxed, Journal, StoreError, Unwritten};
use nanofolks_protocol::tool::Idempotence;
use nanofolks_protocol::{
    ApprovalMode, Batch, Control, Effect, EventKind, Op, OwnerId, Problem, Receipt, RoomId,
    SessionId, Timestamp, TurnOptions, TurnState, Write, Written,
};
use nanofolks_store::Store;
use nanofolks_testkit::{FakeTool, Gate, PATIENCE, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;
use tempfile::TempDir;

use super::world::{Recipe, World, envelope, types};

fn general() -> RoomId {
    "general".parse().unwrap()
}

fn free() -> TurnOptions {
    TurnOptions { approval: ApprovalMode::Full, attended: true, ..TurnOptions::default() }
}

async fn interrupt(world: &World) -> Result<Receipt, Problem> {
    let by = "ada".to_owned();
    world.handle.submit(Op::Interrupt { room: general(), turn: None, by }).await
}

async fn control(world: &World, what: Control) -> Result<Receipt, Problem> {
    world.handle.submit(Op::Control { room: general(), what: Box::new(what) }).await
}

/// Everything said in the room's current session.
async fn texts(world: &World) -> Vec<String> {
    let state = world.store.room(&general()).await.unwrap().unwrap();
    texts_of(world, state.session.unwrap().id).await
}

async fn texts_of(world: &World, session: SessionId) -> Vec<String> {
    let messages = world.store.messages(session, 1_000).await.unwrap();
    messages.iter().map(|one| one.text()).filter(|text| !text.is_empty()).collect()
}

/// A tool that writes, never by itself twice, and waits at a gate.
fn scribble(gate: &Gate) -> Arc<FakeTool> {
    Arc::new(
        FakeTool::new("scribble")
            .effects([Effect::FsWrite])
            .describe(|descriptor| descriptor.idempotent = Idempotence::No)
            .waits(gate),
    )
}

fn scribbling() -> Arc<ScriptedModel> {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    model.otherwise(Script::text("yes"));
    model
}

/// Waits until the room's turn is over, as any process sees it.
async fn over(world: &World) {
    let waiting = async {
        loop {
            let sign = world.store.changed();
            if world.store.room(&general()).await.unwrap().unwrap().live.is_none() {
                return;
            }
            tokio::select! {
                () = sign => {}
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the turn never ended");
}

#[tokio::test]
async fn a_turn_of_a_living_process_is_stopped_from_another_within_a_second() {
    let gate = Gate::new();
    let recipe = Recipe { tools: vec![scribble(&gate)], ..Recipe::default() };
    let home = Arc::clone(&recipe.home);
    let model = scribbling();
    let mut one = recipe.start(&model);
    let two = Recipe { home, ..Recipe::default() }.start(&ScriptedModel::new([]));
    one.post_with(envelope("general", "write"), free()).await.unwrap();
    gate.reached().await;

    let begun = Instant::now();
    let receipt = interrupt(&two).await.unwrap();
    let events = one.until(EventKind::is_ending).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let last = events.last().unwrap();
    assert_eq!(receipt, Receipt::Stopped { turn: last.turn.unwrap() });
    let EventKind::TurnCancelled { by, .. } = &last.what else { panic!("{last:?}") };
    assert_eq!(by, "ada");
    // Asked again, there is nothing to stop; the next turn is not touched by the old wish.
    over(&two).await;
    assert_eq!(interrupt(&two).await.unwrap_err().code, "nothing_running");
    let events = one.say("and now?").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    assert_eq!(super::replay::all_again(&one.store).await, 2);
}

#[tokio::test]
async fn the_word_stop_stops_a_turn_of_another_process_and_a_late_wish_changes_nothing() {
    let gate = Gate::new();
    let recipe = Recipe { tools: vec![scribble(&gate)], ..Recipe::default() };
    let home = Arc::clone(&recipe.home);
    let mut one = recipe.start(&scribbling());
    let two = Recipe { home, ..Recipe::default() }.start(&ScriptedModel::new([]));
    one.post_with(envelope("general", "write"), free()).await.unwrap();
    gate.reached().await;
    let receipt = two.post(envelope("general", "Stop.")).await.unwrap();
    let Receipt::Stopped { turn } = receipt else { panic!("{receipt:?}") };
    one.until(EventKind::is_ending).await;

    let late = Write::StopTurn { turn, by: "bob".to_owned() };
    let written = two.store.commit(Batch { writes: vec![late] }).await.unwrap();
    assert_eq!(written, [Written::Changed(false)]);
    assert_eq!(two.store.stop_asked(turn).await.unwrap(), None);
    assert_eq!(texts(&one).await, ["write"]);
}

#[tokio::test]
async fn a_turn_that_waits_for_its_permit_is_stopped_without_asking_its_model() {
    let gate = Gate::new();
    let recipe = Recipe {
        tools: vec![scribble(&gate)],
        settings: |settings| crate::EngineSettings { max_turns: 1, ..settings },
        ..Recipe::default()
    };
    let model = scribbling();
    let mut world = recipe.start(&model);
    world.post_with(envelope("elsewhere", "write"), free()).await.unwrap();
    gate.reached().await;
    world.post(envelope("general", "me too")).await.unwrap();
    interrupt(&world).await.unwrap();
    let events = world.until(EventKind::is_ending).await;
    assert_eq!(events.last().unwrap().room, general());
    assert!(matches!(events.last().unwrap().what, EventKind::TurnCancelled { .. }));
    assert_eq!(model.requests().len(), 1);
    // What was held back for the request that was not made is given back.
    let usage = nanofolks_protocol::UsageFilter::default();
    assert!(world.store.usage(usage).await.unwrap().iter().all(|row| row.lost_requests == 0));
}

/// A process that gets as far as `reached`, and dies without a word.
fn dies(home: &Arc<TempDir>, model: &Arc<ScriptedModel>, options: TurnOptions, asks: bool) {
    let gate = Gate::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let tools = vec![scribble(&gate)];
        let mut world = Recipe { home: Arc::clone(home), tools, ..Recipe::default() }.start(model);
        world.post_with(envelope("general", "write it down"), options).await.unwrap();
        if asks {
            world.until(|what| matches!(what, EventKind::ApprovalRequested { .. })).await;
        } else {
            gate.reached().await;
        }
        world
    });
    crate::journeys::world::killed(runtime);
    drop(world);
}

/// Starts the next process, once the lock of the dead one is free.
async fn next(home: Arc<TempDir>, model: &Arc<ScriptedModel>, tool: &Arc<FakeTool>) -> World {
    let world = Recipe { home, tools: vec![Arc::clone(tool)], ..Recipe::default() }.start(model);
    let state = world.store.room(&general()).await.unwrap().unwrap();
    let (_turn, owner) = state.live.unwrap();
    let gone = async {
        while world.store.is_alive(owner) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("the dead process lives");
    world
}

fn in_runtime(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work);
}

fn open_gate() -> Gate {
    let gate = Gate::new();
    gate.release();
    gate
}

fn home() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

#[test]
fn a_turn_of_a_process_that_is_gone_is_taken_up_and_ended_and_nothing_is_run_again() {
    for asks in [false, true] {
        let home = home();
        let options =
            if asks { TurnOptions { attended: true, ..TurnOptions::default() } } else { free() };
        dies(&home, &scribbling(), options, asks);
        in_runtime(async {
            let tool = scribble(&open_gate());
            let model = ScriptedModel::new([]);
            let mut world = next(home, &model, &tool).await;
            let receipt = interrupt(&world).await.unwrap();
            let Receipt::Stopped { turn } = receipt else { panic!("{receipt:?}") };
            let events = world.until(EventKind::is_ending).await;
            assert!(matches!(events.last().unwrap().what, EventKind::TurnCancelled { .. }));
            assert_eq!(world.store.turn(turn).await.unwrap(), Some(TurnState::Cancelled));
            assert_eq!((tool.calls().len(), model.requests().len()), (0, 0));
            // No question waits for a turn that is over, and every call has its result.
            assert!(world.store.approvals(true).await.unwrap().is_empty());
            let kinds = types(&world.stored("general").await);
            assert_eq!(kinds.iter().filter(|kind| *kind == "tool.finished").count(), 1);
            assert_eq!(super::replay::all_again(&world.store).await, 1);
            model.push(Script::text("here"));
            let events = world.say("are you there?").await;
            assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        });
    }
}

#[test]
fn undo_takes_back_what_a_process_that_is_gone_had_begun() {
    let home = home();
    dies(&home, &scribbling(), free(), false);
    in_runtime(async {
        let tool = scribble(&open_gate());
        let model = ScriptedModel::new([Script::text("fresh")]);
        let mut world = next(home, &model, &tool).await;
        let receipt = control(&world, Control::Undo { session: None, exchanges: 1 }).await;
        assert!(matches!(receipt, Ok(Receipt::Moved(_))), "{receipt:?}");
        assert_eq!(texts(&world).await, Vec::<String>::new());
        // Whoever waits for the turn learns that it is over.
        world.until(EventKind::is_ending).await;
        let kinds = types(&world.stored("general").await);
        assert!(kinds.contains(&"turn.failed".to_owned()), "{kinds:?}");
        world.say("something else").await;
        assert_eq!(texts(&world).await, ["something else", "fresh"]);
        // It was not gone on with behind the person's back.
        assert_eq!(tool.calls().len(), 0);
    });
}

#[test]
fn retry_says_again_what_a_process_that_is_gone_had_begun() {
    let home = home();
    dies(&home, &scribbling(), free(), false);
    in_runtime(async {
        let tool = scribble(&open_gate());
        let model = ScriptedModel::new([Script::text("done now")]);
        let mut world = next(home, &model, &tool).await;
        let (from, options) = (Box::new(envelope("general", "")), Box::new(free()));
        control(&world, Control::Retry { session: None, from, options }).await.unwrap();
        world.until(|what| matches!(what, EventKind::TurnFinished { .. })).await;
        assert_eq!(texts(&world).await, ["write it down", "done now"]);
        assert_eq!(tool.calls().len(), 0);
    });
}

#[test]
fn rewind_and_switch_work_in_a_room_whose_process_is_gone() {
    let home = home();
    dies(&home, &scribbling(), free(), false);
    in_runtime(async {
        let tool = scribble(&open_gate());
        let model = ScriptedModel::new([Script::text("looked"), Script::text("more")]);
        let mut world = next(home, &model, &tool).await;
        let before = world.store.room(&general()).await.unwrap().unwrap().session.unwrap().id;
        let to = Place::Exchange(0);
        control(&world, Control::Rewind { session: None, to }).await.unwrap();
        assert_eq!(texts(&world).await, Vec::<String>::new());
        world.until(EventKind::is_ending).await;
        control(&world, Control::Switch { session: before }).await.unwrap();
        world.say("go on").await;
        assert_eq!(texts(&world).await, ["write it down", "go on", "looked"]);
    });
}

#[test]
fn switching_takes_the_turn_of_a_process_that_is_gone_up_in_its_own_session() {
    let home = home();
    dies(&home, &scribbling(), free(), false);
    in_runtime(async {
        let tool = scribble(&open_gate());
        let model = ScriptedModel::new([Script::text("looked")]);
        let mut world = next(home, &model, &tool).await;
        let session = world.store.room(&general()).await.unwrap().unwrap().session.unwrap().id;
        control(&world, Control::Switch { session }).await.unwrap();
        world.until(|what| matches!(what, EventKind::TurnFinished { .. })).await;
        assert_eq!(texts_of(&world, session).await, ["write it down", "looked"]);
        assert_eq!(tool.calls().len(), 0);
    });
}

/// Holds the answer to the commit of a turn's ending back: it is on disk, and nobody here has
/// heard of it.
struct SlowEnding {
    journal: Arc<Store>,
    gate: Gate,
}

impl Journal for SlowEnding {
    fn commit(&self, batch: Batch) -> Boxed<'_, Result<Vec<Written>, Unwritten>> {
        Box::pin(async move {
            let ends = batch.writes.iter().any(
                |write| matches!(write, Write::Turn { state, .. } if TurnState::is_ending(*state)),
            );
            let written = self.journal.commit(batch).await;
            if ends {
                self.gate.pass().await;
            }
            written
        })
    }

    fn adopt_orphans<'a>(
        &'a self,
        room: &'a RoomId,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        self.journal.adopt_orphans(room, owner, at)
    }
}

#[tokio::test]
async fn what_is_accepted_between_an_ending_and_the_news_of_it_is_answered() {
    for steered in [false, true] {
        let gate = Gate::new();
        let slow = gate.clone();
        let journal =
            Box::new(|journal| Arc::new(SlowEnding { journal, gate: slow }) as Arc<dyn Journal>);
        let model = ScriptedModel::new([Script::text("one"), Script::text("two")]);
        let mut world = Recipe { journal, ..Recipe::default() }.start(&model);
        world.post(envelope("general", "first")).await.unwrap();
        gate.reached().await;
        // The ending is on disk, its claim found nothing, and the worker does not know yet.
        let state = world.store.room(&general()).await.unwrap().unwrap();
        assert!(state.live.is_none() && state.queued == 0);
        let (envelope, options) = (Box::new(envelope("general", "second")), Box::default());
        let op =
            if steered { Op::Steer { envelope, options } } else { Op::Post { envelope, options } };
        let receipt = world.handle.submit(op).await.unwrap();
        assert!(matches!(receipt, Receipt::Posted { turn: None, .. }), "{receipt:?}");
        gate.release();
        world.until(EventKind::is_ending).await;
        world.until(EventKind::is_ending).await;
        assert_eq!(texts(&world).await, ["first", "one", "second", "two"]);
    }
}
