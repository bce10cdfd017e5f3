use serde_json::json;

use super::*;
use crate::gemini::Gemini;
use crate::testing::{decode_frames, try_frames};

#[test]
fn a_signature_travels_with_its_call() {
    let events = decode_frames(
        &Gemini,
        &[
            r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"sig"},{"functionCall":{"name":"g"}}]},"finishReason":"STOP"}]}"#,
        ],
    );
    let [
        ModelEvent::ToolCall(first),
        ModelEvent::ToolCall(second),
        ModelEvent::Finished { reason },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    let seal = json!({ "provider": "mylab", "model": "test-model", "data": "sig" });
    assert_eq!((first.opaque.as_ref(), second.opaque.as_ref()), (Some(&seal), None));
    assert_eq!((&second.arguments, *reason), (&json!({}), StopReason::ToolUse));
}

#[test]
fn a_blocked_prompt_is_a_filtered_answer() {
    let events = decode_frames(&Gemini, &[r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#]);
    assert_eq!(events, [ModelEvent::Finished { reason: StopReason::Filtered }]);
}

#[test]
fn a_call_that_the_model_could_not_write_fails_the_answer() {
    let (_, end) =
        try_frames(&Gemini, &[r#"{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}"#]);
    assert_eq!(end.unwrap_err().kind, ModelErrorKind::Malformed);
}

#[test]
fn thoughts_count_as_output() {
    let events = decode_frames(
        &Gemini,
        &[
            r#"{"candidates":[{"content":{"parts":[{"text":"t","thought":true},{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2,"thoughtsTokenCount":5}}"#,
        ],
    );
    assert_eq!(events[0], ModelEvent::Reasoning("t".into()));
    let ModelEvent::Usage(usage) = &events[2] else { panic!("{events:?}") };
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (7, 5));
}
