//! A message that was sent before: its turn is read from the store, whoever runs it.

use std::time::Duration;

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{EnvelopeId, SessionId, TurnId};
use tokio::time::Instant;

use super::{Follow, at, deadline, interrupted};
use crate::cli::CliError;

/// Events that are read at once.
const PAGE: u32 = 256;
/// How long to wait for a sign that something was written before looking anyway.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What the store knew already.
pub(crate) struct Known {
    /// The message as it came first.
    pub(crate) envelope: EnvelopeId,
    /// Its turn, once it has one.
    pub(crate) turn: Option<TurnId>,
    /// The session it speaks in.
    pub(crate) session: SessionId,
    /// The room's newest event before the message was sent again.
    pub(crate) seq: u64,
}

impl Follow<'_> {
    /// Prints the turn of a message that was accepted before, from its beginning.
    pub(crate) async fn end_of_known(
        mut self,
        archive: &dyn Archive,
        known: &Known,
        limit: Option<Duration>,
    ) -> Result<(), CliError> {
        let limit = limit.map(|limit| Instant::now() + limit);
        self.envelope = known.envelope;
        self.posted(known.turn, known.session);
        self.seen = self.begun_after(archive, known).await?;
        loop {
            // Made before reading: what is written in between is not missed.
            let sign = archive.changed();
            let events = archive.events(&self.room, self.seen, PAGE).await?;
            let more = events.len() == PAGE as usize;
            for event in events {
                if let Some(ending) = self.event(&event) {
                    return ending.map_err(CliError::from);
                }
            }
            if more {
                continue;
            }
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    if self.give_up.is_some() {
                        return Err(interrupted().into());
                    }
                    self.stop("user").await;
                }
                () = at(self.give_up) => return Err(interrupted().into()),
                () = at(limit) => return Err(deadline().into()),
                () = sign => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// The number before the turn's first event.
    async fn begun_after(&self, archive: &dyn Archive, known: &Known) -> Result<u64, CliError> {
        let Some(turn) = known.turn else { return Ok(known.seq) };
        let record = archive.turn_record(turn).await?;
        let first = record.and_then(|record| record.events.into_iter().find_map(|event| event.seq));
        Ok(first.map_or(known.seq, |first| first.saturating_sub(1)))
    }
}
