//! Long conversations: they stay within the window, and nothing of them is lost.

use std::sync::Arc;

use nanofolks_protocol::history::CompactionTier;
use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    Content, Event, EventKind, ModelErrorKind, Op, ProblemKind, Receipt, Role, StopReason,
    ToolOutput, UsageFilter, UsageGroup, Write,
};
use nanofolks_testkit::{FakeTool, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::world::{Recipe, World, types};
use crate::CompactionMode;

pub(super) const WINDOW: u32 = 8_000;

/// A world whose model has a small window.
fn world(model: &Arc<ScriptedModel>, mode: CompactionMode) -> World {
    let recipe = Recipe {
        tools: vec![
            Arc::new(FakeTool::new("look").does(|_| Ok(ToolOutput::text("found it")))),
            Arc::new(FakeTool::new("recall_history")),
        ],
        change: Box::new(|models| {
            models.with_card(|card| (card.context_window, card.max_output) = (WINDOW, 1_000))
        }),
        settings: match mode {
            CompactionMode::Summary => |settings| settings,
            CompactionMode::TokenLimit => |mut settings| {
                settings.context.mode = CompactionMode::TokenLimit;
                settings
            },
            CompactionMode::Off => |mut settings| {
                settings.context.mode = CompactionMode::Off;
                settings
            },
        },
        ..Recipe::default()
    };
    recipe.start(model)
}

pub(super) fn answer(text: &str) -> Script {
    Script::new().say(text).end(StopReason::End)
}

pub(super) fn codes(events: &[impl std::borrow::Borrow<Event>]) -> Vec<String> {
    let code = |event: &Event| match &event.what {
        EventKind::Notice { code, .. } => Some(code.clone()),
        _ => None,
    };
    events.iter().filter_map(|event| code(event.borrow())).collect()
}

/// A message and an answer of about so many tokens together.
pub(super) async fn talk(world: &mut World, model: &Arc<ScriptedModel>, said: &str, tokens: usize) {
    model.push(answer(&"many words are said here ".repeat(tokens * 4 / 25)));
    let events = world.say(said).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }), "{events:#?}");
}

pub(super) async fn session(world: &World) -> nanofolks_protocol::SessionId {
    let state = world.store.room(&"general".parse().unwrap()).await.unwrap().unwrap();
    state.session.unwrap().id
}

#[tokio::test]
async fn two_hundred_messages_stay_whole_pairs_are_never_parted_and_no_model_is_needed() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::TokenLimit);
    let mut notices = Vec::new();
    // Each turn leaves four messages; the scripted model checks every pair it is sent.
    for turn in 0..50 {
        model.push(
            Script::new().call(&format!("c{turn}"), "look", json!({})).end(StopReason::ToolUse),
        );
        model.push(answer(&format!("in turn {turn} {}", "this was said at length ".repeat(20))));
        let events = world.say(&format!("Rule {turn}: never touch file-{turn}.txt.")).await;
        assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        notices.extend(codes(&events));
    }
    assert!(notices.contains(&"history_compacted".to_owned()), "{notices:?}");
    let vain = notices.iter().filter(|code| *code == "compaction_no_progress").count();
    assert!(vain <= 3, "{notices:?}");
    assert_eq!(model.unused(), 0);
    assert_eq!(model.requests().len(), 100, "no call but those of the turns");

    // Everything is still there, and can be read from the first message on.
    let session = session(&world).await;
    let all = world.store.messages_after(session, 0, 500).await.unwrap();
    assert_eq!(all.len(), 200);
    assert!(all[0].message.text().starts_with("Rule 0"));

    // What was pinned is in the last request, the message that is asked comes last.
    let last = model.requests().pop().unwrap();
    assert_eq!(last.messages[0].role, Role::System);
    let text: String = last.messages.iter().map(|message| message.text()).collect();
    for turn in 0..50 {
        assert!(text.contains(&format!("Rule {turn}: never touch file-{turn}.txt.")), "{turn}");
    }
    assert!(last.tools.iter().any(|tool| tool.name == "recall_history"));
    assert!(text.contains("recall_history"));
    assert!(model.requests()[0].tools.iter().all(|tool| tool.name != "gone"));
}

#[tokio::test]
async fn a_request_that_would_not_fit_is_shortened_at_once_with_its_rules_byte_for_byte() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    talk(&mut world, &model, "one", 3_200).await;
    talk(&mut world, &model, "two", 3_200).await;
    let before = model.requests().pop().unwrap();

    model.push(answer("well"));
    let question = format!("three {}", "with many more words ".repeat(60));
    let events = world.say(&question).await;

    let codes = codes(&events);
    assert!(codes.contains(&"history_compacted".to_owned()), "{codes:?}");
    let after = model.requests().pop().unwrap();
    assert_eq!(after.system, before.system);
    assert_eq!(after.messages.last().unwrap().text(), question);
    assert_eq!(after.messages[0].role, Role::System);
    let session = session(&world).await;
    let checkpoint = world.store.checkpoint(session).await.unwrap().unwrap();
    assert_eq!(checkpoint.tier, CompactionTier::Emergency);
    assert!(checkpoint.tokens_after * 10 <= checkpoint.tokens_before * 9);
}

#[tokio::test]
async fn a_full_window_is_summed_up_beside_the_conversation_and_paid_for_as_its_own_kind() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    for at in 0..10 {
        talk(&mut world, &model, &format!("question {at}"), 290).await;
        talk(&mut world, &model, &format!("and more {at}"), 290).await;
    }
    model.push(answer(&"many words are said here ".repeat(100)));
    model.push(answer("They talked about questions, and it was decided to go on with them."));
    model.push(answer("fine"));
    world.say("one more").await;
    let events = world.until(|what| matches!(what, EventKind::CompactionFinished { .. })).await;
    assert!(types(&events).contains(&"compaction.started".to_owned()));

    let events = world.say("and now?").await;

    assert_eq!(codes(&events), ["history_compacted"]);
    let request = model.requests().pop().unwrap();
    assert!(request.messages[0].text().contains("it was decided to go on with them"));
    let filter = UsageFilter { group: UsageGroup::Kind, ..UsageFilter::default() };
    let rows = world.store.usage(filter).await.unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| (row.key.as_str(), row.requests)).collect();
    assert_eq!(kinds, [("turn", 22), ("summary", 1)]);
    assert_eq!(model.requests().len(), 23, "every call is in the books");
}

#[tokio::test]
async fn a_summariser_that_is_of_no_use_costs_a_notice_and_nothing_else() {
    for bad in [
        Script::fails(ModelErrorKind::Unavailable, "503"),
        Script::new().say("????????????????????????").end(StopReason::End),
        Script::new()
            .say(&"far too long a summary for anybody ".repeat(2_000))
            .end(StopReason::End),
        Script::new().say("half a summ"),
    ] {
        let model = ScriptedModel::new([]);
        let mut world = world(&model, CompactionMode::Summary);
        for at in 0..12 {
            talk(&mut world, &model, &format!("question {at}"), 500).await;
        }
        model.push(answer(&"many words are said here ".repeat(100)));
        model.push(bad);
        world.say("one more").await;
        let events = world.until(|what| matches!(what, EventKind::CompactionFinished { .. })).await;
        let told = codes(&events);
        assert_eq!(told, ["summary_failed"], "{events:#?}");
        model.push(answer("fine"));
        let events = world.say("and now?").await;
        assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        let request = model.requests().pop().unwrap();
        assert!(request.messages[0].text().contains("The user: question 0"));
    }
}

#[tokio::test]
async fn a_request_that_was_too_long_for_its_provider_is_sent_once_more_and_shorter() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    for at in 0..4 {
        talk(&mut world, &model, &format!("question {at}"), 900).await;
    }
    let said = "this model's maximum context length is 4096 tokens";
    model.push(Script::fails(ModelErrorKind::ContextOverflow, said));
    model.push(answer("here"));

    let events = world.say("and now?").await;

    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }), "{events:#?}");
    assert!(codes(&events).contains(&"history_compacted".to_owned()));
    let requests = model.requests();
    let (long, short) = (&requests[4], &requests[5]);
    assert!(short.messages.len() < long.messages.len());
    assert_eq!(short.messages.last(), long.messages.last());
    // It is remembered, also by the next process.
    let name = "scripted/model".parse().unwrap();
    assert_eq!(world.store.learned(&name).await.unwrap().unwrap().window, Some(4_096));
    let windows: Vec<u64> = events
        .iter()
        .filter_map(|event| match event.what {
            EventKind::Context { window, .. } => Some(window),
            _ => None,
        })
        .collect();
    assert_eq!(windows.last(), Some(&4_096));
}

#[tokio::test]
async fn what_stays_too_long_is_a_clear_error_after_one_more_try() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    for at in 0..4 {
        talk(&mut world, &model, &format!("question {at}"), 900).await;
    }
    model.otherwise(Script::fails(ModelErrorKind::ContextOverflow, "prompt is too long"));
    let events = world.say("and now?").await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Provider, "context_overflow"));
    assert_eq!(model.requests().len(), 6);
}

#[tokio::test]
async fn switched_off_means_left_out_and_that_is_said() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Off);
    talk(&mut world, &model, "one", 3_200).await;
    talk(&mut world, &model, "two", 3_200).await;
    model.push(answer("well"));
    let events = world.say(&"with many more words ".repeat(80)).await;
    assert!(codes(&events).contains(&"history_cut".to_owned()));
    assert_eq!(world.store.checkpoint(session(&world).await).await.unwrap(), None);
}

#[tokio::test]
async fn a_person_can_have_it_summed_up_and_look_at_what_the_window_is_full_of() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    for at in 0..6 {
        talk(&mut world, &model, &format!("Never forget fact-{at}."), 400).await;
    }
    let room = || "general".parse().unwrap();
    let look = Op::Context { room: room(), options: Box::default() };
    let Receipt::Context(before) = world.handle.submit(look.clone()).await.unwrap() else {
        panic!()
    };
    assert_eq!((before.summary, before.messages, before.window), (0, 12, u64::from(WINDOW)));
    assert!(before.history > 2_000 && before.system > 0 && before.tools > 0);

    model.push(Script::text("Six facts were told, and each was taken note of by the bot."));
    let wish = Op::Compact { room: room(), options: Box::default() };
    let Receipt::Compacted { messages, before: long, after: short } =
        world.handle.submit(wish.clone()).await.unwrap()
    else {
        panic!()
    };

    assert!(messages >= 6 && short * 10 <= long * 9, "{messages} {long} {short}");
    let Receipt::Context(after) = world.handle.submit(look).await.unwrap() else { panic!() };
    assert!(after.summary > 0 && after.used < before.used && after.summed_up == messages);
    // Again and again there is less to gain, until there is nothing: no loop.
    model.otherwise(Script::text("Nothing new was said, and nothing was decided either."));
    let mut tries = 0;
    while world.handle.submit(wish.clone()).await.is_ok() {
        tries += 1;
        assert!(tries < 5);
    }
}

#[tokio::test]
async fn a_room_in_which_nobody_spoke_says_so_and_points_nowhere() {
    let model = ScriptedModel::new([]);
    let world = world(&model, CompactionMode::Summary);
    let room = || "fresh".parse().unwrap();
    let wishes = [
        Op::Context { room: room(), options: Box::default() },
        Op::Compact { room: room(), options: Box::default() },
    ];
    for wish in wishes {
        let problem = world.handle.submit(wish).await.unwrap_err();
        assert_eq!((&*problem.code, problem.hint.as_deref()), ("no_session", None));
        assert_eq!(problem.message, "nothing was said in fresh yet");
    }
    assert_eq!(model.requests().len(), 0);
}

#[tokio::test]
async fn a_ceiling_holds_for_summaries_too() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    for at in 0..6 {
        talk(&mut world, &model, &format!("question {at}"), 400).await;
    }
    let home = world.stop().await;
    let recipe = Recipe {
        home,
        settings: |mut settings| {
            settings.budget.limits = vec![nanofolks_protocol::Limit {
                scope: nanofolks_protocol::LimitScope::Install,
                usd: None,
                tokens: Some(1),
                since: None,
            }];
            settings
        },
        ..Recipe::default()
    };
    let asked = model.requests().len();
    let world = recipe.start(&model);
    let wish = Op::Compact { room: "general".parse().unwrap(), options: Box::default() };
    // It goes on without a model, or not at all; no call is made.
    let _done = world.handle.submit(wish).await;
    assert_eq!(model.requests().len(), asked);
    let stored = world.stored("general").await;
    assert!(codes(&stored).contains(&"summary_failed".to_owned()));
}

#[tokio::test]
async fn what_a_turn_is_told_of_older_messages_is_in_its_record() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::TokenLimit);
    talk(&mut world, &model, "one", 3_200).await;
    talk(&mut world, &model, "two", 3_200).await;
    model.push(answer("well"));
    let events = world.say(&"with many more words ".repeat(80)).await;
    let turn = events.last().unwrap().turn.unwrap();
    let record = world.store.turn_record(turn).await.unwrap().unwrap();
    let named = record.requests[0].params["checkpoint"].as_str().unwrap().parse().unwrap();
    let bytes = world.store.content(&named).await.unwrap();
    let kept: nanofolks_protocol::Checkpoint = serde_json::from_slice(&bytes).unwrap();
    let session = session(&world).await;
    assert_eq!(world.store.checkpoint(session).await.unwrap().unwrap(), kept);
}

/// The last defence: whatever the provider counts, a conversation goes on.
#[tokio::test]
async fn absurd_counts_of_a_provider_do_not_stop_a_conversation() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::TokenLimit);
    for counted in [0, 1, u64::MAX, 1_000_000_000, 3] {
        let script = Script::new().say("some words in answer").used(counted, counted);
        model.push(script.end(StopReason::End));
        let events = world.say("say something").await;
        assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
        let used = events.iter().find_map(|event| match event.what {
            EventKind::Context { used, window } => Some((used, window)),
            _ => None,
        });
        let (used, window) = used.unwrap();
        assert!(used < window, "{used} of {window} for {counted}");
    }
    let last = model.requests().pop().unwrap();
    assert_eq!(last.messages.len(), 9);
    let calls = last.messages.iter().flat_map(|message| &message.parts);
    assert!(calls.into_iter().all(|part| matches!(part.content, Content::Text { .. })));
}

#[tokio::test]
async fn a_checkpoint_that_another_process_wrote_is_used() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model, CompactionMode::Summary);
    for at in 0..3 {
        talk(&mut world, &model, &format!("question {at}"), 100).await;
    }
    let session = session(&world).await;
    let all = world.store.messages(session, 10).await.unwrap();
    let checkpoint = nanofolks_protocol::Checkpoint {
        upto: all[3].id,
        messages: 4,
        summary: "Two questions were asked.".into(),
        ledger: json!({ "items": [
            { "kind": "rule", "text": "Never lie.", "from": "user", "weight": 6 },
        ] }),
        tier: CompactionTier::Background,
        tokens_before: 200,
        tokens_after: 20,
        at: all[3].at,
    };
    let write = Write::Checkpoint { session, checkpoint: Box::new(checkpoint) };
    use nanofolks_protocol::ports::Journal as _;
    world.store.commit(nanofolks_protocol::Batch { writes: vec![write] }).await.unwrap();
    model.push(answer("yes"));
    world.say("and now?").await;
    let request = model.requests().pop().unwrap();
    assert_eq!(request.messages.len(), 4, "head, two messages, the question");
    let head = request.messages[0].text();
    assert!(head.contains("Two questions were asked.") && head.contains("Never lie."));
}

#[tokio::test]
async fn a_turn_that_fills_the_window_alone_is_shortened_where_it_is_read_and_goes_on() {
    let model = ScriptedModel::new([]);
    for at in 0..12 {
        let call = Script::new().call(&format!("c{at}"), "page", json!({}));
        model.push(call.end(StopReason::ToolUse));
    }
    model.push(answer("read all of it"));
    let page =
        FakeTool::new("page").does(|_| Ok(ToolOutput::text("a line of a page\n".repeat(350))));
    let change = Box::new(|models: nanofolks_testkit::ScriptedModels| {
        models.with_card(|card| (card.context_window, card.max_output) = (WINDOW, 1_000))
    });
    let tools = vec![Arc::new(page), Arc::new(FakeTool::new("recall_history"))];
    let mut world = Recipe { tools, change, ..Recipe::default() }.start(&model);

    let question = "Never leave out the last page. Read all twelve.";
    let events = world.say(question).await;

    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }), "{events:#?}");
    assert!(codes(&events).contains(&"results_shortened".to_owned()));
    let last = model.requests().pop().unwrap();
    assert_eq!(last.messages[0].text(), question);
    let sent: Vec<String> = last
        .messages
        .iter()
        .flat_map(|message| &message.parts)
        .filter_map(|part| match &part.content {
            Content::ToolResult(result) => Some(result.for_model()),
            _ => None,
        })
        .collect();
    assert_eq!(sent.len(), 12, "every call has its result");
    assert!(sent[0].contains("recall_history from 3 has all of it"), "{}", sent[0]);
    assert!(sent[11].len() > 5_000, "the newest is whole");
    assert!(last.tools.iter().any(|tool| tool.name == "recall_history"));
    let bytes: usize = sent.iter().map(String::len).sum();
    assert!(bytes < 8_000 * 4, "{bytes} bytes were sent");
    // What was left out is all there.
    let session = session(&world).await;
    let stored = world.store.messages_after(session, 2, 1).await.unwrap();
    let whole = serde_json::to_string(&*stored[0].message).unwrap();
    assert!(whole.len() > 5_000 && !whole.contains("left out"));
}

#[tokio::test]
async fn what_a_process_that_ended_with_its_turn_left_is_summed_up_when_the_room_is_opened() {
    let model = ScriptedModel::new([]);
    let mut script = world(&model, CompactionMode::Summary);
    for at in 0..12 {
        talk(&mut script, &model, &format!("question {at}"), 500).await;
    }
    talk(&mut script, &model, "one more", 650).await;
    let asked = model.requests().len();
    let home = script.stop().await;
    assert_eq!(model.requests().len(), asked, "a script waits for no summary");

    model.push(answer("They talked about twelve questions, and decided to go on with them."));
    let change = Box::new(|models: nanofolks_testkit::ScriptedModels| {
        models.with_card(|card| (card.context_window, card.max_output) = (WINDOW, 1_000))
    });
    let mut next = Recipe { home, change, ..Recipe::default() }.start(&model);
    next.handle.submit(Op::Open { room: "general".parse().unwrap() }).await.unwrap();
    next.until(|what| matches!(what, EventKind::CompactionFinished { .. })).await;

    let checkpoint = next.store.checkpoint(session(&next).await).await.unwrap().unwrap();
    assert_ne!(checkpoint.tier, CompactionTier::Emergency);
    assert!(checkpoint.summary.contains("decided to go on"), "{}", checkpoint.summary);
}

#[tokio::test]
async fn where_more_was_said_than_is_read_at_once_no_result_is_sent_without_its_call() {
    let model = ScriptedModel::new([]);
    let change = Box::new(|models: nanofolks_testkit::ScriptedModels| {
        models.with_card(|card| card.context_window = 2_000_000)
    });
    let tools = vec![Arc::new(FakeTool::new("look").does(|_| Ok(ToolOutput::text("found"))))];
    let settings = |mut settings: crate::EngineSettings| {
        settings.context.mode = CompactionMode::Off;
        settings
    };
    let mut world = Recipe { tools, change, settings, ..Recipe::default() }.start(&model);
    // Four messages a turn: question, call, result, answer; 400 are read at once.
    for turn in 0..103 {
        model.push(Script::tool(&format!("c{turn}"), "look", json!({})));
        model.push(answer("well"));
        world.post(super::world::envelope("general", "go on")).await.unwrap();
        world.until(EventKind::is_ending).await;
    }
    let odd = |request: &nanofolks_protocol::ModelRequest| request.messages[0].role != Role::User;
    assert_eq!(model.requests().iter().filter(|request| odd(request)).count(), 0);
}
