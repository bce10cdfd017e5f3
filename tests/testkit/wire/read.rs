//! What reading a request has in common in all dialects, and the rules they share.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::Dialect;
use crate::recorded::{Recorded, Seen, SeenTurn};

/// What was found to be wrong.
#[derive(Debug, Default)]
pub(super) struct Notes(pub(super) Vec<String>);

impl Notes {
    pub(super) fn push(&mut self, note: impl Into<String>) {
        self.0.push(note.into());
    }

    pub(super) fn unless(&mut self, fine: bool, note: impl FnOnce() -> String) {
        if !fine {
            self.0.push(note());
        }
    }

    /// A list that must be there and not be empty.
    pub(super) fn list<'a>(&mut self, body: &'a Value, name: &str) -> &'a [Value] {
        match body.get(name).and_then(Value::as_array) {
            Some(list) if !list.is_empty() => list,
            Some(_) => {
                self.push(format!("{name} is empty"));
                &[]
            }
            None => {
                self.push(format!("{name} is not a list"));
                &[]
            }
        }
    }

    /// Checks that this is the base64 of a picture.
    pub(super) fn picture(&mut self, base64: &str) {
        let bytes = STANDARD.decode(base64);
        self.unless(bytes.is_ok_and(|bytes| !bytes.is_empty()), || {
            "a picture is not base64".to_owned()
        });
    }
}

/// The text of a field, empty when there is none.
pub(super) fn str_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Content as a string or as a list of parts of the OpenAI and Anthropic kinds.
pub(super) fn content(value: &Value, turn: &mut SeenTurn, notes: &mut Notes) {
    match value {
        Value::String(text) => turn.text.push_str(text),
        Value::Array(parts) => {
            notes.unless(!parts.is_empty(), || "a message has no content".to_owned());
            for part in parts {
                part_of(part, turn, notes);
            }
        }
        other => notes.push(format!("content is neither text nor a list: {other}")),
    }
}

fn part_of(part: &Value, turn: &mut SeenTurn, notes: &mut Notes) {
    match str_of(part, "type") {
        "text" | "input_text" | "output_text" => {
            let text = str_of(part, "text");
            notes.unless(!text.is_empty(), || "a text part is empty".to_owned());
            turn.text.push_str(text);
        }
        "image_url" | "input_image" => {
            let url =
                part["image_url"].as_str().unwrap_or_else(|| str_of(&part["image_url"], "url"));
            match url.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,")) {
                Some((_, base64)) => notes.picture(base64),
                None => notes.push("a picture is not a data: address"),
            }
            turn.images += 1;
        }
        "image" => {
            let source = &part["source"];
            notes.unless(source["type"] == "base64", || "a picture without base64".to_owned());
            notes.unless(str_of(source, "media_type").starts_with("image/"), || {
                "a picture without media_type".to_owned()
            });
            notes.picture(str_of(source, "data"));
            turn.images += 1;
        }
        other => notes.push(format!("a content part of the unknown type {other:?}")),
    }
}

/// Arguments that must be the text of a JSON object.
pub(super) fn arguments(value: &Value, notes: &mut Notes) -> Value {
    let Some(text) = value.as_str() else {
        notes.push("the arguments of a call are not a string");
        return value.clone();
    };
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.is_object() => value,
        Ok(value) => {
            notes.push("the arguments of a call are not an object");
            value
        }
        Err(_) => {
            notes.push(format!("the arguments of a call are not JSON: {text}"));
            Value::String(text.to_owned())
        }
    }
}

/// Reads one tool declaration.
pub(super) fn tools(tool: &Value, schema: &str, seen: &mut Seen, notes: &mut Notes) {
    let name = str_of(tool, "name").to_owned();
    notes.unless(!str_of(tool, "description").is_empty(), || format!("{name} has no description"));
    notes.unless(tool[schema]["type"] == "object", || {
        format!("the {schema} of {name} is not the schema of an object")
    });
    seen.tools.push((name, tool[schema].clone()));
}

/// The rules that all formats share.
pub(super) fn check(dialect: Dialect, request: &Recorded, seen: &mut Seen) {
    let mut notes = Notes(std::mem::take(&mut seen.violations));
    notes.unless(!request.model().is_empty(), || "no model is named".to_owned());
    let content_type = request.header("content-type").unwrap_or_default();
    notes.unless(content_type.starts_with("application/json"), || {
        format!("the content-type is {content_type:?}")
    });
    check_key(dialect, request, &mut notes);
    check_names(seen, &mut notes);
    match seen.turns.first() {
        Some(first) if first.role != "user" => {
            notes.push(format!("the first message is of {}", first.role));
        }
        Some(_) => {}
        None => notes.push("there is no message"),
    }
    check_pairs(dialect, &seen.turns, &mut notes);
    seen.violations = notes.0;
}

fn check_key(dialect: Dialect, request: &Recorded, notes: &mut Notes) {
    let (name, good) = match dialect {
        Dialect::OpenAiChat | Dialect::OpenAiResponses => {
            let header = request.header("authorization");
            ("authorization", header.is_some_and(|key| key.starts_with("Bearer ")))
        }
        Dialect::Anthropic => {
            notes.unless(request.header("anthropic-version").is_some(), || {
                "the header anthropic-version is missing".to_owned()
            });
            ("x-api-key", request.header("x-api-key").is_some())
        }
        Dialect::Gemini => ("x-goog-api-key", request.header("x-goog-api-key").is_some()),
        Dialect::Ollama => ("", true),
    };
    let needed = !request.keyless;
    notes.unless(good || !needed, || format!("the header {name} is missing or wrong"));
    notes.unless(!request.query.contains("key="), || "the key is in the address".to_owned());
}

fn check_names(seen: &Seen, notes: &mut Notes) {
    let mut names = BTreeSet::new();
    for (name, _) in &seen.tools {
        let good = (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        notes.unless(good, || format!("a tool cannot be called {name:?}"));
        notes.unless(names.insert(name), || format!("the tool {name} is offered twice"));
    }
}

/// Every call is answered once, by what follows it; no result answers nothing.
fn check_pairs(dialect: Dialect, turns: &[SeenTurn], notes: &mut Notes) {
    let mut open: Vec<(String, String)> = Vec::new();
    let mut used = BTreeSet::new();
    for turn in turns {
        for result in &turn.results {
            let place = open.iter().position(|(id, name)| {
                if dialect.has_call_ids() { *id == result.id } else { *name == result.name }
            });
            match place {
                Some(place) => drop(open.remove(place)),
                None => notes.push(format!(
                    "a tool result answers no call before it: {:?} {:?}",
                    result.id, result.name
                )),
            }
        }
        if turn.results.is_empty() || !turn.text.is_empty() || !turn.calls.is_empty() {
            // Calls of one answer may be spread over several turns in some formats.
            let goes_on = !turn.calls.is_empty() && dialect == Dialect::OpenAiResponses;
            if !goes_on {
                for (id, name) in open.drain(..) {
                    notes.push(format!("the call {id} of {name} has no result"));
                }
            }
        }
        for call in &turn.calls {
            if dialect.has_call_ids() {
                notes.unless(!call.id.is_empty(), || format!("a call of {} without id", call.name));
                notes.unless(used.insert(call.id.clone()), || {
                    format!("the call id {} is used twice", call.id)
                });
            }
            open.push((call.id.clone(), call.name.clone()));
        }
    }
    for (id, name) in open {
        notes.push(format!("the call {id} of {name} has no result"));
    }
}
