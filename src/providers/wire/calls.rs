//! Tool calls that arrive in pieces, and ids that servers repeat or leave out.

use std::sync::Arc;

use nanofolks_protocol::{CallId, Message, ModelRequest, ToolCall};
use serde_json::{Map, Value};

/// The ids of calls that a conversation already has. A new call never gets one of them.
///
/// They are looked through when a call comes: most answers bring one or none.
#[derive(Debug)]
pub(crate) struct UsedIds {
    history: Arc<[Arc<Message>]>,
    new: Vec<CallId>,
}

impl UsedIds {
    /// The ids in the history of a request.
    pub(crate) fn of(request: &ModelRequest) -> Self {
        Self { history: Arc::clone(&request.messages), new: Vec::new() }
    }

    fn is_used(&self, id: &CallId) -> bool {
        let mut old = self.history.iter().flat_map(|message| message.tool_calls());
        self.new.contains(id) || old.any(|call| call.id == *id)
    }

    /// The server's id when it is usable and new, else one of ours.
    fn claim(&mut self, id: &str) -> CallId {
        let mut id = CallId::from_provider(id);
        while self.is_used(&id) {
            id = CallId::fresh();
        }
        self.new.push(id.clone());
        id
    }
}

/// A call whose arguments are still arriving.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct OpenCall {
    /// The server's id, if it gave one.
    pub(crate) id: String,
    /// The tool.
    pub(crate) name: String,
    /// The text of the arguments so far.
    pub(crate) arguments: String,
    /// The provider's own data about the call.
    pub(crate) opaque: Option<Value>,
    /// Whether the server never said that it is complete.
    pub(crate) unfinished: bool,
}

impl OpenCall {
    /// The call as it goes to the engine. Arguments that are not an object make it malformed.
    pub(crate) fn close(self, used: &mut UsedIds) -> ToolCall {
        let id = used.claim(&self.id);
        let arguments = if self.unfinished { None } else { object(&self.arguments) };
        let (arguments, malformed) = match arguments {
            Some(arguments) => (Value::Object(arguments), None),
            None => (Value::Null, Some(self.arguments)),
        };
        ToolCall { id, name: self.name, arguments, malformed, opaque: self.opaque }
    }
}

/// The object that `text` spells. Nothing at all is an empty object; an object that was
/// spelled as a string, as some models do, counts as the object.
fn object(text: &str) -> Option<Map<String, Value>> {
    if text.trim().is_empty() {
        return Some(Map::new());
    }
    match serde_json::from_str(text).ok()? {
        Value::Object(object) => Some(object),
        Value::String(inner) => serde_json::from_str(&inner).ok(),
        Value::Null => Some(Map::new()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}
