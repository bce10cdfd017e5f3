//! Text that joins the next model call of a turn that runs.
//!
//! It waits in the inbox like any other message, marked with the turn it was meant for. The
//! turn takes it in before it asks its model again; when the turn ends first, the message is
//! already where its own turn begins. So there is no moment at which it could be lost.

use std::sync::Arc;

use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{Envelope, EventKind, Problem, Queued, TurnId, Write, Written};
use serde_json::Value;

use super::book::lease_lost;
use super::driver::Run;
use super::{ending, prepare};

/// Where an envelope says which turn it was meant for.
const MEANT_FOR: &str = "steer";

/// Marks an envelope for a turn.
pub(crate) fn mark(envelope: &mut Envelope, turn: TurnId) {
    envelope.metadata.insert(MEANT_FOR.to_owned(), Value::String(turn.to_string()));
}

/// Whether an envelope can become part of a turn that runs: pictures cannot.
pub(crate) fn may_join(envelope: &Envelope) -> bool {
    envelope.attachments.iter().all(|one| one.kind != AttachmentKind::Image)
}

fn is_meant_for(queued: &Queued, turn: TurnId) -> bool {
    let meant = queued.envelope.metadata.get(MEANT_FOR).and_then(Value::as_str);
    meant.is_some_and(|meant| meant == turn.to_string()) && may_join(&queued.envelope)
}

impl Run<'_> {
    /// Takes in what was sent to steer this turn, in the order in which it came.
    ///
    /// # Errors
    /// The store's, or an attachment that cannot be read.
    pub(super) async fn hear(&mut self) -> Result<(), Problem> {
        let waiting = self.waiting().await?;
        let reel = &self.shared.reel;
        let meant = reel.rare("heard", || (!waiting.is_empty()).then_some(waiting));
        for envelope in meant.unwrap_or_default() {
            self.join(&envelope).await?;
        }
        Ok(())
    }

    /// What waits for this turn. A turn that is run again hears what it heard then.
    async fn waiting(&self) -> Result<Vec<Envelope>, Problem> {
        if self.shared.reel.is_reading() {
            return Ok(Vec::new());
        }
        let archive = &self.shared.services.archive;
        let waiting =
            archive.queue(&self.speaker.room).await.map_err(|error| error.to_problem())?;
        let ours = |queued: &Queued| {
            is_meant_for(queued, self.speaker.turn) && queued.session == self.speaker.session
        };
        Ok(waiting.into_iter().filter(ours).map(|queued| queued.envelope).collect())
    }

    /// Makes one message part of the turn, unless it was changed or taken back meanwhile.
    async fn join(&mut self, envelope: &Envelope) -> Result<(), Problem> {
        let (shared, turn) = (self.shared, self.speaker.turn);
        let at = self.job.source.now();
        let source = &self.job.source;
        let message = prepare::user_message(shared, envelope, turn, at, source).await?;
        let (id, text) = (envelope.id, envelope.text.clone());
        // What was done so far comes before what was said about it.
        let mut writes = std::mem::take(&mut self.pending);
        writes.insert(0, ending::renew_lease(shared, self.job));
        let joins = writes.len();
        writes.push(Write::JoinTurn { turn, envelopes: vec![(id, text.clone())] });
        writes
            .push(Write::Message { session: self.speaker.session, message: Arc::clone(&message) });
        let sender = envelope.sender.name.clone();
        let what = EventKind::TurnJoined { envelope: id, sender, text };
        writes.push(Write::Event(Box::new(self.speaker.event(&*self.job.source, what))));
        let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
        if let Some(Written::LeaseLost { .. }) = written.first() {
            return Err(lease_lost());
        }
        let late = written.get(joins) != Some(&Written::Changed(true));
        if shared.reel.rare("late", || late.then_some(true)).is_none() {
            self.hold(&message);
        }
        Ok(())
    }
}
