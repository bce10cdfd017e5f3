use std::sync::Arc;

use nanofolks_protocol::{MessageId, Origin, Part, Timestamp, ToolResult};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::tests::{Said, World};

fn message(role: Role, parts: Vec<Part>) -> Arc<Message> {
    let at = Timestamp::from_millis(1_763_672_400_000);
    Arc::new(Message { id: MessageId::fresh(), role, bot: None, turn: None, at, parts })
}

fn user(text: &str) -> Arc<Message> {
    message(Role::User, vec![Part::text(Origin::User, text)])
}

fn result(text: &str) -> Arc<Message> {
    let call = ToolCall {
        id: nanofolks_protocol::CallId::fresh(),
        name: "read_file".into(),
        arguments: json!({}),
        malformed: None,
        opaque: None,
    };
    let content = Content::ToolResult(ToolResult::worked(&call, ToolOutput::text(text)));
    message(Role::Tool, vec![Part { origin: Origin::Tool, content }])
}

fn world(said: Vec<Arc<Message>>) -> World {
    let mut world = World::new();
    world.cx.history = Arc::new(Said(said));
    world
}

fn text(output: &ToolOutput) -> &str {
    output.data.as_str().unwrap()
}

#[test]
fn pages_go_through_every_message_once() {
    let world = world((1..=95).map(|at| user(&format!("message number {at}."))).collect());
    let (mut from, mut all) = (1, String::new());
    for _ in 0..20 {
        let output = world.call("recall_history", json!({ "from": from, "limit": 10 })).unwrap();
        all.push_str(text(&output));
        match output.warnings[0].strip_prefix("continue with from ") {
            Some(next) => from = next.parse().unwrap(),
            None => break,
        }
    }
    for at in 1..=95 {
        assert_eq!(all.matches(&format!("message number {at}.")).count(), 1, "{at}");
    }
}

#[test]
fn words_are_found_in_any_order_and_in_what_tools_returned() {
    let mut said: Vec<_> = (0..500).map(|at| user(&format!("chatter {at}"))).collect();
    said.push(result(&format!(
        "{} the Code Word is zephyr-88 {}",
        "x ".repeat(4_000),
        "y ".repeat(4_000)
    )));
    said.push(user("the code word again"));
    let world = world(said);
    let output = world.call("recall_history", json!({ "query": "zephyr-88 code" })).unwrap();
    assert!(text(&output).contains("Code Word is zephyr-88") && text(&output).contains("[501]"));
    assert!(text(&output).len() < 2_500);
    let none = world.call("recall_history", json!({ "query": "neverland" })).unwrap();
    assert!(text(&none).contains("no message"));
}

#[test]
fn many_hits_go_on_on_the_next_page() {
    let world = world((1..=100).map(|at| user(&format!("same word {at}"))).collect());
    let first = world.call("recall_history", json!({ "query": "same" })).unwrap();
    assert_eq!(first.warnings, ["more were found; continue with from 31"]);
    let last = world.call("recall_history", json!({ "query": "same", "from": 91 })).unwrap();
    assert_eq!(text(&last).matches("same word").count(), 10);
}

#[test]
fn what_is_not_there_is_said() {
    let world = world(vec![user("one")]);
    let output = world.call("recall_history", json!({ "from": 7 })).unwrap();
    assert!(text(&output).contains("no messages"));
    let empty = world.call("recall_history", json!({ "query": "  " })).unwrap();
    assert!(text(&empty).contains("one"));
}

proptest! {
    #[test]
    fn any_conversation_can_be_read_and_searched(
        said in prop::collection::vec("\\PC{0,3000}", 0..8), query in "\\PC{0,12}",
        from in 0_u64..12, limit in 0_u32..200,
    ) {
        let world = world(said.iter().map(|text| user(text)).collect());
        world.call("recall_history", json!({ "from": from, "limit": limit })).unwrap();
        world.call("recall_history", json!({ "query": query, "from": from })).unwrap();
    }
}
