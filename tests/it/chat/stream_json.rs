//! `--stream-json`: one event a line.

use nanofolks_testkit::{Call, FakeModelServer, Finished, Reply};
use serde_json::{Value, json};

use crate::journey::{home_of, scene};

const LIVE: [&str; 3] = ["text.delta", "reasoning.delta", "tool.output"];
const ENDINGS: [&str; 3] = ["turn.finished", "turn.failed", "turn.cancelled"];

/// The events, checked for what holds for every stream.
#[track_caller]
pub(super) fn events(finished: &Finished) -> Vec<Value> {
    let events = finished.json_lines();
    let mut expected = None;
    for event in &events {
        assert_eq!(event["v"], 1, "{event}");
        assert!(event["room"].is_string() && event["at"].is_string(), "{event}");
        let kind = event["type"].as_str().unwrap();
        if LIVE.contains(&kind) {
            assert_eq!(event["seq"], Value::Null, "{event}");
            continue;
        }
        let seq = event["seq"].as_u64().unwrap_or_else(|| panic!("no seq in {event}"));
        assert!(expected.is_none_or(|expected| expected == seq), "a gap before {event}");
        expected = Some(seq + 1);
    }
    let endings = events.iter().filter(|event| is_ending(event)).count();
    assert_eq!(endings, 1, "exactly one ending was expected in {events:#?}");
    events
}

fn is_ending(event: &Value) -> bool {
    event["type"].as_str().is_some_and(|kind| ENDINGS.contains(&kind))
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

#[test]
fn a_turn_is_a_numbered_story_with_one_ending() {
    let (_server, home) = scene([Reply::text("Hello there.").thinking("a greeting")]);

    let events = events(&home.run(["chat", "-q", "hi", "--stream-json"]).exits(0));

    let kinds = kinds(&events);
    for kind in ["turn.started", "bot.started", "text.delta", "usage", "bot.finished"] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    assert_eq!(events.iter().find(|event| is_ending(event)).unwrap()["type"], "turn.finished");
    let whole = events.iter().find(|event| event["type"] == "bot.finished").unwrap();
    assert_eq!(whole["text"], "Hello there.");
}

#[test]
fn tool_calls_are_told_in_order() {
    let (_server, home) = scene([
        Reply::tool_calls([
            Call::new("call_a", "read_file", &json!({ "path": "a.txt" })),
            Call::new("call_b", "read_file", &json!({ "path": "b.txt" })),
        ]),
        Reply::text("done"),
    ]);
    home.write_work("a.txt", "first\n");
    home.write_work("b.txt", "second\n");

    let events = events(&home.run(["chat", "-q", "read both", "--stream-json"]).exits(0));

    for call in ["call_a", "call_b"] {
        let story: Vec<&str> = events
            .iter()
            .filter(|event| {
                event["call_id"] == call
                    || event["call"]["id"] == call
                    || event["result"]["call_id"] == call
            })
            .filter_map(|event| event["type"].as_str())
            .collect();
        assert_eq!(story, ["tool.requested", "tool.started", "tool.finished"], "{call}");
    }
}

#[test]
fn a_failed_turn_ends_with_its_reason() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::error(401));
    let home = home_of(&server);

    let events = events(&home.run(["chat", "-q", "hi", "--stream-json"]).exits(6));

    let ending = events.iter().find(|event| is_ending(event)).unwrap();
    assert_eq!(ending["type"], "turn.failed");
    assert_eq!(ending["error"]["code"], "provider_unauthorized");
}

#[test]
fn numbers_go_on_from_process_to_process() {
    let (_server, home) = scene([Reply::text("one"), Reply::text("two")]);
    let arguments = ["chat", "-q", "hi", "--room", "general", "--stream-json"];

    let first = events(&home.run(arguments).exits(0));
    let second = events(&home.run(arguments).exits(0));

    let last = first.iter().filter_map(|event| event["seq"].as_u64()).max().unwrap();
    let next = second.iter().find_map(|event| event["seq"].as_u64()).unwrap();
    assert!(next > last, "{next} does not follow {last}");
    assert!(next - last <= 3, "numbers are missing between {last} and {next}");
}
