//! `/details`: carried out by the front.

use nanofolks_protocol::command::{Category, Completes};

use super::{Command, may};

pub(super) static COMMAND: Command = Command::new(
    "details",
    Category::Settings,
    "show more or less of what happens beside the answers",
)
.takes(&[may("on|off", Completes::Words(&["on", "off"]))])
.at_terminals();
