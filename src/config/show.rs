//! Settings for people: one key, all keys, the schema.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Loaded, Origin, Settings, key};

#[cfg(test)]
mod tests;

/// Stands in a key for a name of the user's choice.
pub const ANY: &str = "<name>";

/// What describes a secret in the schema.
const SECRET: &str = "#/$defs/Secret";

/// One setting as it is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The dotted key.
    pub key: String,
    /// Its value; secrets are masked. `null` when it is not set.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// A key that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
    /// The dotted key; `<name>` stands for a name of the user's choice.
    pub key: String,
    /// What it takes: `integer`, `text`, `one of queue, steer, interrupt`, …
    pub takes: String,
    /// What it is for.
    pub about: String,
    /// The words it takes, when there are no others.
    pub choices: Vec<String>,
    /// Whether it holds a secret.
    pub secret: bool,
}

/// A part of the configuration: a table, or all keys that are in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartInfo {
    /// The name of the table; empty for the keys that are in none.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What can be set there, by key.
    pub keys: Vec<KeyInfo>,
}

impl Loaded {
    /// Where a value came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }

    /// One value or a whole part, by dotted key; `None` when there is no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Entry> {
        let parts = proper(&key::split(key))?;
        let name = parts.iter().fold(String::new(), |path, part| key::join(&path, &part.name));
        let mut value = self.tree();
        for part in &parts {
            value = match value {
                Value::Object(mut table) => table.remove(&part.name).unwrap_or(Value::Null),
                _ => Value::Null,
            };
        }
        Some(Entry { origin: self.origin(&name), key: name, value })
    }

    /// Every value, defaults included, by key.
    #[must_use]
    pub fn list(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.flatten(String::new(), self.tree(), &mut entries);
        entries
    }

    fn tree(&self) -> Value {
        serde_json::to_value(&self.settings).unwrap_or(Value::Null)
    }

    fn flatten(&self, path: String, value: Value, entries: &mut Vec<Entry>) {
        match value {
            Value::Object(table) => {
                for (name, value) in table {
                    self.flatten(key::join(&path, &name), value, entries);
                }
            }
            // What one provider or model leaves open would be most of the list.
            Value::Null if path.starts_with("providers.") || path.starts_with("models.") => {}
            value => entries.push(Entry { origin: self.origin(&path), key: path, value }),
        }
    }
}

/// The JSON Schema of the configuration file.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Settings).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), Value::from("nanofolks configuration"));
    }
    schema
}

/// Every key that can be set, for completion and documentation.
#[must_use]
pub fn keys() -> Vec<KeyInfo> {
    let schema = schema();
    let mut keys = Vec::new();
    walk(&schema, &schema, (String::new(), ""), &mut keys);
    keys.sort_by(|a, b| a.key.cmp(&b.key));
    keys
}

/// Every key that can be set, by the part it belongs to; those in no table first.
#[must_use]
pub fn parts() -> Vec<PartInfo> {
    let schema = schema();
    let mut parts: Vec<PartInfo> = Vec::new();
    for key in keys() {
        let name = key.key.split_once('.').map_or("", |(name, _)| name);
        match parts.iter_mut().find(|part| part.name == name) {
            Some(part) => part.keys.push(key),
            None => {
                let about = schema.pointer(&format!("/properties/{name}"));
                let about = about.map(|at| text(at, "description")).unwrap_or_default();
                parts.push(PartInfo { name: name.to_owned(), about, keys: vec![key] });
            }
        }
    }
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    parts
}

/// The key of something below another, with quotes where a name needs them.
#[must_use]
pub fn below(key: &str, name: &str) -> String {
    key::join(key, name)
}

/// The known key that resembles `key` most.
#[must_use]
pub fn nearest(key: &str) -> Option<String> {
    let keys = keys();
    key::nearest(key, keys.iter().map(|known| known.key.as_str())).map(str::to_owned)
}

/// One name in a dotted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Whether it is a name of ours and not of the user's choice.
    pub(crate) field: bool,
}

/// A key in its proper spelling; `None` when there is no such key. Parts (`engine`) count.
pub(crate) fn proper(parts: &[String]) -> Option<Vec<Part>> {
    let schema = schema();
    let mut at = &schema;
    let mut proper = Vec::new();
    for part in parts {
        at = resolve(&schema, at);
        if let Some(fields) = at.get("properties").and_then(Value::as_object) {
            let names: Vec<_> = fields.keys().map(String::as_str).collect();
            let name = key::canonical(part, &names)?;
            proper.push(Part { name: name.to_owned(), field: true });
            at = fields.get(name)?;
        } else {
            at = at.get("additionalProperties").filter(|any| any.is_object())?;
            proper.push(Part { name: part.clone(), field: false });
        }
    }
    Some(proper)
}

/// Collects the keys at and below `path`; what is not described itself is described by
/// what it is a part of.
fn walk(schema: &Value, at: &Value, (path, part_of): (String, &str), keys: &mut Vec<KeyInfo>) {
    let about = match text(at, "description") {
        own if own.is_empty() => part_of.to_owned(),
        own => own,
    };
    let secret = refers_to(at, SECRET);
    let at = resolve(schema, at);
    let join =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(fields) = at.get("properties").and_then(Value::as_object) {
        for (name, field) in fields {
            walk(schema, field, (join(name), &text(at, "description")), keys);
        }
    } else if let Some(any) = at.get("additionalProperties").filter(|any| any.is_object()) {
        walk(schema, any, (join(ANY), &about), keys);
    } else {
        let choices = choices(at).unwrap_or_default().into_iter().map(str::to_owned).collect();
        keys.push(KeyInfo { key: path, takes: takes(at), about, choices, secret });
    }
}

/// Follows a reference, and what may be left open to what it is when given.
fn resolve<'s>(schema: &'s Value, at: &'s Value) -> &'s Value {
    if let Some(name) = at.get("$ref").and_then(Value::as_str) {
        let target = name.strip_prefix('#').and_then(|pointer| schema.pointer(pointer));
        return target.unwrap_or(at);
    }
    match at.get("anyOf").and_then(Value::as_array) {
        Some(ways) => {
            let given = ways.iter().find(|way| way.get("type") != Some(&Value::from("null")));
            given.map_or(at, |given| resolve(schema, given))
        }
        None => at,
    }
}

/// Whether a description is a reference to another, or to that or nothing.
fn refers_to(at: &Value, name: &str) -> bool {
    let ways = at.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    ways.chain([at]).any(|way| way.get("$ref").and_then(Value::as_str) == Some(name))
}

fn text(at: &Value, name: &str) -> String {
    at.get(name).and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

fn takes(at: &Value) -> String {
    if let Some(names) = choices(at) {
        return format!("one of {}", names.join(", "));
    }
    let kind = match at.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
        }
        _ => "",
    };
    let kind = match kind {
        "integer" => "whole number",
        "boolean" => "true or false",
        "string" => "text",
        "array" => "list",
        other => other,
    };
    let bound =
        |name: &str| at.get(name).filter(|bound| bound.as_f64() != Some(f64::from(u32::MAX)));
    match (bound("minimum"), bound("maximum")) {
        (Some(low), Some(high)) => format!("{kind} from {low} to {high}"),
        (Some(low), None) => format!("{kind} from {low}"),
        (None, Some(high)) => format!("{kind} up to {high}"),
        (None, None) => kind.to_owned(),
    }
}

fn choices(at: &Value) -> Option<Vec<&str>> {
    let table: &Map<String, Value> = at.as_object()?;
    if let Some(names) = table.get("enum").and_then(Value::as_array) {
        return Some(names.iter().filter_map(Value::as_str).collect());
    }
    let ways = table.get("oneOf").and_then(Value::as_array)?;
    let name = |way: &'_ Value| way.get("const").is_some() || way.get("enum").is_some();
    if !ways.iter().all(name) {
        return None;
    }
    let names = ways.iter().flat_map(|way| match (way.get("const"), way.get("enum")) {
        (Some(name), _) => vec![name],
        (None, Some(names)) => {
            names.as_array().map(|names| names.iter().collect()).unwrap_or_default()
        }
        (None, None) => Vec::new(),
    });
    Some(names.filter_map(Value::as_str).collect())
}
