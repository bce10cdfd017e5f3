//! `/details`: carried out by the front.

use nanofolks_protocol::command::Category;

use super::Command;

pub(super) static COMMAND: Command = Command::new(
    "details",
    Category::Settings,
    "show more or less of what happens beside the answers",
)
.at_terminals();
