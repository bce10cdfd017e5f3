//! `/logs`: carried out by the front.

use nanofolks_protocol::command::Category;

use super::Command;

pub(super) static COMMAND: Command =
    Command::new("logs", Category::Info, "show what was recorded lately").at_terminals();
