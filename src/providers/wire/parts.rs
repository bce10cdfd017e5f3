//! Parts of messages that several formats write in the same way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nanofolks_protocol::{BlobId, ModelRequest};
use serde_json::{Map, Value, json};

/// Whose reasoning a sealed piece is. It is given back to the same model of the same provider
/// only: another one could not read it, and some refuse the whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    provider: String,
    model: String,
}

impl Seal {
    /// Of this request.
    pub(crate) fn of(provider: &str, request: &ModelRequest) -> Self {
        Self { provider: provider.to_owned(), model: request.model.clone() }
    }

    /// Seals the provider's own form.
    pub(crate) fn close(&self, value: Value) -> Value {
        let mut sealed = json!({ "provider": self.provider, "model": self.model });
        sealed["data"] = value;
        sealed
    }

    /// All sealed pieces of one part, in order: one piece, or a list of them.
    pub(crate) fn open_all<'a>(&self, sealed: Option<&'a Value>) -> Vec<&'a Value> {
        match sealed {
            Some(Value::Array(pieces)) => {
                pieces.iter().filter_map(|piece| self.open(Some(piece))).collect()
            }
            one => self.open(one).into_iter().collect(),
        }
    }

    /// The provider's own form, if it is from this very model.
    pub(crate) fn open<'a>(&self, sealed: Option<&'a Value>) -> Option<&'a Value> {
        let sealed = sealed?;
        let ours = sealed.get("provider")?.as_str()? == self.provider
            && sealed.get("model")?.as_str()? == self.model;
        if ours { sealed.get("data") } else { None }
    }
}

/// The bytes of a picture in base64; `None` when they are not there.
pub(crate) fn picture(request: &ModelRequest, blob: &BlobId) -> Option<String> {
    request.blobs.get(blob).map(|bytes| STANDARD.encode(bytes))
}

/// An attached file as text.
pub(crate) fn file_text(name: &str, text: &str) -> String {
    format!("[file {name}]\n{text}\n[end of file {name}]")
}

/// Whether a schema is closed everywhere: each object names all its properties, requires all
/// of them and allows no others. Only such a schema can be enforced by vendors.
pub(crate) fn is_closed_schema(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => is_closed_object(fields) && fields.values().all(is_closed_schema),
        Value::Array(items) => items.iter().all(is_closed_schema),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn is_closed_object(fields: &Map<String, Value>) -> bool {
    if fields.get("type").and_then(Value::as_str) != Some("object") {
        return true;
    }
    let Some(Value::Object(properties)) = fields.get("properties") else { return false };
    let required = fields.get("required").and_then(Value::as_array);
    let requires = |name: &String| {
        required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
    };
    fields.get("additionalProperties") == Some(&Value::Bool(false))
        && properties.keys().all(requires)
}
