//! Single turns, from a message to its ending.

use std::sync::Arc;

use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    Content, Effect, EventKind, ModelErrorKind, Op, ProblemKind, Receipt, Role, StopReason,
    ToolError, ToolOutput, TurnOptions,
};
use nanofolks_testkit::{FakeTool, Gate, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::world::{Recipe, World, envelope, types, world};
use nanofolks_protocol::ports::Archive as _;

fn answer(events: &[Arc<nanofolks_protocol::Event>]) -> String {
    match &events.last().unwrap().what {
        EventKind::TurnFinished { answers, .. } => answers[0].text.clone(),
        other => panic!("not finished: {other:?}"),
    }
}

#[tokio::test]
async fn a_question_costs_two_commits_and_leaves_a_whole_course() {
    let model = ScriptedModel::new([Script::text("four").used(10, 1)]);
    let mut world = world(&model);

    let events = world.say("two and two?").await;

    assert_eq!(answer(&events), "four");
    assert_eq!(world.store.stats().commits, 2);
    let stored = world.stored("general").await;
    assert_eq!(
        types(&stored),
        [
            "turn.started",
            "turn.stage",
            "turn.stage",
            "turn.stage",
            "bot.started",
            "usage",
            "context",
            "bot.finished",
            "turn.stage",
            "turn.stage",
            "turn.finished",
        ]
    );
    let numbers: Vec<_> = stored.iter().map(|event| event.seq.unwrap()).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<_>>());
    // What was shown is what was stored, and live hints came besides.
    let shown: Vec<_> =
        events.iter().filter(|event| event.seq.is_some()).map(|event| (**event).clone()).collect();
    assert_eq!(shown, stored);
    assert!(types(&events).contains(&"text.delta".to_owned()));
}

#[tokio::test]
async fn the_prefix_of_the_second_request_is_the_first_byte_for_byte() {
    let model = ScriptedModel::new([Script::text("one"), Script::text("two")]);
    let mut world = world(&model);
    world.say("first").await;
    world.say("second").await;

    let requests = model.requests();
    assert_eq!(requests[0].system, requests[1].system);
    assert_eq!(*requests[0].tools, *requests[1].tools);
    assert_eq!(requests[0].messages[..], requests[1].messages[..1]);
    assert_eq!(requests[1].messages.len(), 3);
}

#[tokio::test]
async fn a_round_of_reading_tools_is_one_commit() {
    let model = ScriptedModel::new([
        Script::new()
            .call("c1", "look", json!({ "path": "a" }))
            .call("c2", "look", json!({}))
            .end(StopReason::ToolUse),
        Script::text("done"),
    ]);
    let tool = Arc::new(FakeTool::new("look").does(|_| Ok(ToolOutput::text("roses"))));
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);

    let events = world.say("look twice").await;

    assert_eq!(answer(&events), "done");
    assert_eq!(world.store.stats().commits, 3);
    assert_eq!(tool.calls().len(), 2);
    let results: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.what {
            EventKind::ToolFinished { result } => Some(result.call_id.as_str().to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(results, ["c1", "c2"]);
    let last = model.requests().pop().unwrap();
    assert_eq!(last.messages.last().unwrap().role, Role::Tool);
}

#[tokio::test]
async fn a_tool_that_fails_or_panics_is_told_and_the_model_goes_on() {
    let model = ScriptedModel::new([
        Script::new()
            .call("c1", "bad", json!({}))
            .call("c2", "worse", json!({}))
            .end(StopReason::ToolUse),
        Script::text("sorry"),
    ]);
    let bad = Arc::new(FakeTool::new("bad").does(|_| Err(ToolError::new("not_found", "no a.txt"))));
    let worse = Arc::new(FakeTool::new("worse").does(|_| panic!("boom")));
    let mut world = Recipe { tools: vec![bad, worse], ..Recipe::default() }.start(&model);

    let events = world.say("try").await;

    assert_eq!(answer(&events), "sorry");
    let request = model.requests().pop().unwrap();
    let texts: Vec<_> = request
        .messages
        .last()
        .unwrap()
        .parts
        .iter()
        .map(|part| match &part.content {
            Content::ToolResult(result) => result.for_model(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["error (not_found): no a.txt", "error (broken_tool): worse broke down"]);
}

#[tokio::test]
async fn an_unknown_tool_and_broken_arguments_are_never_run() {
    let model = ScriptedModel::new([
        Script::tool("c1", "nope", json!({})),
        Script::new().malformed_call("c2", "look", "{\"path\": \"a").end(StopReason::ToolUse),
        Script::text("I see"),
    ]);
    let tool = Arc::new(FakeTool::new("look"));
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);

    let events = world.say("go").await;

    assert_eq!(answer(&events), "I see");
    assert_eq!(tool.calls().len(), 0);
}

#[tokio::test]
async fn the_limit_of_model_calls_ends_the_turn_and_leaves_no_call_open() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::tool("same", "look", json!({})));
    let tool = Arc::new(FakeTool::new("look"));
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);

    let options = TurnOptions { max_iterations: 3, ..TurnOptions::default() };
    let events = world.say_with("go", options).await;

    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Budget, "iteration_limit"));
    assert_eq!(model.requests().len(), 3);
    assert_eq!(tool.calls().len(), 2);
    // The scripted model checks that every call of the history has its result.
    model.otherwise(Script::text("fine"));
    assert_eq!(answer(&world.say("again").await), "fine");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_a_failure_and_keeps_what_arrived() {
    let model = ScriptedModel::new([
        Script::new().say("half an ans").fail(ModelErrorKind::Cut, "the connection ended"),
        Script::fails(ModelErrorKind::Cut, "it ended again"),
        Script::text("whole"),
    ]);
    let mut world = world(&model);

    let events = world.say("go").await;

    let EventKind::TurnFailed { error, answers, .. } = &events.last().unwrap().what else {
        panic!()
    };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Provider, "stream_cut"));
    assert_eq!(answers[0].text, "half an ans");
    assert_eq!(answer(&world.say("go on").await), "whole");
    assert_eq!(model.requests()[2].messages[1].text(), "half an ans");
}

#[tokio::test]
async fn a_call_of_a_reply_that_was_cut_is_never_run() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::new().call("c1", "look", json!({})).fail(ModelErrorKind::Cut, "gone"));
    let tool = Arc::new(FakeTool::new("look"));
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    let events = world.say("go").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFailed { .. }));
    assert_eq!(tool.calls().len(), 0);
}

#[tokio::test]
async fn an_interrupt_stops_a_model_that_stalls_and_keeps_what_arrived() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().say("well, ").wait(&gate).say("never")]);
    let mut world = world(&model);
    world.post(envelope("general", "go")).await.unwrap();
    gate.reached().await;

    let by = "me".to_owned();
    let room = "general".parse().unwrap();
    world.handle.submit(Op::Interrupt { room, turn: None, by }).await.unwrap();

    let events = world.until(EventKind::is_ending).await;
    let EventKind::TurnCancelled { by, answers, .. } = &events.last().unwrap().what else {
        panic!()
    };
    assert_eq!((by.as_str(), answers[0].text.as_str()), ("me", "well, "));
}

#[tokio::test]
async fn an_interrupt_stops_a_tool_that_hangs() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::tool("c1", "hang", json!({})), Script::text("next")]);
    let tool = Arc::new(FakeTool::new("hang").waits(&gate));
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);
    world.post(envelope("general", "go")).await.unwrap();
    gate.reached().await;

    let room = "general".parse().unwrap();
    world.handle.submit(Op::Interrupt { room, turn: None, by: "me".into() }).await.unwrap();

    let events = world.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnCancelled { .. }));
    let status = events.iter().find_map(|event| match &event.what {
        EventKind::ToolFinished { result } => Some(result.status),
        _ => None,
    });
    assert_eq!(status, Some(CallStatus::Cancelled));
    assert_eq!(answer(&world.say("again").await), "next");
}

#[tokio::test]
async fn a_deadline_ends_the_turn() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate)]);
    let mut world = world(&model);
    let options = TurnOptions { deadline_ms: Some(50), ..TurnOptions::default() };
    let events = world.say_with("go", options).await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!(error.kind, ProblemKind::Deadline);
}

#[tokio::test]
async fn the_ceiling_of_cost_stops_before_the_next_call() {
    let call = Script::new().call("c1", "look", json!({})).used(1_000_000, 1_000_000);
    let model = ScriptedModel::new([call.end(StopReason::ToolUse)]);
    let tool = Arc::new(FakeTool::new("look"));
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    let options = TurnOptions { max_cost_usd: Some(2.5), ..TurnOptions::default() };
    let events = world.say_with("go", options).await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Budget, "budget"));
    assert_eq!((model.requests().len(), tool.calls().len()), (1, 1));
    model.push(Script::text("fine"));
    assert_eq!(answer(&world.say("again").await), "fine");
}

#[tokio::test]
async fn a_call_that_could_go_over_the_ceiling_is_not_made_at_all() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model);
    let options = TurnOptions { max_cost_usd: Some(0.000_1), ..TurnOptions::default() };
    let events = world.say_with("go", options).await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Budget, "budget"));
    assert_eq!(model.requests().len(), 0);
}

#[tokio::test]
async fn the_ceiling_of_a_day_holds_over_rooms() {
    let model =
        ScriptedModel::new([Script::new().say("one").used(1_000, 600).end(StopReason::End)]);
    let recipe = Recipe {
        settings: |settings| crate::EngineSettings {
            budget: crate::Budget {
                limits: vec![nanofolks_protocol::Limit {
                    scope: nanofolks_protocol::LimitScope::Day,
                    usd: None,
                    tokens: Some(5_000),
                    since: None,
                }],
                allow_unknown_price: false,
            },
            ..settings
        },
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    world.post(envelope("one", "first")).await.unwrap();
    world.until(EventKind::is_ending).await;
    world.post(envelope("two", "second")).await.unwrap();
    let events = world.until(EventKind::is_ending).await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert!(error.message.contains("5000 tokens for today"), "{}", error.message);
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn a_model_of_unknown_price_is_over_any_ceiling_of_money() {
    let model = ScriptedModel::new([]);
    let recipe = Recipe {
        change: Box::new(|models| models.with_card(|card| card.price = None)),
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    let options = TurnOptions { max_cost_usd: Some(100.0), ..TurnOptions::default() };
    let events = world.say_with("go", options).await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Budget, "price_unknown"));
    assert_eq!(model.requests().len(), 0);
}

#[tokio::test]
async fn the_same_message_twice_is_answered_once() {
    let model = ScriptedModel::new([Script::text("once")]);
    let mut world = world(&model);
    let first = envelope("general", "hello");
    let mut second = envelope("general", "hello");
    second.idempotency_key.clone_from(&first.idempotency_key);
    let (id, key_owner) = (first.id, first.id);
    world.post(first).await.unwrap();
    world.until(EventKind::is_ending).await;

    let receipt = world.post(second).await.unwrap();

    let Receipt::Posted { envelope, duplicate, turn, .. } = receipt else { panic!() };
    assert_eq!((envelope, duplicate), (key_owner, true));
    assert!(turn.is_some());
    assert_eq!(model.requests().len(), 1);
    assert_eq!(id, key_owner);
}

#[tokio::test]
async fn a_large_output_is_kept_whole_and_shown_short() {
    let whole = "line of text\n".repeat(20_000);
    let model = ScriptedModel::new([Script::tool("c1", "dump", json!({})), Script::text("big")]);
    let output = whole.clone();
    let tool = Arc::new(
        FakeTool::new("dump")
            .describe(|descriptor| descriptor.result_budget = 10_000)
            .does(move |_| Ok(ToolOutput::text(output.clone()))),
    );
    let mut world = Recipe { tools: vec![tool], ..Recipe::default() }.start(&model);

    let events = world.say("dump").await;

    let result = events.iter().find_map(|event| match &event.what {
        EventKind::ToolFinished { result } => Some(result.clone()),
        _ => None,
    });
    let truncated = result.clone().unwrap().truncated.unwrap();
    assert_eq!(truncated.bytes, whole.len() as u64);
    assert!(result.unwrap().for_model().len() < 11_000);
    use nanofolks_protocol::ports::Blobs as _;
    assert_eq!(world.store.get(&truncated.artifact).await.unwrap(), whole.as_bytes());
}

#[tokio::test]
async fn a_model_without_tools_is_offered_none_and_the_user_is_told() {
    let model = ScriptedModel::new([Script::text("hi")]);
    let recipe = Recipe {
        tools: vec![Arc::new(FakeTool::new("look"))],
        change: Box::new(|models| {
            models.with_card(|card| (card.tools, card.small) = (false, true))
        }),
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    let events = world.say("hello").await;
    assert!(model.requests()[0].tools.is_empty());
    let noticed = events
        .iter()
        .any(|event| matches!(&event.what, EventKind::Notice { code, .. } if code == "no_tools"));
    assert!(noticed);
}

#[tokio::test]
async fn an_unknown_bot_fails_the_turn_and_keeps_the_message() {
    let model = ScriptedModel::new([]);
    let mut world = world(&model);
    let options = TurnOptions { bot: Some("nobody".parse().unwrap()), ..TurnOptions::default() };
    let events = world.say_with("hello?", options).await;
    let EventKind::TurnFailed { error, .. } = &events.last().unwrap().what else { panic!() };
    assert_eq!((error.kind, &*error.code), (ProblemKind::Usage, "bot_unknown"));
    assert_eq!(types(&world.stored("general").await), ["turn.started", "turn.failed"]);
    let state = world.store.room(&"general".parse().unwrap()).await.unwrap().unwrap();
    let session = state.session.unwrap();
    let messages = world.store.messages(session.id, 10).await.unwrap();
    assert_eq!(messages[0].text(), "hello?");
}

#[tokio::test]
async fn an_answer_that_was_cut_short_by_its_limit_says_so() {
    let model = ScriptedModel::new([Script::new().say("a long ans").end(StopReason::Length)]);
    let mut world = world(&model);
    let events = world.say("go").await;
    assert!(types(&events).contains(&"notice".to_owned()));
    assert_eq!(answer(&events), "a long ans");
}

#[tokio::test]
async fn a_new_session_forgets_and_the_history_stays() {
    let model = ScriptedModel::new([Script::text("one"), Script::text("two")]);
    let mut world = world(&model);
    world.say("first").await;
    let room = "general".parse().unwrap();
    let receipt = world.handle.submit(Op::NewSession { room }).await.unwrap();
    let Receipt::Session(session) = receipt else { panic!() };
    let events = world.say("second").await;
    assert_eq!(events.last().unwrap().session, Some(session));
    assert_eq!(model.requests()[1].messages.len(), 1);
    assert_eq!(world.stored("general").await.len(), 11 + 1 + 11);
}

#[tokio::test]
async fn a_shutdown_in_the_middle_of_a_turn_leaves_it_to_the_next_process() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().say("well").wait(&gate)]);
    let world: World = world(&model);
    world.post(envelope("general", "go")).await.unwrap();
    gate.reached().await;
    let home = world.stop().await;

    let model = ScriptedModel::new([Script::text("done")]);
    let mut again = Recipe { home, ..Recipe::default() }.start(&model);
    let room = "general".parse().unwrap();
    again.handle.submit(Op::Open { room }).await.unwrap();
    let events = again.until(EventKind::is_ending).await;
    assert_eq!(answer(&events), "done");
    let stored = again.stored("general").await;
    assert_eq!(stored.iter().filter(|event| event.what.is_ending()).count(), 1);
}

#[tokio::test]
async fn an_effect_needs_an_approval_and_without_anybody_it_is_refused() {
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({})), Script::text("ok")]);
    let tool = Arc::new(FakeTool::new("scribble").effects([Effect::FsWrite]));
    let mut world = Recipe { tools: vec![Arc::clone(&tool)], ..Recipe::default() }.start(&model);
    let events = world.say("write").await;
    assert_eq!(tool.calls().len(), 0);
    let error = events.iter().find_map(|event| match &event.what {
        EventKind::ToolFinished { result } => result.error.clone(),
        _ => None,
    });
    assert_eq!(error.unwrap().code, "approval_needed");
    assert_eq!(answer(&events), "ok");
}
