//! What the terminal says: keys, pastes, changes of its size.

use std::io;

use crossterm::event::{Event as Input, EventStream};
use futures_util::StreamExt as _;
use futures_util::stream::{SelectAll, select_all};

/// Reads the terminal while it is there.
///
/// The reader underneath takes a lock each time it is asked, which its own thread holds while
/// it waits: a question in vain costs more than a frame. So it is asked only when it has called.
pub(super) struct Keys(SelectAll<EventStream>);

impl Keys {
    pub(super) fn new() -> Self {
        Self(select_all([EventStream::new()]))
    }

    pub(super) async fn next(&mut self) -> Option<io::Result<Input>> {
        self.0.next().await
    }
}
