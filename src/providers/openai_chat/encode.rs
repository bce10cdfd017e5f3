//! [`ModelRequest`] to the body of a Chat Completions request. No I/O.

use std::borrow::Cow;

use nanofolks_protocol::model::{Effort, ToolSchema};
use nanofolks_protocol::{Content, Message, ModelRequest, Role, ToolCall};
use serde::Serialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::preset::Quirks;
use crate::wire::{Items, Memory, end_list, file_text, is_closed_schema, picture};

#[cfg(test)]
mod tests;

/// A request without its messages and tools, which follow.
#[derive(Serialize)]
struct Head<'a> {
    model: &'a str,
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

/// One message, borrowed from the conversation: a long one is not copied to be written.
#[derive(Serialize)]
struct Said<'a> {
    role: &'static str,
    content: Words<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

impl<'a> Said<'a> {
    const fn new(role: &'static str, content: Words<'a>) -> Self {
        Self { role, content, tool_calls: Vec::new(), tool_call_id: None }
    }

    const fn words(role: &'static str, text: Cow<'a, str>) -> Self {
        Self::new(role, Words::Text(text))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Words<'a> {
    None,
    Text(Cow<'a, str>),
    Pieces(Vec<Piece<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Piece<'a> {
    Text { text: Cow<'a, str> },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Serialize)]
struct ImageUrl {
    url: String,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    r#type: &'static str,
    function: Called<'a>,
}

#[derive(Serialize)]
struct Called<'a> {
    name: &'a str,
    /// JSON, as text.
    arguments: String,
}

/// The JSON body of one request.
pub(super) fn body(
    request: &ModelRequest,
    quirks: &Quirks,
    memory: &Memory,
) -> Result<Vec<u8>, Fault> {
    let mut body =
        serde_json::to_vec(&head(request, quirks)).map_err(|error| Fault::malformed(&error))?;
    // Its brace: the object goes on.
    body.pop();
    body.extend_from_slice(b",\"messages\":[");
    if !request.system.is_empty() {
        let system = Said::words("system", Cow::Borrowed(&request.system));
        Items::of(&mut body).push(&system)?;
    }
    memory.messages(request, &mut body, |message, items| said(request, message, items))?;
    end_list(&mut body);
    if !request.tools.is_empty() {
        body.extend_from_slice(b",\"tools\":[");
        memory.tools(request, &mut body, tool)?;
        end_list(&mut body);
    }
    body.push(b'}');
    Ok(body)
}

fn head<'a>(request: &'a ModelRequest, quirks: &Quirks) -> Head<'a> {
    let model = quirks.model_name(&request.model);
    let temperature = quirks.temperature(model, request.temperature);
    let (max_tokens, max_completion_tokens) = if quirks.max_completion_tokens {
        (None, Some(request.max_output))
    } else {
        (Some(request.max_output), None)
    };
    Head {
        model,
        stream: true,
        stream_options: quirks.stream_usage.then_some(StreamOptions { include_usage: true }),
        max_tokens,
        max_completion_tokens,
        temperature,
        reasoning_effort: request.effort.filter(|_| quirks.effort).map(effort),
        response_format: request.output_schema.as_deref().and_then(|s| format(s, quirks)),
        reasoning_split: quirks.reasoning_split.then_some(true),
    }
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

/// What a message becomes: mostly one item, for results one each.
fn said(request: &ModelRequest, message: &Message, items: &mut Items<'_>) -> Result<(), Fault> {
    match message.role {
        Role::Assistant => items.push(&assistant(message)),
        Role::User | Role::System => {
            user(request, message).map_or(Ok(()), |said| items.push(&said))
        }
        Role::Tool => results(message).try_for_each(|said| items.push(&said)),
    }
}

fn assistant(message: &Message) -> Said<'_> {
    let calls: Vec<_> = message.tool_calls().map(call).collect();
    let text = message.text();
    let silent = text.is_empty() && !calls.is_empty();
    let content = if silent { Words::None } else { Words::Text(Cow::Owned(text)) };
    Said { tool_calls: calls, ..Said::new("assistant", content) }
}

fn call(call: &ToolCall) -> Call<'_> {
    // What was not JSON is given back as an empty object: servers parse their own words.
    let arguments = match &call.arguments {
        Value::Object(_) => call.arguments.to_string(),
        _ => "{}".to_owned(),
    };
    let function = Called { name: &call.name, arguments };
    Call { id: call.id.as_str(), r#type: "function", function }
}

fn results(message: &Message) -> impl Iterator<Item = Said<'_>> {
    message.parts.iter().filter_map(|part| match &part.content {
        Content::ToolResult(result) => Some(Said {
            tool_call_id: Some(result.call_id.as_str()),
            ..Said::words("tool", Cow::Owned(result.for_model()))
        }),
        Content::Text { .. }
        | Content::Reasoning { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::ToolCall(_) => None,
    })
}

/// What a person or the house said: plain text where that is all there is.
fn user<'a>(request: &ModelRequest, message: &'a Message) -> Option<Said<'a>> {
    let mut parts: Vec<_> =
        message.parts.iter().filter_map(|part| user_part(request, &part.content)).collect();
    match (parts.len(), parts.pop()?) {
        (1, Piece::Text { text }) => Some(Said::words("user", text)),
        (_, last) => {
            parts.push(last);
            Some(Said::new("user", Words::Pieces(parts)))
        }
    }
}

fn user_part<'a>(request: &ModelRequest, content: &'a Content) -> Option<Piece<'a>> {
    match content {
        Content::Text { text } if text.is_empty() => None,
        Content::Text { text } => Some(Piece::Text { text: Cow::Borrowed(text) }),
        Content::File { name, text } => {
            Some(Piece::Text { text: Cow::Owned(file_text(name, text)) })
        }
        Content::Image { mime, blob } => picture(request, blob).map(|data| {
            let url = format!("data:{mime};base64,{data}");
            Piece::ImageUrl { image_url: ImageUrl { url } }
        }),
        Content::Reasoning { .. } | Content::ToolCall(_) | Content::ToolResult(_) => None,
    }
}
