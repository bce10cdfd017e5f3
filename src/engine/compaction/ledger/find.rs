//! Takes out of messages what belongs into the ledger.

use std::collections::HashMap;
use std::sync::Arc;

use nanofolks_protocol::{CallId, Content, Message, Origin, Role, ToolCall, ToolResult};
use serde_json::Value;

use super::{Item, Kind, Ledger, words};

/// Longest item in bytes; longer sentences keep their beginning.
const LONGEST: usize = 600;
/// Most items of one message.
const PER_MESSAGE: usize = 60;
/// A tool's output is only read for names up to this many bytes …
const READ: usize = 4_000;
/// … and gives at most this many.
const PER_RESULT: usize = 12;
/// So many items are looked through before there are more.
const MANY: usize = 3_000;
/// Longest line of a tool's output.
const LINE: usize = 200;

/// Notes everything in the messages that belongs into the ledger.
pub(crate) fn note(ledger: &mut Ledger, messages: &[Arc<Message>]) {
    let calls: HashMap<&CallId, &ToolCall> = messages
        .iter()
        .flat_map(|message| message.tool_calls())
        .map(|call| (&call.id, call))
        .collect();
    for message in messages {
        let mut done = Vec::new();
        let found = of_message(message, &calls, &mut done);
        ledger.extend(found.into_iter().take(PER_MESSAGE));
        ledger.close(&done);
        if ledger.items().len() > MANY {
            ledger.bound(*super::BOUNDS.end());
        }
    }
}

fn of_message(
    message: &Message,
    calls: &HashMap<&CallId, &ToolCall>,
    done: &mut Vec<String>,
) -> Vec<Item> {
    let mut found = Vec::new();
    for part in &message.parts {
        match &part.content {
            Content::Text { text } => match (message.role, part.origin) {
                (Role::User, Origin::User) => {
                    said(text, Origin::User, words::of_user, done, &mut found);
                }
                (Role::Assistant, _) => said(text, Origin::Model, words::of_bot, done, &mut found),
                _ => {}
            },
            Content::ToolCall(call) => found.extend(paths(call)),
            Content::ToolResult(result) => {
                let call = calls.get(&result.call_id).copied();
                found.extend(returned(result, call));
            }
            Content::File { name, .. } => found.push(Item {
                kind: Kind::Path,
                text: bounded(&format!("attached: {name}"), LONGEST),
                from: Origin::User,
                weight: 3,
            }),
            Content::Reasoning { .. } | Content::Image { .. } => {}
        }
    }
    found
}

/// The sentences of a text that are worth keeping.
fn said(
    text: &str,
    from: Origin,
    judge: fn(&str) -> Option<(Kind, u8)>,
    done: &mut Vec<String>,
    found: &mut Vec<Item>,
) {
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        if let Some(task) = words::done(line) {
            done.push(task);
            continue;
        }
        for sentence in sentences(line) {
            if let Some((kind, weight)) = judge(sentence) {
                found.push(Item { kind, text: bounded(sentence, LONGEST), from, weight });
            }
        }
    }
}

/// A line cut behind the marks that end sentences. A point inside of a name ends none.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        loop {
            if rest.trim().is_empty() {
                return None;
            }
            let end = rest
                .char_indices()
                .find(|&(at, c)| {
                    let after = rest.get(at + c.len_utf8()..).unwrap_or_default();
                    let wide = matches!(c, '。' | '！' | '？');
                    let point = matches!(c, '.' | '!' | '?');
                    wide || (point && after.starts_with(char::is_whitespace))
                })
                .map_or(rest.len(), |(at, c)| at + c.len_utf8());
            let (sentence, after) = rest.split_at(end);
            rest = after;
            if !sentence.trim().is_empty() {
                return Some(sentence.trim());
            }
        }
    })
}

/// The files and folders a call names.
fn paths(call: &ToolCall) -> Vec<Item> {
    let Value::Object(arguments) = &call.arguments else { return Vec::new() };
    let writes = ["write", "edit", "create", "delete", "move", "patch"]
        .iter()
        .any(|word| call.name.contains(word));
    let named = |name: &str| {
        ["path", "file", "folder", "dir", "url", "source", "target"]
            .iter()
            .any(|word| name.contains(word))
    };
    arguments
        .iter()
        .filter(|(name, _)| named(name))
        .filter_map(|(_, value)| value.as_str())
        .filter(|path| !path.is_empty() && *path != ".")
        .map(|path| Item {
            kind: Kind::Path,
            text: bounded(path, LONGEST),
            from: Origin::Model,
            weight: if writes { 4 } else { 2 },
        })
        .collect()
}

/// What came of a call: why it failed, or the names in a short answer.
fn returned(result: &ToolResult, call: Option<&ToolCall>) -> Vec<Item> {
    if let Some(error) = &result.error {
        let arguments = call.map(|call| call.arguments.to_string()).unwrap_or_default();
        let what = bounded(&arguments, LINE);
        let why = bounded(&one_line(&error.message), LINE);
        let text = format!("{} {what}: {} ({why})", result.tool, error.code);
        let (kind, from) = (Kind::Failure, Origin::Tool);
        return vec![Item { kind, text, from, weight: 4 }];
    }
    let Some(data) = &result.data else { return Vec::new() };
    let text = match data {
        Value::String(text) if text.len() <= READ => text.clone(),
        Value::String(_) => return Vec::new(),
        other => other.to_string(),
    };
    if text.len() > READ {
        return Vec::new();
    }
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && line.len() <= LINE && words::is_named(line))
        .take(PER_RESULT)
        .map(|line| Item { kind: Kind::Fact, text: line.to_owned(), from: Origin::Tool, weight: 1 })
        .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text that is too long, marked.
fn bounded(text: &str, most: usize) -> String {
    let text = text.trim();
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most);
    format!("{}…", text.get(..end).unwrap_or_default())
}
