//! Several bots are asked at once: each answers in its own voice, side by side.

use std::collections::BTreeSet;
use std::sync::Arc;

use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{Effect, Event, EventKind, ModelErrorKind, Op, Role, TurnOptions};
use nanofolks_testkit::{FakeTool, Gate, PATIENCE, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::world::{Recipe, World, envelope, types, world};

fn answers(event: &Event) -> Vec<(String, String)> {
    let said = |answers: &[BotAnswer]| {
        answers.iter().map(|one| (one.bot.to_string(), one.text.clone())).collect()
    };
    match &event.what {
        EventKind::TurnFinished { answers, .. } | EventKind::TurnCancelled { answers, .. } => {
            said(answers)
        }
        other => panic!("not so: {other:?}"),
    }
}

fn pair(bot: &str, text: &str) -> (String, String) {
    (bot.to_owned(), text.to_owned())
}

fn finished(bot: &'static str) -> impl Fn(&Event) -> bool {
    move |event| {
        let by = event.bot.as_ref().is_some_and(|by| by.as_str() == bot);
        by && matches!(event.what, EventKind::BotFinished { .. })
    }
}

/// Waits until so many requests have come.
async fn asked(model: &ScriptedModel, count: usize) {
    let waiting = async {
        while model.requests().len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the models were not asked");
}

#[tokio::test]
async fn several_named_bots_answer_side_by_side_and_are_kept_in_the_order_in_which_they_end() {
    let gate = Gate::new();
    let model = ScriptedModel::new([
        Script::new().wait(&gate).say("I lead").used(9, 2).end(nanofolks_protocol::StopReason::End),
        Script::text("I code"),
        Script::text("I research"),
    ]);
    let tool = Arc::new(FakeTool::new("look").effects([Effect::FsRead]));
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post(envelope("general", "@coder, @researcher: who are you?")).await.unwrap();
    // All are asked before the first has said everything.
    asked(&model, 3).await;
    let first = world.until(|what| matches!(what, EventKind::BotFinished { .. })).await;
    assert!(first.iter().any(|event| finished("coder")(event)), "{first:#?}");
    world.until(|what| matches!(what, EventKind::BotFinished { .. })).await;
    gate.release();
    let ending = world.until(EventKind::is_ending).await;

    let ending = ending.last().unwrap();
    assert_eq!(
        answers(ending),
        [pair("coder", "I code"), pair("researcher", "I research"), pair("leader", "I lead")]
    );
    for request in model.requests() {
        assert!(request.tools.is_empty());
        assert_eq!(request.messages.len(), 1, "each is asked the same");
        assert!(request.system.contains("answer this message too"), "{}", request.system);
    }
    let systems: Vec<_> = model.requests().iter().map(|one| one.system.clone()).collect();
    assert!(systems[1].starts_with("You are coder.") && systems[2].contains("You are @researcher"));
    let session = ending.session.unwrap();
    let said: Vec<_> = world.store.messages(session, 10).await.unwrap();
    let bots: Vec<_> =
        said.iter().filter_map(|one| Some(one.bot.as_ref()?.as_str().to_owned())).collect();
    assert_eq!(bots, ["coder", "researcher", "leader"]);
    super::replay::same_again(&world.store, ending.turn.unwrap()).await;
}

#[tokio::test]
async fn everybody_answers_when_all_are_called_and_the_next_turn_is_the_leaders_again() {
    let model = ScriptedModel::new([Script::text("a"), Script::text("b"), Script::text("c")]);
    let mut world = world(&model);
    let events = world.say("@all hello").await;
    assert_eq!(answers(events.last().unwrap()).len(), 3);
    let decided: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.what {
            EventKind::TurnStage { decided, .. } => Some(decided.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        decided,
        ["@all", "talk", "leader, coder, researcher", "3 answers", "said as it is"]
    );
    // Accepted with the claim and the requests, an answer each, the ending.
    assert_eq!(world.store.stats().commits, 5);

    model.push(Script::text("alone"));
    let events = world.say("thanks").await;
    assert_eq!(answers(events.last().unwrap()), [pair("leader", "alone")]);
    let roles: Vec<_> = model.requests()[3].messages.iter().map(|one| one.role).collect();
    assert_eq!(roles[1..4], [Role::Assistant; 3]);
    // Which words are its own, and whose the others are, is said to the leader.
    let last = &model.requests()[3];
    let heard: BTreeSet<_> = last.messages[1..4].iter().map(|one| one.text()).collect();
    let named = |text: &&String| text.starts_with("@coder: ") || text.starts_with("@researcher: ");
    assert_eq!(heard.iter().filter(named).count(), 2, "{heard:?}");
    assert!(last.system.contains("begins with @name:"), "{}", last.system);
    let first = &model.requests()[0].system;
    assert!(!first.contains("begins with @name:"), "nobody had spoken yet: {first}");
}

#[tokio::test]
async fn one_that_fails_costs_a_line_and_all_that_fail_cost_the_turn() {
    let broken = || Script::fails(ModelErrorKind::Forbidden, "not today");
    let model = ScriptedModel::new([Script::text("here"), broken(), Script::text("here too")]);
    let mut world = world(&model);
    let events = world.say("@all hello").await;
    let said = answers(events.last().unwrap());
    assert_eq!(said, [pair("leader", "here"), pair("researcher", "here too")]);
    let told = events.iter().any(|event| match &event.what {
        EventKind::Notice { code, text, .. } => {
            code == "bot_failed" && text.contains("@coder could not answer")
        }
        _ => false,
    });
    assert!(told, "{events:#?}");

    for _ in 0..3 {
        model.push(broken());
    }
    let events = world.say("@all again").await;
    let last = &events.last().unwrap().what;
    assert!(matches!(last, EventKind::TurnFailed { .. }), "{last:?}");
}

#[tokio::test]
async fn what_had_arrived_stays_when_somebody_stops_them() {
    let gate = Gate::new();
    let model = ScriptedModel::new([
        Script::text("all of it"),
        Script::new().say("half of").wait(&gate),
        Script::new().say("a part").wait(&gate),
    ]);
    let mut world = world(&model);
    world.post(envelope("general", "@all hello")).await.unwrap();
    let (mut heard, mut over) = (0, false);
    while heard < 3 || !over {
        let event = world.until(|what| {
            matches!(what, EventKind::TextDelta { .. } | EventKind::BotFinished { .. })
        });
        let event = event.await;
        match &event.last().unwrap().what {
            EventKind::TextDelta { .. } => heard += 1,
            _ => over = true,
        }
    }
    world
        .handle
        .submit(Op::Interrupt { room: "general".parse().unwrap(), turn: None, by: "me".into() })
        .await
        .unwrap();
    let ending = world.until(EventKind::is_ending).await;
    let ending = ending.last().unwrap();
    let said = answers(ending);
    assert_eq!(
        said,
        [pair("leader", "all of it"), pair("coder", "half of"), pair("researcher", "a part")]
    );
    super::replay::same_again(&world.store, ending.turn.unwrap()).await;
}

#[tokio::test]
async fn a_ceiling_that_is_too_low_for_all_of_them_asks_none_and_holds_nothing_back() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model);
    // One answer of two thousand tokens costs four thousandths of a dollar at most.
    let options = TurnOptions { max_cost_usd: Some(0.009), ..TurnOptions::default() };
    let events = world.say_with("@all hello", options.clone()).await;
    assert!(matches!(&events.last().unwrap().what, EventKind::TurnFailed { error, .. }
        if error.code == "budget"));
    assert_eq!(model.requests().len(), 0);

    // What had been held back for the first two would be in the way of this one.
    let settings = TurnOptions { max_cost_usd: Some(0.009), ..options };
    model.push(Script::text("alone"));
    let events = world.say_with("hello", settings).await;
    assert_eq!(answers(events.last().unwrap()), [pair("leader", "alone")]);
    let spent = world.store.usage(nanofolks_protocol::budget::UsageFilter::default()).await;
    let requests: u64 = spent.unwrap().iter().map(|row| row.requests).sum();
    assert_eq!(requests, 1, "nothing is counted that was not asked");
}

/// A process that asks all, hears the leader, and dies without a word.
fn dies(home: &Arc<TempDir>) {
    let gate = Gate::new();
    let model = ScriptedModel::new([
        Script::text("first"),
        Script::new().say("half").wait(&gate),
        Script::new().wait(&gate),
    ]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let mut world = Recipe { home: Arc::clone(home), ..Recipe::default() }.start(&model);
        world.post(envelope("general", "@all hello")).await.unwrap();
        world.until(|what| matches!(what, EventKind::BotFinished { .. })).await;
        world
    });
    crate::journeys::world::killed(runtime);
    drop(world);
}

#[test]
fn a_process_that_takes_it_up_asks_only_those_who_had_not_answered() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    dies(&home);
    let model =
        ScriptedModel::new([Script::text("second"), Script::text("third"), Script::text("next")]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut world = Recipe { home, ..Recipe::default() }.start(&model);
        world.post(envelope("general", "and now?")).await.unwrap();
        let first = world.until(EventKind::is_ending).await;
        let ending = first.last().unwrap();
        let mut said = answers(ending);
        said.sort();
        assert_eq!(
            said,
            [pair("coder", "second"), pair("leader", "first"), pair("researcher", "third")]
        );
        world.until(EventKind::is_ending).await;
        // Each is asked what the others were asked, and nobody twice.
        let requests = model.requests();
        assert_eq!(requests.len(), 3);
        assert_eq!(requests[0].messages.len(), 1);
        let stored = world.stored("general").await;
        let count = |kind: &str| types(&stored).iter().filter(|one| *one == kind).count();
        assert_eq!((count("turn.started"), count("turn.finished")), (2, 2));
        assert_eq!(count("bot.finished"), 4);
        super::replay::same_again(&world.store, ending.turn.unwrap()).await;
    });
}

#[tokio::test]
async fn an_engine_that_stops_leaves_them_to_the_next() {
    let gate = Gate::new();
    let model = ScriptedModel::new([
        Script::text("first"),
        Script::new().say("half").wait(&gate),
        Script::new().wait(&gate),
    ]);
    let mut before: World = world(&model);
    before.post(envelope("general", "@all hello")).await.unwrap();
    before.until(|what| matches!(what, EventKind::BotFinished { .. })).await;
    let home = before.stop().await;

    let model = ScriptedModel::new([Script::text("second"), Script::text("third")]);
    let mut after = Recipe { home, ..Recipe::default() }.start(&model);
    after.handle.submit(Op::Open { room: "general".parse().unwrap() }).await.unwrap();
    let ending = after.until(EventKind::is_ending).await;
    let mut said = answers(ending.last().unwrap());
    said.sort();
    assert_eq!(
        said,
        [pair("coder", "second"), pair("leader", "first"), pair("researcher", "third")]
    );
    super::replay::same_again(&after.store, ending.last().unwrap().turn.unwrap()).await;
}

#[tokio::test]
async fn a_name_that_nobody_has_is_told_and_the_leader_answers() {
    let model = ScriptedModel::new([Script::text("yes?")]);
    let mut world = world(&model);
    let events = world.say("@codr hi").await;
    assert_eq!(answers(events.last().unwrap()), [pair("leader", "yes?")]);
    let told = events.iter().any(|event| match &event.what {
        EventKind::Notice { code, text, hint, .. } => {
            let hint = hint.as_deref().unwrap_or_default();
            code == "bot_unknown"
                && text.contains("did you mean @coder?")
                && hint.contains("leader")
        }
        _ => false,
    });
    assert!(told, "{events:#?}");
}
