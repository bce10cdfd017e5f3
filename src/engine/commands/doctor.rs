//! `/doctor`: carried out by the front.

use nanofolks_protocol::command::Category;

use super::Command;

pub(super) static COMMAND: Command =
    Command::new("doctor", Category::Info, "check that everything is in order").at_terminals();
