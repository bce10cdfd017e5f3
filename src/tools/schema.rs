//! Parameter schemas from Rust types, without the words that only cost tokens.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

#[cfg(test)]
mod tests;

/// The schema of a tool's arguments: an object, everything in place, nothing but what a
/// model needs.
pub(crate) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.remove("description");
    }
    compact(&mut schema);
    schema
}

/// Takes out titles, number formats, null defaults and the null of optional values
/// (a model leaves out what it does not need).
fn compact(schema: &mut Value) {
    let Value::Object(node) = schema else { return };
    for noise in ["title", "format"] {
        node.remove(noise);
    }
    if node.get("default").is_some_and(Value::is_null) {
        node.remove("default");
    }
    if let Some(Value::Array(types)) = node.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            node.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = node.get_mut("anyOf") {
        options.retain(|option| option.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = options.as_slice() {
            let only = only.clone();
            node.remove("anyOf");
            for (key, value) in only {
                node.entry(key).or_insert(value);
            }
        }
    }
    if let Some(Value::Array(values)) = node.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Object(properties)) = node.get_mut("properties") {
        properties.values_mut().for_each(compact);
    }
    if let Some(items) = node.get_mut("items") {
        compact(items);
    }
}
