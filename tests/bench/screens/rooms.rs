//! Homes to open: an empty one, and one with a room of 50,000 messages and 1,000 sessions.

use std::sync::Arc;

use std::path::Path;

use nanofolks_protocol::message::{Content, Origin, Part, Role};
use nanofolks_protocol::ports::Journal as _;
use nanofolks_protocol::{
    Batch, BotId, Event, EventKind, Message, MessageId, Room, RoomId, RoomKind, Session, SessionId,
    Timestamp, TurnId, Write,
};
use nanofolks_store::{Store, StorePaths};

/// The end of the newest message.
pub(crate) const LAST: &str = "answer 24999 ends";

const MESSAGES: usize = 50_000;
const SESSIONS: usize = 1_000;

/// The shell command that starts the program in a home.
pub(crate) fn command(binary: &Path, home: &Path, port: u16) -> String {
    format!(
        "env -i HOME={0} PATH=/usr/bin:/bin TERM=tmux-256color LANG=C.UTF-8 NANOFOLKS_MODEL=lab/m \
         NANOFOLKS_PROVIDERS__LAB__KIND=openai-chat NANOFOLKS_PROVIDERS__LAB__API_KEY=k \
         NANOFOLKS_PROVIDERS__LAB__BASE_URL=http://127.0.0.1:{port}/v1 {1}",
        home.display(),
        binary.display()
    )
}

/// Fills a home.
pub(crate) fn fill(home: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&StorePaths::under(&home.join(".nanofolks"))).unwrap();
        for number in 0..SESSIONS {
            let room: RoomId = format!("room-{}", number % 50).parse().unwrap();
            let session = SessionId::fresh();
            let mut writes = vec![ensure(&room), begin(&room, session)];
            for at in 0..4 {
                writes.push(said(session, TurnId::fresh(), at));
            }
            store.commit(Batch { writes }).await.unwrap();
        }
        let (room, session) = (RoomId::general(), SessionId::fresh());
        store.commit(Batch { writes: vec![ensure(&room), begin(&room, session)] }).await.unwrap();
        for block in 0..MESSAGES / 500 {
            let mut writes = Vec::new();
            for at in (block * 500..block * 500 + 500).step_by(2) {
                let turn = TurnId::fresh();
                writes.push(said(session, turn, at));
                writes.push(said(session, turn, at + 1));
            }
            store.commit(Batch { writes }).await.unwrap();
        }
        let what = EventKind::RoomChanged { what: "filled".to_owned() };
        let event = Event::new(Timestamp::from_millis(1), room, what);
        store.commit(Batch { writes: vec![Write::Event(Box::new(event))] }).await.unwrap();
    });
}

fn ensure(room: &RoomId) -> Write {
    let at = Timestamp::from_millis(1);
    Write::EnsureRoom(Room {
        id: room.clone(),
        kind: RoomKind::Open,
        members: vec![BotId::LEADER],
        folder: None,
        archived: false,
        created_at: at,
        updated_at: at,
    })
}

fn begin(room: &RoomId, id: SessionId) -> Write {
    let at = Timestamp::from_millis(1);
    let room = room.clone();
    Write::BeginSession(Session {
        id,
        room,
        parent: None,
        title: None,
        created_at: at,
        updated_at: at,
        messages: 0,
    })
}

fn said(session: SessionId, turn: TurnId, at: usize) -> Write {
    let person = at.is_multiple_of(2);
    let text = if person {
        format!("question {}", at / 2)
    } else {
        let words = "It is a matter of some words, and of a few more. ".repeat(8);
        format!("## Answer\n\n{words}\n\n- one\n- two\n\nanswer {} ends", at / 2)
    };
    let origin = if person { Origin::User } else { Origin::Model };
    let message = Message {
        id: MessageId::fresh(),
        role: if person { Role::User } else { Role::Assistant },
        bot: (!person).then_some(BotId::LEADER),
        turn: Some(turn),
        at: Timestamp::from_millis(1),
        parts: vec![Part { origin, content: Content::Text { text } }],
    };
    Write::Message { session, message: Arc::new(message) }
}
