//! Conversations as files that grow while they are held: `sessions.mirror_jsonl`.
//!
//! `<home>/sessions/<room>/<session>.jsonl` is what `session export` writes, without bytes of
//! attachments, one line as soon as it is committed. The file itself says how far it is, so
//! that after a crash, or beside another process, what is missing is added once. It runs on
//! a thread of its own, which is there only when the setting is on.

mod file;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::ports::{Archive, SessionFilter, StoreError};
use nanofolks_protocol::{EngineHandle, Event, EventKind, EventStream, Session, SessionId};
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use self::file::Mirrored;
use crate::transcript::{Heading, Line};

/// Conversations that are brought up to date at the start, the newest.
const CATCH_UP: u32 = 100;
/// Messages read at once.
const PAGE: u32 = 256;

/// Why a conversation was not mirrored.
#[derive(Debug, thiserror::Error)]
enum MirrorError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// A mirror at work. Dropping it writes what is left and ends it.
pub(crate) struct Mirror {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Mirror {
    /// Follows the events of an engine from now on. Nothing that goes wrong here stops a
    /// conversation; the log has it.
    pub(crate) fn start(
        handle: &EngineHandle,
        archive: Arc<dyn Archive>,
        folder: PathBuf,
    ) -> Option<Self> {
        let stop = CancellationToken::new();
        let events = handle.subscribe();
        let work = Work { archive, folder, events, stop: stop.clone() };
        let thread = std::thread::Builder::new().name("mirror".to_owned()).spawn(move || {
            match Builder::new_current_thread().build() {
                Ok(runtime) => runtime.block_on(work.run()),
                Err(error) => tracing::warn!(%error, "conversations are not mirrored"),
            }
        });
        match thread {
            Ok(thread) => Some(Self { stop, thread: Some(thread) }),
            Err(error) => {
                tracing::warn!(%error, "conversations are not mirrored");
                None
            }
        }
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("the mirror broke down");
        }
    }
}

struct Work {
    archive: Arc<dyn Archive>,
    folder: PathBuf,
    events: EventStream,
    stop: CancellationToken,
}

impl Work {
    async fn run(mut self) {
        self.catch_up().await;
        let stop = self.stop.clone();
        loop {
            let followed = tokio::select! {
                biased;
                followed = self.events.next() => followed,
                () = stop.cancelled() => return,
            };
            let mut touched = BTreeSet::new();
            let mut lost = false;
            let mut next = Some(followed);
            while let Some(followed) = next {
                match followed {
                    Followed::Event(event) => touched.extend(touches(&event)),
                    Followed::Gap(_) => lost = true,
                    Followed::Closed => return,
                }
                next = self.events.try_next();
            }
            if lost {
                self.catch_up().await;
            }
            for session in touched {
                self.mirror(session).await;
            }
        }
    }

    /// Brings the newest conversations up to date.
    async fn catch_up(&self) {
        let filter = SessionFilter { all: true, limit: CATCH_UP, ..SessionFilter::default() };
        match self.archive.sessions(filter).await {
            Ok(found) => {
                for summary in found {
                    self.report(self.bring_up(&summary.session).await, summary.session.id);
                }
            }
            Err(error) => tracing::warn!(%error, "conversations are not mirrored"),
        }
    }

    async fn mirror(&self, session: SessionId) {
        let done = match self.archive.session(session).await {
            Ok(Some(session)) => self.bring_up(&session).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        self.report(done, session);
    }

    fn report(&self, done: Result<(), MirrorError>, session: SessionId) {
        if let Err(error) = done {
            let folder = self.folder.display();
            tracing::warn!(%error, %session, %folder, "a conversation was not mirrored");
        }
    }

    /// Adds the messages that a file does not have yet.
    async fn bring_up(&self, session: &Session) -> Result<(), MirrorError> {
        let folder = self.folder.join(session.room.as_str());
        let mut file = Mirrored::open(&folder, session.id)?;
        if !self.agrees(session, &file).await? {
            file = file.begin_again()?;
        }
        if file.is_empty() {
            let Some(state) = self.archive.room(&session.room).await? else { return Ok(()) };
            file.append(&serde_json::to_vec(&Heading::opening(session, &state.room))?)?;
        }
        let mut after = file.last().map_or(0, |(seq, _)| seq);
        while after < session.messages {
            let page = self.archive.messages_after(session.id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for numbered in &page {
                file.append(&serde_json::to_vec(&Line::of(session.id, numbered))?)?;
            }
            file.write()?;
        }
        Ok(file.write()?)
    }

    /// Whether the last line of the file is a message of the session, in its place. It is
    /// not after a safety copy was taken back.
    async fn agrees(&self, session: &Session, file: &Mirrored) -> Result<bool, MirrorError> {
        let Some((seq, id)) = file.last() else { return Ok(true) };
        if seq > session.messages {
            return Ok(false);
        }
        let page = self.archive.messages_after(session.id, seq.saturating_sub(1), 1).await?;
        Ok(page.first().is_some_and(|numbered| numbered.message.id == id))
    }
}

/// The session to which an event may have brought a message.
fn touches(event: &Event) -> Option<SessionId> {
    match event.what {
        EventKind::TurnStarted { .. }
        | EventKind::ToolFinished { .. }
        | EventKind::BotFinished { .. }
        | EventKind::TurnFinished { .. }
        | EventKind::TurnFailed { .. }
        | EventKind::TurnCancelled { .. } => event.session,
        _ => None,
    }
}
