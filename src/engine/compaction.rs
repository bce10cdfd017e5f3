//! Keeps conversations within their models' windows, and loses nothing of them.
//!
//! Older messages are stood for by a checkpoint: a summary, and a ledger of what must not be
//! lost, word for word. The messages stay where they are. `cut` says where a conversation may
//! be cut, `ledger` what is pinned, `digest` sums up, `head` is what a model reads, `shorten`
//! puts a checkpoint together, `job` does it beside the turns, `recall` gives the originals
//! back to the model.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nanofolks_protocol::{CompactionTier, ModelCard, SessionId};
use serde::{Deserialize, Serialize};

mod cut;
mod digest;
mod head;
mod job;
mod ledger;
mod recall;
mod report;
mod shorten;
#[cfg(test)]
mod testing;

pub(crate) use head::{Head, RECALL};
pub(crate) use job::{Outlook, consider};
pub(crate) use recall::SessionRecall;
pub(crate) use report::{catch_up, report};
pub(crate) use shorten::{Conversation, Shortened, no_progress, notice, shorten};

/// How a conversation that grows too long is shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompactionMode {
    /// A model sums up what is left out.
    Summary,
    /// No model is asked; the beginnings of what was said stand in.
    TokenLimit,
    /// Not at all: what does not fit is left out.
    Off,
}

/// What the roof decides about long conversations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContextSettings {
    /// How they are shortened.
    pub mode: CompactionMode,
    /// The share of the window from which on the user is told.
    pub warn: f64,
    /// The share from which on the oldest part is summed up beside the conversation.
    pub background: f64,
    /// The share from which on more of it is.
    pub aggressive: f64,
    /// The share from which on it is shortened at once and without a model.
    pub emergency: f64,
    /// Newest messages that stay as they are, unless they alone are too many.
    pub preserve_recent: usize,
    /// The model that sums up; that of the conversation when there is none.
    pub summary_model: Option<String>,
    /// Longest time that a summary may take.
    pub summary_timeout: Duration,
}

impl Default for ContextSettings {
    fn default() -> Self {
        Self {
            mode: CompactionMode::Summary,
            warn: 0.70,
            background: 0.80,
            aggressive: 0.85,
            emergency: 0.95,
            preserve_recent: 20,
            summary_model: None,
            summary_timeout: Duration::from_secs(120),
        }
    }
}

impl ContextSettings {
    /// What a conversation of `used` tokens calls for beside its turns.
    pub(crate) fn tier(&self, used: u64, window: u32) -> Option<CompactionTier> {
        if self.mode == CompactionMode::Off {
            return None;
        }
        match share(used, window) {
            full if full >= self.aggressive => Some(CompactionTier::Aggressive),
            full if full >= self.background => Some(CompactionTier::Background),
            _ => None,
        }
    }

    /// Most tokens a request may have: what leaves room for the answer, and for what our
    /// count may be wrong by.
    pub(crate) fn room(&self, card: &ModelCard, max_output: u32) -> u64 {
        let window = u64::from(card.context_window);
        let answer = u64::from(max_output).min(window * ANSWER / 100);
        let fits = window.saturating_sub(answer).saturating_sub(margin(window));
        fits.min(part(window, self.emergency))
    }

    /// Whether going from one count to the other is when the user is to be told.
    pub(crate) fn is_warned(&self, before: u64, after: u64, window: u32) -> bool {
        share(before, window) < self.warn && share(after, window) >= self.warn
    }
}

/// Tokens an answer gets when there is room: the limit, or what the window leaves.
pub(crate) fn answer_room(card: &ModelCard, max_output: u32, used: u64) -> u32 {
    let window = u64::from(card.context_window);
    let left = window.saturating_sub(used).saturating_sub(margin(window));
    let least = (window * ANSWER / 100).max(1);
    let room = left.max(least).min(u64::from(max_output));
    u32::try_from(room).unwrap_or(max_output).max(1)
}

/// This share of percent of the window is the answer's, if it may be that long.
const ANSWER: u64 = 15;

/// Tokens kept free because a count is an estimate.
fn margin(window: u64) -> u64 {
    (window / 32).min(256)
}

#[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^52")]
pub(crate) fn share(used: u64, window: u32) -> f64 {
    used as f64 / f64::from(window.max(1))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1 of a count far below 2^52"
)]
pub(crate) fn part(of: u64, share: f64) -> u64 {
    (of as f64 * share.clamp(0.0, 1.0)) as u64
}

/// What is under way, and what was tried in vain.
#[derive(Debug, Default)]
pub(crate) struct Compactions {
    running: Mutex<HashSet<SessionId>>,
    /// Sessions that could not be shortened, and their tokens then.
    stalled: Mutex<HashMap<SessionId, u64>>,
    /// What conversations are like after their turns, until that was considered.
    after: Mutex<HashMap<SessionId, Outlook>>,
}

/// The right to shorten a session; gone when it is dropped.
pub(crate) struct Turnstile<'a> {
    of: &'a Compactions,
    session: SessionId,
}

impl Drop for Turnstile<'_> {
    fn drop(&mut self) {
        lock(&self.of.running).remove(&self.session);
    }
}

impl Compactions {
    /// One at a time for each session.
    pub(crate) fn enter(&self, session: SessionId) -> Option<Turnstile<'_>> {
        let is_free = lock(&self.running).insert(session);
        // Made only when it is given out: dropping one opens the way.
        is_free.then(|| Turnstile { of: self, session })
    }

    /// Notes what a conversation is like after a turn.
    pub(crate) fn note(&self, outlook: Outlook) {
        lock(&self.after).insert(outlook.session, outlook);
    }

    fn taken(&self, session: SessionId) -> Option<Outlook> {
        lock(&self.after).remove(&session)
    }

    /// Whether it was tried at this size already, in vain.
    pub(crate) fn is_stalled(&self, session: SessionId, tokens: u64) -> bool {
        lock(&self.stalled).get(&session).is_some_and(|then| tokens < then + then / 10)
    }

    pub(crate) fn stalled(&self, session: SessionId, tokens: u64) {
        lock(&self.stalled).insert(session, tokens);
    }

    pub(crate) fn went_on(&self, session: SessionId) {
        lock(&self.stalled).remove(&session);
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves these whole: every change is one insert or remove.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
