//! `/exit`: carried out by the front.

use nanofolks_protocol::command::{Category, WhileBusy};

use super::Command;

pub(super) static COMMAND: Command =
    Command::new("exit", Category::Exit, "leave; what waits stays in its queue")
        .aliases(&["quit", "q"])
        .while_busy(WhileBusy::Interrupt)
        .at_terminals();
