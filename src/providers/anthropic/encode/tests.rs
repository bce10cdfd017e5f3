use super::*;
use crate::anthropic::Anthropic;
use crate::testing::{self, answered, call, longer, said};

#[test]
fn a_request_with_everything() {
    insta::assert_json_snapshot!(testing::body(
        &Anthropic,
        &testing::everything("mylab", "claude-sonnet-4-5")
    ));
}

#[test]
fn at_most_four_places_are_marked_and_the_newest_message_is_one_of_them() {
    let body = testing::body(&Anthropic, &testing::everything("mylab", "claude-sonnet-4-5"));
    assert_eq!(body.to_string().matches("cache_control").count(), 4);
    let last = body["messages"].as_array().unwrap().last().unwrap();
    let block = last["content"].as_array().unwrap().last().unwrap();
    assert_eq!(block["cache_control"]["type"], "ephemeral");
}

#[test]
fn the_beginning_stays_the_same_when_the_conversation_grows() {
    let one = call("call_a", json!({ "path": "a" }));
    let short = longer("m", vec![said("", vec![one.clone()]), answered(&one, "x")]);
    let mut more: Vec<_> = short.messages[1..].to_vec();
    more.push(said("It is x.", vec![]));
    let long = longer("m", more);
    let without_marks = |request: &ModelRequest| {
        let mut body = testing::body(&Anthropic, request);
        for turn in body["messages"].as_array_mut().unwrap() {
            for block in turn["content"].as_array_mut().unwrap() {
                block.as_object_mut().unwrap().remove("cache_control");
            }
        }
        body
    };
    let (short, long) = (without_marks(&short), without_marks(&long));
    assert_eq!((&short["system"], &short["tools"]), (&long["system"], &long["tools"]));
    let count = short["messages"].as_array().unwrap().len();
    assert_eq!(
        short["messages"].as_array().unwrap()[..],
        long["messages"].as_array().unwrap()[..count]
    );
}

#[test]
fn a_tool_round_without_this_models_thoughts_is_asked_without_thinking() {
    let one = call("call_a", json!({}));
    let mut request = longer("m", vec![said("", vec![one.clone()]), answered(&one, "x")]);
    request.effort = Some(Effort::High);
    request.max_output = 32_000;
    assert!(testing::body(&Anthropic, &request).get("thinking").is_none());
    let mut fresh = testing::request("m");
    fresh.effort = Some(Effort::High);
    fresh.max_output = 32_000;
    assert_eq!(testing::body(&Anthropic, &fresh)["thinking"]["budget_tokens"], 24_000);
    fresh.max_output = 1000;
    assert!(testing::body(&Anthropic, &fresh).get("thinking").is_none());
}
