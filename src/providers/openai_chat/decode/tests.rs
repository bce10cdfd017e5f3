use nanofolks_protocol::{ModelErrorKind, ToolCall};
use serde_json::json;

use super::*;
use crate::openai_chat::OpenAiChat;
use crate::preset::Quirks;
use crate::testing::{decode_frames, try_frames};

fn chat() -> OpenAiChat {
    OpenAiChat::new(Quirks::NONE)
}

fn calls(frames: &[&str]) -> Vec<ToolCall> {
    let events = decode_frames(&chat(), frames);
    let calls = events.into_iter().filter_map(|event| match event {
        ModelEvent::ToolCall(call) => Some(call),
        _ => None,
    });
    calls.collect()
}

const STOP: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

#[test]
fn servers_that_number_every_call_zero_are_understood() {
    let calls = calls(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}}]}}]}"#,
        STOP,
        "[DONE]",
    ]);
    assert_eq!(calls.len(), 2);
    assert_eq!((&calls[0].arguments, &calls[1].arguments), (&json!({"x":1}), &json!({"x":2})));
}

#[test]
fn servers_that_number_no_call_and_repeat_names_are_understood() {
    let calls = calls(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":":1}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":null}}]}}]}"#,
        STOP,
    ]);
    assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>(), ["f", "g"]);
    assert_eq!((&calls[0].arguments, &calls[1].arguments), (&json!({"x":1}), &json!({})));
}

#[test]
fn arguments_that_are_no_object_are_kept_as_written() {
    for raw in ["[1]", "12", "{\"a\":", "{} {}", "true"] {
        let frame = json!({ "choices": [{ "delta": { "tool_calls": [{
            "index": 0, "id": "a", "function": { "name": "f", "arguments": raw } }] } }] });
        let calls = calls(&[&frame.to_string(), STOP]);
        assert_eq!(calls[0].malformed.as_deref(), Some(raw));
    }
}

#[test]
fn an_object_that_was_spelled_as_a_string_counts() {
    let frame = r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"\"{\\\"x\\\":1}\""}}]}}]}"#;
    assert_eq!(calls(&[frame, STOP])[0].arguments, json!({ "x": 1 }));
}

#[test]
fn nulls_and_odd_numbers_everywhere_do_no_harm() {
    let events = decode_frames(
        &chat(),
        &[
            r#"{"choices":[{"delta":{"role":"assistant","content":null,"tool_calls":null,"reasoning":null},"finish_reason":null}],"usage":null,"error":null}"#,
            r#"{"choices":[{"delta":null,"finish_reason":""}]}"#,
            r#"{"choices":null}"#,
            r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":-5,"completion_tokens":1e30,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null}}}"#,
            "[DONE]",
        ],
    );
    let [ModelEvent::Text(text), ModelEvent::Usage(usage), ModelEvent::Finished { reason }] =
        &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((text.as_str(), usage.input_tokens, *reason), ("a", 0, StopReason::End));
    assert_eq!(usage.output_tokens, u64::MAX);
}

#[test]
fn reasoning_is_found_under_both_names_and_caches_in_all_places() {
    let events = decode_frames(
        &chat(),
        &[
            r#"{"choices":[{"delta":{"reasoning_content":"deep"}}]}"#,
            r#"{"choices":[{"delta":{"reasoning":"seek","content":""}}]}"#,
            r#"{"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":9,"completion_tokens":2,"cached_tokens":4}}]}"#,
        ],
    );
    assert_eq!(events[0], ModelEvent::Reasoning("deepseek".into()));
    let ModelEvent::Usage(usage) = &events[1] else { panic!("{events:?}") };
    assert_eq!(usage.cached_input_tokens, 4);
}

#[test]
fn done_without_a_reason_closes_nothing() {
    let (_, end) = try_frames(&chat(), &[r#"{"choices":[{"delta":{"content":"a"}}]}"#, "[DONE]"]);
    assert_eq!(end.unwrap_err().kind, ModelErrorKind::Cut);
}

#[test]
fn an_error_object_in_the_stream_ends_it() {
    let error = r#"{"error":{"code":429,"message":"slow down"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}"#;
    let (_, end) = try_frames(&chat(), &[error]);
    assert_eq!(end.unwrap_err().kind, ModelErrorKind::RateLimited);
}
