//! Arguments made to fit the schema where the intent is plain, then checked.

mod check;
mod coerce;
mod names;

use nanofolks_protocol::ports::Repaired;
use nanofolks_protocol::{ToolDescriptor, ToolError};
use serde_json::{Map, Value};

use self::check::Mismatch;

#[cfg(test)]
mod tests;

/// Repairs and checks. What cannot be repaired is left as it is and then refused by name.
pub(crate) fn repair(
    descriptor: &ToolDescriptor,
    arguments: &Value,
) -> Result<Repaired, ToolError> {
    let schema = &descriptor.params;
    let mut repairs = Vec::new();
    let mut object = object_of(descriptor, arguments, &mut repairs)?;
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        names::fix(properties, &mut object, &mut repairs);
        drop_empty(schema, properties, &mut object, &mut repairs);
        for (name, schema) in properties {
            if let Some(value) = object.get_mut(name) {
                coerce::fit(schema, value, name, &mut repairs);
            }
        }
    }
    let arguments = Value::Object(object);
    match check::check(schema, &arguments) {
        Ok(()) => Ok(Repaired { arguments, repairs }),
        Err(mismatch) => Err(refused(descriptor, &mismatch)),
    }
}

/// Says which argument is wrong, what was expected, and what the tool takes.
fn refused(descriptor: &ToolDescriptor, mismatch: &Mismatch) -> ToolError {
    ToolError::new("invalid_arguments", mismatch.to_string()).hint(format!(
        "{} takes {}",
        descriptor.name,
        usage(&descriptor.params)
    ))
}

/// The arguments as an object: none are an empty one, a text that is an object is parsed.
fn object_of(
    descriptor: &ToolDescriptor,
    arguments: &Value,
    repairs: &mut Vec<String>,
) -> Result<Map<String, Value>, ToolError> {
    match arguments {
        Value::Object(object) => Ok(object.clone()),
        Value::Null => Ok(Map::new()),
        Value::String(text) if text.trim().is_empty() => Ok(Map::new()),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(Value::Object(object)) => {
                repairs.push("arguments: string to object".to_owned());
                Ok(object)
            }
            _ => Err(refused(descriptor, &Mismatch::whole(arguments))),
        },
        Value::Array(items) => match items.as_slice() {
            [Value::Object(object)] => {
                repairs.push("arguments: array to object".to_owned());
                Ok(object.clone())
            }
            _ => Err(refused(descriptor, &Mismatch::whole(arguments))),
        },
        Value::Bool(_) | Value::Number(_) => Err(refused(descriptor, &Mismatch::whole(arguments))),
    }
}

/// Takes out nothings: a null where none is allowed, for an argument that may be left out.
fn drop_empty(
    schema: &Value,
    properties: &Map<String, Value>,
    object: &mut Map<String, Value>,
    repairs: &mut Vec<String>,
) {
    let required = |name: &str| {
        schema
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|known| known == name))
    };
    object.retain(|name, value| {
        if required(name) {
            return true;
        }
        let known = properties.get(name);
        let allows = |kind| known.is_some_and(|schema| coerce::allows(schema, kind));
        let is_nothing = match value {
            Value::Null => !allows("null"),
            Value::String(text) => {
                known.is_some()
                    && !allows("string")
                    && !allows("null")
                    && matches!(text.trim(), "" | "null" | "None" | "none")
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
        };
        if is_nothing {
            repairs.push(format!("{name}: empty, left out"));
        }
        !is_nothing
    });
}

/// `path (string), offset (integer, optional)`.
fn usage(schema: &Value) -> String {
    let required = schema.get("required").and_then(Value::as_array);
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return "no arguments".to_owned();
    };
    let mut listed: Vec<(bool, String)> = properties
        .iter()
        .map(|(name, schema)| {
            let optional = !required.is_some_and(|names| names.iter().any(|known| known == name));
            let kind = check::expected(schema);
            let note = if optional { ", optional" } else { "" };
            (optional, format!("{name} ({kind}{note})"))
        })
        .collect();
    listed.sort_by_key(|(optional, _)| *optional);
    if listed.is_empty() {
        return "no arguments".to_owned();
    }
    listed.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}
