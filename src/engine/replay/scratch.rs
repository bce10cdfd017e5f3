//! Where a turn writes that is run again: into memory. The home stays as it is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use nanofolks_protocol::budget::Spending;
use nanofolks_protocol::journal::{NotClaimed, Orphan, OverBudget, RequestRecord, ResponseRecord};
use nanofolks_protocol::ports::{BlobError, Blobs, Boxed, Journal, StoreError, Unwritten};
use nanofolks_protocol::{
    Batch, BlobId, Event, Message, OwnerId, Problem, Reservation, RoomId, Timestamp, Write, Written,
};
use sha2::{Digest as _, Sha256};

use super::record::Over;
use super::tape::{Player, Reel};

/// What a replay has written so far.
#[derive(Default)]
pub(super) struct Scratch {
    state: Mutex<State>,
    /// The numbers that the events had.
    numbers: Vec<u64>,
    /// Where calls that are made anew are paid for.
    till: Option<Arc<dyn Journal>>,
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    messages: Vec<Message>,
    /// The reservation and the request of the call that is made anew.
    held: Option<Box<Reservation>>,
    asked: Option<Box<RequestRecord>>,
}

impl Scratch {
    pub(super) fn new(numbers: Vec<u64>, till: Option<Arc<dyn Journal>>) -> Self {
        Self { numbers, till, ..Self::default() }
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.lock().events.clone()
    }

    pub(super) fn messages(&self) -> Vec<Message> {
        self.lock().messages.clone()
    }

    /// Writes the event that ends a turn from outside.
    pub(super) fn end(&self, event: Event) {
        self.number(event);
    }

    fn number(&self, mut event: Event) -> u64 {
        let mut state = self.lock();
        let at = state.events.len();
        let beyond = u64::try_from(at.saturating_sub(self.numbers.len())).unwrap_or(0);
        let next = self.numbers.last().copied().unwrap_or(0) + beyond + 1;
        let seq = self.numbers.get(at).copied().unwrap_or(next);
        event.seq = Some(seq);
        state.events.push(event);
        seq
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves it whole: every change is one push.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal of a turn that is run again.
pub(super) struct Notebook {
    pub(super) scratch: Arc<Scratch>,
    pub(super) tape: Arc<Player>,
}

impl Notebook {
    async fn write(&self, batch: Batch) -> Result<Vec<Written>, Unwritten> {
        if let Some(problem) = self.tape.take::<Problem>("failed") {
            return Err(Unwritten { error: StoreError::Other(problem.message), batch });
        }
        let mut written = Vec::with_capacity(batch.writes.len());
        let count = batch.writes.len();
        for write in batch.writes {
            let one = self.one(write).await.map_err(|error| {
                // The tape says whether what comes is written: nobody asks for this back.
                Unwritten { error, batch: Batch::default() }
            })?;
            let over = matches!(one, Written::OverBudget(_) | Written::Changed(false));
            written.push(one);
            if over {
                break;
            }
        }
        written.resize(count, Written::Skipped);
        Ok(written)
    }

    async fn one(&self, write: Write) -> Result<Written, StoreError> {
        Ok(match write {
            Write::Event(event) => Written::Event { seq: self.scratch.number(*event) },
            Write::Message { message, .. } => {
                self.scratch.lock().messages.push(Arc::unwrap_or_clone(message));
                Written::Done
            }
            Write::Reserve(reservation) => return self.reserve(reservation).await,
            Write::Request(request) => {
                self.scratch.lock().asked = Some(request);
                Written::Requested
            }
            Write::Response(response) => {
                self.pay(&response).await?;
                Written::Done
            }
            Write::JoinTurn { .. } => Written::Changed(!self.tape.is_next("late")),
            Write::ApprovalSettled { .. } => Written::Settled { first: true },
            Write::Claim { .. } => Written::NotClaimed(NotClaimed::Empty),
            _ => Written::Done,
        })
    }

    /// Holds back what a call costs that is made anew; else what the store said then counts.
    async fn reserve(&self, reservation: Box<Reservation>) -> Result<Written, StoreError> {
        if let Some((limit, used_usd, used_tokens)) = self.tape.take::<Over>("over") {
            let over = OverBudget { limit, used_usd, used_tokens };
            return Ok(Written::OverBudget(Box::new(over)));
        }
        // The turn is over; the reservation is the replay's own.
        let reservation = Box::new(Reservation { turn: None, ..*reservation });
        let Some(till) = self.scratch.till.as_ref().filter(|_| self.asks_anew()) else {
            return Ok(Written::Reserved);
        };
        let batch = Batch { writes: vec![Write::Reserve(reservation.clone())] };
        let written = till.commit(batch).await?;
        self.scratch.lock().held = Some(reservation);
        Ok(written.into_iter().next().unwrap_or(Written::Reserved))
    }

    /// Whether the next model call goes out into the world.
    fn asks_anew(&self) -> bool {
        self.tape.is_live() || super::play::turns_off(&self.tape, self.tape.next_call())
    }

    /// Writes down what a call cost that was made anew.
    async fn pay(&self, response: &ResponseRecord) -> Result<(), StoreError> {
        let (held, asked) = {
            let mut state = self.scratch.lock();
            (state.held.take(), state.asked.clone())
        };
        let (Some(till), Some(asked), true) = (&self.scratch.till, asked, self.tape.is_live())
        else {
            return Ok(());
        };
        let Some(room) = self.scratch.lock().events.first().map(|event| event.room.clone()) else {
            return Ok(());
        };
        let session = self.scratch.lock().events.first().and_then(|event| event.session);
        let spending = Spending {
            reservation: held.map(|held| held.id),
            turn: None,
            room,
            session,
            bot: asked.bot,
            model: asked.model,
            purpose: "replay".to_owned(),
            usage: response.usage,
            estimated: response.estimated,
            requests: response.requests,
            cost_usd: response.cost_usd,
            at: response.at,
        };
        till.commit(Batch { writes: vec![Write::Spent(Box::new(spending))] }).await?;
        Ok(())
    }
}

impl Journal for Notebook {
    fn commit(&self, batch: Batch) -> Boxed<'_, Result<Vec<Written>, Unwritten>> {
        Box::pin(async move {
            if self.tape.ended.is_cancelled() {
                // What would come next was never written.
                return std::future::pending().await;
            }
            self.write(batch).await
        })
    }

    fn adopt_orphans<'a>(
        &'a self,
        _room: &'a RoomId,
        _owner: OwnerId,
        _at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// The blobs there are, and in memory those that a replay makes.
pub(super) struct Memory {
    pub(super) there: Arc<dyn Blobs>,
    pub(super) made: Mutex<BTreeMap<BlobId, Bytes>>,
}

impl Blobs for Memory {
    fn put<'a>(&'a self, bytes: Bytes) -> Boxed<'a, Result<BlobId, BlobError>> {
        Box::pin(async move {
            let id = BlobId::from_digest(&Sha256::digest(&bytes).into());
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.insert(id.clone(), bytes);
            Ok(id)
        })
    }

    fn get<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Bytes, BlobError>> {
        Box::pin(async move {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
            match made {
                Some(bytes) => Ok(bytes),
                None => self.there.get(id).await,
            }
        })
    }
}

/// A reel for the notebook's own ports.
pub(super) fn reel(tape: &Arc<Player>) -> Reel {
    Reel::Reading(Arc::clone(tape))
}
