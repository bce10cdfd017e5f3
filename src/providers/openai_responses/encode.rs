//! [`ModelRequest`] to the body of a Responses request. No I/O.
//!
//! Nothing is kept on the other side (`store: false`): reasoning comes back encrypted and is
//! given back with the conversation.

use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::{Content, Message, ModelRequest, Role, ToolCall};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::openai_chat::effort;
use crate::wire::{Seal, file_text, is_closed_schema, picture};

#[cfg(test)]
mod tests;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    instructions: &'a str,
    input: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    stream: bool,
    store: bool,
    max_output_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Value>,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
    strict: bool,
}

/// The least the API accepts.
const LEAST_OUTPUT: u32 = 16;

/// The JSON body of one request.
pub(super) fn body(request: &ModelRequest, seal: &Seal) -> Result<Vec<u8>, Fault> {
    let thinks = is_thinking_model(&request.model);
    let body = Body {
        model: &request.model,
        instructions: &request.system,
        input: request.messages.iter().flat_map(|m| items(request, m, seal)).collect(),
        tools: request.tools.iter().map(tool).collect(),
        stream: true,
        store: false,
        max_output_tokens: request.max_output.max(LEAST_OUTPUT),
        // Thinking models refuse a temperature.
        temperature: request.temperature.filter(|_| !thinks),
        reasoning: thinks.then(|| match request.effort {
            Some(wish) => json!({ "effort": effort(wish), "summary": "auto" }),
            None => json!({ "summary": "auto" }),
        }),
        include: thinks.then_some(["reasoning.encrypted_content"]),
        text: request.output_schema.as_deref().map(|schema| {
            let strict = is_closed_schema(schema);
            let format =
                json!({ "type": "json_schema", "name": "answer", "schema": schema, "strict": strict });
            json!({ "format": format })
        }),
    };
    serde_json::to_vec(&body).map_err(|error| Fault::malformed(&error))
}

/// The others refuse the options of thinking.
fn is_thinking_model(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let is_o =
        name.strip_prefix('o').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let generation = name.strip_prefix("gpt-").and_then(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().ok()
    });
    let chats_only = name.contains("-chat");
    is_o || (generation.is_some_and(|number| number >= 5) && !chats_only)
}

fn tool(tool: &ToolSchema) -> Tool<'_> {
    let ToolSchema { name, description, parameters } = tool;
    Tool { r#type: "function", name, description, parameters, strict: false }
}

fn items(request: &ModelRequest, message: &Message, seal: &Seal) -> Vec<Value> {
    match message.role {
        Role::User | Role::System => user(request, message).into_iter().collect(),
        Role::Assistant => message.parts.iter().flat_map(|p| said(&p.content, seal)).collect(),
        Role::Tool => message.parts.iter().filter_map(|p| result(&p.content)).collect(),
    }
}

fn said(content: &Content, seal: &Seal) -> Vec<Value> {
    let item = match content {
        Content::Reasoning { opaque, .. } => {
            return seal.open_all(opaque.as_ref()).into_iter().cloned().collect();
        }
        Content::Text { text } if text.is_empty() => None,
        Content::Text { text } => Some(json!({
            "type": "message",
            "role": "assistant",
            "content": [{ "type": "output_text", "text": text }],
        })),
        Content::ToolCall(call) => Some(call_item(call)),
        Content::Image { .. } | Content::File { .. } | Content::ToolResult(_) => None,
    };
    item.into_iter().collect()
}

fn call_item(call: &ToolCall) -> Value {
    let arguments = match &call.arguments {
        Value::Object(_) => call.arguments.to_string(),
        _ => "{}".to_owned(),
    };
    json!({
        "type": "function_call",
        "call_id": call.id.as_str(),
        "name": call.name,
        "arguments": arguments,
    })
}

fn result(content: &Content) -> Option<Value> {
    match content {
        Content::ToolResult(result) => Some(json!({
            "type": "function_call_output",
            "call_id": result.call_id.as_str(),
            "output": result.for_model(),
        })),
        Content::Text { .. }
        | Content::Reasoning { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::ToolCall(_) => None,
    }
}

fn user(request: &ModelRequest, message: &Message) -> Option<Value> {
    let part = |content: &Content| {
        match content {
        Content::Text { text } if text.is_empty() => None,
        Content::Text { text } => Some(json!({ "type": "input_text", "text": text })),
        Content::File { name, text } => {
            Some(json!({ "type": "input_text", "text": file_text(name, text) }))
        }
        Content::Image { mime, blob } => picture(request, blob).map(|data| {
            json!({ "type": "input_image", "image_url": format!("data:{mime};base64,{data}") })
        }),
        Content::Reasoning { .. } | Content::ToolCall(_) | Content::ToolResult(_) => None,
    }
    };
    let parts: Vec<Value> = message.parts.iter().filter_map(|p| part(&p.content)).collect();
    (!parts.is_empty()).then(|| json!({ "type": "message", "role": "user", "content": parts }))
}
