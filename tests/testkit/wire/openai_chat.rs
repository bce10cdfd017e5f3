//! OpenAI Chat Completions.

use nanofolks_protocol::Usage;
use serde_json::{Value, json};

use super::read::{Notes, arguments, content, str_of, tools};
use super::{Asked, Closing, Data, Frame};
use crate::recorded::{Recorded, Seen, SeenCall, SeenResult, SeenTurn};
use crate::reply::{Answer, Stop};

const ID: &str = "chatcmpl-test";

pub(super) fn stream(answer: &Answer, asked: &Asked) -> Vec<Frame> {
    let chunk = |delta: Value, finish: Option<&str>| {
        Frame::json(json!({
            "id": ID, "object": "chat.completion.chunk", "created": 1_763_672_400,
            "model": asked.model, "system_fingerprint": null,
            "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
        }))
    };
    let mut frames = vec![chunk(json!({ "role": "assistant", "content": "" }), None)];
    for piece in &answer.reasoning {
        frames.push(chunk(json!({ "reasoning_content": piece }), None));
    }
    for piece in &answer.text {
        let field = if answer.stop == Stop::Refused { "refusal" } else { "content" };
        frames.push(chunk(json!({ field: piece }), None));
    }
    for (index, call) in answer.calls.iter().enumerate() {
        let mut head = json!({
            "index": index, "type": "function",
            "function": { "name": call.name, "arguments": "" },
        });
        if let Some(id) = &call.id {
            head["id"] = json!(id);
        }
        frames.push(chunk(json!({ "tool_calls": [head] }), None));
    }
    for (index, piece) in answer.interleaved() {
        let part = json!({ "index": index, "function": { "arguments": piece } });
        frames.push(chunk(json!({ "tool_calls": [part] }), None));
    }
    frames.push(chunk(json!({}), Some(reason(answer.stop))).closing(Closing::Reason));
    if let (true, Some(usage)) = (asked.usage, answer.usage) {
        let frame = Frame::json(json!({
            "id": ID, "object": "chat.completion.chunk", "created": 1_763_672_400,
            "model": asked.model, "choices": [], "usage": usage_of(&usage),
        }));
        frames.push(frame.closing(Closing::Reason));
    }
    let done = Frame { event: None, data: Data::Text("[DONE]"), closing: Closing::Mark };
    frames.push(done);
    frames
}

pub(super) fn whole(answer: &Answer, asked: &Asked) -> Value {
    let said = answer.said();
    let mut message = json!({ "role": "assistant", "content": said, "refusal": null });
    if answer.stop == Stop::Refused {
        message = json!({ "role": "assistant", "content": null, "refusal": said });
    } else if said.is_empty() {
        message["content"] = Value::Null;
    }
    if !answer.reasoning.is_empty() {
        message["reasoning_content"] = json!(answer.thought());
    }
    if !answer.calls.is_empty() {
        let calls = answer.calls.iter().map(|call| {
            let function = json!({ "name": call.name, "arguments": call.arguments });
            match &call.id {
                Some(id) => json!({ "id": id, "type": "function", "function": function }),
                None => json!({ "type": "function", "function": function }),
            }
        });
        message["tool_calls"] = calls.collect();
    }
    let mut body = json!({
        "id": ID, "object": "chat.completion", "created": 1_763_672_400, "model": asked.model,
        "choices": [{
            "index": 0, "message": message, "logprobs": null, "finish_reason": reason(answer.stop),
        }],
    });
    if let Some(usage) = answer.usage {
        body["usage"] = usage_of(&usage);
    }
    body
}

pub(super) fn error(code: &str, message: &str) -> Value {
    let code = match code {
        "authentication_error" => "invalid_api_key",
        "not_found_error" => "model_not_found",
        "rate_limit_error" => "rate_limit_exceeded",
        other => other,
    };
    json!({ "error": { "message": message, "type": code, "param": null, "code": code } })
}

pub(super) fn model_list(models: &[String]) -> Value {
    let data: Vec<Value> = models
        .iter()
        .map(|id| {
            json!({
                "id": id, "object": "model", "type": "model", "display_name": id,
                "created": 1_763_672_400, "owned_by": "test",
            })
        })
        .collect();
    json!({ "object": "list", "data": data, "has_more": false })
}

fn usage_of(usage: &Usage) -> Value {
    json!({
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens.saturating_add(usage.output_tokens),
        "prompt_tokens_details": { "cached_tokens": usage.cached_input_tokens },
        "completion_tokens_details": { "reasoning_tokens": usage.reasoning_tokens },
    })
}

const fn reason(stop: Stop) -> &'static str {
    match stop {
        Stop::End | Stop::Refused => "stop",
        Stop::Tools => "tool_calls",
        Stop::Length => "length",
        Stop::Filtered => "content_filter",
    }
}

pub(super) fn read(request: &Recorded) -> Seen {
    let mut seen = Seen::default();
    let mut notes = Notes::default();
    let body = &request.body;
    for message in notes.list(body, "messages") {
        let role = str_of(message, "role");
        let mut turn = SeenTurn::of(role);
        match role {
            "system" | "developer" => {
                let before = seen.turns.len();
                content(&message["content"], &mut turn, &mut notes);
                seen.system.push_str(&turn.text);
                notes.unless(before == 0, || "a system message after other messages".to_owned());
                continue;
            }
            "user" => content(&message["content"], &mut turn, &mut notes),
            "assistant" => {
                if !message["content"].is_null() {
                    content(&message["content"], &mut turn, &mut notes);
                }
                for call in message["tool_calls"].as_array().into_iter().flatten() {
                    notes.unless(call["type"] == "function", || {
                        "a tool call is not of type function".to_owned()
                    });
                    turn.calls.push(SeenCall {
                        id: str_of(call, "id").to_owned(),
                        name: str_of(&call["function"], "name").to_owned(),
                        arguments: arguments(&call["function"]["arguments"], &mut notes),
                    });
                }
                notes.unless(!turn.text.is_empty() || !turn.calls.is_empty(), || {
                    "an assistant message without content and calls".to_owned()
                });
            }
            "tool" => {
                content(&message["content"], &mut turn, &mut notes);
                let text = std::mem::take(&mut turn.text);
                let id = str_of(message, "tool_call_id").to_owned();
                turn.results.push(SeenResult { id, name: String::new(), text });
            }
            other => notes.push(format!("the role {other:?} does not exist")),
        }
        seen.turns.push(turn);
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        notes.unless(tool["type"] == "function", || "a tool is not a function".to_owned());
        tools(&tool["function"], "parameters", &mut seen, &mut notes);
    }
    seen.violations = notes.0;
    seen
}
