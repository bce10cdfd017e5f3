//! Anthropic Messages.

use nanofolks_protocol::Usage;
use serde_json::{Value, json};

use super::read::{Notes, content, str_of, tools};
use super::{Asked, Closing, Frame};
use crate::recorded::{Recorded, Seen, SeenCall, SeenResult, SeenTurn};
use crate::reply::{Answer, Stop, cut};

/// What seals a piece of reasoning.
const SIGNATURE: &str = "EqoBCkgIARABGAIiQL8vc2VhbA==";
/// A request may mark this many places for the cache.
const MAX_MARKS: usize = 4;

pub(super) fn stream(answer: &Answer, asked: &Asked) -> Vec<Frame> {
    let named = |name: &'static str, mut value: Value| {
        value["type"] = json!(name);
        Frame::named(name, value)
    };
    let usage = answer.usage.unwrap_or_default();
    let mut start = usage_of(&usage);
    start["output_tokens"] = json!(1);
    let message = json!({
        "id": "msg_test", "type": "message", "role": "assistant", "model": asked.model,
        "content": [], "stop_reason": null, "stop_sequence": null, "usage": start,
    });
    let mut frames =
        vec![named("message_start", json!({ "message": message })), named("ping", json!({}))];
    for (index, block) in blocks(answer).into_iter().enumerate() {
        frames.push(named(
            "content_block_start",
            json!({ "index": index, "content_block": block.start }),
        ));
        for delta in block.deltas {
            frames.push(named("content_block_delta", json!({ "index": index, "delta": delta })));
        }
        frames.push(named("content_block_stop", json!({ "index": index })));
    }
    let end = json!({
        "delta": { "stop_reason": reason(answer.stop), "stop_sequence": null },
        "usage": { "output_tokens": usage.output_tokens },
    });
    frames.push(named("message_delta", end).closing(Closing::Reason));
    frames.push(named("message_stop", json!({})).closing(Closing::Mark));
    frames
}

struct Block {
    start: Value,
    deltas: Vec<Value>,
}

/// Blocks follow each other; this format does not interleave them.
fn blocks(answer: &Answer) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !answer.reasoning.is_empty() {
        let mut deltas: Vec<Value> = answer
            .reasoning
            .iter()
            .map(|piece| json!({ "type": "thinking_delta", "thinking": piece }))
            .collect();
        deltas.push(json!({ "type": "signature_delta", "signature": SIGNATURE }));
        let start = json!({ "type": "thinking", "thinking": "", "signature": "" });
        blocks.push(Block { start, deltas });
    }
    if !answer.text.is_empty() {
        let pieces = answer.text.iter();
        let deltas = pieces.map(|piece| json!({ "type": "text_delta", "text": piece })).collect();
        blocks.push(Block { start: json!({ "type": "text", "text": "" }), deltas });
    }
    for call in &answer.calls {
        let mut start = json!({ "type": "tool_use", "name": call.name, "input": {} });
        if let Some(id) = &call.id {
            start["id"] = json!(id);
        }
        let mut pieces = vec![String::new()];
        pieces.extend(cut(&call.arguments, answer.fragments));
        let deltas = pieces
            .iter()
            .map(|piece| json!({ "type": "input_json_delta", "partial_json": piece }))
            .collect();
        blocks.push(Block { start, deltas });
    }
    blocks
}

pub(super) fn whole(answer: &Answer, asked: &Asked) -> Value {
    let mut content = Vec::new();
    if !answer.reasoning.is_empty() {
        let thinking = answer.thought();
        content.push(json!({ "type": "thinking", "thinking": thinking, "signature": SIGNATURE }));
    }
    if !answer.text.is_empty() {
        content.push(json!({ "type": "text", "text": answer.said() }));
    }
    for call in &answer.calls {
        let mut block = json!({ "type": "tool_use", "name": call.name, "input": call.value() });
        if let Some(id) = &call.id {
            block["id"] = json!(id);
        }
        content.push(block);
    }
    json!({
        "id": "msg_test", "type": "message", "role": "assistant", "model": asked.model,
        "content": content, "stop_reason": reason(answer.stop), "stop_sequence": null,
        "usage": usage_of(&answer.usage.unwrap_or_default()),
    })
}

pub(super) fn error(code: &str, message: &str) -> Value {
    let code = match code {
        "context_length_exceeded" => "invalid_request_error",
        "server_error" => "api_error",
        other => other,
    };
    json!({ "type": "error", "error": { "type": code, "message": message } })
}

/// Cached input is not part of `input_tokens` here.
fn usage_of(usage: &Usage) -> Value {
    let cached = usage.cached_input_tokens.saturating_add(usage.cache_write_tokens);
    json!({
        "input_tokens": usage.input_tokens.saturating_sub(cached),
        "cache_read_input_tokens": usage.cached_input_tokens,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
    })
}

const fn reason(stop: Stop) -> &'static str {
    match stop {
        Stop::End | Stop::Filtered => "end_turn",
        Stop::Tools => "tool_use",
        Stop::Length => "max_tokens",
        Stop::Refused => "refusal",
    }
}

pub(super) fn read(request: &Recorded) -> Seen {
    let mut seen = Seen::default();
    let mut notes = Notes::default();
    let body = &request.body;
    notes.unless(body["max_tokens"].as_u64().is_some_and(|tokens| tokens > 0), || {
        "max_tokens is missing".to_owned()
    });
    if let Some(system) = body.get("system") {
        let mut turn = SeenTurn::default();
        content(system, &mut turn, &mut notes);
        seen.system = turn.text;
    }
    for message in notes.list(body, "messages") {
        let role = str_of(message, "role");
        notes.unless(matches!(role, "user" | "assistant"), || {
            format!("the role {role:?} does not exist")
        });
        let mut turn = SeenTurn::of(role);
        match &message["content"] {
            Value::Array(parts) => {
                for part in parts {
                    block_of(part, &mut turn, &mut notes);
                }
            }
            other => content(other, &mut turn, &mut notes),
        }
        let spoken = !turn.text.is_empty() || !turn.calls.is_empty();
        notes.unless(spoken || turn.images > 0 || !turn.results.is_empty(), || {
            format!("a message of {role} is empty")
        });
        notes.unless(!turn.text.ends_with(char::is_whitespace) || role == "user", || {
            "an assistant message ends with white space".to_owned()
        });
        seen.turns.push(turn);
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        tools(tool, "input_schema", &mut seen, &mut notes);
    }
    let marks = body.to_string().matches("\"cache_control\"").count();
    notes.unless(marks <= MAX_MARKS, || format!("{marks} marks for the cache"));
    seen.violations = notes.0;
    seen
}

fn block_of(part: &Value, turn: &mut SeenTurn, notes: &mut Notes) {
    match str_of(part, "type") {
        "tool_use" => {
            notes.unless(part["input"].is_object(), || "an input is not an object".to_owned());
            turn.calls.push(SeenCall {
                id: str_of(part, "id").to_owned(),
                name: str_of(part, "name").to_owned(),
                arguments: part["input"].clone(),
            });
        }
        "tool_result" => {
            notes.unless(turn.text.is_empty(), || {
                "a tool result stands behind text in its message".to_owned()
            });
            let mut inner = SeenTurn::default();
            content(&part["content"], &mut inner, notes);
            let id = str_of(part, "tool_use_id").to_owned();
            turn.images += inner.images;
            turn.results.push(SeenResult { id, name: String::new(), text: inner.text });
        }
        "thinking" => {
            notes.unless(str_of(part, "signature") == SIGNATURE, || {
                "reasoning came back with another signature".to_owned()
            });
            turn.reasoning.push_str(str_of(part, "thinking"));
        }
        _ => content(&Value::Array(vec![part.clone()]), turn, notes),
    }
}
