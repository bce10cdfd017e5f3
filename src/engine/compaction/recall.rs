//! The messages of a session, for the bot that speaks in it: all of them, and no others.

use std::sync::Arc;

use nanofolks_protocol::SessionId;
use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::ports::{Archive, Boxed, Recall, StoreError};

/// Most messages at once.
const MOST: u32 = 500;

/// Reads one session.
pub(crate) struct SessionRecall {
    archive: Arc<dyn Archive>,
    session: SessionId,
}

impl SessionRecall {
    pub(crate) fn of(archive: &Arc<dyn Archive>, session: SessionId) -> Arc<dyn Recall> {
        Arc::new(Self { archive: Arc::clone(archive), session })
    }
}

impl Recall for SessionRecall {
    fn after(&self, number: u64, limit: u32) -> Boxed<'_, Result<Vec<Numbered>, StoreError>> {
        self.archive.messages_after(self.session, number, limit.min(MOST))
    }
}
