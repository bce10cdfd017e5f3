//! Outside text made fit for a prompt.

use nanofolks_protocol::Origin;

/// Fences and labels outside text, so that a model can tell it from the conversation. The
/// fence cannot be closed from inside.
#[must_use]
pub fn fence(origin: Origin, name: &str, text: &str) -> String {
    format!("<outside origin=\"{origin:?}\" name={name:?}>\n{text}\n</outside>")
}
