//! What was promised, and whether it was kept: lost, doubled, reordered, unended.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Instant;

use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::ports::{Archive as _, SessionFilter};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{Content, Event, EventKind, Message, Role, RoomId};
use nanofolks_store::{Check, Depth, Store, StorePaths, inspect};

use crate::mind;

/// A message as its sender knows it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its room.
    pub room: String,
    /// Its key.
    pub key: String,
    /// Whether it wants a file.
    pub writes: bool,
    /// When it was sent first.
    pub sent: Instant,
    /// When its sender first knew that it was accepted.
    pub accepted: Option<Instant>,
    /// Whether its sender saw the answer.
    pub answered: bool,
}

/// All messages of a world.
#[derive(Debug, Default)]
pub struct Book(Mutex<BTreeMap<String, Sent>>);

impl Book {
    /// A message goes out for the first time.
    pub fn send(&self, room: &str, key: &str, writes: bool) {
        let sent = Sent {
            room: room.to_owned(),
            key: key.to_owned(),
            writes,
            sent: Instant::now(),
            accepted: None,
            answered: false,
        };
        self.0.lock().unwrap().insert(key.to_owned(), sent);
    }

    /// Its sender knows that it was accepted.
    pub fn accepted(&self, key: &str) {
        if let Some(sent) = self.0.lock().unwrap().get_mut(key) {
            sent.accepted.get_or_insert_with(Instant::now);
        }
    }

    /// Its sender saw the answer.
    pub fn answered(&self, key: &str) {
        if let Some(sent) = self.0.lock().unwrap().get_mut(key) {
            sent.answered = true;
        }
    }

    /// Everything in it, by key.
    #[must_use]
    pub fn all(&self) -> Vec<Sent> {
        self.0.lock().unwrap().values().cloned().collect()
    }
}

/// Lays the book beside what is stored. Gives everything that should not be, a line each.
///
/// `runs` says how often each file was really written, where somebody counted.
///
/// # Panics
/// When there is no runtime to read with.
#[must_use]
pub fn check(book: &Book, paths: &StorePaths, runs: Option<&HashMap<String, u64>>) -> Vec<String> {
    let mut wrong = sound(paths);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = match Store::open_read_only(paths) {
        Ok(store) => store,
        Err(error) => return vec![format!("the database does not open: {error}")],
    };
    let mut rooms: BTreeMap<String, Vec<Sent>> = BTreeMap::new();
    for sent in book.all() {
        rooms.entry(sent.room.clone()).or_default().push(sent);
    }
    for (room, sent) in rooms {
        match runtime.block_on(stored(&store, &room)) {
            Ok(stored) => room_is_right(&stored, &sent, runs, &mut wrong),
            Err(error) => wrong.push(format!("room {room} cannot be read: {error}")),
        }
    }
    wrong
}

/// The same where turns may have failed: lost, doubled and unended they may not be.
#[must_use]
pub fn check_kept(book: &Book, paths: &StorePaths) -> Vec<String> {
    let mut wrong = check(book, paths, None);
    wrong.retain(|line| !line.contains(FAILED) && !line.contains("was answered 0 times"));
    wrong
}

const FAILED: &str = "a turn failed: ";

/// Whether the file is whole, to its last row.
#[must_use]
pub fn sound(paths: &StorePaths) -> Vec<String> {
    let found = inspect(paths, Depth::Deep);
    let mut wrong = Vec::new();
    for check in [&found.structure, &found.rows] {
        if let Check::Damaged(lines) = check {
            wrong.extend(lines.iter().map(|line| format!("damaged: {line}")));
        }
    }
    wrong.extend(found.error.map(|error| format!("unusable: {error}")));
    wrong
}

/// What a room holds.
pub struct Stored {
    room: String,
    messages: Vec<std::sync::Arc<Message>>,
    events: Vec<Event>,
    accepted: Vec<String>,
}

/// Reads a room whole.
pub async fn stored(
    store: &Store,
    name: &str,
) -> Result<Stored, nanofolks_protocol::ports::StoreError> {
    let room: RoomId = name.parse().unwrap();
    let filter = SessionFilter { room: Some(room.clone()), all: true, limit: 100, trashed: false };
    let mut sessions = store.sessions(filter).await?;
    sessions.reverse();
    let mut messages = Vec::new();
    for summary in sessions {
        messages.extend(store.messages(summary.session.id, u32::MAX).await?);
    }
    let mut events = Vec::new();
    loop {
        let after = events.last().and_then(|event: &Event| event.seq).unwrap_or(0);
        let page = store.events(&room, after, 5_000).await?;
        if page.is_empty() {
            break;
        }
        events.extend(page);
    }
    let turns = TurnFilter { room: Some(room.clone()), session: None, limit: u32::MAX };
    let mut accepted: Vec<String> =
        store.turns(turns).await?.into_iter().map(|turn| turn.text).collect();
    accepted.extend(store.queue(&room).await?.into_iter().map(|queued| queued.envelope.text));
    Ok(Stored { room: name.to_owned(), messages, events, accepted })
}

impl Stored {
    /// How often this text was accepted.
    #[must_use]
    pub fn accepted(&self, text: &str) -> usize {
        self.accepted.iter().filter(|known| *known == text).count()
    }

    /// Turns that did not begin once and end once.
    #[must_use]
    pub fn unended(&self) -> Vec<String> {
        let turns = self.turns();
        turns.into_iter().filter(|(_, counts)| *counts != (1, 1)).map(|(turn, _)| turn).collect()
    }

    /// How often each turn began and ended.
    fn turns(&self) -> BTreeMap<String, (u32, u32)> {
        let mut turns: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for event in &self.events {
            let Some(turn) = event.turn else { continue };
            let counts = turns.entry(turn.to_string()).or_default();
            counts.0 += u32::from(matches!(event.what, EventKind::TurnStarted { .. }));
            counts.1 += u32::from(event.what.is_ending());
        }
        turns
    }

    /// How often this was said by a bot.
    #[must_use]
    pub fn said(&self, text: &str) -> usize {
        let by_bots = self.messages.iter().filter(|message| message.role == Role::Assistant);
        by_bots.filter(|message| message.text() == text).count()
    }
}

fn room_is_right(
    stored: &Stored,
    sent: &[Sent],
    runs: Option<&HashMap<String, u64>>,
    wrong: &mut Vec<String>,
) {
    events_are_right(stored, wrong);
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    let asked: Vec<String> = stored
        .messages
        .iter()
        .filter(|message| message.role == Role::User)
        .map(|message| message.text())
        .collect();
    for (at, text) in asked.iter().enumerate() {
        if let Some((_, key)) = text.split_once(' ') {
            places.entry(key).or_default().push(at);
        }
    }
    for one in sent {
        let times = places.get(one.key.as_str()).map_or(0, Vec::len);
        let text = mind::question(&one.key, one.writes);
        let answers = stored.said(&mind::answer_to(&one.key, one.writes));
        let known = one.accepted.is_some();
        match (times, stored.accepted(&text)) {
            (0, 0) if known => wrong.push(format!("{}: lost {}", stored.room, one.key)),
            (0, 1) => wrong.push(format!("{}: {} was never begun", stored.room, one.key)),
            (0, 0) | (1, 1) => {}
            (times, taken) => wrong.push(format!(
                "{}: {} was accepted {taken} times and asked {times} times",
                stored.room, one.key
            )),
        }
        if times == 1 && answers != 1 {
            wrong.push(format!("{}: {} was answered {answers} times", stored.room, one.key));
        }
        if let (Some(runs), true) = (runs, one.writes) {
            effects_are_right(stored, &one.key, runs.get(&one.key).copied().unwrap_or(0), wrong);
        }
    }
    in_order(stored, sent, &places, wrong);
}

/// Numbers without a gap; every turn begins once, and ends once and well.
fn events_are_right(stored: &Stored, wrong: &mut Vec<String>) {
    let room = &stored.room;
    for (at, event) in stored.events.iter().enumerate() {
        if event.seq != Some(at as u64 + 1) {
            wrong.push(format!("{room}: event {} has number {:?}", at + 1, event.seq));
        }
        match &event.what {
            EventKind::TurnFailed { error, .. } => {
                wrong.push(format!("{room}: {FAILED}{}", error.message));
            }
            EventKind::TurnCancelled { by, .. } => {
                wrong.push(format!("{room}: a turn was cancelled by {by}"));
            }
            _ => {}
        }
    }
    for (turn, (begun, ended)) in stored.turns() {
        if (begun, ended) != (1, 1) {
            wrong.push(format!("{room}: turn {turn} began {begun} and ended {ended} times"));
        }
    }
}

/// A file that was reported as written was written once, and none was written twice.
fn effects_are_right(stored: &Stored, key: &str, runs: u64, wrong: &mut Vec<String>) {
    let call = format!("call_{key}");
    let results: Vec<CallStatus> = stored
        .messages
        .iter()
        .flat_map(|message| &message.parts)
        .filter_map(|part| match &part.content {
            Content::ToolResult(result) if result.call_id.as_str() == call => Some(result.status),
            _ => None,
        })
        .collect();
    let right = match results.as_slice() {
        [] => runs == 0,
        [CallStatus::Ok] => runs == 1,
        [CallStatus::OutcomeUnknown] => runs <= 1,
        _ => false,
    };
    if !right {
        wrong.push(format!("{}: {call} ended {results:?} and ran {runs} times", stored.room));
    }
}

/// Whoever was accepted before another was sent is asked before it.
fn in_order(
    stored: &Stored,
    sent: &[Sent],
    places: &HashMap<&str, Vec<usize>>,
    wrong: &mut Vec<String>,
) {
    let mut placed: Vec<(usize, &Sent)> = sent
        .iter()
        .filter_map(|one| Some((*places.get(one.key.as_str())?.first()?, one)))
        .collect();
    placed.sort_by_key(|(place, _)| *place);
    // From the back: the earliest acceptance of all that come later.
    let mut earliest: Option<(Instant, &str)> = None;
    for (_, one) in placed.into_iter().rev() {
        if let Some((accepted, key)) = earliest
            && accepted < one.sent
        {
            wrong.push(format!("{}: {key} came after {}", stored.room, one.key));
        }
        if let Some(accepted) = one.accepted
            && earliest.is_none_or(|(known, _)| accepted < known)
        {
            earliest = Some((accepted, &one.key));
        }
    }
}
