use nanofolks_protocol::ModelErrorKind;
use serde_json::json;

use super::*;
use crate::openai_responses::OpenAiResponses;
use crate::testing::{decode_frames, try_frames};

const DONE: &str = r#"{"type":"response.completed","response":{"usage":null}}"#;

#[test]
fn encrypted_reasoning_is_sealed_and_keeps_its_place_between_calls() {
    let events = decode_frames(
        &OpenAiResponses,
        &[
            r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"r1","encrypted_content":"x","summary":[]}}"#,
            r#"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"c1","name":"f","arguments":""}}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"a\":"}"#,
            r#"{"type":"response.function_call_arguments.done","output_index":1,"arguments":"{\"a\":1}"}"#,
            r#"{"type":"response.output_item.done","output_index":2,"item":{"type":"reasoning","id":"r2","encrypted_content":"y","summary":[]}}"#,
            r#"{"type":"response.output_item.done","output_index":3,"item":{"type":"function_call","call_id":"c2","name":"g","arguments":"{}","status":"completed"}}"#,
            DONE,
        ],
    );
    let kinds: Vec<String> = events
        .iter()
        .map(|event| match event {
            ModelEvent::ReasoningSeal(sealed) => format!("seal {}", sealed["data"]["id"]),
            ModelEvent::ToolCall(call) => format!("call {} {}", call.id, call.arguments),
            ModelEvent::Finished { reason } => format!("{reason:?}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["seal \"r1\"", "call c1 {\"a\":1}", "seal \"r2\"", "call c2 {}", "ToolUse"]);
}

#[test]
fn text_that_came_without_deltas_is_not_lost() {
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"whole"}]}}"#;
    assert_eq!(decode_frames(&OpenAiResponses, &[item, DONE])[0], ModelEvent::Text("whole".into()));
}

#[test]
fn a_failed_response_tells_why() {
    let failed = r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}}"#;
    let (_, end) = try_frames(&OpenAiResponses, &[failed]);
    assert_eq!(end.unwrap_err().kind, ModelErrorKind::RateLimited);
    let bare = json!({ "type": "error", "code": "context_length_exceeded", "message": "too long" });
    let (_, end) = try_frames(&OpenAiResponses, &[&bare.to_string()]);
    assert_eq!(end.unwrap_err().kind, ModelErrorKind::ContextOverflow);
}

#[test]
fn a_call_that_the_limit_cut_is_never_run() {
    let events = decode_frames(
        &OpenAiResponses,
        &[
            r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c1","name":"f"}}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{}"}"#,
            r#"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"}}}"#,
        ],
    );
    let ModelEvent::ToolCall(call) = &events[0] else { panic!("{events:?}") };
    assert_eq!(call.malformed.as_deref(), Some("{}"));
    assert_eq!(events.last(), Some(&ModelEvent::Finished { reason: StopReason::Length }));
}
