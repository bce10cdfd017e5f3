//! Ollama's `/api/chat`.

use serde_json::{Value, json};

use super::read::{Notes, str_of, tools};
use super::{Asked, Closing, Frame};
use crate::recorded::{Recorded, Seen, SeenCall, SeenResult, SeenTurn};
use crate::reply::{Answer, Stop};

const AT: &str = "2025-11-20T21:00:00.000000Z";

pub(super) fn stream(answer: &Answer, asked: &Asked) -> Vec<Frame> {
    let line = |message: Value| {
        Frame::json(json!({
            "model": asked.model, "created_at": AT, "message": message, "done": false,
        }))
    };
    let mut frames = Vec::new();
    for piece in &answer.reasoning {
        frames.push(line(json!({ "role": "assistant", "content": "", "thinking": piece })));
    }
    for piece in &answer.text {
        frames.push(line(json!({ "role": "assistant", "content": piece })));
    }
    for call in calls(answer) {
        frames.push(line(json!({ "role": "assistant", "content": "", "tool_calls": [call] })));
    }
    let message = json!({ "role": "assistant", "content": "" });
    frames.push(Frame::json(end(answer, asked, &message)).closing(Closing::Mark));
    frames
}

pub(super) fn whole(answer: &Answer, asked: &Asked) -> Value {
    let mut message = json!({ "role": "assistant", "content": answer.said() });
    if !answer.reasoning.is_empty() {
        message["thinking"] = json!(answer.thought());
    }
    if !answer.calls.is_empty() {
        message["tool_calls"] = json!(calls(answer));
    }
    end(answer, asked, &message)
}

/// Calls have no id here, and arguments are a value.
fn calls(answer: &Answer) -> Vec<Value> {
    let calls = answer.calls.iter();
    calls
        .map(|call| json!({ "function": { "name": call.name, "arguments": call.value() } }))
        .collect()
}

fn end(answer: &Answer, asked: &Asked, message: &Value) -> Value {
    let reason = match answer.stop {
        Stop::End | Stop::Tools | Stop::Filtered | Stop::Refused => "stop",
        Stop::Length => "length",
    };
    let mut body = json!({
        "model": asked.model, "created_at": AT, "message": message,
        "done": true, "done_reason": reason, "total_duration": 1_000_000, "load_duration": 1000,
    });
    if let Some(usage) = answer.usage {
        body["prompt_eval_count"] = json!(usage.input_tokens);
        body["eval_count"] = json!(usage.output_tokens);
    }
    body
}

pub(super) fn error(message: &str) -> Value {
    json!({ "error": message })
}

pub(super) fn model_list(models: &[String]) -> Value {
    let models: Vec<Value> = models
        .iter()
        .map(|name| {
            json!({
                "name": name, "model": name, "modified_at": AT, "size": 1000, "digest": "0123abcd",
                "details": { "format": "gguf", "family": "llama", "parameter_size": "1B" },
            })
        })
        .collect();
    json!({ "models": models })
}

pub(super) fn read(request: &Recorded) -> Seen {
    let mut seen = Seen::default();
    let mut notes = Notes::default();
    let body = &request.body;
    for message in notes.list(body, "messages") {
        let role = str_of(message, "role");
        let mut turn = SeenTurn::of(role);
        notes.unless(message["content"].is_string(), || "content is not a string".to_owned());
        let text = str_of(message, "content");
        for picture in message["images"].as_array().into_iter().flatten() {
            notes.picture(picture.as_str().unwrap_or_default());
            turn.images += 1;
        }
        match role {
            "system" => {
                seen.system.push_str(text);
                continue;
            }
            "user" => text.clone_into(&mut turn.text),
            "assistant" => {
                text.clone_into(&mut turn.text);
                str_of(message, "thinking").clone_into(&mut turn.reasoning);
                for call in message["tool_calls"].as_array().into_iter().flatten() {
                    let function = &call["function"];
                    notes.unless(function["arguments"].is_object(), || {
                        "arguments are not an object".to_owned()
                    });
                    turn.calls.push(SeenCall {
                        id: String::new(),
                        name: str_of(function, "name").to_owned(),
                        arguments: function["arguments"].clone(),
                    });
                }
            }
            "tool" => turn.results.push(SeenResult {
                id: String::new(),
                name: str_of(message, "tool_name").to_owned(),
                text: text.to_owned(),
            }),
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
