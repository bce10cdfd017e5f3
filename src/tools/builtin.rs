//! The built-in tools, one file each.

mod clarify;
mod list_dir;
mod read_artifact;
mod read_file;
mod recall_history;
mod search_files;
mod write_file;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use nanofolks_protocol::ports::Preview;
use nanofolks_protocol::tool::{Concurrency, Idempotence, Undo, Visibility};
use nanofolks_protocol::{Cost, Effect, Network, ToolCall, ToolDescriptor, ToolError, Trust};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::registry::{Entry, Parts};

pub use self::write_file::is_draft;

/// All built-in tools, by name. To add one: a file beside these and a line here.
pub(crate) const CATALOG: &[fn(&Parts) -> Entry] = &[
    clarify::entry,
    list_dir::entry,
    read_artifact::entry,
    read_file::entry,
    recall_history::entry,
    search_files::entry,
    write_file::entry,
];

/// Most characters a result may have before the rest is kept elsewhere.
const RESULT_BUDGET: usize = 100_000;

/// What is true of a tool that only reads files; a tool says what differs.
fn reading() -> ToolDescriptor {
    ToolDescriptor {
        name: Cow::Borrowed(""),
        version: 1,
        title: Cow::Borrowed(""),
        description: Cow::Borrowed(""),
        toolset: Cow::Borrowed("file"),
        params: Value::Null,
        effects: BTreeSet::from([Effect::FsRead]),
        idempotent: Idempotence::Yes,
        visibility: Visibility::Prompt,
        trust: BTreeSet::from([
            Trust::Operator,
            Trust::Paired,
            Trust::Gateway,
            Trust::Child,
            Trust::System,
        ]),
        timeout: Duration::from_secs(30),
        result_budget: RESULT_BUDGET,
        concurrency: Concurrency::Parallel,
        undo: Undo::None,
        audit_kind: Cow::Borrowed(""),
        asks: false,
    }
}

/// What a call will do that stays on this machine and costs nothing.
const fn at_home(summary: String, detail: String) -> Preview {
    Preview { summary, detail, network: Network::None, cost: Cost::Free }
}

/// The arguments of a call. They were checked before; this is the last word.
fn arguments<T: DeserializeOwned>(call: &ToolCall) -> Result<T, ToolError> {
    T::deserialize(&call.arguments)
        .map_err(|error| ToolError::new("invalid_arguments", error.to_string()))
}
