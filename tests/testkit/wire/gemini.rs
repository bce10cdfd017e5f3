//! Gemini's `generateContent`.

use nanofolks_protocol::Usage;
use serde_json::{Value, json};

use super::read::{Notes, str_of, tools};
use super::{Asked, Closing, Frame};
use crate::recorded::{Recorded, Seen, SeenCall, SeenResult, SeenTurn};
use crate::reply::{Answer, Call, Stop};

/// What comes with a call and has to come back with it.
const SIGNATURE: &str = "CiQBVKhc7signature";

pub(super) fn stream(answer: &Answer, asked: &Asked) -> Vec<Frame> {
    let mut frames = Vec::new();
    for piece in &answer.reasoning {
        let part = json!({ "text": piece, "thought": true });
        frames.push(Frame::json(chunk(&[part], None, None, asked)));
    }
    for piece in &answer.text {
        frames.push(Frame::json(chunk(&[json!({ "text": piece })], None, None, asked)));
    }
    for (index, call) in answer.calls.iter().enumerate() {
        frames.push(Frame::json(chunk(&[call_part(call, index == 0)], None, None, asked)));
    }
    let last = chunk(&[json!({ "text": "" })], Some(answer.stop), answer.usage, asked);
    frames.push(Frame::json(last).closing(Closing::Reason));
    frames
}

pub(super) fn whole(answer: &Answer, asked: &Asked) -> Value {
    let mut parts = Vec::new();
    if !answer.reasoning.is_empty() {
        parts.push(json!({ "text": answer.thought(), "thought": true }));
    }
    if !answer.text.is_empty() {
        parts.push(json!({ "text": answer.said() }));
    }
    for (index, call) in answer.calls.iter().enumerate() {
        parts.push(call_part(call, index == 0));
    }
    chunk(&parts, Some(answer.stop), answer.usage, asked)
}

fn call_part(call: &Call, first: bool) -> Value {
    let mut inner = json!({ "name": call.name, "args": call.value() });
    if let Some(id) = &call.id {
        inner["id"] = json!(id);
    }
    let mut part = json!({ "functionCall": inner });
    if first {
        part["thoughtSignature"] = json!(SIGNATURE);
    }
    part
}

fn chunk(parts: &[Value], stop: Option<Stop>, usage: Option<Usage>, asked: &Asked) -> Value {
    let mut candidate = json!({ "content": { "parts": parts, "role": "model" }, "index": 0 });
    if let Some(stop) = stop {
        candidate["finishReason"] = json!(reason(stop));
    }
    let mut body = json!({
        "candidates": [candidate], "modelVersion": asked.model, "responseId": "resp-test",
    });
    if let Some(usage) = usage {
        let said = usage.output_tokens.saturating_sub(usage.reasoning_tokens);
        body["usageMetadata"] = json!({
            "promptTokenCount": usage.input_tokens,
            "cachedContentTokenCount": usage.cached_input_tokens,
            "candidatesTokenCount": said,
            "thoughtsTokenCount": usage.reasoning_tokens,
            "totalTokenCount": usage.input_tokens.saturating_add(usage.output_tokens),
        });
    }
    body
}

/// Stopping for tools is `STOP` here, too.
const fn reason(stop: Stop) -> &'static str {
    match stop {
        Stop::End | Stop::Tools => "STOP",
        Stop::Length => "MAX_TOKENS",
        Stop::Filtered => "SAFETY",
        Stop::Refused => "PROHIBITED_CONTENT",
    }
}

pub(super) fn error(status: u16, message: &str) -> Value {
    let name = match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 | 529 => "UNAVAILABLE",
        _ => "INTERNAL",
    };
    json!({ "error": { "code": status, "message": message, "status": name } })
}

pub(super) fn model_list(models: &[String]) -> Value {
    let models: Vec<Value> = models
        .iter()
        .map(|name| {
            json!({
                "name": format!("models/{name}"), "displayName": name,
                "inputTokenLimit": 1_000_000, "outputTokenLimit": 65_536,
                "supportedGenerationMethods": ["generateContent", "countTokens"],
            })
        })
        .collect();
    json!({ "models": models })
}

pub(super) fn read(request: &Recorded) -> Seen {
    let mut seen = Seen::default();
    let mut notes = Notes::default();
    let body = &request.body;
    let instruction = body.get("systemInstruction").or_else(|| body.get("system_instruction"));
    for part in instruction.and_then(|it| it["parts"].as_array()).into_iter().flatten() {
        seen.system.push_str(str_of(part, "text"));
    }
    for message in notes.list(body, "contents") {
        let mut turn = SeenTurn::of(match str_of(message, "role") {
            "model" => "assistant",
            "user" | "function" => "user",
            other => {
                notes.push(format!("the role {other:?} does not exist"));
                "user"
            }
        });
        for part in notes.list(message, "parts") {
            part_of(part, &mut turn, &mut notes);
        }
        seen.turns.push(turn);
    }
    for set in body["tools"].as_array().into_iter().flatten() {
        for tool in set["functionDeclarations"].as_array().into_iter().flatten() {
            let schema = if tool.get("parametersJsonSchema").is_some() {
                "parametersJsonSchema"
            } else {
                // This form knows only a part of JSON Schema.
                let text = tool["parameters"].to_string();
                for word in ["additionalProperties", "$schema", "$ref", "oneOf", "const"] {
                    notes.unless(!text.contains(&format!("\"{word}\"")), || {
                        format!("parameters do not know {word}")
                    });
                }
                "parameters"
            };
            tools(tool, schema, &mut seen, &mut notes);
        }
    }
    seen.violations = notes.0;
    seen
}

fn part_of(part: &Value, turn: &mut SeenTurn, notes: &mut Notes) {
    if let Some(call) = part.get("functionCall") {
        notes.unless(call.get("args").is_none_or(Value::is_object), || {
            "args is not an object".to_owned()
        });
        turn.calls.push(SeenCall {
            id: str_of(call, "id").to_owned(),
            name: str_of(call, "name").to_owned(),
            arguments: call["args"].clone(),
        });
    } else if let Some(result) = part.get("functionResponse") {
        notes.unless(result["response"].is_object(), || "a response is not an object".to_owned());
        let fields = result["response"].as_object().into_iter().flatten();
        let text = fields
            .map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join("\n");
        turn.results.push(SeenResult {
            id: str_of(result, "id").to_owned(),
            name: str_of(result, "name").to_owned(),
            text,
        });
    } else if let Some(data) = part.get("inlineData") {
        notes.unless(str_of(data, "mimeType").starts_with("image/"), || {
            "a picture without mimeType".to_owned()
        });
        notes.picture(str_of(data, "data"));
        turn.images += 1;
    } else if let Some(text) = part["text"].as_str() {
        let target = if part["thought"] == true { &mut turn.reasoning } else { &mut turn.text };
        target.push_str(text);
    } else {
        notes.push(format!("a part of an unknown kind: {part}"));
    }
}
