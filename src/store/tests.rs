//! The store through its ports, on real files.

mod backups;
mod budget;
mod claims;
mod control;
mod costs;
mod damage;
mod following;
mod inspecting;
mod order;
mod outbox;
mod processes;
mod reading;
mod salvaging;
mod sessions;
mod writing;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use nanofolks_protocol::journal::{Claimed, Expected};
use nanofolks_protocol::ports::{Archive as _, SessionFilter};
use nanofolks_protocol::{
    BotId, CallId, Direction, Envelope, EnvelopeId, Event, EventKind, Message, MessageId,
    NoticeLevel, Origin, Part, Priority, Role, Room, RoomKind, RunId, Sender, SenderRole, Session,
    SessionId, TraceId, Trust, TurnOptions, TurnState, Write,
};
use tempfile::TempDir;

use super::*;

/// A home on disk.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn paths(&self) -> StorePaths {
        StorePaths::under(self.folder.path())
    }

    fn open(&self) -> Store {
        Store::open(&self.paths()).unwrap()
    }
}

/// A store with the room `general` and a session in it.
struct Scene {
    home: Home,
    store: Store,
    session: SessionId,
    owner: OwnerId,
}

impl Scene {
    async fn new() -> Self {
        let home = Home::new();
        let store = home.open();
        let session = SessionId::fresh();
        write(&store, [ensure("general"), begin("general", session, None, 0)]).await;
        Self { home, store, session, owner: OwnerId::fresh() }
    }

    async fn accept(&self, key: &str, priority: Priority) -> EnvelopeId {
        let envelope = envelope(key, priority);
        let id = envelope.id;
        write(&self.store, [accept(&envelope, self.session, self.owner)]).await;
        id
    }

    async fn claim(&self) -> Written {
        write(&self.store, [claim(self.owner, TurnId::fresh(), None)]).await.remove(0)
    }

    /// A turn that runs.
    async fn turn(&self, key: &str) -> TurnId {
        self.accept(key, Priority::USER).await;
        claimed(self.claim().await).turn
    }

    async fn end(&self, turn: TurnId) {
        write(&self.store, [state(turn, TurnState::Finished)]).await;
    }
}

async fn write(store: &Store, writes: impl IntoIterator<Item = Write>) -> Vec<Written> {
    commit(store, writes).await.unwrap()
}

async fn commit(
    store: &Store,
    writes: impl IntoIterator<Item = Write>,
) -> Result<Vec<Written>, StoreError> {
    Ok(store.commit(Batch { writes: writes.into_iter().collect() }).await?)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_763_672_400_000 + millis)
}

fn room_id(name: &str) -> RoomId {
    name.parse().unwrap()
}

fn room(name: &str) -> Room {
    Room {
        id: room_id(name),
        kind: RoomKind::Open,
        members: vec![BotId::LEADER],
        folder: Some("/work".into()),
        archived: false,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn ensure(name: &str) -> Write {
    Write::EnsureRoom(room(name))
}

fn begin(room: &str, id: SessionId, parent: Option<SessionId>, messages: u64) -> Write {
    Write::BeginSession(Session {
        id,
        room: room_id(room),
        parent,
        title: None,
        created_at: at(0),
        updated_at: at(0),
        messages,
    })
}

fn envelope(key: &str, priority: Priority) -> Envelope {
    Envelope {
        id: EnvelopeId::fresh(),
        idempotency_key: key.into(),
        trace_id: TraceId::fresh(),
        channel: "cli".into(),
        chat: "here".into(),
        thread: None,
        sender: Sender { id: "me".into(), name: "Me".into(), role: SenderRole::User },
        room: RoomId::general(),
        session: None,
        direction: Direction::Inbound,
        priority,
        text: format!("zażółć {key}"),
        attachments: Vec::new(),
        reply_to: None,
        sent_at: at(0),
        trust: Trust::Operator,
        metadata: BTreeMap::new(),
    }
}

fn accept(envelope: &Envelope, session: SessionId, owner: OwnerId) -> Write {
    Write::Accept {
        envelope: Box::new(envelope.clone()),
        options: Box::new(TurnOptions {
            folder: Some("/project".into()),
            ..TurnOptions::default()
        }),
        session,
        owner,
        at: at(1),
    }
}

fn claim(owner: OwnerId, turn: TurnId, only: Option<Expected>) -> Write {
    claim_in("general", owner, turn, only)
}

fn claim_in(room: &str, owner: OwnerId, turn: TurnId, only: Option<Expected>) -> Write {
    Write::Claim { room: room_id(room), owner, turn, only, at: at(2), lease_until: at(30_000) }
}

fn claimed(written: Written) -> Claimed {
    match written {
        Written::Claimed(claimed) => *claimed,
        other => panic!("expected a claim, got {other:?}"),
    }
}

fn state(turn: TurnId, state: TurnState) -> Write {
    Write::Turn { turn, state, problem: None, at: at(3) }
}

fn notice(room: &str, text: &str) -> Write {
    Write::Event(Box::new(Event::new(
        at(4),
        room_id(room),
        EventKind::Notice {
            level: NoticeLevel::Info,
            code: "test".into(),
            text: text.into(),
            hint: None,
        },
    )))
}

fn message(text: &str) -> Message {
    Message {
        id: MessageId::fresh(),
        role: Role::User,
        bot: None,
        turn: None,
        at: at(5),
        parts: vec![Part::text(Origin::User, text)],
    }
}

fn say(session: SessionId, message: &Message) -> Write {
    Write::Message { session, message: Arc::new(message.clone()) }
}

fn content(bytes: &[u8]) -> (BlobId, Write) {
    use sha2::Digest as _;
    let id = BlobId::from_digest(&sha2::Sha256::digest(bytes).into());
    (id.clone(), Write::Content { id, bytes: bytes.to_vec() })
}

/// A second way into the file, as another program would have.
fn raw(db: &Path) -> Connection {
    Connection::open_with_flags(db, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

fn call_id(text: &str) -> CallId {
    CallId::from_provider(text)
}

fn run_id() -> RunId {
    RunId::fresh()
}
