//! The promise of schema repair, as a check: nothing shown to a model names a tool or an
//! argument that is not on offer in that very request.

use std::collections::BTreeSet;

use nanofolks_protocol::model::ToolSchema;
use serde_json::Value;

/// Every name that is shown but cannot be used, as `tool: name`. `known` are the names of all
/// tools there are; whatever stands in backticks must be an argument or a tool on offer.
#[must_use]
pub fn names_missing_tools(offered: &[ToolSchema], known: &[&str]) -> Vec<String> {
    let tools: BTreeSet<&str> = offered.iter().map(|schema| schema.name.as_str()).collect();
    let mut missing = Vec::new();
    for schema in offered {
        let mut texts = vec![schema.description.as_str()];
        strings(&schema.parameters, &mut texts);
        let mut arguments = BTreeSet::new();
        words(&schema.parameters, &mut arguments);
        for text in texts {
            let named = text
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .filter(|word| known.contains(word) && !tools.contains(word));
            let quoted = text
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|word| !tools.contains(word) && !arguments.contains(word));
            missing.extend(named.chain(quoted).map(|word| format!("{}: {word}", schema.name)));
        }
    }
    missing
}

/// All texts in a schema that a model reads as prose.
fn strings<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "description" => texts.push(text),
                    _ => strings(value, texts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The names of arguments and the values they may take.
fn words<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    if let Some(properties) = value.get("properties").and_then(Value::as_object) {
        for (name, schema) in properties {
            found.insert(name);
            words(schema, found);
        }
    }
    if let Some(values) = value.get("enum").and_then(Value::as_array) {
        found.extend(values.iter().filter_map(Value::as_str));
    }
    if let Some(items) = value.get("items") {
        words(items, found);
    }
}
