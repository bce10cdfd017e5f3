//! Reads a tape.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nanofolks_protocol::ports::Preview;
use nanofolks_protocol::{CallId, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Item;
use crate::replay::known::Known;

/// Reads a tape.
pub(crate) struct Player {
    state: Mutex<Read>,
    /// What is looked up by its name instead of in its place.
    pub(in crate::replay) known: Arc<Known>,
    /// Pulled when the tape is at its end and the turn wants to know more.
    pub(in crate::replay) ended: CancellationToken,
    /// A model has said everything that the tape has of it.
    pub(in crate::replay) silent: Notify,
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

impl Player {
    pub(in crate::replay) fn new(
        items: VecDeque<Item>,
        world: BTreeMap<String, Value>,
        known: Arc<Known>,
    ) -> Self {
        let state = Mutex::new(Read { items, world, ..Read::default() });
        let ended = CancellationToken::new();
        Self { state, known, ended, silent: Notify::new() }
    }

    /// The next reading, if it is of this name.
    pub(in crate::replay) fn take<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
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
    pub(in crate::replay) fn is_next(&self, name: &str) -> bool {
        matches!(self.lock().items.front(), Some(Item::Read(next, _)) if next == name)
    }

    pub(super) fn lasting<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.lock().world.get(key).cloned()?;
        serde_json::from_value(value).ok()
    }

    /// The next time; `None` when the tape has no more, or something else comes first.
    pub(in crate::replay) fn clock(&self) -> Option<Timestamp> {
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
    pub(in crate::replay) fn last(&self) -> Timestamp {
        Timestamp::from_millis(self.lock().last)
    }

    /// Whether a person may be heard now: the models have said what the tape has of them.
    pub(in crate::replay) fn is_silent(&self) -> bool {
        self.lock().speaking == 0
    }

    pub(in crate::replay) fn speaks(&self, begins: bool) {
        let mut state = self.lock();
        state.speaking = if begins { state.speaking + 1 } else { state.speaking.saturating_sub(1) };
        drop(state);
        self.silent.notify_waiters();
    }

    pub(in crate::replay) fn is_empty(&self) -> bool {
        self.lock().items.is_empty()
    }

    /// The turn wants something that the tape does not have here.
    pub(in crate::replay) fn stray(&self, wanted: &str) {
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
    pub(in crate::replay) fn strayed(&self) -> Option<String> {
        self.lock().strayed.clone()
    }

    /// Counts a model call; its number, from 1.
    pub(in crate::replay) fn asks(&self) -> u32 {
        let mut state = self.lock();
        state.asked += 1;
        state.asked
    }

    /// The number of the next model call.
    pub(in crate::replay) fn next_call(&self) -> u32 {
        self.lock().asked + 1
    }

    /// What was shown of a call: in full where a question was put about it.
    pub(in crate::replay) fn preview(&self, call: &CallId, summary: String) -> Preview {
        let row = self.known.approvals.iter().find(|row| row.request.call_id == *call);
        let Some(asked) = row.map(|row| &row.request) else {
            return Preview { summary, ..Preview::default() };
        };
        Preview {
            summary,
            detail: asked.preview.clone(),
            network: asked.network.clone(),
            cost: asked.cost,
        }
    }

    /// From now on the world itself is asked.
    pub(in crate::replay) fn go_live(&self) {
        let mut state = self.lock();
        state.live = true;
        state.items.clear();
    }

    /// Whether the world itself is asked.
    pub(in crate::replay) fn is_live(&self) -> bool {
        self.lock().live
    }

    fn lock(&self) -> MutexGuard<'_, Read> {
        // As above.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
