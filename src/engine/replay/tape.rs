//! The tape of a turn: everything it reads of the world, in the order in which it reads it.
//!
//! A turn that runs writes its tape; a turn that is run again reads it. The rest of the
//! engine does not know which of the two it is doing.
//!
//! Three kinds of reading are told apart, because that keeps a tape short:
//! - **the clock**: a number, the milliseconds since the reading before it;
//! - **what lasts** (settings, cards of models, a bot's persona, tools on offer): by its
//!   name, once per turn, and stored once for all turns that find the same;
//! - **what happens**: in its place between the other readings, most of it only when it is
//!   out of the ordinary, so that an ordinary turn says nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nanofolks_protocol::{CallId, Timestamp};
use nanofolks_security::Sanitizer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::heard::Heard;
use super::known::Known;

/// One reading, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Item {
    /// The clock: milliseconds since the reading before, since 1970 for the first.
    Clock(i64),
    /// Anything else: what it is, and what was read.
    Read(String, Value),
}

/// A reading that is not written yet.
#[derive(Debug)]
enum Entry {
    Item(Item),
    /// What a model says; it may still be speaking.
    Heard(Arc<Mutex<Heard>>),
}

/// What a turn reads of the world, written or read.
#[derive(Clone, Default)]
pub(crate) enum Reel {
    /// No turn: nothing is kept.
    #[default]
    Off,
    /// A turn that happens.
    Writing(Arc<Recorder>),
    /// A turn that is run again.
    Reading(Arc<Player>),
}

/// Writes a tape.
pub(crate) struct Recorder {
    state: Mutex<Written>,
    pub(super) sanitizer: Arc<Sanitizer>,
}

#[derive(Default)]
struct Written {
    entries: Vec<Entry>,
    /// What lasts, as it was first read, as JSON.
    world: BTreeMap<String, String>,
    /// Names in `world` that are stored already.
    stored: bool,
    fresh: Vec<String>,
    last: i64,
}

/// Reads a tape.
pub(crate) struct Player {
    state: Mutex<Read>,
    /// What is looked up by its name instead of in its place.
    pub(super) known: Arc<Known>,
    /// Pulled when the tape is at its end and the turn wants to know more.
    pub(super) ended: CancellationToken,
    /// A model has said everything that the tape has of it.
    pub(super) silent: Notify,
}

#[derive(Default)]
struct Read {
    items: VecDeque<Item>,
    world: BTreeMap<String, Value>,
    last: i64,
    /// Models that have not said everything yet.
    speaking: usize,
    strayed: Option<String>,
    live: bool,
    /// Model calls so far.
    asked: u32,
}

impl Reel {
    /// Reads something that happens once here, in its place.
    pub(crate) fn pass<T>(&self, name: &str, read: impl FnOnce() -> T) -> T
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read();
                tape.note(name, &value);
                value
            }
            Self::Reading(tape) => tape.take(name).unwrap_or_else(|| {
                tape.stray(name);
                read()
            }),
        }
    }

    /// Reads something that is there only out of the ordinary, in its place.
    pub(crate) fn rare<T>(&self, name: &str, read: impl FnOnce() -> Option<T>) -> Option<T>
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read()?;
                tape.note(name, &value);
                Some(value)
            }
            Self::Reading(tape) if tape.is_live() => read(),
            Self::Reading(tape) => tape.take(name),
        }
    }

    /// Notes something without asking what the tape says; a turn that is run again was told
    /// before.
    pub(crate) fn note<T: Serialize>(&self, name: &str, value: impl FnOnce() -> T) {
        if let Self::Writing(tape) = self {
            tape.note(name, &value());
        }
    }

    /// Reads something that lasts as long as the turn.
    pub(crate) fn lasting<T>(&self, key: &str, read: impl FnOnce() -> T) -> T
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read();
                tape.keep(key, &value);
                value
            }
            Self::Reading(tape) => match tape.lasting(key) {
                Some(value) => value,
                None => {
                    if !tape.is_live() {
                        tape.stray(key);
                    }
                    read()
                }
            },
        }
    }

    /// Reads something that lasts as long as the turn, and is there only out of the ordinary.
    pub(crate) fn lasting_if<T>(&self, key: &str, read: impl FnOnce() -> Option<T>) -> Option<T>
    where
        T: Serialize + DeserializeOwned,
    {
        match self {
            Self::Off => read(),
            Self::Writing(tape) => {
                let value = read()?;
                tape.keep(key, &value);
                Some(value)
            }
            Self::Reading(tape) => tape.lasting(key),
        }
    }

    /// Whether the turn is run again from what was recorded.
    pub(crate) const fn is_reading(&self) -> bool {
        matches!(self, Self::Reading(_))
    }
}

impl Recorder {
    pub(crate) fn new(sanitizer: Arc<Sanitizer>) -> Self {
        Self { state: Mutex::default(), sanitizer }
    }

    fn note<T: Serialize>(&self, name: &str, value: &T) {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.lock().entries.push(Entry::Item(Item::Read(name.to_owned(), value)));
    }

    fn keep<T: Serialize>(&self, key: &str, value: &T) {
        let mut state = self.lock();
        if !state.world.contains_key(key) {
            let value = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
            state.world.insert(key.to_owned(), value);
            state.fresh.push(key.to_owned());
        }
    }

    pub(super) fn clock(&self, now: Timestamp) {
        let mut state = self.lock();
        let since = now.as_millis().saturating_sub(state.last);
        state.last = now.as_millis();
        state.entries.push(Entry::Item(Item::Clock(since)));
    }

    /// A model begins to speak; what it says is filled in later.
    pub(super) fn listen(&self) -> Arc<Mutex<Heard>> {
        let heard = Arc::default();
        self.lock().entries.push(Entry::Heard(Arc::clone(&heard)));
        heard
    }

    /// Everything read since the last time, and what lasts if it is not stored yet.
    pub(super) fn drain(&self, said: &super::heard::Said<'_>) -> Drained {
        let mut state = self.lock();
        let mut items: Vec<Item> = std::mem::take(&mut state.entries)
            .into_iter()
            .map(|entry| match entry {
                Entry::Item(item) => item,
                Entry::Heard(heard) => {
                    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                    let value = heard.compact(said, &self.sanitizer);
                    Item::Read("model".to_owned(), value)
                }
            })
            .collect();
        let fresh = std::mem::take(&mut state.fresh);
        let mut world = None;
        if !state.stored && !fresh.is_empty() {
            state.stored = true;
            world = Some(object(state.world.iter()).into_bytes());
        } else if !fresh.is_empty() {
            let also = object(fresh.iter().filter_map(|key| state.world.get_key_value(key)));
            let also = serde_json::from_str(&also).unwrap_or_default();
            items.insert(0, Item::Read("also".to_owned(), also));
        }
        Drained { items, world }
    }

    /// Puts back what could not be written, before whatever was read since.
    pub(super) fn put_back(&self, drained: Drained) {
        let mut state = self.lock();
        if drained.world.is_some() {
            state.stored = false;
            state.fresh = state.world.keys().cloned().collect();
        }
        let later = std::mem::take(&mut state.entries);
        state.entries = drained.items.into_iter().map(Entry::Item).chain(later).collect();
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        // A panic elsewhere leaves the tape whole: every change is one push or one swap.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An object of fields that are JSON already.
fn object<'a>(fields: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let mut text = String::from("{");
    for (key, value) in fields {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        text.push_str(value);
    }
    text.push('}');
    text
}

/// What is to be written of a tape.
pub(super) struct Drained {
    pub(super) items: Vec<Item>,
    /// What lasts, when it is not stored yet.
    pub(super) world: Option<Vec<u8>>,
}

impl Player {
    pub(super) fn new(
        items: VecDeque<Item>,
        world: BTreeMap<String, Value>,
        known: Arc<Known>,
    ) -> Self {
        let state = Mutex::new(Read { items, world, ..Read::default() });
        let ended = CancellationToken::new();
        Self { state, known, ended, silent: Notify::new() }
    }

    /// The next reading, if it is of this name.
    pub(super) fn take<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let mut state = self.lock();
        match state.items.front() {
            Some(Item::Read(next, _)) if next == name => {}
            _ => return None,
        }
        let Some(Item::Read(_, value)) = state.items.pop_front() else { return None };
        drop(state);
        serde_json::from_value(value).ok()
    }

    /// Whether the next reading is of this name.
    pub(super) fn is_next(&self, name: &str) -> bool {
        matches!(self.lock().items.front(), Some(Item::Read(next, _)) if next == name)
    }

    fn lasting<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.lock().world.get(key).cloned()?;
        serde_json::from_value(value).ok()
    }

    /// The next time; `None` when the tape has no more, or something else comes first.
    pub(super) fn clock(&self) -> Option<Timestamp> {
        let mut state = self.lock();
        let next = match state.items.front() {
            Some(Item::Clock(since)) => *since,
            _ => return None,
        };
        state.items.pop_front();
        state.last = state.last.saturating_add(next);
        Some(Timestamp::from_millis(state.last))
    }

    /// The last time that was read.
    pub(super) fn last(&self) -> Timestamp {
        Timestamp::from_millis(self.lock().last)
    }

    /// Whether a person may be heard now: the models have said what the tape has of them.
    pub(super) fn is_silent(&self) -> bool {
        self.lock().speaking == 0
    }

    pub(super) fn speaks(&self, begins: bool) {
        let mut state = self.lock();
        state.speaking = if begins { state.speaking + 1 } else { state.speaking.saturating_sub(1) };
        drop(state);
        self.silent.notify_waiters();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().items.is_empty()
    }

    /// The turn wants something that the tape does not have here.
    pub(super) fn stray(&self, wanted: &str) {
        let mut state = self.lock();
        if state.items.is_empty() {
            drop(state);
            self.ended.cancel();
            return;
        }
        if state.strayed.is_none() {
            let found = match state.items.front() {
                Some(Item::Read(name, _)) => name.clone(),
                Some(Item::Clock(_)) | None => "the clock".to_owned(),
            };
            state.strayed =
                Some(format!("the turn wanted {wanted}, the record goes on with {found}"));
        }
    }

    /// Where the turn left its tape, if it did.
    pub(super) fn strayed(&self) -> Option<String> {
        self.lock().strayed.clone()
    }

    /// Counts a model call; its number, from 1.
    pub(super) fn asks(&self) -> u32 {
        let mut state = self.lock();
        state.asked += 1;
        state.asked
    }

    /// The number of the next model call.
    pub(super) fn next_call(&self) -> u32 {
        self.lock().asked + 1
    }

    /// What a question about a call showed in full.
    pub(super) fn detail(&self, call: &CallId) -> String {
        let row = self.known.approvals.iter().find(|row| row.request.call_id == *call);
        row.map(|row| row.request.preview.clone()).unwrap_or_default()
    }

    /// From now on the world itself is asked.
    pub(super) fn go_live(&self) {
        let mut state = self.lock();
        state.live = true;
        state.items.clear();
    }

    /// Whether the world itself is asked.
    pub(super) fn is_live(&self) -> bool {
        self.lock().live
    }

    fn lock(&self) -> MutexGuard<'_, Read> {
        // As above.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
