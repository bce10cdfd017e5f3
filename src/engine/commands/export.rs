//! `/export`: carried out by the front.

use nanofolks_protocol::command::{Category, Completes};

use super::{Command, may};

pub(super) static COMMAND: Command = Command::new(
    "export",
    Category::Conversation,
    "write the session to a file: .md, .json, .pdf or .jsonl",
)
.takes(&[may("FILE", Completes::File)])
.at_terminals();
