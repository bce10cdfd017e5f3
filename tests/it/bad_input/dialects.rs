//! What may go wrong in a stream goes wrong in every format.

use std::sync::atomic::Ordering;

use nanofolks_testkit::{Dialect, FakeModelServer, Reply};

use super::floods::{Bare, FLOOD, STREAM, Speech, watched};
use crate::journey::{at, impatient_home, no_crash, says_clearly};

const LINES: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n";

const fn head(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Ollama => LINES,
        _ => STREAM,
    }
}

/// The bytes of a piece of text up to where the text begins.
const fn open_text(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::OpenAiChat => "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"",
        Dialect::OpenAiResponses => {
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\
             \"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"delta\":\""
        }
        Dialect::Anthropic => {
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\
             \"delta\":{\"type\":\"text_delta\",\"text\":\""
        }
        Dialect::Gemini => {
            "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\""
        }
        Dialect::Ollama => "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"",
    }
}

/// An answer, "well", after which `count` tokens are said to have been used in each way.
fn answer(dialect: Dialect, count: &str) -> String {
    let said: &[String] = &match dialect {
        Dialect::OpenAiChat => [
            r#"data: {"choices":[{"index":0,"delta":{"content":"well"},"finish_reason":"stop"}]}"#
                .to_owned(),
            format!(
                r#"data: {{"choices":[],"usage":{{"prompt_tokens":{count},"completion_tokens":{count},"prompt_tokens_details":{{"cached_tokens":{count}}}}}}}"#
            ),
            "data: [DONE]".to_owned(),
        ]
        .to_vec(),
        Dialect::OpenAiResponses => [
            r#"data: {"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"well"}"#.to_owned(),
            format!(
                r#"data: {{"type":"response.completed","response":{{"id":"r","status":"completed","output":[{{"type":"message","id":"m","role":"assistant","content":[{{"type":"output_text","text":"well"}}]}}],"usage":{{"input_tokens":{count},"output_tokens":{count},"input_tokens_details":{{"cached_tokens":{count}}},"output_tokens_details":{{"reasoning_tokens":{count}}}}}}}}}"#
            ),
        ]
        .to_vec(),
        Dialect::Anthropic => [
            format!(
                r#"data: {{"type":"message_start","message":{{"id":"m","role":"assistant","content":[],"usage":{{"input_tokens":{count},"cache_read_input_tokens":{count},"cache_creation_input_tokens":{count},"output_tokens":1}}}}}}"#
            ),
            r#"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#.to_owned(),
            r#"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"well"}}"#.to_owned(),
            r#"data: {"type":"content_block_stop","index":0}"#.to_owned(),
            format!(
                r#"data: {{"type":"message_delta","delta":{{"stop_reason":"end_turn"}},"usage":{{"output_tokens":{count}}}}}"#
            ),
            r#"data: {"type":"message_stop"}"#.to_owned(),
        ]
        .to_vec(),
        Dialect::Gemini => [format!(
            r#"data: {{"candidates":[{{"content":{{"role":"model","parts":[{{"text":"well"}}]}},"finishReason":"STOP","index":0}}],"usageMetadata":{{"promptTokenCount":{count},"candidatesTokenCount":{count},"thoughtsTokenCount":{count},"cachedContentTokenCount":{count}}}}}"#
        )]
        .to_vec(),
        Dialect::Ollama => [
            r#"{"model":"m","message":{"role":"assistant","content":"well"},"done":false}"#
                .to_owned(),
            format!(
                r#"{{"model":"m","message":{{"role":"assistant","content":""}},"done":true,"done_reason":"stop","prompt_eval_count":{count},"eval_count":{count}}}"#
            ),
        ]
        .to_vec(),
    };
    let between = if dialect == Dialect::Ollama { "\n" } else { "\n\n" };
    said.iter().map(|one| format!("{one}{between}")).collect()
}

#[test]
fn an_event_without_end_is_one_clear_line_in_every_format() {
    for dialect in Dialect::ALL {
        let first = open_text(dialect).as_bytes().to_vec();
        let speech = Speech { head: head(dialect), first, again: vec![b'a'; 1 << 20], most: FLOOD };
        let server = Bare::saying(speech);

        let (finished, memory) = watched(&server.home_in(dialect, ""));

        says_clearly(&finished.exits(6), &["lab"]);
        let sent = server.sent.load(Ordering::Relaxed);
        assert!(sent < FLOOD / 2, "{dialect:?}: {sent} bytes were taken");
        if cfg!(target_os = "linux") {
            assert!(memory > 0 && memory < 128 << 20, "{dialect:?}: {memory} bytes of memory");
        }
    }
}

#[test]
fn counts_that_cannot_be_poison_no_sum_and_no_ceiling_in_any_format() {
    let more = "[models.\"lab/m\"]\nprice = { input = 1.0, output = 2.0 }\nmax_output = 1000\n\
                [budget]\nday_usd = 0.05\n";
    for dialect in Dialect::ALL {
        let counts = [
            "-5",
            "1000000000000000000",
            "1e300",
            "\"many\"",
            "null",
            "{}",
            "18446744073709551616",
        ];
        for count in counts {
            let server = Bare::saying(Speech::once(head(dialect), answer(dialect, count)));
            let home = server.home_in(dialect, more);

            let done = home.run(["chat", "-q", "hi", "--json"]).exits(0);

            let told = done.json();
            assert_eq!(at(&told, "answer"), "well", "{dialect:?} {count}");
            let cost = at(&told, "usage.cost_usd").as_f64().unwrap();
            assert!((0.0..0.01).contains(&cost), "{dialect:?} {count}: {told}");
            let sums = home.run(["usage", "--json"]).exits(0).json();
            let total = &sums["total"];
            assert_eq!(total["requests"], 1, "{dialect:?} {count}: {sums}");
            assert_eq!(total["cost_usd"].as_f64().unwrap().to_bits(), cost.to_bits(), "{sums}");
            assert!(
                total["input_tokens"].as_u64().unwrap() < 100_000,
                "{dialect:?} {count}: {sums}"
            );
            // The ceiling of the day still lets a call through.
            home.run(["chat", "-q", "again"]).exits(0);
        }
    }
}

#[test]
fn any_format_in_place_of_any_other_is_one_clear_line() {
    for asked in Dialect::ALL {
        for spoken in Dialect::ALL.into_iter().filter(|spoken| *spoken != asked) {
            let server = FakeModelServer::start();
            server.otherwise(Reply::text("hello").wrong_dialect(spoken));
            let home = impatient_home(&server, asked);

            let finished = home.run(["chat", "-q", "hi"]);

            assert_eq!(finished.code(), 6, "{asked:?} took {spoken:?}: {:?}", finished.out());
            no_crash(&finished.err());
            let errors = finished.err().lines().filter(|line| line.starts_with("error: ")).count();
            assert_eq!(errors, 1, "{asked:?} took {spoken:?}: {}", finished.err());
        }
    }
}

/// An event with a piece of a tool's arguments, and what comes before the first of them.
fn arguments(dialect: Dialect, piece: &str) -> (String, String) {
    match dialect {
        Dialect::OpenAiChat => (
            String::new(),
            format!(
                r#"data: {{"choices":[{{"index":0,"delta":{{"tool_calls":[{{"index":0,"id":"c","function":{{"name":"read_file","arguments":"{piece}"}}}}]}}}}]}}"#
            ) + "\n\n",
        ),
        Dialect::OpenAiResponses => (
            r#"data: {"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c","name":"read_file"}}"#.to_owned() + "\n\n",
            format!(
                r#"data: {{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{piece}"}}"#
            ) + "\n\n",
        ),
        Dialect::Anthropic => (
            r#"data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c","name":"read_file","input":{}}}"#.to_owned() + "\n\n",
            format!(
                r#"data: {{"type":"content_block_delta","index":0,"delta":{{"type":"input_json_delta","partial_json":"{piece}"}}}}"#
            ) + "\n\n",
        ),
        Dialect::Gemini => (
            String::new(),
            format!(
                r#"data: {{"candidates":[{{"content":{{"role":"model","parts":[{{"functionCall":{{"name":"read_file","args":{{"path":"{piece}"}}}}}}]}}}}]}}"#
            ) + "\n\n",
        ),
        Dialect::Ollama => (
            String::new(),
            format!(
                r#"{{"message":{{"role":"assistant","content":"","tool_calls":[{{"function":{{"name":"read_file","arguments":{{"path":"{piece}"}}}}}}]}},"done":false}}"#
            ) + "\n",
        ),
    }
}

#[test]
fn a_call_of_a_tool_that_never_ends_is_one_clear_line_in_every_format() {
    for dialect in Dialect::ALL {
        let (first, again) = arguments(dialect, &"a".repeat(100_000));
        let (first, again) = (first.into_bytes(), again.into_bytes());
        let server = Bare::saying(Speech { head: head(dialect), first, again, most: FLOOD });

        let (finished, memory) = watched(&server.home_in(dialect, ""));

        says_clearly(&finished.exits(6), &["lab", "absurdly long"]);
        let sent = server.sent.load(Ordering::Relaxed);
        assert!(sent < FLOOD / 2, "{dialect:?}: {sent} bytes were taken");
        if cfg!(target_os = "linux") {
            assert!(memory > 0 && memory < 128 << 20, "{dialect:?}: {memory} bytes of memory");
        }
    }
}
