//! The port `Archive`: which read goes where.

use std::sync::Arc;

use nanofolks_protocol::history::{
    ModelOutcome, Numbered, Recording, SearchFilter, TurnFilter, TurnRecord, TurnSummary,
};
use nanofolks_protocol::ports::{
    Archive, Boxed, RoomState, SessionFilter, SessionSummary, StoreError,
};
use nanofolks_protocol::{
    ApprovalId, ApprovalRow, BlobId, Checkpoint, DeliveryFilter, DeliveryId, DeliveryRow, Event,
    Hit, Learned, Message, MessageId, ModelRef, OwnerId, Queued, Room, RoomId, Session, SessionId,
    Timestamp, TurnId, TurnState, UsageFilter, UsageRow,
};

use crate::{
    Store, approvals, checkpoints, content, events, learned, messages, outbox, queue, records,
    requests, rooms, search, sessions, spending, turns,
};

impl Archive for Store {
    fn room<'a>(&'a self, room: &'a RoomId) -> Boxed<'a, Result<Option<RoomState>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| rooms::state(conn, room)) })
    }

    fn rooms(&self, all: bool) -> Boxed<'_, Result<Vec<Room>, StoreError>> {
        Box::pin(self.read_apart(move |conn| rooms::all(conn, all)))
    }

    fn session(&self, session: SessionId) -> Boxed<'_, Result<Option<Session>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| rooms::session(conn, session)) })
    }

    fn sessions(
        &self,
        filter: SessionFilter,
    ) -> Boxed<'_, Result<Vec<SessionSummary>, StoreError>> {
        Box::pin(self.read_apart(move |conn| rooms::sessions(conn, &filter)))
    }

    fn messages(
        &self,
        session: SessionId,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<Arc<Message>>, StoreError>> {
        Box::pin(self.read_list(limit, move |conn| messages::latest(conn, session, limit)))
    }

    fn events<'a>(
        &'a self,
        room: &'a RoomId,
        after: u64,
        limit: u32,
    ) -> Boxed<'a, Result<Vec<Event>, StoreError>> {
        let room = room.clone();
        Box::pin(self.read_list(limit, move |conn| events::after(conn, &room, after, limit)))
    }

    fn turn(&self, turn: TurnId) -> Boxed<'_, Result<Option<TurnState>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| turns::state(conn, turn)) })
    }

    fn stop_asked(&self, turn: TurnId) -> Boxed<'_, Result<Option<String>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| turns::stop_asked(conn, turn)) })
    }

    fn content<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| content::content(conn, id)) })
    }

    fn last_run<'a>(&'a self, folder: &'a str) -> Boxed<'a, Result<Option<RoomId>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| rooms::last_run(conn, folder)) })
    }

    fn changed(&self) -> Boxed<'_, ()> {
        self.shared.sign.seen()
    }

    fn find_session<'a>(
        &'a self,
        prefix: &'a str,
    ) -> Boxed<'a, Result<Vec<SessionId>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| sessions::find(conn, prefix)) })
    }

    fn messages_after(
        &self,
        session: SessionId,
        after: u64,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<Numbered>, StoreError>> {
        Box::pin(self.read_list(limit, move |conn| messages::after(conn, session, after, limit)))
    }

    fn message(&self, message: MessageId) -> Boxed<'_, Result<Option<Arc<Message>>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| messages::message(conn, message)) })
    }

    fn search<'a>(
        &'a self,
        query: &'a str,
        filter: SearchFilter,
        limit: u32,
    ) -> Boxed<'a, Result<Vec<Hit>, StoreError>> {
        let query = query.to_owned();
        Box::pin(self.read_apart(move |conn| search::search(conn, &query, &filter, limit)))
    }

    fn checkpoint(&self, session: SessionId) -> Boxed<'_, Result<Option<Checkpoint>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| checkpoints::newest(conn, session)) })
    }

    fn approvals(&self, pending_only: bool) -> Boxed<'_, Result<Vec<ApprovalRow>, StoreError>> {
        Box::pin(self.read_apart(move |conn| approvals::all(conn, pending_only)))
    }

    fn approval(&self, approval: ApprovalId) -> Boxed<'_, Result<Option<ApprovalRow>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| approvals::one(conn, approval)) })
    }

    fn queue<'a>(&'a self, room: &'a RoomId) -> Boxed<'a, Result<Vec<Queued>, StoreError>> {
        Box::pin(async move {
            // Mostly nothing waits, and that is seen without another thread.
            if !self.shared.read(|conn| queue::any_waits(conn, room))? {
                return Ok(Vec::new());
            }
            let room = room.clone();
            self.read_apart(move |conn| queue::waiting(conn, &room)).await
        })
    }

    fn turns(&self, filter: TurnFilter) -> Boxed<'_, Result<Vec<TurnSummary>, StoreError>> {
        Box::pin(self.read_apart(move |conn| records::list(conn, &filter)))
    }

    fn turn_record(&self, turn: TurnId) -> Boxed<'_, Result<Option<TurnRecord>, StoreError>> {
        Box::pin(self.read_apart(move |conn| records::whole(conn, turn)))
    }

    fn recorded(&self, turn: TurnId) -> Boxed<'_, Result<Vec<Recording>, StoreError>> {
        Box::pin(self.read_apart(move |conn| records::recorded(conn, turn)))
    }

    fn learned<'a>(
        &'a self,
        model: &'a ModelRef,
    ) -> Boxed<'a, Result<Option<Learned>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| learned::of(conn, model)) })
    }

    fn usage(&self, filter: UsageFilter) -> Boxed<'_, Result<Vec<UsageRow>, StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(self.read_apart(move |conn| spending::usage(conn, &shared.owners, &filter)))
    }

    fn due(&self, now: Timestamp, limit: u32) -> Boxed<'_, Result<Vec<DeliveryRow>, StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(self.read_list(limit, move |conn| outbox::due(conn, &shared.owners, now, limit)))
    }

    fn deliveries(
        &self,
        filter: DeliveryFilter,
    ) -> Boxed<'_, Result<Vec<DeliveryRow>, StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(self.read_apart(move |conn| outbox::list(conn, &shared.owners, &filter)))
    }

    fn delivery(&self, id: DeliveryId) -> Boxed<'_, Result<Option<DeliveryRow>, StoreError>> {
        Box::pin(async move { self.shared.read(|conn| outbox::one(conn, &self.shared.owners, id)) })
    }

    fn is_alive(&self, owner: OwnerId) -> bool {
        self.shared.owners.is_alive(owner)
    }

    fn outcomes(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<ModelOutcome>, StoreError>> {
        Box::pin(self.read_list(limit, move |conn| requests::outcomes(conn, since, limit)))
    }

    fn troubles(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Boxed<'_, Result<Vec<ModelOutcome>, StoreError>> {
        // Mostly a look into an index: not worth another thread.
        let found = self.shared.read(|conn| requests::troubles(conn, since, limit));
        Box::pin(std::future::ready(found))
    }
}
