//! Messages that come close together, and those that are left alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::ports::{Archive as _, Blobs as _, Journal as _};
use nanofolks_protocol::{
    Attachment, Control, Envelope, EventKind, Op, Origin, Receipt, SenderRole, StopReason,
};
use nanofolks_testkit::{FixedClock, Gate, PATIENCE, Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, World, envelope, types};
use crate::{Coalesce, EngineSettings, Pace};

const QUIET: Duration = Duration::from_millis(600);
const TICK: Duration = Duration::from_millis(2);

/// Time stands still as long as this is there, and the test moves it on: tokio moves a paused
/// clock by itself only while no blocking task runs.
struct Still(#[expect(dead_code, reason = "its end ends the task")] Sender<()>);

fn still() -> Still {
    let (there, gone) = std::sync::mpsc::channel::<()>();
    // A test that waits for what never comes ends all the same.
    tokio::task::spawn_blocking(move || gone.recv_timeout(PATIENCE).is_ok());
    Still(there)
}

/// Lets everything happen that does not wait for the clock.
async fn settle(world: &World) {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    // What was handed to the writer before is on disk now.
    world.store.commit(nanofolks_protocol::Batch::default()).await.unwrap();
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

async fn waiting(world: &World) -> usize {
    settle(world).await;
    world.store.queue(&"general".parse().unwrap()).await.unwrap().len()
}

fn asked(model: &ScriptedModel) -> Vec<String> {
    model.requests().iter().map(|one| one.messages.last().unwrap().text()).collect()
}

fn paced(settings: EngineSettings) -> EngineSettings {
    let coalesce = Some(Coalesce {
        debounce: QUIET,
        max_wait: QUIET * 2,
        min_messages: 2,
        multi_user_only: true,
    });
    let group = Pace { debounce: Duration::ZERO, coalesce };
    let phone = Pace { debounce: QUIET, coalesce: None };
    let channels = BTreeMap::from([("group".to_owned(), group), ("phone".to_owned(), phone)]);
    EngineSettings { channels, ..settings }
}

fn start(model: &Arc<ScriptedModel>) -> World {
    Recipe { settings: paced, ..Recipe::default() }.start(model)
}

fn from(channel: &str, sender: &str, text: &str) -> Envelope {
    let mut envelope = envelope("general", text);
    envelope.channel = channel.into();
    (envelope.sender.id, envelope.sender.name) = (sender.into(), sender.into());
    envelope
}

fn model() -> Arc<ScriptedModel> {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("yes"));
    model
}

#[tokio::test(start_paused = true)]
async fn three_messages_of_a_group_are_one_turn_that_says_who_said_what() {
    let _still = still();
    let model = model();
    let mut world = start(&model);
    for (sender, text) in [("ada", "who is in?"), ("bob", "me"), ("eve", "me too")] {
        let receipt = world.post(from("group", sender, text)).await.unwrap();
        assert!(matches!(receipt, Receipt::Posted { turn: None, .. }), "{receipt:?}");
    }
    // Each is on disk before any of them is answered.
    tokio::time::advance(QUIET - TICK).await;
    assert_eq!((waiting(&world).await, model.requests().len()), (3, 0));
    tokio::time::advance(TICK * 2).await;
    let events = world.until(EventKind::is_ending).await;

    let kinds = types(&events);
    let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
    assert_eq!((count("turn.started"), count("turn.joined")), (1, 2));
    assert_eq!(model.requests().len(), 1);
    let asked = model.requests()[0].messages.last().unwrap().text();
    for said in ["ada: who is in?", "bob: me", "eve: me too", "3 messages of several people"] {
        assert!(asked.contains(said), "{said:?} is missing: {asked}");
    }
    assert!(world.store.queue(&"general".parse().unwrap()).await.unwrap().is_empty());
    // Run again, it is the same turn.
    assert_eq!(super::replay::all_again(&world.store).await, 1);
}

#[tokio::test(start_paused = true)]
async fn one_message_alone_is_answered_as_it_is() {
    let _still = still();
    let model = model();
    let mut world = start(&model);
    world.post(from("group", "ada", "hello")).await.unwrap();
    tokio::time::advance(QUIET + TICK).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(model.requests()[0].messages.last().unwrap().text(), "hello");
}

#[tokio::test(start_paused = true)]
async fn lines_of_one_sender_are_joined_and_those_of_another_are_not() {
    let _still = still();
    let model = model();
    let mut world = start(&model);
    for (sender, text) in [("ada", "one"), ("ada", "two"), ("bob", "three")] {
        world.post(from("phone", sender, text)).await.unwrap();
    }
    tokio::time::advance(QUIET + TICK).await;
    world.until(EventKind::is_ending).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(asked(&model), ["one\n\ntwo", "three"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_private_or_of_the_house_or_of_another_channel_waits_for_nobody() {
    let _still = still();
    let model = model();
    let mut world = start(&model);
    let mut private = from("group", "ada", "between us");
    private.metadata.insert("direct".into(), json!(true));
    let mut report = from("group", "house", "the lamp is on");
    report.sender.role = SenderRole::System;
    for message in [private, report, from("cli", "me", "now")] {
        let receipt = world.post(message).await.unwrap();
        assert!(matches!(receipt, Receipt::Posted { turn: Some(_), .. }), "{receipt:?}");
        world.until(EventKind::is_ending).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_held_can_be_taken_back_and_is_not_lost_when_the_engine_stops() {
    let _still = still();
    let model = model();
    let world = start(&model);
    let mut ids = Vec::new();
    for (sender, text) in [("ada", "one"), ("bob", "two"), ("eve", "three")] {
        match world.post(from("group", sender, text)).await.unwrap() {
            Receipt::Posted { envelope, .. } => ids.push(envelope),
            other => panic!("{other:?}"),
        }
    }
    let what = Box::new(Control::Withdraw { envelope: ids[1] });
    world.handle.submit(Op::Control { room: "general".parse().unwrap(), what }).await.unwrap();
    let home = world.stop().await;
    assert_eq!(model.requests().len(), 0);

    let mut next = Recipe { home, settings: paced, ..Recipe::default() }.start(&model);
    next.handle.submit(Op::Open { room: "general".parse().unwrap() }).await.unwrap();
    next.until(EventKind::is_ending).await;
    // What the dead process held together stays together.
    let said = asked(&model);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("ada: one") && said[0].contains("eve: three"), "{said:?}");
    assert!(!said[0].contains("two"), "{said:?}");
    assert_eq!(waiting(&next).await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_came_too_far_apart_before_a_restart_stays_apart() {
    let _still = still();
    let (model, clock) = (model(), Arc::new(FixedClock::default()));
    let home = {
        let recipe = Recipe { settings: paced, clock: clock.clone(), ..Recipe::default() };
        let world = recipe.start(&model);
        for text in ["one", "two", "three"] {
            world.post(from("phone", "ada", text)).await.unwrap();
            let apart = if text == "two" { QUIET * 2 } else { QUIET / 2 };
            clock.advance(i64::try_from(apart.as_millis()).unwrap());
        }
        world.stop().await
    };
    let mut next = Recipe { home, settings: paced, clock, ..Recipe::default() }.start(&model);
    next.handle.submit(Op::Open { room: "general".parse().unwrap() }).await.unwrap();
    next.until(EventKind::is_ending).await;
    next.until(EventKind::is_ending).await;
    assert_eq!(asked(&model), ["one\n\ntwo", "three"]);
}

#[tokio::test(start_paused = true)]
async fn each_message_begins_the_quiet_anew_but_the_first_waits_no_longer_than_it_may() {
    let _still = still();
    let model = model();
    let mut world = start(&model);
    for text in ["one", "two", "three"] {
        world.post(from("group", "ada", text)).await.unwrap();
        tokio::time::advance(QUIET - TICK * 5).await;
        let done = text == "three";
        if !done {
            assert_eq!(model.requests().len(), 0, "before {text:?} was quiet");
            settle(&world).await;
        }
    }
    // Three times almost the quiet is more than the first may wait.
    world.until(EventKind::is_ending).await;
    assert_eq!(asked(&model), ["one\n\ntwo\n\nthree"]);
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_a_turn_runs_waits_its_window_out_at_its_end() {
    let _still = still();
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("done").end(StopReason::End)]);
    model.otherwise(Script::text("yes"));
    let mut world = start(&model);
    world.post(from("cli", "me", "go")).await.unwrap();
    gate.reached().await;
    world.post(from("group", "ada", "who is in?")).await.unwrap();
    gate.release();
    world.until(EventKind::is_ending).await;
    assert_eq!((waiting(&world).await, model.requests().len()), (1, 1));
    world.post(from("group", "bob", "me")).await.unwrap();
    assert_eq!((waiting(&world).await, model.requests().len()), (2, 1));
    tokio::time::advance(QUIET + TICK).await;
    world.until(EventKind::is_ending).await;
    let said = asked(&model);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[1].contains("ada: who is in?") && said[1].contains("bob: me"), "{said:?}");
    assert_eq!(super::replay::all_again(&world.store).await, 2);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_nobody_is_answered_at_the_end_of_a_turn_whoever_is_held_beside_it() {
    let _still = still();
    for held_first in [true, false] {
        let gate = Gate::new();
        let model =
            ScriptedModel::new([Script::new().wait(&gate).say("done").end(StopReason::End)]);
        model.otherwise(Script::text("yes"));
        let mut world = start(&model);
        world.post(from("cli", "me", "go")).await.unwrap();
        gate.reached().await;
        let (held, plain) = (from("group", "ada", "hm"), from("cli", "me", "and now"));
        let both = if held_first { [held, plain] } else { [plain, held] };
        for message in both {
            world.post(message).await.unwrap();
        }
        gate.release();
        for _ in 0..3 {
            world.until(EventKind::is_ending).await;
        }
        assert_eq!(waiting(&world).await, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_window_that_is_over_before_its_turn_ends_holds_nobody_up() {
    let _still = still();
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("done").end(StopReason::End)]);
    model.otherwise(Script::text("yes"));
    let mut world = start(&model);
    world.post(from("cli", "me", "go")).await.unwrap();
    gate.reached().await;
    world.post(from("phone", "ada", "hello")).await.unwrap();
    tokio::time::advance(QUIET + TICK).await;
    settle(&world).await;
    gate.release();
    world.until(EventKind::is_ending).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(asked(&model)[1], "hello");
}

#[tokio::test(start_paused = true)]
async fn retry_says_everything_again_that_joined_the_turn_with_all_that_was_sent_along() {
    let _still = still();
    let model = model();
    let mut world = start(&model);
    for text in ["one", "two"] {
        let mut message = from("phone", "ada", text);
        let bytes = bytes::Bytes::from(format!("the file of {text}"));
        let blob = world.store.put(bytes).await.unwrap();
        message.attachments.push(Attachment {
            kind: AttachmentKind::Text,
            mime: "text/plain".into(),
            name: format!("{text}.txt"),
            blob,
            bytes: 15,
            origin: Origin::File,
        });
        world.post(message).await.unwrap();
    }
    tokio::time::advance(QUIET + TICK).await;
    world.until(EventKind::is_ending).await;
    let (from, options) = (Box::new(from("cli", "me", "")), Box::default());
    let what = Box::new(Control::Retry { session: None, from, options });
    world.handle.submit(Op::Control { room: "general".parse().unwrap(), what }).await.unwrap();
    world.until(EventKind::is_ending).await;
    let all: Vec<String> =
        model.requests().iter().map(|one| format!("{:?}", one.messages.last().unwrap())).collect();
    for said in ["one\\n\\ntwo", "the file of one", "the file of two"] {
        assert!(all[0].contains(said) && all[1].contains(said), "{said:?}: {all:#?}");
    }
}
