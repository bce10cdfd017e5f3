//! Values made to fit their schema where only one thing can be meant.

use serde_json::{Number, Value};

/// Whether a schema allows a type. A schema without a type allows all.
pub(super) fn allows(schema: &Value, kind: &str) -> bool {
    let matches = |name: &Value| name == kind || (kind == "integer" && name == "number");
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(matches),
        Some(name) => matches(name),
        None => true,
    }
}

/// Fits a value, and what is in it, to its schema; leaves alone what has no plain meaning.
pub(super) fn fit(schema: &Value, value: &mut Value, path: &str, repairs: &mut Vec<String>) {
    let before = kind(value);
    if let Some(better) = better(schema, value) {
        *value = better;
        let after = kind(value);
        repairs.push(if before == after {
            format!("{path}: rewritten")
        } else {
            format!("{path}: {before} to {after}")
        });
    }
    match value {
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for (index, item) in items.iter_mut().enumerate() {
                    fit(schema, item, &format!("{path}[{index}]"), repairs);
                }
            }
        }
        Value::Object(fields) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return;
            };
            for (name, schema) in properties {
                if let Some(field) = fields.get_mut(name) {
                    fit(schema, field, &format!("{path}.{name}"), repairs);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The value that was meant, when the value does not fit and one does.
fn better(schema: &Value, value: &Value) -> Option<Value> {
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        return one_of(choices, value);
    }
    let kind = kind(value);
    let whole = value.as_f64().is_some_and(|number| number.fract() == 0.0);
    // A number with nothing behind the point is an integer to the schema but not to Rust.
    if kind == "number" && whole && allows(schema, "integer") && !allows(schema, "number") {
        return integer(&value.to_string());
    }
    schema.get("type")?;
    if allows(schema, kind) {
        return None;
    }
    match value {
        Value::String(text) => from_text(schema, text),
        Value::Array(items) => match items.as_slice() {
            [only] if allows(schema, self::kind(only)) => Some(only.clone()),
            _ => as_text(schema, value),
        },
        Value::Number(_) | Value::Bool(_) if allows(schema, "array") => {
            Some(Value::Array(vec![value.clone()]))
        }
        Value::Number(number) if allows(schema, "boolean") => match number.as_u64() {
            Some(0) => Some(Value::Bool(false)),
            Some(1) => Some(Value::Bool(true)),
            _ => None,
        },
        Value::Number(_) | Value::Bool(_) => {
            allows(schema, "string").then(|| Value::String(value.to_string()))
        }
        Value::Object(_) if allows(schema, "array") => Some(Value::Array(vec![value.clone()])),
        Value::Object(_) => as_text(schema, value),
        Value::Null => None,
    }
}

/// A container where text is wanted: its JSON, as it would stand in a file.
fn as_text(schema: &Value, value: &Value) -> Option<Value> {
    let text = allows(schema, "string").then(|| serde_json::to_string_pretty(value).ok())??;
    Some(Value::String(text))
}

/// What a text means to a schema that wants something else.
fn from_text(schema: &Value, text: &str) -> Option<Value> {
    let plain = text.trim();
    if allows(schema, "null") && matches!(plain, "null" | "None" | "") {
        return Some(Value::Null);
    }
    if allows(schema, "boolean") {
        match plain.to_ascii_lowercase().as_str() {
            "true" => return Some(Value::Bool(true)),
            "false" => return Some(Value::Bool(false)),
            _ => {}
        }
    }
    if allows(schema, "integer")
        && let Some(number) = integer(plain)
    {
        return Some(number);
    }
    if allows(schema, "number")
        && let Ok(number) = plain.parse::<f64>()
        && let Some(number) = Number::from_f64(number)
    {
        return Some(Value::Number(number));
    }
    if allows(schema, "array") {
        return match serde_json::from_str(plain) {
            Ok(Value::Array(items)) => Some(Value::Array(items)),
            _ => Some(Value::Array(vec![Value::String(text.to_owned())])),
        };
    }
    if allows(schema, "object")
        && let Ok(object @ Value::Object(_)) = serde_json::from_str(plain)
    {
        return Some(object);
    }
    None
}

/// `5`, `5.0` and `+5` as an integer.
fn integer(text: &str) -> Option<Value> {
    let whole = match text.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let whole = whole.strip_prefix('+').unwrap_or(whole);
    if let Ok(number) = whole.parse::<u64>() {
        return Some(Value::from(number));
    }
    whole.parse::<i64>().ok().map(Value::from)
}

/// One of a closed list, whatever its case.
fn one_of(choices: &[Value], value: &Value) -> Option<Value> {
    if choices.contains(value) {
        return None;
    }
    let text = value.as_str()?.trim();
    let mut fitting = choices
        .iter()
        .filter(|choice| choice.as_str().is_some_and(|known| known.eq_ignore_ascii_case(text)));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

/// The JSON Schema name of a value's type.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
