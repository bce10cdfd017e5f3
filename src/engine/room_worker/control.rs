//! The queue of a room and the course of its conversation, changed in the room's own order.
//!
//! Going back is refused while a turn runs: what it still has to say belongs to the
//! conversation it began in, and a branch would be cut in the middle of it. A turn whose
//! process is gone does not run: who goes back takes it back with the rest, so it is ended and
//! not answered. For everything else it is taken up first.

use std::sync::Arc;

use nanofolks_protocol::{
    Control, Envelope, EnvelopeId, Event, EventKind, Problem, ProblemKind, Receipt, Session,
    TurnOptions, Write, Written,
};

use super::{Reply, RoomWorker};
use crate::engine::answer;
use crate::{recovery, tree};

/// What becomes of a turn whose process is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wreck {
    /// It is ended as it is.
    Ends,
    /// It goes on here.
    GoesOn,
}

impl RoomWorker {
    pub(super) async fn control(&mut self, what: Control, reply: Reply) {
        if let Control::Retry { session, from, options } = what {
            match self.again(session, from, *options).await {
                Ok((envelope, options)) => {
                    self.post(Box::new(envelope), Box::new(options), reply).await;
                }
                Err(problem) => {
                    answer(reply, Err(problem));
                    self.look().await;
                }
            }
            return;
        }
        let goes_back = matches!(what, Control::Undo { .. } | Control::Rewind { .. });
        answer(reply, self.change(what).await);
        if goes_back && self.held.is_none() {
            // A turn that was ended here claimed nothing.
            self.look().await;
        }
    }

    async fn change(&mut self, what: Control) -> Result<Receipt, Problem> {
        let moved = |session: Session| Receipt::Moved(Box::new(session));
        let shared = Arc::clone(&self.shared);
        let shared = &*shared;
        match what {
            Control::Edit { envelope, text } => self.edit(envelope, &text).await,
            Control::Withdraw { envelope } => self.withdraw(envelope).await,
            Control::Undo { session, exchanges } => {
                self.make_way(Wreck::Ends).await?;
                let session = tree::session(shared, &self.room, session).await?;
                tree::undo(shared, &session, exchanges).await.map(moved)
            }
            Control::Redo => {
                self.make_way(Wreck::GoesOn).await?;
                let session = tree::session(shared, &self.room, None).await?;
                tree::redo(shared, &session).await.map(moved)
            }
            Control::Rewind { session, to } => {
                self.make_way(Wreck::Ends).await?;
                let session = tree::session(shared, &self.room, session).await?;
                tree::rewind(shared, &session, to).await.map(moved)
            }
            Control::Fork { session, title } => {
                self.make_way(Wreck::GoesOn).await?;
                let session = tree::session(shared, &self.room, session).await?;
                tree::fork(shared, &session, title).await.map(moved)
            }
            Control::Switch { session } => {
                // A turn goes on in the session it began in.
                self.settle_wreck(Wreck::GoesOn).await?;
                let session = tree::session(shared, &self.room, Some(session)).await?;
                tree::switch(shared, session).await.map(moved)
            }
            Control::Retry { .. } => Ok(Receipt::Done),
        }
    }

    /// The last message once more, in a branch from before it.
    async fn again(
        &mut self,
        session: Option<nanofolks_protocol::SessionId>,
        from: Box<Envelope>,
        options: TurnOptions,
    ) -> Result<(Envelope, TurnOptions), Problem> {
        self.make_way(Wreck::Ends).await?;
        let session = tree::session(&self.shared, &self.room, session).await?;
        let envelope = tree::retry(&self.shared, &session, *from).await?;
        Ok((envelope, options))
    }

    /// Sees to it that no turn runs, or says that one does.
    async fn make_way(&mut self, wreck: Wreck) -> Result<(), Problem> {
        self.settle_wreck(wreck).await?;
        if self.running.is_none() && self.live().await?.is_none() {
            return Ok(());
        }
        let message = format!("a turn is running in {}", self.room);
        Err(Problem::new(ProblemKind::Failure, "turn_running", message)
            .hint("stop it first, or wait for its end")
            .retryable())
    }

    /// Takes up the turn of a process that is gone, if there is one.
    async fn settle_wreck(&mut self, wreck: Wreck) -> Result<(), Problem> {
        if self.running.is_some() || self.live().await?.is_none() {
            return Ok(());
        }
        let adopted = recovery::adopt(&self.shared, &self.room).await;
        let Some(orphan) = adopted.map_err(|error| error.to_problem())? else { return Ok(()) };
        match wreck {
            Wreck::Ends => recovery::put_down(&self.shared, &orphan).await,
            Wreck::GoesOn => {
                self.take_up(orphan).await;
                Ok(())
            }
        }
    }

    async fn edit(&self, envelope: EnvelopeId, text: &str) -> Result<Receipt, Problem> {
        let text = self.shared.services.sanitizer.clean(text).into_owned();
        if text.trim().is_empty() {
            let problem = Problem::new(ProblemKind::Usage, "text_empty", "the new text is empty");
            return Err(problem.hint("to take the message out, delete it"));
        }
        let write = Write::EditQueued { envelope, text: text.clone() };
        self.change_queue(envelope, write, Some(text)).await
    }

    async fn withdraw(&self, envelope: EnvelopeId) -> Result<Receipt, Problem> {
        let write = Write::WithdrawQueued { envelope, at: self.shared.services.clock.now() };
        self.change_queue(envelope, write, None).await
    }

    /// Changes a message that waits in this room, and says so.
    async fn change_queue(
        &self,
        envelope: EnvelopeId,
        write: Write,
        text: Option<String>,
    ) -> Result<Receipt, Problem> {
        let services = &self.shared.services;
        let waiting =
            services.archive.queue(&self.room).await.map_err(|error| error.to_problem())?;
        if !waiting.iter().any(|queued| queued.envelope.id == envelope) {
            return Err(too_late());
        }
        let written = self.shared.bus.commit(vec![write]).await;
        match written.map_err(|error| error.to_problem())?.first() {
            Some(Written::Changed(true)) => {}
            _ => return Err(too_late()),
        }
        let what = EventKind::QueueChanged { envelope, text };
        let event = Event::new(services.clock.now(), self.room.clone(), what);
        let said = self.shared.bus.commit(vec![Write::Event(Box::new(event))]).await;
        said.map_err(|error| error.to_problem())?;
        Ok(Receipt::Done)
    }
}

fn too_late() -> Problem {
    Problem::new(
        ProblemKind::Failure,
        "not_waiting",
        "this message does not wait any more: it is being answered, or was taken out",
    )
}
