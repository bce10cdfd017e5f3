use std::sync::Arc;

use nanofolks_protocol::{ApprovalMode, Effect, EventKind, TurnOptions};
use nanofolks_testkit::{FakeTool, Gate, Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, envelope, types};

/// Ends an engine as a crash would: nothing is written any more, the lock is given back.
async fn crash(world: super::world::World, runtime: tokio::runtime::Runtime) {
    drop(world);
    runtime.shutdown_background();
}

#[test]
fn a_turn_of_a_process_that_is_gone_ends_once_and_the_next_message_is_answered() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let gate = Gate::new();
    let tool = Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]).waits(&gate));
    let first = tokio::runtime::Runtime::new().unwrap();
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    let world = first.block_on(async {
        let recipe =
            Recipe { home: Arc::clone(&home), tools: vec![Arc::clone(&tool)], ..Recipe::default() };
        let world = recipe.start(&model);
        let options = TurnOptions { approval: ApprovalMode::Full, ..TurnOptions::default() };
        world.post_with(envelope("general", "write"), options).await.unwrap();
        gate.reached().await;
        world
    });
    let second = tokio::runtime::Runtime::new().unwrap();
    second.block_on(crash(world, first));

    let model = ScriptedModel::new([Script::text("here again")]);
    second.block_on(async {
        let mut world = Recipe { home, ..Recipe::default() }.start(&model);
        world.post(envelope("general", "are you there?")).await.unwrap();
        let events = world.until(EventKind::is_ending).await;
        let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
        assert_eq!(error.code, "process_gone");
        let events = world.until(EventKind::is_ending).await;
        assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        // The model is told that nobody knows whether the call was done.
        let told = format!("{:?}", model.requests()[0].messages);
        assert!(told.contains("OutcomeUnknown"), "{told}");
        let endings = types(&world.stored("general").await)
            .iter()
            .filter(|kind| {
                matches!(kind.as_str(), "turn.finished" | "turn.failed" | "turn.cancelled")
            })
            .count();
        assert_eq!(endings, 2);
    });
}
