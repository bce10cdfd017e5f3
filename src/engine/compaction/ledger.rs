//! The ledger: what must not be lost when a conversation is shortened, word for word.
//!
//! Rules the user gave, decisions, open tasks, failed attempts, facts with names and numbers,
//! paths. Taken out without a model, carried from checkpoint to checkpoint as it is, and
//! bounded: when there is too much, the least important and then the oldest goes, and the
//! ledger says how many that were. What a tool returned never becomes a rule.

use std::collections::HashSet;

use nanofolks_protocol::Origin;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod find;
mod words;

pub(crate) use find::note;

#[cfg(test)]
mod tests;

/// The ledger may take this share of percent of the window …
const SHARE: u64 = 12;
/// … but not less than this many tokens, and not more than that many.
const BOUNDS: std::ops::RangeInclusive<u64> = 500..=12_000;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// What the user wants held to.
    Rule,
    /// What was decided.
    Decision,
    /// What is still to do.
    Todo,
    /// What was tried and did not work.
    Failure,
    /// Something said with a name or a number in it.
    Fact,
    /// A file or a folder.
    Path,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    /// The words as they were.
    pub(crate) text: String,
    /// Whose words they are.
    pub(crate) from: Origin,
    /// How much is lost with it; more is worse.
    pub(crate) weight: u8,
}

/// All items, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    items: Vec<Item>,
    /// Items that there was no room for.
    #[serde(default)]
    left_out: u64,
}

impl Ledger {
    /// The ledger of a checkpoint; an empty one when it cannot be read.
    pub(crate) fn read(value: &Value) -> Self {
        Self::deserialize(value).unwrap_or_default()
    }

    /// As a checkpoint keeps it.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Adds an item. The same words again are one item, with the newest place; a task that
    /// is done is none any more.
    pub(crate) fn add(&mut self, item: Item) {
        let key = key(&item.text);
        if key.is_empty() {
            return;
        }
        if let Some(at) = self.items.iter().position(|known| self::key(&known.text) == key) {
            let known = self.items.remove(at);
            let (kind, weight) = if known.weight > item.weight {
                (known.kind, known.weight)
            } else {
                (item.kind, item.weight)
            };
            // The first words stay as they are, so that nothing drifts.
            self.items.push(Item { kind, weight, text: known.text, from: known.from });
            return;
        }
        self.items.push(item);
    }

    /// Adds many at once.
    pub(crate) fn extend(&mut self, items: impl IntoIterator<Item = Item>) {
        let mut known: HashSet<String> = self.items.iter().map(|item| key(&item.text)).collect();
        for item in items {
            let fresh = known.insert(key(&item.text));
            if fresh {
                self.items.push(item);
            } else {
                self.add(item);
            }
        }
        self.items.retain(|item| !item.text.trim().is_empty());
    }

    /// Takes out the tasks that were said to be done.
    pub(crate) fn close(&mut self, done: &[String]) {
        if done.is_empty() {
            return;
        }
        let done: HashSet<String> = done.iter().map(|text| key(text)).collect();
        self.items.retain(|item| item.kind != Kind::Todo || !done.contains(&task(&item.text)));
    }

    /// Drops what there is no room for: the least important, of those the oldest.
    pub(crate) fn bound(&mut self, tokens: u64) {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by_key(|&at| {
            std::cmp::Reverse((self.items.get(at).map_or(0, |item| item.weight), at))
        });
        let mut kept = HashSet::new();
        let mut used = 0_u64;
        for at in order {
            let size = self.items.get(at).map_or(0, Item::tokens);
            if used + size <= tokens {
                used += size;
                kept.insert(at);
            }
        }
        let before = self.items.len();
        let mut at = 0;
        self.items.retain(|_| {
            at += 1;
            kept.contains(&(at - 1))
        });
        self.left_out += (before - self.items.len()) as u64;
    }
}

impl Item {
    /// Tokens it takes as a line of its own.
    fn tokens(&self) -> u64 {
        (self.text.len() as u64 + 8).div_ceil(4)
    }
}

/// Tokens a ledger may take in a window.
pub(crate) fn budget(window: u32) -> u64 {
    (u64::from(window) * SHARE / 100)
        .clamp(*BOUNDS.start(), *BOUNDS.end())
        .min(u64::from(window) / 4)
}

/// What makes two texts the same: their words, not their spaces and capitals.
fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    key
}

/// The task in a line with a box.
fn task(text: &str) -> String {
    let text = text.trim_start_matches(['-', '*', ' ']);
    key(text.strip_prefix("[ ]").or_else(|| text.strip_prefix("[]")).unwrap_or(text))
}
