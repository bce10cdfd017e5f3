//! Undo, redo, rewind, retry, fork: trees of sessions in which nothing is ever lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nanofolks_protocol::control::Place;
use nanofolks_protocol::ports::{Archive as _, Journal as _, SessionFilter};
use nanofolks_protocol::{
    Batch, Control, EventKind, Message, MessageId, Op, Problem, Receipt, Session, SessionId,
    StopReason, TurnOptions, Write,
};
use nanofolks_testkit::{Gate, Script, ScriptedModel};
use proptest::prelude::*;

use super::world::{World, envelope, types, world};

async fn control(world: &World, what: Control) -> Result<Session, Problem> {
    let room = "general".parse().unwrap();
    match world.handle.submit(Op::Control { room, what: Box::new(what) }).await? {
        Receipt::Moved(session) => Ok(*session),
        other => panic!("{other:?}"),
    }
}

fn undo(exchanges: u32) -> Control {
    Control::Undo { session: None, exchanges }
}

async fn texts(world: &World, session: SessionId) -> Vec<String> {
    let messages = world.store.messages(session, 1_000).await.unwrap();
    messages.iter().map(|message| message.text()).collect()
}

async fn current(world: &World) -> SessionId {
    let state = world.store.room(&"general".parse().unwrap()).await.unwrap().unwrap();
    state.session.unwrap().id
}

/// A world in which one, two and three were said and answered.
async fn three() -> (World, Arc<ScriptedModel>) {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("yes"));
    let mut world = world(&model);
    for text in ["one", "two", "three"] {
        world.say(text).await;
    }
    (world, model)
}

#[tokio::test]
async fn undo_goes_on_without_the_last_exchange_and_redo_brings_it_back() {
    let (mut world, _model) = three().await;
    let whole = current(&world).await;
    let less = control(&world, undo(1)).await.unwrap();
    assert_eq!(texts(&world, less.id).await, ["one", "yes", "two", "yes"]);
    let lesser = control(&world, undo(2)).await.unwrap();
    assert_eq!(texts(&world, lesser.id).await, Vec::<String>::new());
    assert_eq!(control(&world, undo(1)).await.unwrap_err().code, "nothing_to_undo");

    assert_eq!(control(&world, Control::Redo).await.unwrap().id, less.id);
    assert_eq!(control(&world, Control::Redo).await.unwrap().id, whole);
    assert_eq!(control(&world, Control::Redo).await.unwrap_err().code, "nothing_to_redo");
    assert_eq!(current(&world).await, whole);
    assert_eq!(texts(&world, whole).await.len(), 6);

    // Once something else was said, redo would leave it behind; it is refused.
    control(&world, undo(1)).await.unwrap();
    world.say("four").await;
    assert_eq!(control(&world, Control::Redo).await.unwrap_err().code, "nothing_to_redo");
    assert_eq!(
        texts(&world, current(&world).await).await,
        ["one", "yes", "two", "yes", "four", "yes"]
    );
    assert_eq!(texts(&world, whole).await.len(), 6);
    // Whoever follows by number sees each of it.
    let stored = world.stored("general").await;
    assert_eq!(types(&stored).iter().filter(|kind| *kind == "room.changed").count(), 5);
}

#[tokio::test]
async fn rewind_goes_on_after_an_exchange_or_a_message() {
    let (world, _model) = three().await;
    let rewind = |to| Control::Rewind { session: None, to };
    let whole = current(&world).await;
    let one = control(&world, rewind(Place::Exchange(1))).await.unwrap();
    assert_eq!(
        (one.parent, texts(&world, one.id).await),
        (Some(whole), vec!["one".into(), "yes".into()])
    );
    let none = control(&world, Control::Rewind { session: Some(whole), to: Place::Exchange(0) })
        .await
        .unwrap();
    assert_eq!(texts(&world, none.id).await.len(), 0);
    let fourth = Control::Rewind { session: Some(whole), to: Place::Exchange(4) };
    assert_eq!(control(&world, fourth).await.unwrap_err().code, "place_unknown");
    let message = world.store.messages(whole, 10).await.unwrap()[2].id;
    let at = Control::Rewind { session: Some(whole), to: Place::Message(message) };
    let at = control(&world, at).await.unwrap();
    assert_eq!(texts(&world, at.id).await, ["one", "yes", "two"]);
    let foreign = Control::Rewind { session: None, to: Place::Message(MessageId::fresh()) };
    assert_eq!(control(&world, foreign).await.unwrap_err().code, "place_unknown");
}

#[tokio::test]
async fn retry_says_the_last_message_again_in_a_branch_from_before_it() {
    let (mut world, model) = three().await;
    let whole = current(&world).await;
    model.push(Script::text("no"));
    let from = Box::new(envelope("general", "/retry"));
    let options = Box::new(TurnOptions::default());
    let what = Box::new(Control::Retry { session: None, from, options });
    let room = "general".parse().unwrap();
    let receipt = world.handle.submit(Op::Control { room, what }).await.unwrap();
    let Receipt::Posted { session, turn: Some(_), .. } = receipt else { panic!("{receipt:?}") };
    world.until(EventKind::is_ending).await;
    assert_eq!(texts(&world, session).await, ["one", "yes", "two", "yes", "three", "no"]);
    assert_eq!(texts(&world, whole).await, ["one", "yes", "two", "yes", "three", "yes"]);
    assert_eq!(model.requests().last().unwrap().messages.len(), 5);
}

#[tokio::test]
async fn going_back_is_refused_while_a_turn_runs() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("done").end(StopReason::End)]);
    let mut world = world(&model);
    world.post(envelope("general", "run")).await.unwrap();
    gate.reached().await;
    for what in [undo(1), Control::Redo, Control::Fork { session: None, title: None }] {
        let problem = control(&world, what).await.unwrap_err();
        assert_eq!((&*problem.code, problem.retryable), ("turn_running", true));
    }
    gate.release();
    world.until(EventKind::is_ending).await;
    control(&world, undo(1)).await.unwrap();
}

#[tokio::test]
async fn a_session_in_the_trash_or_in_another_room_is_not_switched_to() {
    let (mut world, _model) = three().await;
    let whole = current(&world).await;
    control(&world, undo(1)).await.unwrap();
    let at = nanofolks_protocol::Timestamp::from_millis(1);
    let trash = Write::TrashSession { session: whole, trashed: true, at };
    world.store.commit(Batch { writes: vec![trash] }).await.unwrap();
    let switch = Control::Switch { session: whole };
    assert_eq!(control(&world, switch).await.unwrap_err().code, "session_trashed");
    world.post(envelope("other", "hi")).await.unwrap();
    world.until(EventKind::is_ending).await;
    let state = world.store.room(&"other".parse().unwrap()).await.unwrap().unwrap();
    let switch = Control::Switch { session: state.session.unwrap().id };
    assert_eq!(control(&world, switch).await.unwrap_err().code, "session_unknown");
}

/// One wish of a person who changes their mind.
#[derive(Debug, Clone)]
enum Step {
    Say,
    Steer,
    Undo(u32),
    Redo,
    Fork,
    Rewind(u32),
    Retry,
    Trash(usize),
    Restore(usize),
    Switch(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Say),
        1 => Just(Step::Steer),
        2 => (1..4_u32).prop_map(Step::Undo),
        1 => Just(Step::Redo),
        1 => Just(Step::Fork),
        2 => (0..5_u32).prop_map(Step::Rewind),
        2 => Just(Step::Retry),
        1 => (0..8_usize).prop_map(Step::Trash),
        1 => (0..8_usize).prop_map(Step::Restore),
        1 => (0..8_usize).prop_map(Step::Switch),
    ]
}

/// Every session of the room, those in the trash too, with every message, to the byte.
async fn everything(world: &World) -> BTreeMap<SessionId, Vec<Arc<Message>>> {
    let mut all = BTreeMap::new();
    for trashed in [false, true] {
        let filter = SessionFilter { all: true, trashed, limit: 1_000, ..SessionFilter::default() };
        for summary in world.store.sessions(filter).await.unwrap() {
            let id = summary.session.id;
            all.insert(id, world.store.messages(id, 10_000).await.unwrap());
        }
    }
    all
}

/// Does one step; a refusal is an answer as good as any.
async fn take(world: &mut World, step: &Step, known: &[SessionId], number: usize) {
    let room = || "general".parse().unwrap();
    let options = || Box::new(TurnOptions::default());
    let pick = |at: usize| known.get(at % known.len().max(1)).copied();
    let at = nanofolks_protocol::Timestamp::from_millis(1);
    let wish = match step {
        Step::Say => Op::Post {
            envelope: Box::new(envelope("general", &format!("say {number}"))),
            options: options(),
        },
        Step::Steer => Op::Steer {
            envelope: Box::new(envelope("general", &format!("steer {number}"))),
            options: options(),
        },
        Step::Trash(which) | Step::Restore(which) => {
            let trashed = matches!(step, Step::Trash(_));
            if let Some(session) = pick(*which) {
                let writes = vec![Write::TrashSession { session, trashed, at }];
                world.store.commit(Batch { writes }).await.unwrap();
            }
            return;
        }
        other => {
            let what = match other {
                Step::Undo(exchanges) => undo(*exchanges),
                Step::Redo => Control::Redo,
                Step::Fork => Control::Fork { session: None, title: None },
                Step::Rewind(to) => Control::Rewind { session: None, to: Place::Exchange(*to) },
                Step::Retry => {
                    let from = Box::new(envelope("general", "/retry"));
                    Control::Retry { session: None, from, options: options() }
                }
                Step::Switch(which) => match pick(*which) {
                    Some(session) => Control::Switch { session },
                    None => return,
                },
                _ => return,
            };
            Op::Control { room: room(), what: Box::new(what) }
        }
    };
    if let Ok(Receipt::Posted { .. }) = world.handle.submit(wish).await {
        world.until(EventKind::is_ending).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_mind_loses_a_message_or_changes_what_was_said(
        steps in proptest::collection::vec(step(), 1..16)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let model = ScriptedModel::new([]);
            model.otherwise(Script::text("yes"));
            let mut world = world(&model);
            let mut before: BTreeMap<SessionId, Vec<Arc<Message>>> = BTreeMap::new();
            for (number, step) in steps.iter().enumerate() {
                let known: Vec<SessionId> = before.keys().copied().collect();
                take(&mut world, step, &known, number).await;
                let after = everything(&world).await;
                for (session, messages) in &before {
                    let now = &after[session];
                    assert_eq!(&now[..messages.len()], &messages[..], "{step:?} changed {session}");
                }
                before = after;
            }
            // What was said is reachable: each message that was ever accepted, once.
            let said: BTreeSet<String> =
                before.values().flatten().map(|message| message.text()).collect();
            for (number, step) in steps.iter().enumerate() {
                let text = match step {
                    Step::Say => format!("say {number}"),
                    Step::Steer => format!("steer {number}"),
                    _ => continue,
                };
                assert!(said.contains(&text), "{text} was lost");
            }
            // Without gaps, whatever happened.
            let numbers: Vec<u64> =
                world.stored("general").await.iter().filter_map(|event| event.seq).collect();
            assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
        });
    }
}
