//! The conversation in the words of templates: roles, contents, tool calls.

use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::{Content, Message, ModelRequest, Role};
use serde::Serialize;
use serde_json::{Value, json};

/// One entry of a template's `messages`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Turn {
    pub(super) role: &'static str,
    pub(super) content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_calls: Vec<Entry<Called>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

/// A tool or a call of one: the fields in the order that models were trained on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Entry<F> {
    r#type: &'static str,
    function: F,
}

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Called {
    name: String,
    arguments: Value,
}

/// A tool on offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Offered {
    name: String,
    description: String,
    parameters: Value,
}

impl<F> Entry<F> {
    const fn new(function: F) -> Self {
        Self { r#type: "function", function }
    }
}

/// Makes outside text harmless.
type Defuse<'a> = &'a dyn Fn(&str) -> String;

impl Turn {
    fn new(role: &'static str, content: String) -> Self {
        Self { role, content, tool_calls: Vec::new(), name: None }
    }

    /// The whole request. Neighbours of one role become one, because many templates insist
    /// on alternation.
    pub(super) fn all(request: &ModelRequest, defuse: Defuse<'_>) -> Vec<Self> {
        let mut turns: Vec<Self> = Vec::new();
        if !request.system.trim().is_empty() {
            turns.push(Self::new("system", defuse(request.system.trim())));
        }
        for turn in request.messages.iter().flat_map(|message| from_message(message, defuse)) {
            match turns.last_mut() {
                Some(last) if last.role == turn.role && turn.role != "tool" => {
                    if !last.content.is_empty() && !turn.content.is_empty() {
                        last.content.push_str("\n\n");
                    }
                    last.content.push_str(&turn.content);
                    last.tool_calls.extend(turn.tool_calls);
                }
                _ => turns.push(turn),
            }
        }
        turns
    }
}

/// The system prompt put before what the user says first.
pub(super) fn without_system(mut turns: Vec<Turn>) -> Vec<Turn> {
    if turns.first().is_some_and(|turn| turn.role == "system") {
        let system = turns.remove(0).content;
        match turns.iter_mut().find(|turn| turn.role == "user") {
            Some(user) => user.content = format!("{system}\n\n{}", user.content),
            None => turns.insert(0, Turn::new("user", system)),
        }
    }
    turns
}

/// The tools on offer, in the shape templates expect.
pub(super) fn tools(tools: &[ToolSchema], defuse: Defuse<'_>) -> Vec<Entry<Offered>> {
    let offer = |tool: &ToolSchema| {
        Entry::new(Offered {
            name: defuse(&tool.name),
            description: defuse(&tool.description),
            parameters: defused(&tool.parameters, defuse),
        })
    };
    tools.iter().map(offer).collect()
}

fn from_message(message: &Message, defuse: Defuse<'_>) -> Vec<Turn> {
    let mut results = Vec::new();
    let mut content = String::new();
    let mut calls = Vec::new();
    for part in &message.parts {
        let text = match &part.content {
            Content::Text { text } => defuse(text),
            Content::File { name, text } => {
                format!("[file {}]\n{}\n[end of file]", defuse(name), defuse(text))
            }
            Content::Image { .. } => "[a picture, which you cannot see]".to_owned(),
            Content::Reasoning { .. } => continue,
            Content::ToolCall(call) => {
                let arguments = if call.arguments.is_object() {
                    defused(&call.arguments, defuse)
                } else {
                    json!({})
                };
                calls.push(Entry::new(Called { name: defuse(&call.name), arguments }));
                continue;
            }
            Content::ToolResult(result) => {
                let mut turn = Turn::new("tool", defuse(&result.for_model()));
                turn.name = Some(result.tool.clone());
                results.push(turn);
                continue;
            }
        };
        if !content.is_empty() {
            content.push_str("\n\n");
        }
        content.push_str(&text);
    }
    let role = if message.role == Role::Assistant { "assistant" } else { "user" };
    if !content.is_empty() || !calls.is_empty() {
        let mut turn = Turn::new(role, content);
        turn.tool_calls = calls;
        results.push(turn);
    }
    results
}

fn defused(value: &Value, defuse: Defuse<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(defuse(text)),
        Value::Array(values) => values.iter().map(|value| defused(value, defuse)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (defuse(key), defused(value, defuse))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
