//! A process that is there but does not move loses its turn; one that moves never does.

use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    ApprovalMode, Effect, EventKind, StopReason, TurnOptions, UsageFilter, UsageGroup,
};
use nanofolks_testkit::{FakeTool, FixedClock, Gate, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::world::{Recipe, World, envelope, types};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A runtime of one thread that can be held up, as a process is that was stopped.
struct Stopped {
    runtime: Option<Runtime>,
    hold: std::sync::mpsc::Sender<()>,
}

/// Holds a runtime up until [`Stopped::go_on`].
fn stop(runtime: Runtime) -> Stopped {
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = std::sync::mpsc::channel::<()>();
    runtime.spawn(async move {
        begun.send(()).unwrap();
        held.recv().ok();
    });
    has_begun.recv().unwrap();
    Stopped { runtime: Some(runtime), hold }
}

impl Stopped {
    fn go_on(mut self) -> Runtime {
        drop(self.hold);
        self.runtime.take().unwrap()
    }
}

fn one_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn recipe(home: &Arc<TempDir>, clock: &Arc<FixedClock>) -> Recipe {
    Recipe {
        home: Arc::clone(home),
        clock: clock.clone(),
        settings: |settings| crate::EngineSettings {
            lease: Duration::from_millis(1_200),
            ..settings
        },
        ..Recipe::default()
    }
}

/// Drives both worlds until the second has answered what the first had begun.
async fn second_answers(two: &mut World) -> Vec<String> {
    two.post(envelope("general", "are you there?")).await.unwrap();
    two.until(EventKind::is_ending).await;
    two.until(EventKind::is_ending).await;
    types(&two.stored("general").await)
}

#[test]
fn a_stopped_process_loses_its_turn_and_neither_writes_nor_shows_any_more_when_it_goes_on() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let clock = Arc::new(FixedClock::default());
    let gate = Gate::new();
    let slow =
        ScriptedModel::new([Script::new().say("from the slow one").wait(&gate).say(" late words")]);
    let first = one_thread();
    let mut one = first.block_on(async {
        let mut one = recipe(&home, &clock).start(&slow);
        one.post(envelope("general", "hello")).await.unwrap();
        one.until(|what| matches!(what, EventKind::TextDelta { .. })).await;
        gate.reached().await;
        one
    });
    let first = stop(first);

    let second = one_thread();
    let quick = ScriptedModel::new([Script::text("from the quick one"), Script::text("yes")]);
    let kinds = second.block_on(async {
        let mut two = recipe(&home, &clock).start(&quick);
        let kinds = second_answers(&mut two).await;
        gate.release();
        (kinds, two)
    });
    let (kinds, two) = kinds;
    assert_eq!(kinds.iter().filter(|kind| *kind == "turn.finished").count(), 2, "{kinds:?}");

    let first = first.go_on();
    let seen = first.block_on(async {
        one.until(|what| matches!(what, EventKind::Notice { code, .. } if code == "lease_lost"))
            .await
    });
    let late = seen.iter().any(|event| match &event.what {
        EventKind::TextDelta { text } => text.contains("late words"),
        what => what.is_ending(),
    });
    assert!(!late, "{seen:#?}");
    let after = second.block_on(async { types(&two.stored("general").await) });
    assert_eq!(after, kinds, "the slow one wrote something");
    let said = second.block_on(async {
        let state = two.store.room(&"general".parse().unwrap()).await.unwrap().unwrap();
        let messages = two.store.messages(state.session.unwrap().id, 100).await.unwrap();
        messages.iter().map(|message| message.text()).collect::<Vec<_>>()
    });
    assert!(!said.iter().any(|text| text.contains("slow one")), "{said:?}");
    second.block_on(async {
        // What two living processes worked on runs again to the same events, too.
        let filter = TurnFilter { room: None, session: None, limit: 10 };
        let turns = two.store.turns(filter).await.unwrap();
        assert_eq!(turns.len(), 2);
        for turn in turns {
            super::replay::same_again(&two.store, turn.turn).await;
        }
    });
    crate::journeys::world::killed(first);
}

#[test]
fn a_tool_of_a_stopped_process_is_not_run_by_it_once_the_turn_is_lost() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let clock = Arc::new(FixedClock::default());
    let gate = Gate::new();
    let tool = || Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]));
    let slow = ScriptedModel::new([Script::new().wait(&gate).call("c1", "scribble", json!({}))]);
    let slow_tool = tool();
    let options = TurnOptions { approval: ApprovalMode::Full, ..TurnOptions::default() };
    let first = one_thread();
    let mut one = first.block_on(async {
        let one = Recipe { tools: vec![Arc::clone(&slow_tool)], ..recipe(&home, &clock) };
        let one = one.start(&slow);
        one.post_with(envelope("general", "write"), options).await.unwrap();
        gate.reached().await;
        one
    });
    let first = stop(first);

    let quick = ScriptedModel::new([Script::text("done otherwise"), Script::text("yes")]);
    let second = one_thread();
    second.block_on(async {
        let mut two = recipe(&home, &clock).start(&quick);
        second_answers(&mut two).await;
    });
    gate.release();

    first.go_on().block_on(async {
        one.until(|what| matches!(what, EventKind::Notice { code, .. } if code == "lease_lost"))
            .await;
    });
    assert_eq!(slow_tool.calls().len(), 0);
}

#[tokio::test]
async fn a_clock_that_jumps_a_day_takes_no_turn_from_a_process_that_moves() {
    for jump in [DAY, -DAY] {
        let home = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(FixedClock::default());
        let gate = Gate::new();
        let model = ScriptedModel::new([Script::new()
            .wait(&gate)
            .say("slow but there")
            .end(StopReason::End)]);
        let mut one = recipe(&home, &clock).start(&model);
        one.post(envelope("general", "hello")).await.unwrap();
        gate.reached().await;
        let other = ScriptedModel::new([Script::text("second")]);
        let mut two = recipe(&home, &clock).start(&other);
        two.post(envelope("general", "and I?")).await.unwrap();
        clock.advance(jump);

        // As long as a process may be silent, three times over.
        let waiting = two.until(EventKind::is_ending);
        assert!(tokio::time::timeout(Duration::from_millis(1_500), waiting).await.is_err());

        gate.release();
        let events = one.until(EventKind::is_ending).await;
        assert!(matches!(&events.last().unwrap().what, EventKind::TurnFinished { .. }));
        let events = two.until(EventKind::is_ending).await;
        assert!(matches!(&events.last().unwrap().what, EventKind::TurnFinished { .. }));
    }
}

#[test]
fn what_a_lost_call_could_have_cost_is_counted_once() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let clock = Arc::new(FixedClock::default());
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate)]);
    let first = one_thread();
    let one = first.block_on(async {
        let one = recipe(&home, &clock).start(&model);
        one.post(envelope("general", "hello")).await.unwrap();
        gate.reached().await;
        one
    });
    crate::journeys::world::killed(first);
    drop(one);

    one_thread().block_on(async {
        let model = ScriptedModel::new([]);
        model.otherwise(Script::text("four"));
        let mut two = recipe(&home, &clock).start(&model);
        let spent = async |world: &World| {
            let filter = UsageFilter { group: UsageGroup::Model, ..UsageFilter::default() };
            world.store.usage(filter).await.unwrap()
        };
        let mut rows = spent(&two).await;
        while rows.is_empty() {
            // The dead store gives its lock back when its last task is dropped.
            tokio::task::yield_now().await;
            rows = spent(&two).await;
        }
        let [lost] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((lost.requests, lost.lost_requests), (1, 1));
        // At most 4,096 tokens of output, at two dollars a million.
        assert!(lost.lost_usd > 0.008 && lost.lost_usd < 0.02, "{lost:?}");
        assert_eq!(lost.cost_usd.to_bits(), lost.lost_usd.to_bits());

        two.post(envelope("general", "and?")).await.unwrap();
        two.until(EventKind::is_ending).await;
        two.until(EventKind::is_ending).await;
        let [after] = &spent(&two).await[..] else { panic!() };
        assert_eq!((after.requests, after.lost_requests), (3, 1));
        // Twice 100 tokens in and 20 out, as the script says.
        let asked = 2.0 * (100.0 * 1.0 + 20.0 * 2.0) / 1e6;
        assert!((after.cost_usd - lost.lost_usd - asked).abs() < 1e-9, "{after:?}");
    });
}
