//! One room after another message, rooms side by side, processes in turn.

use nanofolks_protocol::{EventKind, Priority, Receipt, StopReason};
use nanofolks_testkit::{Gate, Script, ScriptedModel};

use super::world::{Recipe, envelope, world};

fn started(events: &[nanofolks_protocol::Event]) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| match &event.what {
            EventKind::TurnStarted { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn messages_of_a_room_are_handled_one_at_a_time_in_order_of_priority_and_arrival() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("one").end(StopReason::End)]);
    model.otherwise(Script::text("next"));
    let mut world = world(&model);
    world.post(envelope("general", "first")).await.unwrap();
    gate.reached().await;
    for text in ["second", "third"] {
        let receipt = world.post(envelope("general", text)).await.unwrap();
        assert!(matches!(receipt, Receipt::Posted { turn: None, .. }));
    }
    let mut urgent = envelope("general", "urgent");
    urgent.priority = Priority::SYSTEM;
    world.post(urgent).await.unwrap();
    assert_eq!(model.requests().len(), 1);

    gate.release();
    for _ in 0..4 {
        world.until(EventKind::is_ending).await;
    }

    assert_eq!(started(&world.stored("general").await), ["first", "urgent", "second", "third"]);
}

#[tokio::test]
async fn rooms_do_not_wait_for_each_other() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("slow"), Script::text("quick")]);
    let mut world = world(&model);
    world.post(envelope("slow", "a")).await.unwrap();
    gate.reached().await;
    world.post(envelope("quick", "b")).await.unwrap();
    let events = world.until(EventKind::is_ending).await;
    assert_eq!(events.last().unwrap().room.as_str(), "quick");
    gate.release();
    let events = world.until(EventKind::is_ending).await;
    assert_eq!(events.last().unwrap().room.as_str(), "slow");
}

#[tokio::test]
async fn three_rooms_handle_a_hundred_messages_each_side_by_side_and_in_order() {
    const MESSAGES: usize = 100;
    let rooms = ["one", "two", "three"];
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    let model = ScriptedModel::new(
        gates.iter().map(|gate| Script::new().wait(gate).say("go").end(StopReason::End)),
    );
    model.otherwise(Script::text("next"));
    let recipe = Recipe {
        settings: |settings| crate::EngineSettings { max_queued: 100, ..settings },
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    let texts: Vec<String> = (0..MESSAGES).map(|n| format!("message {n}")).collect();
    for (room, gate) in rooms.iter().zip(&gates) {
        world.post(envelope(room, &texts[0])).await.unwrap();
        // All three run at once, or the next one is never reached.
        gate.reached().await;
    }
    for text in &texts[1..] {
        for room in rooms {
            world.post(envelope(room, text)).await.unwrap();
        }
    }
    for gate in gates {
        gate.release();
    }
    for _ in 0..rooms.len() * MESSAGES {
        world.until(EventKind::is_ending).await;
    }

    for room in rooms {
        assert_eq!(started(&world.stored(room).await), texts, "{room}");
    }
    assert_eq!(model.requests().len(), rooms.len() * MESSAGES);
}

#[tokio::test]
async fn a_full_room_says_that_it_is_busy() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate)]);
    let recipe = Recipe {
        settings: |settings| crate::EngineSettings { max_queued: 2, ..settings },
        ..Recipe::default()
    };
    let world = recipe.start(&model);
    world.post(envelope("general", "runs")).await.unwrap();
    gate.reached().await;
    world.post(envelope("general", "waits")).await.unwrap();
    world.post(envelope("general", "waits too")).await.unwrap();
    let begun = std::time::Instant::now();
    let problem = world.post(envelope("general", "too much")).await.unwrap_err();
    assert!(begun.elapsed() < std::time::Duration::from_secs(1));
    assert_eq!((&*problem.code, problem.retryable), ("room_busy", true));
}

#[tokio::test]
async fn two_engines_on_one_home_keep_the_order_of_a_room() {
    let gate = Gate::new();
    let one_model = ScriptedModel::new([Script::new().wait(&gate).say("one").end(StopReason::End)]);
    let two_model = ScriptedModel::new([Script::text("two")]);
    let recipe = Recipe::default();
    let home = std::sync::Arc::clone(&recipe.home);
    let mut one = recipe.start(&one_model);
    let mut two = Recipe { home, ..Recipe::default() }.start(&two_model);
    one.post(envelope("general", "first")).await.unwrap();
    gate.reached().await;

    let receipt = two.post(envelope("general", "second")).await.unwrap();
    assert!(matches!(receipt, Receipt::Posted { turn: None, .. }));
    assert_eq!(two_model.requests().len(), 0);
    gate.release();
    one.until(EventKind::is_ending).await;
    two.until(EventKind::is_ending).await;

    // Each process ran what it had accepted, in the order of arrival, and the second saw
    // what the first had said.
    assert_eq!(started(&two.stored("general").await), ["first", "second"]);
    assert_eq!(two_model.requests()[0].messages.len(), 3);
    let numbers: Vec<_> =
        two.stored("general").await.iter().map(|event| event.seq.unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn processes_that_meet_in_a_fresh_room_share_its_session() {
    let recipe = Recipe::default();
    let home = std::sync::Arc::clone(&recipe.home);
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("hello"));
    let mut worlds = vec![recipe.start(&model)];
    for _ in 0..2 {
        let home = std::sync::Arc::clone(&home);
        worlds.push(Recipe { home, ..Recipe::default() }.start(&model));
    }
    let posts = worlds.iter().map(|world| world.post(envelope("fresh", "hi")));
    let receipts = futures_util::future::join_all(posts).await;
    for world in &mut worlds {
        world.until(EventKind::is_ending).await;
    }
    let sessions: std::collections::BTreeSet<_> = receipts
        .into_iter()
        .map(|receipt| match receipt.unwrap() {
            Receipt::Posted { session, .. } => session,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sessions.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_comes_at_the_very_moment_a_turn_ends_is_not_forgotten() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("yes"));
    let mut world = world(&model);
    for n in 0..200 {
        world.post(envelope("general", &format!("a{n}"))).await.unwrap();
        world.until(EventKind::is_ending).await;
        // The ending is on disk; the worker of the room may not have heard of it yet.
        world.post(envelope("general", &format!("b{n}"))).await.unwrap();
        world.until(EventKind::is_ending).await;
    }
    assert_eq!(model.requests().len(), 400);
}
