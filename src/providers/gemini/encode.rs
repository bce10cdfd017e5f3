//! [`ModelRequest`] to the body of a Gemini request. No I/O.

use nanofolks_protocol::model::{Effort, ToolSchema};
use nanofolks_protocol::{Content, Message, ModelRequest, Role, ToolCall, ToolResult};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::wire::{Seal, file_text, picture};

#[cfg(test)]
mod tests;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Value>,
    contents: Vec<Turn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tools<'a>>,
    generation_config: Config<'a>,
}

#[derive(Serialize)]
struct Turn {
    role: &'static str,
    parts: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tools<'a> {
    function_declarations: Vec<Function<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    parameters_json_schema: &'a Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    max_output_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a Value>,
}

/// The JSON body of one request.
pub(super) fn body(request: &ModelRequest, seal: &Seal) -> Result<Vec<u8>, Fault> {
    // The API refuses a schema for the answer beside tools.
    let schema = request.output_schema.as_deref().filter(|_| request.tools.is_empty());
    let body = Body {
        system_instruction: (!request.system.is_empty())
            .then(|| json!({ "parts": [{ "text": &*request.system }] })),
        contents: turns(request, seal),
        tools: tools(&request.tools),
        generation_config: Config {
            max_output_tokens: request.max_output,
            temperature: request.temperature,
            thinking_config: thinking(request),
            response_mime_type: schema.map(|_| "application/json"),
            response_json_schema: schema,
        },
    };
    serde_json::to_vec(&body).map_err(|error| Fault::malformed(&error))
}

/// Only thinking models take the options of thinking: 2.5 counts tokens, 3 knows levels.
fn thinking(request: &ModelRequest) -> Option<Value> {
    let effort = request.effort;
    if request.model.contains("gemini-2.5") {
        let budget = effort.map(|effort| match effort {
            Effort::Low => 1024,
            Effort::Medium => 8192,
            Effort::High => 24_576,
        });
        // Thoughts count as output; a quarter is left for the answer.
        let budget = budget.map(|tokens: u32| tokens.min(request.max_output / 4 * 3));
        return Some(match budget {
            Some(budget) => json!({ "includeThoughts": true, "thinkingBudget": budget }),
            None => json!({ "includeThoughts": true }),
        });
    }
    if !request.model.contains("gemini-3") {
        return None;
    }
    let level = effort.map(|effort| if effort == Effort::Low { "low" } else { "high" });
    Some(match level {
        Some(level) => json!({ "includeThoughts": true, "thinkingLevel": level }),
        None => json!({ "includeThoughts": true }),
    })
}

fn tools(tools: &[ToolSchema]) -> Vec<Tools<'_>> {
    if tools.is_empty() {
        return Vec::new();
    }
    vec![Tools { function_declarations: tools.iter().map(function).collect() }]
}

fn function(tool: &ToolSchema) -> Function<'_> {
    let ToolSchema { name, description, parameters } = tool;
    Function { name, description, parameters_json_schema: parameters }
}

fn turns(request: &ModelRequest, seal: &Seal) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for message in request.messages.iter() {
        let (role, parts) = match message.role {
            Role::Assistant => ("model", said(message, seal)),
            Role::User | Role::System | Role::Tool => ("user", heard(request, message)),
        };
        if parts.is_empty() {
            continue;
        }
        match turns.last_mut() {
            Some(last) if last.role == role => last.parts.extend(parts),
            _ => turns.push(Turn { role, parts }),
        }
    }
    turns
}

fn said(message: &Message, seal: &Seal) -> Vec<Value> {
    let part = |content: &Content| match content {
        Content::Text { text } if text.is_empty() => None,
        Content::Text { text } => Some(json!({ "text": text })),
        Content::ToolCall(call) => Some(self::call(call, seal)),
        Content::Reasoning { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::ToolResult(_) => None,
    };
    message.parts.iter().filter_map(|p| part(&p.content)).collect()
}

fn call(call: &ToolCall, seal: &Seal) -> Value {
    let arguments = if call.arguments.is_object() { call.arguments.clone() } else { json!({}) };
    let mut part = json!({ "functionCall": { "name": call.name, "args": arguments } });
    if let Some(signature) = seal.open(call.opaque.as_ref()) {
        part["thoughtSignature"] = signature.clone();
    }
    part
}

fn heard(request: &ModelRequest, message: &Message) -> Vec<Value> {
    let part = |content: &Content| match content {
        Content::Text { text } if text.is_empty() => None,
        Content::Text { text } => Some(json!({ "text": text })),
        Content::File { name, text } => Some(json!({ "text": file_text(name, text) })),
        Content::Image { mime, blob } => picture(request, blob)
            .map(|data| json!({ "inlineData": { "mimeType": mime, "data": data } })),
        Content::ToolResult(result) => Some(self::result(result)),
        Content::Reasoning { .. } | Content::ToolCall(_) => None,
    };
    message.parts.iter().filter_map(|p| part(&p.content)).collect()
}

fn result(result: &ToolResult) -> Value {
    let key = if result.ok { "output" } else { "error" };
    let response = json!({ key: result.for_model() });
    json!({ "functionResponse": { "name": result.tool, "response": response } })
}
