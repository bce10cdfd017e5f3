//! [`ModelRequest`] to the body of an Ollama request. No I/O.

use nanofolks_protocol::model::{Effort, ToolSchema};
use nanofolks_protocol::{Content, Message, ModelRequest, Role};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::wire::{file_text, picture};

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
    think: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a Value>,
    options: Options,
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

#[derive(Serialize)]
struct Options {
    num_ctx: usize,
    num_predict: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
}

/// The JSON body of one request.
pub(super) fn body(request: &ModelRequest) -> Result<Vec<u8>, Fault> {
    let messages = messages(request);
    let body = Body {
        model: &request.model,
        tools: request.tools.iter().map(tool).collect(),
        stream: true,
        // Models that cannot think refuse the wish, so it is only sent when there is one.
        think: request.effort.map(|effort| think(&request.model, effort)),
        // Beside tools, a format would keep the model from calling them.
        format: request.output_schema.as_deref().filter(|_| request.tools.is_empty()),
        options: Options {
            num_ctx: window(request, &messages),
            num_predict: request.max_output,
            temperature: request.temperature,
        },
        messages,
    };
    serde_json::to_vec(&body).map_err(|error| Fault::malformed(&error))
}

fn think(model: &str, effort: Effort) -> Value {
    if !model.starts_with("gpt-oss") {
        return Value::Bool(true);
    }
    Value::from(match effort {
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    })
}

/// The least window that is asked for. Ollama loads the model anew whenever it changes.
const LEAST_WINDOW: usize = 8192;
/// Bytes of text that surely make a token or more.
const BYTES_PER_TOKEN: usize = 3;
/// About what a picture costs.
const TOKENS_PER_PICTURE: usize = 1500;

/// Ollama drops the beginning of what does not fit, without a word. So the window grows with
/// the conversation, in powers of two.
fn window(request: &ModelRequest, messages: &[Value]) -> usize {
    let said: usize = messages.iter().map(text_size).sum();
    let tools: usize =
        request.tools.iter().map(|tool| tool.parameters.to_string().len() + 200).sum();
    let pictures = request.blobs.len() * TOKENS_PER_PICTURE;
    let tokens = (said + tools) / BYTES_PER_TOKEN + pictures + request.max_output as usize;
    tokens.next_power_of_two().max(LEAST_WINDOW)
}

fn text_size(message: &Value) -> usize {
    let words = message["content"].as_str().map_or(0, str::len);
    let calls = message.get("tool_calls").map_or(0, |calls| calls.to_string().len());
    words + calls + 20
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
            Role::User | Role::System => all.push(user(request, message)),
            Role::Tool => all.extend(results(message)),
        }
    }
    all
}

fn assistant(message: &Message) -> Value {
    let calls: Vec<Value> = message
        .tool_calls()
        .map(|call| {
            let arguments =
                if call.arguments.is_object() { call.arguments.clone() } else { json!({}) };
            json!({ "function": { "name": call.name, "arguments": arguments } })
        })
        .collect();
    let mut said = json!({ "role": "assistant", "content": message.text() });
    if !calls.is_empty() {
        said["tool_calls"] = Value::Array(calls);
    }
    said
}

fn results(message: &Message) -> impl Iterator<Item = Value> {
    message.parts.iter().filter_map(|part| match &part.content {
        Content::ToolResult(result) => Some(json!({
            "role": "tool",
            "tool_name": result.tool,
            "content": result.for_model(),
        })),
        Content::Text { .. }
        | Content::Reasoning { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::ToolCall(_) => None,
    })
}

fn user(request: &ModelRequest, message: &Message) -> Value {
    let (mut texts, mut images) = (Vec::new(), Vec::new());
    for part in &message.parts {
        match &part.content {
            Content::Text { text } => texts.push(text.clone()),
            Content::File { name, text } => texts.push(file_text(name, text)),
            Content::Image { blob, .. } => images.extend(picture(request, blob)),
            Content::Reasoning { .. } | Content::ToolCall(_) | Content::ToolResult(_) => {}
        }
    }
    let mut said = json!({ "role": "user", "content": texts.join("\n\n") });
    if !images.is_empty() {
        said["images"] = Value::from(images);
    }
    said
}
