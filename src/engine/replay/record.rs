//! Writes a turn's tape into the commits that happen anyway.
//!
//! What was read since the last commit is written together with what came of it, so a
//! process that dies leaves a tape that ends exactly where its events do.

use std::sync::Arc;

use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::{
    Boxed, Clock, Instructions, Journal, Models, Roster, StoreError, Toolbox, Unwritten,
};
use nanofolks_protocol::{
    Batch, BlobId, Limit, OwnerId, Problem, RoomId, Timestamp, TurnId, Write, Written,
};
use sha2::{Digest as _, Sha256};

use super::heard::Said;
use super::ports::Watched;
use super::tape::{Drained, Item, Recorder, Reel};
use super::world::settings;
use crate::engine::{Services, Shared};
use crate::gauge::Gauges;

/// The name of a piece of tape among a turn's recordings.
pub(super) const TAPE: &str = "tape";
/// The name of the reading that nobody went on with a turn.
pub(super) const LEFT: &str = "left";
/// The version of the tape's form.
pub(super) const VERSION: u32 = 1;

impl Shared {
    /// The engine as one turn sees it: everything it reads is written down.
    pub(crate) fn of_turn(&self, turn: TurnId) -> Arc<Self> {
        let tape = Arc::new(Recorder::new(Arc::clone(&self.services.sanitizer)));
        let reel = Reel::Writing(Arc::clone(&tape));
        let mut shared = self.watched(reel.clone());
        shared.gauges = Arc::new(Gauges::of_turn(&self.gauges));
        let journal = Arc::clone(&self.services.journal);
        let journal: Arc<dyn Journal> = Arc::new(Recorded { turn, tape, journal });
        shared.bus = self.bus.with(Arc::clone(&journal));
        shared.services.journal = journal;
        Arc::new(shared)
    }

    pub(super) fn watched(&self, reel: Reel) -> Self {
        let services = self.services.clone();
        let models: Arc<dyn Models> =
            Arc::new(Watched { port: services.models, reel: reel.clone() });
        let toolbox: Arc<dyn Toolbox> =
            Arc::new(Watched { port: services.toolbox, reel: reel.clone() });
        let roster: Arc<dyn Roster> =
            Arc::new(Watched { port: services.roster, reel: reel.clone() });
        let instructions: Arc<dyn Instructions> =
            Arc::new(Watched { port: services.instructions, reel: reel.clone() });
        let settings = settings(&reel, &services.settings);
        let services = Services { models, toolbox, roster, instructions, settings, ..services };
        Self { services, reel, ..self.clone() }
    }

    /// The clock of a turn: what it says is written down.
    pub(crate) fn turn_clock(&self) -> Arc<dyn Clock> {
        let port = Arc::clone(&self.services.clock);
        Arc::new(Watched { port, reel: self.reel.clone() })
    }
}

/// Notes on a turn's tape that its process was gone and nobody went on with it.
pub(crate) fn left(turn: TurnId, at: Timestamp) -> Write {
    let items = [Item::Read(LEFT.to_owned(), serde_json::to_value(at).unwrap_or_default())];
    let bytes = serde_json::to_vec(&items).unwrap_or_default();
    Write::Recorded { turn, name: TAPE.to_owned(), bytes }
}

/// The journal of one turn.
struct Recorded {
    turn: TurnId,
    tape: Arc<Recorder>,
    journal: Arc<dyn Journal>,
}

impl Recorded {
    /// Puts the tape into a batch, where it is written when the turn's own writes are.
    fn splice(&self, batch: &mut Batch) -> Spliced {
        let drained = {
            let said = batch.writes.iter().filter_map(|write| match write {
                Write::Message { message, .. } => Some(&**message),
                _ => None,
            });
            self.tape.drain(&Said(said.collect()))
        };
        let claim = batch.writes.iter().position(|write| match write {
            Write::Claim { turn, .. } | Write::RenewLease { turn, .. } => *turn == self.turn,
            _ => false,
        });
        let at = claim.map_or(0, |claim| claim + 1);
        let mut items = drained.items.clone();
        let mut writes = Vec::with_capacity(2);
        if let Some(world) = &drained.world {
            let id = BlobId::from_digest(&Sha256::digest(world).into());
            let name = serde_json::to_value(&id).unwrap_or_default();
            items.insert(0, Item::Read("world".to_owned(), name));
            writes.push(Write::Content { id, bytes: world.clone() });
        }
        if !items.is_empty() {
            let bytes = serde_json::to_vec(&items).unwrap_or_default();
            writes.push(Write::Recorded { turn: self.turn, name: TAPE.to_owned(), bytes });
        }
        let count = writes.len();
        batch.writes.splice(at..at, writes);
        Spliced { at, count, drained }
    }

    /// What the store said that the turn will notice.
    fn notice(&self, written: &[Written]) {
        let reel = Reel::Writing(Arc::clone(&self.tape));
        for one in written {
            if let Written::OverBudget(over) = one {
                let over: Over = (over.limit, over.used_usd, over.used_tokens);
                reel.note("over", || over);
            }
        }
    }
}

/// A ceiling that was in the way, and what was used below it.
pub(super) type Over = (Limit, f64, u64);

struct Spliced {
    at: usize,
    count: usize,
    drained: Drained,
}

impl Journal for Recorded {
    fn commit(&self, mut batch: Batch) -> Boxed<'_, Result<Vec<Written>, Unwritten>> {
        Box::pin(async move {
            if batch.writes.is_empty() {
                return self.journal.commit(batch).await;
            }
            let Spliced { at, count, drained } = self.splice(&mut batch);
            match self.journal.commit(batch).await {
                Ok(mut written) => {
                    let end = (at + count).min(written.len());
                    written.drain(at.min(end)..end);
                    self.notice(&written);
                    Ok(written)
                }
                Err(Unwritten { error, mut batch }) => {
                    self.tape.put_back(drained);
                    let reel = Reel::Writing(Arc::clone(&self.tape));
                    let problem: Problem = error.to_problem();
                    reel.note("failed", || problem);
                    let end = (at + count).min(batch.writes.len());
                    batch.writes.drain(at.min(end)..end);
                    Err(Unwritten { error, batch })
                }
            }
        })
    }

    fn adopt_orphans<'a>(
        &'a self,
        room: &'a RoomId,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        self.journal.adopt_orphans(room, owner, at)
    }
}
