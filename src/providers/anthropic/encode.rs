//! [`ModelRequest`] to the body of a Messages request. No I/O.
//!
//! Marks for the prompt cache sit behind the tools, behind the system prompt and behind the
//! last two messages of the conversation: the next request finds the longest of these
//! prefixes again.

use nanofolks_protocol::model::{Effort, ToolSchema};
use nanofolks_protocol::{Content, Message, ModelRequest, Role, ToolResult};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::wire::{Seal, file_text, is_closed_schema, picture};

#[cfg(test)]
mod tests;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    messages: Vec<Turn>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<Value>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Value>,
}

/// What one side says before the other does.
#[derive(Serialize)]
struct Turn {
    role: &'static str,
    content: Vec<Value>,
}

/// The JSON body of one request.
pub(super) fn body(request: &ModelRequest, seal: &Seal) -> Result<Vec<u8>, Fault> {
    let thinking = budget(request, seal);
    let mut messages = turns(request, seal);
    mark_last_two(&mut messages);
    let body = Body {
        model: &request.model,
        max_tokens: request.max_output,
        system: system(request),
        tools: tools(&request.tools),
        messages,
        stream: true,
        // A thinking model takes no other temperature than its own.
        temperature: request.temperature.filter(|_| thinking.is_none()).map(|t| t.min(1.0)),
        thinking: thinking.map(|tokens| json!({ "type": "enabled", "budget_tokens": tokens })),
        output_config: request
            .output_schema
            .as_deref()
            .filter(|s| is_closed_schema(s))
            .map(|schema| json!({ "format": { "type": "json_schema", "schema": schema } })),
    };
    serde_json::to_vec(&body).map_err(|error| Fault::malformed(&error))
}

fn mark() -> Value {
    json!({ "type": "ephemeral" })
}

fn system(request: &ModelRequest) -> Vec<Value> {
    if request.system.trim().is_empty() {
        return Vec::new();
    }
    vec![json!({ "type": "text", "text": &*request.system, "cache_control": mark() })]
}

fn tools(tools: &[ToolSchema]) -> Vec<Tool<'_>> {
    let last = tools.len().saturating_sub(1);
    tools
        .iter()
        .enumerate()
        .map(|(index, schema)| Tool {
            name: &schema.name,
            description: &schema.description,
            input_schema: &schema.parameters,
            cache_control: (index == last).then(mark),
        })
        .collect()
}

/// The least an enabled thinking budget may be.
const LEAST_BUDGET: u32 = 1024;

/// Tokens for thinking. They are part of `max_tokens`, and a quarter is left for the answer.
/// In the middle of a tool round a thinking model insists on its earlier thoughts; when they
/// are another model's, it is asked without thinking.
fn budget(request: &ModelRequest, seal: &Seal) -> Option<u32> {
    let wish = match request.effort? {
        Effort::Low => 2048,
        Effort::Medium => 8192,
        Effort::High => 24_576,
    };
    let tokens = wish.min(request.max_output / 4 * 3);
    (tokens >= LEAST_BUDGET && thoughts_are_here(request, seal)).then_some(tokens)
}

fn thoughts_are_here(request: &ModelRequest, seal: &Seal) -> bool {
    let since_user = request.messages.iter().rev().take_while(|m| m.role != Role::User);
    since_user.filter(|m| m.tool_calls().next().is_some()).all(|message| {
        message.parts.iter().any(|part| match &part.content {
            Content::Reasoning { opaque, .. } => !seal.open_all(opaque.as_ref()).is_empty(),
            Content::Text { .. }
            | Content::Image { .. }
            | Content::File { .. }
            | Content::ToolCall(_)
            | Content::ToolResult(_) => false,
        })
    })
}

/// Messages of one side in a row become one turn: the API wants them to alternate, and all
/// results of parallel calls in one message.
fn turns(request: &ModelRequest, seal: &Seal) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for message in request.messages.iter() {
        let (role, content) = match message.role {
            Role::Assistant => ("assistant", assistant(message, seal)),
            Role::User | Role::System | Role::Tool => ("user", user(request, message)),
        };
        if content.is_empty() {
            continue;
        }
        match turns.last_mut() {
            Some(last) if last.role == role => last.content.extend(content),
            _ => turns.push(Turn { role, content }),
        }
    }
    turns
}

/// Thoughts first, then words, then calls: the order the API sends and expects.
fn assistant(message: &Message, seal: &Seal) -> Vec<Value> {
    let (mut thoughts, mut words, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    for part in &message.parts {
        match &part.content {
            Content::Reasoning { opaque, .. } => thoughts.extend(seal.open_all(opaque.as_ref()).into_iter().cloned()),
            // The API refuses blocks of nothing but white space.
            Content::Text { text } if text.trim().is_empty() => {}
            Content::Text { text } => words.push(json!({ "type": "text", "text": text })),
            Content::ToolCall(call) => calls.push(json!({
                "type": "tool_use",
                "id": call.id.as_str(),
                "name": call.name,
                "input": if call.arguments.is_object() { call.arguments.clone() } else { json!({}) },
            })),
            Content::Image { .. } | Content::File { .. } | Content::ToolResult(_) => {}
        }
    }
    thoughts.append(&mut words);
    thoughts.append(&mut calls);
    thoughts
}

/// Results first: they must directly follow their calls.
fn user(request: &ModelRequest, message: &Message) -> Vec<Value> {
    let (mut results, mut rest) = (Vec::new(), Vec::new());
    for part in &message.parts {
        match &part.content {
            Content::ToolResult(answer) => results.push(result(answer)),
            Content::Text { text } if text.trim().is_empty() => {}
            Content::Text { text } => rest.push(json!({ "type": "text", "text": text })),
            Content::File { name, text } => {
                rest.push(json!({ "type": "text", "text": file_text(name, text) }));
            }
            Content::Image { mime, blob } => {
                rest.extend(picture(request, blob).map(|data| {
                    let source = json!({ "type": "base64", "media_type": mime, "data": data });
                    json!({ "type": "image", "source": source })
                }));
            }
            Content::Reasoning { .. } | Content::ToolCall(_) => {}
        }
    }
    results.append(&mut rest);
    results
}

fn result(result: &ToolResult) -> Value {
    let mut block = json!({
        "type": "tool_result",
        "tool_use_id": result.call_id.as_str(),
        "content": result.for_model(),
    });
    if !result.ok {
        block["is_error"] = Value::Bool(true);
    }
    block
}

fn mark_last_two(turns: &mut [Turn]) {
    for turn in turns.iter_mut().rev().filter(|turn| turn.role == "user").take(2) {
        if let Some(block) = turn.content.last_mut() {
            block["cache_control"] = mark();
        }
    }
}
