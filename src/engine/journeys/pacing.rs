//! Messages that come close together, and those that are left alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{Control, Envelope, EventKind, Op, Receipt, SenderRole};
use nanofolks_testkit::{Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, World, envelope, types};
use crate::{Coalesce, EngineSettings, Pace};

/// Long beside what a commit takes, so that three messages are always within it.
const QUIET: Duration = Duration::from_millis(600);

fn paced(settings: EngineSettings) -> EngineSettings {
    let coalesce = Some(Coalesce {
        debounce: QUIET,
        max_wait: Duration::from_secs(30),
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

#[tokio::test]
async fn three_messages_of_a_group_are_one_turn_that_says_who_said_what() {
    let model = model();
    let mut world = start(&model);
    for (sender, text) in [("ada", "who is in?"), ("bob", "me"), ("eve", "me too")] {
        let receipt = world.post(from("group", sender, text)).await.unwrap();
        assert!(matches!(receipt, Receipt::Posted { turn: None, .. }), "{receipt:?}");
    }
    // Each is on disk before any of them is answered.
    assert_eq!(world.store.queue(&"general".parse().unwrap()).await.unwrap().len(), 3);
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

#[tokio::test]
async fn one_message_alone_is_answered_as_it_is() {
    let model = model();
    let mut world = start(&model);
    world.post(from("group", "ada", "hello")).await.unwrap();
    world.until(EventKind::is_ending).await;
    assert_eq!(model.requests()[0].messages.last().unwrap().text(), "hello");
}

#[tokio::test]
async fn lines_of_one_sender_are_joined_and_those_of_another_are_not() {
    let model = model();
    let mut world = start(&model);
    for (sender, text) in [("ada", "one"), ("ada", "two"), ("bob", "three")] {
        world.post(from("phone", sender, text)).await.unwrap();
    }
    world.until(EventKind::is_ending).await;
    world.until(EventKind::is_ending).await;
    let asked: Vec<String> =
        model.requests().iter().map(|request| request.messages.last().unwrap().text()).collect();
    assert_eq!(asked, ["one\n\ntwo", "three"]);
}

#[tokio::test]
async fn what_is_private_or_of_the_house_or_of_another_channel_waits_for_nobody() {
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

#[tokio::test]
async fn what_is_held_can_be_taken_back_and_is_not_lost_when_the_engine_stops() {
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
    let mut said = String::new();
    while !(said.contains("one") && said.contains("three")) {
        next.until(EventKind::is_ending).await;
        said = model.requests().iter().map(|one| one.messages.last().unwrap().text()).collect();
    }
    assert!(!said.contains("two"), "{said}");
}
