//! A value against a schema: the part of JSON Schema that tool schemas are made of.
//!
//! Compiling a general validator costs more than a call does. [`covers`] says whether a
//! schema stays within what is checked here; tests compare both on every schema we ship.

use std::fmt;

use serde_json::Value;

use super::coerce::kind;

/// What does not fit, and what would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    path: String,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Missing { expected: String },
    Unknown { known: String },
    Wrong { expected: String, got: String },
}

impl Mismatch {
    /// The arguments are not an object at all.
    pub(super) fn whole(value: &Value) -> Self {
        Self::wrong("", "an object".to_owned(), value)
    }

    fn wrong(path: &str, expected: String, value: &Value) -> Self {
        Self { path: path.to_owned(), problem: Problem::Wrong { expected, got: shown(value) } }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.problem {
            Problem::Missing { expected } => {
                write!(f, "argument `{path}` is missing: expected {expected}")
            }
            Problem::Unknown { known } => {
                write!(f, "there is no argument `{path}`: expected one of {known}")
            }
            Problem::Wrong { expected, got } if path.is_empty() => {
                write!(f, "expected {expected}, got {got}")
            }
            Problem::Wrong { expected, got } => {
                write!(f, "argument `{path}`: expected {expected}, got {got}")
            }
        }
    }
}

/// A value in an error: short.
fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.len() <= 40 => format!("{text:?}"),
        Value::String(_) | Value::Array(_) | Value::Object(_) => format!("a {}", kind(value))
            .replace("a array", "an array")
            .replace("a object", "an object"),
    }
}

/// Checks a value.
pub(super) fn check(schema: &Value, value: &Value) -> Result<(), Mismatch> {
    check_at(schema, value, "")
}

fn check_at(schema: &Value, value: &Value, path: &str) -> Result<(), Mismatch> {
    let wrong = || Mismatch::wrong(path, expected(schema), value);
    let fits = has_type(schema, value) && is_choice(schema, value) && in_bounds(schema, value);
    if !fits {
        return Err(wrong());
    }
    match value {
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    check_at(schema, item, &format!("{path}[{index}]"))?;
                }
            }
            Ok(())
        }
        Value::Object(fields) => check_fields(schema, fields, path),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn check_fields(
    schema: &Value,
    fields: &serde_json::Map<String, Value>,
    path: &str,
) -> Result<(), Mismatch> {
    let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let properties = schema.get("properties").and_then(Value::as_object);
    let required = schema.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            let expected = properties
                .and_then(|known| known.get(name))
                .map_or_else(|| "a value".to_owned(), expected);
            return Err(Mismatch { path: at(name), problem: Problem::Missing { expected } });
        }
    }
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    for (name, value) in fields {
        match properties.and_then(|known| known.get(name)) {
            Some(schema) => check_at(schema, value, &at(name))?,
            None if closed => {
                let known = properties
                    .map(|known| known.keys().map(String::as_str).collect::<Vec<_>>().join(", "))
                    .unwrap_or_default();
                return Err(Mismatch { path: at(name), problem: Problem::Unknown { known } });
            }
            None => {}
        }
    }
    Ok(())
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("number") => value.is_number(),
        Some(name) => name == kind(value),
        None => false,
    };
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(is),
        Some(name) => is(name),
        None => true,
    }
}

fn is_choice(schema: &Value, value: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_none_or(|choices| choices.contains(value))
        && schema.get("const").is_none_or(|only| only == value)
}

fn in_bounds(schema: &Value, value: &Value) -> bool {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let within = |size: f64, low: &str, high: &str| {
        bound(low).is_none_or(|low| size >= low) && bound(high).is_none_or(|high| size <= high)
    };
    match value {
        Value::Number(number) => {
            number.as_f64().is_none_or(|number| within(number, "minimum", "maximum"))
        }
        Value::String(text) if schema.get("minLength").or(schema.get("maxLength")).is_some() => {
            within(as_f64(text.chars().count()), "minLength", "maxLength")
        }
        Value::Array(items) => within(as_f64(items.len()), "minItems", "maxItems"),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => true,
    }
}

/// A length as a number with a point; nothing is that long that it mattered.
fn as_f64(length: usize) -> f64 {
    u32::try_from(length).map_or(f64::INFINITY, f64::from)
}

/// What a schema wants, in words.
pub(super) fn expected(schema: &Value) -> String {
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        let choices: Vec<_> = choices.iter().map(Value::to_string).collect();
        return format!("one of {}", choices.join(", "));
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        _ => "a value".to_owned(),
    };
    let bound = |name: &str| schema.get(name).filter(|bound| **bound != 0);
    match (bound("minimum"), bound("maximum")) {
        (Some(low), Some(high)) => format!("{kind} from {low} to {high}"),
        (Some(low), None) => format!("{kind} of at least {low}"),
        (None, Some(high)) => format!("{kind} of at most {high}"),
        (None, None) => match bound("minLength").or(bound("minItems")) {
            Some(_) => format!("{kind} that is not empty"),
            None => kind,
        },
    }
}

/// Whether a schema uses nothing but what is checked here.
#[cfg(test)]
pub(super) fn covers(schema: &Value) -> bool {
    const PLAIN: [&str; 12] = [
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "required",
        "description",
        "default",
    ];
    schema.as_object().is_some_and(|node| {
        node.iter().all(|(key, value)| match key.as_str() {
            "properties" => value.as_object().is_some_and(|all| all.values().all(covers)),
            "items" => covers(value),
            "additionalProperties" => value.is_boolean(),
            key => PLAIN.contains(&key),
        })
    })
}
