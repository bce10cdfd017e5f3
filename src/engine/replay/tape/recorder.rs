//! Writes a tape.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nanofolks_protocol::Timestamp;
use nanofolks_security::Sanitizer;
use serde::Serialize;
use serde_json::Value;

use super::Item;
use crate::replay::heard::{Heard, Said};

/// Writes a tape.
pub(crate) struct Recorder {
    state: Mutex<Written>,
    pub(in crate::replay) sanitizer: Arc<Sanitizer>,
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

/// A reading that is not written yet.
#[derive(Debug)]
enum Entry {
    Item(Item),
    /// What a model says; it may still be speaking.
    Heard(Arc<Mutex<Heard>>),
}

impl Recorder {
    pub(crate) fn new(sanitizer: Arc<Sanitizer>) -> Self {
        Self { state: Mutex::default(), sanitizer }
    }

    pub(super) fn note<T: Serialize>(&self, name: &str, value: &T) {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.lock().entries.push(Entry::Item(Item::Read(name.to_owned(), value)));
    }

    pub(super) fn keep<T: Serialize>(&self, key: &str, value: &T) {
        let mut state = self.lock();
        if !state.world.contains_key(key) {
            let value = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
            state.world.insert(key.to_owned(), value);
            state.fresh.push(key.to_owned());
        }
    }

    pub(in crate::replay) fn clock(&self, now: Timestamp) {
        let mut state = self.lock();
        let since = now.as_millis().saturating_sub(state.last);
        state.last = now.as_millis();
        state.entries.push(Entry::Item(Item::Clock(since)));
    }

    /// A model begins to speak; what it says is filled in later.
    pub(in crate::replay) fn listen(&self) -> Arc<Mutex<Heard>> {
        let heard = Arc::default();
        self.lock().entries.push(Entry::Heard(Arc::clone(&heard)));
        heard
    }

    /// A model has said this.
    pub(in crate::replay) fn heard(&self, heard: Arc<Mutex<Heard>>) {
        self.lock().entries.push(Entry::Heard(heard));
    }

    /// Everything read since the last time, and what lasts if it is not stored yet.
    pub(in crate::replay) fn drain(&self, said: &Said<'_>) -> Drained {
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
    pub(in crate::replay) fn put_back(&self, drained: Drained) {
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
pub(in crate::replay) struct Drained {
    pub(in crate::replay) items: Vec<Item>,
    /// What lasts, when it is not stored yet.
    pub(in crate::replay) world: Option<Vec<u8>>,
}
