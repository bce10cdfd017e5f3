//! One of two providers is down.

use std::sync::Arc;

use nanofolks_protocol::{EventKind, ModelErrorKind, StopReason, ToolOutput};
use nanofolks_testkit::{FakeTool, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::world::{Recipe, World};

fn worlds(
    down: &Arc<ScriptedModel>,
    up: &Arc<ScriptedModel>,
    refused: Option<&'static str>,
    tools: Vec<Arc<FakeTool>>,
) -> World {
    let other = Arc::clone(up);
    let change = Box::new(move |models: nanofolks_testkit::ScriptedModels| {
        models.and(other).fall_back("other", refused)
    });
    Recipe { change, tools, ..Recipe::default() }.start(down)
}

fn answer(events: &[Arc<nanofolks_protocol::Event>]) -> String {
    match &events.last().unwrap().what {
        EventKind::TurnFinished { answers, .. } => answers[0].text.clone(),
        other => panic!("not finished: {other:?}"),
    }
}

fn notices(events: &[Arc<nanofolks_protocol::Event>]) -> Vec<String> {
    let code = |event: &Arc<nanofolks_protocol::Event>| match &event.what {
        EventKind::Notice { code, .. } => Some(code.clone()),
        _ => None,
    };
    events.iter().filter_map(code).collect()
}

#[tokio::test]
async fn no_turn_fails_while_one_of_two_providers_is_down() {
    let down = ScriptedModel::new([]);
    down.otherwise(Script::fails(ModelErrorKind::Unavailable, "503"));
    let up = ScriptedModel::named("other", []);
    up.otherwise(Script::text("here"));
    let mut world = worlds(&down, &up, None, vec![]);

    for _ in 0..20 {
        let events = world.say("hello").await;
        assert_eq!(answer(&events), "here");
        assert_eq!(notices(&events), ["fallback"]);
    }

    // After three failures the one that is down is not asked again for a while.
    assert_eq!(down.requests().len(), 3);
    assert_eq!(up.requests().len(), 20);
}

#[tokio::test]
async fn many_turns_at_once_all_end_well_whatever_way_one_of_two_providers_is_down() {
    let ways = [
        Script::fails(ModelErrorKind::Unreachable, "refused"),
        Script::fails(ModelErrorKind::Unavailable, "502"),
        Script::fails(ModelErrorKind::Timeout, "nothing came for 120 s"),
        Script::new().say("roses ").fail(ModelErrorKind::Cut, "gone"),
        Script::fails(ModelErrorKind::RateLimited, "429"),
        Script::fails(ModelErrorKind::Malformed, "a web page"),
    ];
    for way in ways {
        let down = ScriptedModel::new([]);
        down.otherwise(way);
        let up = ScriptedModel::named("other", []);
        up.otherwise(Script::text("are red"));
        let mut world = worlds(&down, &up, None, vec![]);
        for n in 0..24 {
            let room = format!("room-{}", n % 8);
            world.post(super::world::envelope(&room, "hello")).await.unwrap();
        }
        for _ in 0..24 {
            let events = world.until(EventKind::is_ending).await;
            assert!(answer(&events).ends_with("are red"));
        }
        assert_eq!(up.requests().len(), 24);
        // Eight rooms, four turns at once: those that had begun before it opened.
        assert!(down.requests().len() <= 12, "asked {} times", down.requests().len());
    }
}

#[tokio::test]
async fn after_the_minute_one_turn_tries_the_provider_and_the_others_do_not_wait_for_it() {
    let down = ScriptedModel::new([]);
    down.otherwise(Script::fails(ModelErrorKind::Unavailable, "503"));
    let up = ScriptedModel::named("other", []);
    up.otherwise(Script::text("here"));
    let clock = Arc::new(nanofolks_testkit::FixedClock::default());
    let other = Arc::clone(&up);
    let change = Box::new(move |models: nanofolks_testkit::ScriptedModels| {
        models.and(other).fall_back("other", None)
    });
    let mut world = Recipe { change, clock: clock.clone(), ..Recipe::default() }.start(&down);
    for _ in 0..5 {
        world.say("hello").await;
    }
    assert_eq!(down.requests().len(), 3);

    clock.advance(70_000);
    world.say("hello").await;
    world.say("hello").await;
    assert_eq!(down.requests().len(), 4, "one tried, and it opened again");

    clock.advance(70_000);
    down.otherwise(Script::text("back"));
    assert_eq!(answer(&world.say("hello").await), "back");
    assert_eq!(answer(&world.say("hello").await), "back");
}

#[tokio::test]
async fn too_many_requests_keeps_a_provider_away_for_as_long_as_it_says() {
    let busy = Script::fails(ModelErrorKind::RateLimited, "429");
    let down = ScriptedModel::new([busy]);
    down.otherwise(Script::text("back"));
    let up = ScriptedModel::named("other", []);
    up.otherwise(Script::text("here"));
    let mut world = worlds(&down, &up, None, vec![]);
    assert_eq!(answer(&world.say("hello").await), "here");
    assert_eq!(answer(&world.say("hello").await), "here");
    assert_eq!(down.requests().len(), 1, "one is enough: it said so");
}

#[tokio::test]
async fn a_stream_that_dies_half_way_is_gone_on_with_and_no_tool_runs_twice() {
    let down = ScriptedModel::new([
        Script::tool("c1", "look", json!({})),
        Script::new().say("roses are ").fail(ModelErrorKind::Cut, "gone"),
    ]);
    let up = ScriptedModel::named("other", [Script::text("red")]);
    let tool = Arc::new(FakeTool::new("look").does(|_| Ok(ToolOutput::text("a poem"))));
    let mut world = worlds(&down, &up, None, vec![Arc::clone(&tool)]);

    let events = world.say("read it").await;

    assert_eq!(answer(&events), "roses are red");
    assert_eq!(tool.calls().len(), 1);
    let asked = &up.requests()[0];
    let said: Vec<_> = asked.messages.iter().map(|message| message.text()).collect();
    assert!(said.iter().any(|text| text == "roses are "), "{said:?}");
    assert!(said.last().unwrap().contains("Go on exactly"), "{said:?}");
}

#[tokio::test]
async fn a_dearer_model_is_not_tried_and_that_is_said() {
    let down = ScriptedModel::new([Script::fails(ModelErrorKind::RateLimited, "429")]);
    let up = ScriptedModel::named("other", []);
    let mut world = worlds(&down, &up, Some("it costs more"), vec![]);
    let events = world.say("hello").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFailed { .. }));
    assert_eq!(notices(&events), ["fallback_refused"]);
    assert_eq!(up.requests().len(), 0);
}

#[tokio::test]
async fn a_wrong_key_is_not_an_outage() {
    let down = ScriptedModel::new([Script::fails(ModelErrorKind::Unauthorized, "401")]);
    let up = ScriptedModel::named("other", []);
    let mut world = worlds(&down, &up, None, vec![]);
    let events = world.say("hello").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFailed { .. }));
    assert_eq!(up.requests().len(), 0);
}

#[tokio::test]
async fn an_overflow_of_the_window_is_not_an_outage() {
    let down = ScriptedModel::new([Script::fails(ModelErrorKind::ContextOverflow, "too long")]);
    let up = ScriptedModel::named("other", [Script::new().end(StopReason::End)]);
    let mut world = worlds(&down, &up, None, vec![]);
    let events = world.say("hello").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFailed { .. }));
    assert_eq!(up.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_gone_on_with_by_the_only_model_there_is() {
    let model = ScriptedModel::new([
        Script::tool("c1", "look", json!({})),
        Script::new().say("roses are ").fail(ModelErrorKind::Cut, "gone"),
        Script::text("red"),
    ]);
    let tool = Arc::new(FakeTool::new("look").does(|_| Ok(ToolOutput::text("a poem"))));
    let tools = vec![Arc::clone(&tool)];
    let mut world = Recipe { tools, ..Recipe::default() }.start(&model);

    let events = world.say("read it").await;

    assert_eq!(answer(&events), "roses are red");
    assert_eq!(notices(&events), ["stream_cut"]);
    assert_eq!(tool.calls().len(), 1);
    let asked = &model.requests()[2];
    let last = asked.messages.last().unwrap().text();
    assert!(last.contains("Go on exactly"), "{last}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_twice_fails_with_a_word_of_what_to_do() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::new().say("roses ").fail(ModelErrorKind::Cut, "gone"));
    let mut world = super::world::world(&model);

    let events = world.say("hello").await;

    let EventKind::TurnFailed { error: problem, answers, .. } = &events.last().unwrap().what else {
        panic!("{:?}", events.last())
    };
    assert_eq!(model.requests().len(), 2);
    assert_eq!(answers[0].text, "roses roses ");
    assert!(problem.hint.as_deref().unwrap().contains("retry"), "{problem:?}");
}

#[tokio::test]
async fn a_new_process_knows_which_provider_is_down_and_tries_it_once_when_there_is_no_other() {
    let down = ScriptedModel::new([]);
    down.otherwise(Script::fails(ModelErrorKind::Unavailable, "503"));
    let mut home = Arc::new(tempfile::tempdir().unwrap());
    for _ in 0..3 {
        let mut world = Recipe { home, ..Recipe::default() }.start(&down);
        world.say("hello").await;
        home = world.stop().await;
    }
    assert!(down.requests().iter().all(|request| !request.trial));

    let up = ScriptedModel::named("other", []);
    up.otherwise(Script::text("here"));
    let other = Arc::clone(&up);
    let change = Box::new(move |models: nanofolks_testkit::ScriptedModels| {
        models.and(other).fall_back("other", None)
    });
    let mut world = Recipe { home, change, ..Recipe::default() }.start(&down);
    assert_eq!(answer(&world.say("hello").await), "here");
    assert_eq!(down.requests().len(), 3, "it was asked although it is down");
    let home = world.stop().await;

    let mut alone = Recipe { home, ..Recipe::default() }.start(&down);
    alone.say("hello").await;
    assert!(down.requests()[3].trial, "one attempt is enough");
    down.otherwise(Script::text("back"));
    assert_eq!(answer(&alone.say("hello").await), "back");
    alone.say("hello").await;
    assert!(!down.requests()[5].trial, "it is back");
}
