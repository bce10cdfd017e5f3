//! Events out: written first, then shown.

use std::sync::Arc;

use nanofolks_protocol::ports::{Journal, Unwritten};
use nanofolks_protocol::{Batch, Event, Write, Written};
use tokio::sync::broadcast;

/// Events a slow front may fall behind before it gets a gap.
pub(crate) const EVENTS: usize = 1024;

/// Joins the journal and the fronts.
#[derive(Clone)]
pub(crate) struct Bus {
    journal: Arc<dyn Journal>,
    events: broadcast::Sender<Arc<Event>>,
}

impl Bus {
    pub(crate) fn new(journal: Arc<dyn Journal>, events: broadcast::Sender<Arc<Event>>) -> Self {
        Self { journal, events }
    }

    /// The same fronts, another journal.
    pub(crate) fn with(&self, journal: Arc<dyn Journal>) -> Self {
        Self { journal, events: self.events.clone() }
    }

    /// Writes a batch and then shows its events, numbered.
    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Result<Vec<Written>, Unwritten> {
        let shown: Vec<(usize, Event)> = writes
            .iter()
            .enumerate()
            .filter_map(|(at, write)| match write {
                Write::Event(event) => Some((at, (**event).clone())),
                _ => None,
            })
            .collect();
        let written = self.journal.commit(Batch { writes }).await?;
        for (at, mut event) in shown {
            if let Some(Written::Event { seq }) = written.get(at) {
                event.seq = Some(*seq);
                self.show(event);
            }
        }
        Ok(written)
    }

    /// Shows a live hint.
    pub(crate) fn show(&self, event: Event) {
        // Nobody listening is normal: a routine at night has no audience.
        let _listeners = self.events.send(Arc::new(event)).unwrap_or(0);
    }

    /// Whether the slowest front is so far behind that hints should be merged.
    pub(crate) fn is_behind(&self) -> bool {
        self.events.len() > EVENTS / 2
    }
}
