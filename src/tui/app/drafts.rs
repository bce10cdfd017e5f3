//! The line that is not sent yet: kept a moment after the last key, brought back with its
//! room.

use nanofolks_protocol::{RoomId, Timestamp};

use super::{App, Effect, Wish, left};
use crate::composer::Draft;

#[cfg(test)]
mod tests;

/// The line is kept when nobody has typed for so long.
const QUIET: i64 = 400;
/// And at the latest so long after it changed.
const LATEST: i64 = 2000;

/// How far the line is kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The change that is kept.
    change: u64,
    /// Whether there are words in what is kept.
    full: bool,
    /// The newest change that was seen, when it was seen, and when the first one that is not
    /// kept was.
    newest: u64,
    at: Option<Timestamp>,
    since: Option<Timestamp>,
    /// The room is being left by a command: what is typed meanwhile is for the next one.
    pub(super) moving: bool,
}

impl Kept {
    /// Nothing is known about what is kept.
    pub(super) const fn forget(&mut self) {
        self.change = u64::MAX;
    }
}

impl App {
    /// Looks whether the line has changed.
    pub(super) fn watch_line(&mut self) {
        let change = self.composer.changes();
        if change != self.kept.newest {
            self.kept.newest = change;
            self.kept.at = Some(self.now);
            self.kept.since = self.kept.since.or(Some(self.now));
            // What was cleared is gone at once; what was said is a draft until it is taken.
            let is_cleared = self.kept.full && self.composer.is_empty();
            if is_cleared && !self.effects.iter().any(is_message) {
                self.keep_line();
            }
        }
    }

    /// The room is going to be left: what is kept of its line is what it is now. A line that is
    /// empty stays for what is typed meanwhile, for the next room.
    pub(super) fn leave_line(&mut self) {
        self.kept.moving = self.composer.is_empty();
        self.keep_line();
    }

    /// When the line is to be kept.
    pub(super) fn keeps_at(&self) -> Option<Timestamp> {
        self.room.as_ref()?;
        let quiet = self.kept.at?.plus_millis(QUIET);
        let latest = self.kept.since?.plus_millis(LATEST);
        Some(quiet.min(latest))
    }

    pub(super) fn keeps_in(&self) -> Option<u64> {
        self.keeps_at().map(|at| left(at, self.now))
    }

    /// Keeps the line when it is time.
    pub(super) fn keep_when_due(&mut self) {
        if self.keeps_at().is_some_and(|at| at <= self.now) {
            self.keep_line();
        }
    }

    /// Keeps the line now, if that is not done.
    pub(super) fn keep_line(&mut self) {
        if let Some((room, draft)) = self.unkept() {
            self.effects.push(Effect::Draft(room, draft));
        }
    }

    /// The line, if it is to be kept.
    pub fn unkept(&mut self) -> Option<(RoomId, Draft)> {
        let room = self.room.clone()?;
        let change = self.composer.changes();
        (self.kept.at, self.kept.since, self.kept.newest) = (None, None, change);
        if std::mem::replace(&mut self.kept.change, change) == change {
            return None;
        }
        let draft = self.composer.draft();
        self.kept.full = !draft.is_empty();
        Some((room, draft))
    }

    /// The room changes: its line stays with it, and the one of the next room comes back.
    pub(super) fn change_line(&mut self, draft: Option<Draft>) {
        if !std::mem::take(&mut self.kept.moving) && self.room.is_some() {
            self.keep_line();
            self.composer.take();
        }
        let typed = !self.composer.is_empty();
        let full = draft.is_some();
        if let Some(draft) = draft {
            self.composer.bring_back(&draft);
        }
        self.kept = Kept { full, ..Kept::default() };
        // What is on disk is what is in the line, unless there is more.
        let change = self.composer.changes();
        (self.kept.newest, self.kept.change) = (change, if typed { 0 } else { change });
        if typed {
            (self.kept.at, self.kept.since) = (Some(self.now), Some(self.now));
        }
    }
}

/// Whether this says something that could still come back into the line.
const fn is_message(effect: &Effect) -> bool {
    matches!(effect, Effect::Submit(Wish::Post(..) | Wish::Steer(..)))
}
