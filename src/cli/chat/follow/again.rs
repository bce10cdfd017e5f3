//! A message that was sent before: its turn is read from the store, whoever runs it.

use std::time::Duration;

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{EnvelopeId, Event, EventKind, NoticeLevel, SessionId, TurnId};
use tokio::time::Instant;

use super::{Follow, at, deadline, interrupted};
use crate::cli::CliError;
use crate::house::House;

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
        self.envelope = known.envelope;
        self.posted(known.turn, known.session);
        self.seen = self.begun_after(archive, known).await?;
        self.read_on(archive, limit).await
    }

    /// Prints a turn that another process has, from an event on.
    pub(crate) async fn end_elsewhere(
        mut self,
        archive: &dyn Archive,
        seen: u64,
    ) -> Result<(), CliError> {
        self.seen = seen;
        self.read_on(archive, None).await
    }

    async fn read_on(
        mut self,
        archive: &dyn Archive,
        limit: Option<Duration>,
    ) -> Result<(), CliError> {
        let limit = limit.map(|limit| Instant::now() + limit);
        loop {
            // Made before reading: what is written in between is not missed.
            let sign = archive.changed();
            let events = archive.events(&self.room, self.seen, PAGE).await?;
            let more = events.len() == PAGE as usize;
            for event in events {
                if let Some(ending) = self.event(&event) {
                    return ending.map_err(CliError::from);
                }
                if let Some(problem) = self.left_waiting(&event) {
                    return Err(problem.into());
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

    /// Says that the key belongs to a message with another text, when it does.
    pub(crate) async fn tell_other_words(
        &mut self,
        archive: &dyn Archive,
        known: &Known,
        said: &str,
    ) -> Result<(), CliError> {
        let before = match known.turn {
            Some(turn) => archive.turn_record(turn).await?.and_then(|record| {
                let mut messages = std::iter::once(record.envelope).chain(record.joined);
                messages.find(|message| message.id == known.envelope)
            }),
            None => {
                let waiting = archive.queue(&self.room).await?.into_iter();
                waiting.map(|one| one.envelope).find(|message| message.id == known.envelope)
            }
        };
        if before.is_none_or(|before| before.text == said) {
            return Ok(());
        }
        let text = "this key belongs to an earlier message with another text: nothing was sent, \
                    the answer is that message's";
        let hint = "choose another --idempotency-key for another message";
        let what = EventKind::Notice {
            level: NoticeLevel::Warn,
            code: "key_reused".to_owned(),
            text: text.to_owned(),
            hint: Some(hint.to_owned()),
        };
        let notice = Event::new(House::clock().now(), self.room.clone(), what);
        self.report.take(&notice);
        if self.stream_json {
            self.cx.out.line_of(&notice);
        }
        self.cx.out.warning(text, Some(hint));
        Ok(())
    }

    /// The number before the turn's first event.
    async fn begun_after(&self, archive: &dyn Archive, known: &Known) -> Result<u64, CliError> {
        let Some(turn) = known.turn else { return Ok(known.seq) };
        let record = archive.turn_record(turn).await?;
        let first = record.and_then(|record| record.events.into_iter().find_map(|event| event.seq));
        Ok(first.map_or(known.seq, |first| first.saturating_sub(1)))
    }
}
