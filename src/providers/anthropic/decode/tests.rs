use nanofolks_protocol::ModelErrorKind;

use super::*;
use crate::anthropic::Anthropic;
use crate::testing::{decode_frames, try_frames};

const STOP: &str = r#"{"type":"message_stop"}"#;

#[test]
fn interleaved_blocks_find_their_pieces_and_thoughts_are_sealed() {
    let events = decode_frames(
        &Anthropic,
        &[
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"zzz"}}"#,
            r#"{"type":"content_block_stop","index":1}"#,
            r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
            r#"{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"b","name":"g","input":{"whole":1}}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}"#,
            r#"{"type":"content_block_stop","index":3}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#,
            r#"{"type":"content_block_stop","index":2}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":7}}"#,
            STOP,
        ],
    );
    assert_eq!(events[0], ModelEvent::Reasoning("hm".into()));
    let ModelEvent::ReasoningSeal(seal) = &events[1] else { panic!("{events:?}") };
    assert_eq!(seal["data"], json!({ "type": "thinking", "thinking": "hm", "signature": "sig" }));
    let ModelEvent::ReasoningSeal(seal) = &events[2] else { panic!("{events:?}") };
    assert_eq!(seal["data"], json!({ "type": "redacted_thinking", "data": "zzz" }));
    let ModelEvent::ToolCall(first) = &events[3] else { panic!("{events:?}") };
    let ModelEvent::ToolCall(second) = &events[4] else { panic!("{events:?}") };
    assert_eq!((&first.arguments, &second.arguments), (&json!({"whole":1}), &json!({"x":1})));
}

#[test]
fn cached_input_is_counted_in() {
    let events = decode_frames(
        &Anthropic,
        &[
            r#"{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,"output_tokens":1}}}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5,"input_tokens":null}}"#,
            STOP,
        ],
    );
    let ModelEvent::Usage(usage) = &events[0] else { panic!("{events:?}") };
    assert_eq!((usage.input_tokens, usage.output_tokens), (60, 5));
    assert_eq!((usage.cached_input_tokens, usage.cache_write_tokens), (30, 20));
}

#[test]
fn a_block_that_was_never_stopped_is_never_run() {
    let events = decode_frames(
        &Anthropic,
        &[
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            STOP,
        ],
    );
    let ModelEvent::ToolCall(call) = &events[0] else { panic!("{events:?}") };
    assert_eq!(call.malformed.as_deref(), Some("{}"));
}

#[test]
fn an_error_event_ends_the_answer() {
    let error = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    let (_, end) = try_frames(&Anthropic, &[error]);
    assert_eq!(end.unwrap_err().kind, ModelErrorKind::Unavailable);
}
