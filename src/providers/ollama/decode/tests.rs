use nanofolks_protocol::ModelErrorKind;

use super::*;
use crate::ollama::Ollama;
use crate::testing::{decode, request};

fn lines(lines: &[&str]) -> (Vec<ModelEvent>, Result<(), Fault>) {
    let pieces = lines.iter().map(|line| format!("{line}\n").into_bytes());
    decode(&Ollama, &request("test-model"), pieces)
}

#[test]
fn an_error_line_is_told_in_the_servers_words() {
    let (_, end) = lines(&[r#"{"error":"llama runner process has terminated"}"#]);
    let fault = end.unwrap_err();
    assert_eq!(fault.kind, ModelErrorKind::Unavailable);
    assert_eq!(fault.message, "llama runner process has terminated");
}

#[test]
fn the_limit_and_the_counts_are_told() {
    let (events, end) = lines(&[
        r#"{"message":{"role":"assistant","content":"a"},"done":false}"#,
        r#"{"message":{"content":""},"done":true,"done_reason":"length","prompt_eval_count":3,"eval_count":4}"#,
    ]);
    end.unwrap();
    let ModelEvent::Usage(usage) = &events[1] else { panic!("{events:?}") };
    assert_eq!((usage.input_tokens, usage.output_tokens), (3, 4));
    assert_eq!(events[2], ModelEvent::Finished { reason: StopReason::Length });
}
