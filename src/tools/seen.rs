//! What bots have seen of files: to notice that a file changed behind a bot's back.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use cap_std::fs::{Metadata, MetadataExt as _};
use nanofolks_protocol::{BotId, CallId, RoomId, ToolContext, TurnId};

#[cfg(test)]
mod tests;

/// Most files remembered, over all rooms and bots.
const MAX_FILES: usize = 4096;
/// Most previews remembered.
const MAX_PREVIEWS: usize = 256;

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Stamp {
    /// The state a file is in.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

/// Remembers the state in which each bot last saw a file, and what previews were based on.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    files: Mutex<Bounded<(RoomId, BotId, PathBuf), Stamp>>,
    previews: Mutex<Bounded<(TurnId, CallId), Option<Stamp>>>,
}

impl Seen {
    /// A bot has read or written a file and knows this state of it.
    pub(crate) fn note(&self, cx: &ToolContext, path: PathBuf, stamp: Stamp) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.put((cx.room.clone(), cx.bot.clone(), path), stamp, MAX_FILES);
    }

    /// Whether the bot saw the file in another state than this one.
    pub(crate) fn is_stale(&self, cx: &ToolContext, path: PathBuf, now: Stamp) -> bool {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(&(cx.room.clone(), cx.bot.clone(), path)).is_some_and(|seen| *seen != now)
    }

    /// A call was shown to a person against this state of its file (`None`: no file).
    pub(crate) fn previewed(&self, cx: &ToolContext, call: &CallId, base: Option<Stamp>) {
        let mut previews = self.previews.lock().unwrap_or_else(PoisonError::into_inner);
        previews.put((cx.turn, call.clone()), base, MAX_PREVIEWS);
    }

    /// Whether the call was shown to a person against another state than this one.
    pub(crate) fn differs_from_preview(
        &self,
        cx: &ToolContext,
        call: &CallId,
        now: Option<Stamp>,
    ) -> bool {
        let previews = self.previews.lock().unwrap_or_else(PoisonError::into_inner);
        previews.get(&(cx.turn, call.clone())).is_some_and(|base| *base != now)
    }
}

/// A map that forgets its oldest entries.
#[derive(Debug)]
struct Bounded<K, V> {
    map: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Self {
        Self { map: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Clone + Eq + Hash, V> Bounded<K, V> {
    fn put(&mut self, key: K, value: V, most: usize) {
        if self.map.insert(key.clone(), value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > most
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
        }
    }

    fn get(&self, key: &K) -> Option<&V> {
        self.map.get(key)
    }
}
