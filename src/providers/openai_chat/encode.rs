//! [`ModelRequest`] to the body of a Chat Completions request. No I/O.

use nanofolks_protocol::model::{Effort, ToolSchema};
use nanofolks_protocol::{Content, Message, ModelRequest, Role, ToolCall};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::preset::Quirks;
use crate::wire::{file_text, is_closed_schema, picture};

#[cfg(test)]
mod tests;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_split: Option<bool>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
}

/// The JSON body of one request.
pub(super) fn body(request: &ModelRequest, quirks: &Quirks) -> Result<Vec<u8>, Fault> {
    let model = quirks.model_name(&request.model);
    let temperature = quirks.temperature(model, request.temperature);
    let (max_tokens, max_completion_tokens) = if quirks.max_completion_tokens {
        (None, Some(request.max_output))
    } else {
        (Some(request.max_output), None)
    };
    let body = Body {
        model,
        messages: messages(request),
        tools: request.tools.iter().map(tool).collect(),
        stream: true,
        stream_options: quirks.stream_usage.then_some(StreamOptions { include_usage: true }),
        max_tokens,
        max_completion_tokens,
        temperature,
        reasoning_effort: request.effort.filter(|_| quirks.effort).map(effort),
        response_format: request.output_schema.as_deref().and_then(|s| format(s, quirks)),
        reasoning_split: quirks.reasoning_split.then_some(true),
    };
    serde_json::to_vec(&body).map_err(|error| Fault::malformed(&error))
}

/// The word for an effort, as OpenAI spells it.
pub(crate) const fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    }
}

fn format(schema: &Value, quirks: &Quirks) -> Option<Value> {
    quirks.json_schema.then(|| {
        let strict = is_closed_schema(schema);
        json!({
            "type": "json_schema",
            "json_schema": { "name": "answer", "schema": schema, "strict": strict },
        })
    })
}

fn tool(tool: &ToolSchema) -> Tool<'_> {
    let ToolSchema { name, description, parameters } = tool;
    Tool { r#type: "function", function: Function { name, description, parameters } }
}

fn messages(request: &ModelRequest) -> Vec<Value> {
    let mut all = Vec::with_capacity(request.messages.len() + 1);
    if !request.system.is_empty() {
        all.push(json!({ "role": "system", "content": &*request.system }));
    }
    for message in request.messages.iter() {
        match message.role {
            Role::Assistant => all.push(assistant(message)),
            Role::User | Role::System => all.extend(user(request, message)),
            Role::Tool => all.extend(results(message)),
        }
    }
    all
}

fn assistant(message: &Message) -> Value {
    let calls: Vec<Value> = message.tool_calls().map(call).collect();
    let text = message.text();
    match (text.is_empty(), calls.is_empty()) {
        (true, false) => json!({ "role": "assistant", "content": null, "tool_calls": calls }),
        (false, false) => json!({ "role": "assistant", "content": text, "tool_calls": calls }),
        (_, true) => json!({ "role": "assistant", "content": text }),
    }
}

fn call(call: &ToolCall) -> Value {
    // What was not JSON is given back as an empty object: servers parse their own words.
    let arguments = match &call.arguments {
        Value::Object(_) => call.arguments.to_string(),
        _ => "{}".to_owned(),
    };
    json!({
        "id": call.id.as_str(),
        "type": "function",
        "function": { "name": call.name, "arguments": arguments },
    })
}

fn results(message: &Message) -> impl Iterator<Item = Value> {
    message.parts.iter().filter_map(|part| match &part.content {
        Content::ToolResult(result) => Some(json!({
            "role": "tool",
            "tool_call_id": result.call_id.as_str(),
            "content": result.for_model(),
        })),
        Content::Text { .. }
        | Content::Reasoning { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::ToolCall(_) => None,
    })
}

/// What a person or the house said: plain text where that is all there is.
fn user(request: &ModelRequest, message: &Message) -> Option<Value> {
    let parts: Vec<Value> =
        message.parts.iter().filter_map(|part| user_part(request, &part.content)).collect();
    match &parts[..] {
        [] => None,
        [one] if one["type"] == "text" => Some(json!({ "role": "user", "content": one["text"] })),
        _ => Some(json!({ "role": "user", "content": parts })),
    }
}

fn user_part(request: &ModelRequest, content: &Content) -> Option<Value> {
    match content {
        Content::Text { text } if text.is_empty() => None,
        Content::Text { text } => Some(json!({ "type": "text", "text": text })),
        Content::File { name, text } => {
            Some(json!({ "type": "text", "text": file_text(name, text) }))
        }
        Content::Image { mime, blob } => picture(request, blob).map(|data| {
            let url = format!("data:{mime};base64,{data}");
            json!({ "type": "image_url", "image_url": { "url": url } })
        }),
        Content::Reasoning { .. } | Content::ToolCall(_) | Content::ToolResult(_) => None,
    }
}
