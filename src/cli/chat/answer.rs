//! Prints an answer while it arrives: the same bytes a reader gets who waits for the end.
//!
//! Pieces are printed as they come and given to the system at most every few milliseconds.
//! Line ends at the end are held back, so that an answer always ends with exactly one.

use std::time::Duration;

use nanofolks_protocol::BotId;
use nanofolks_protocol::event::BotAnswer;
use nanofolks_security::terminal::{Cleaner, clean};
use tokio::time::Instant;

use super::report;
use crate::cli::Output;

#[cfg(test)]
mod tests;

/// How long printed pieces may wait before they are given to the system.
const PACE: Duration = Duration::from_millis(8);

/// What stands between two replies of one answer.
const BETWEEN: &str = "\n\n";

/// An answer on its way to standard output.
pub(super) struct Answer {
    /// Whether pieces are printed as they come.
    live: bool,
    /// Whether standard output is a terminal, which gets no control characters.
    cleaner: Option<Cleaner>,
    /// Whose pieces are printed; the others wait for the end.
    speaker: Option<BotId>,
    /// How many bots answer: the words of several come one after another, each whole.
    bots: usize,
    /// What has been said, up to the line ends that are held back.
    said: String,
    held: String,
    /// How many replies have ended since the last piece.
    replies: u32,
    /// Whether something was printed beside the answer in the middle of its line.
    aside: bool,
    flushed: Option<Instant>,
    /// When what was printed should be given to the system.
    due: Option<Instant>,
}

impl Answer {
    /// An answer that is printed while it arrives, or at the end.
    pub(super) fn new(live: bool, terminal: bool) -> Self {
        Self {
            live,
            cleaner: terminal.then(Cleaner::default),
            speaker: None,
            bots: 0,
            said: String::new(),
            held: String::new(),
            replies: 0,
            aside: false,
            flushed: None,
            due: None,
        }
    }

    /// A bot begins to answer.
    pub(super) const fn begins(&mut self) {
        self.bots += 1;
    }

    /// A bot has said everything: of several that is when it is printed.
    pub(super) fn said(&mut self, out: &mut Output, bot: Option<&BotId>, text: &str) {
        let Some(bot) = bot.filter(|_| self.live && self.bots > 1) else { return };
        let lead = if self.is_empty() { "" } else { BETWEEN };
        let one = report::line(bot, text);
        self.print(out, &format!("{lead}{one}"));
        self.flush(out);
    }

    /// Takes the next piece.
    pub(super) fn piece(&mut self, out: &mut Output, bot: Option<&BotId>, text: &str) {
        if !self.live || self.bots > 1 || text.is_empty() {
            return;
        }
        if self.speaker.is_none() {
            self.speaker = bot.cloned();
        }
        if self.speaker.as_ref() != bot {
            return;
        }
        if std::mem::take(&mut self.replies) > 0 && !self.is_empty() {
            self.held.push_str(BETWEEN);
        }
        let solid = text.trim_end_matches(['\n', '\r']);
        if solid.is_empty() {
            self.held.push_str(text);
            return;
        }
        let held = std::mem::take(&mut self.held);
        self.print(out, &held);
        self.print(out, solid);
        self.held.push_str(&text[solid.len()..]);
        let pace = |flushed| flushed + PACE;
        self.due.get_or_insert_with(|| self.flushed.map_or_else(Instant::now, pace));
    }

    /// One reply is over; what comes now is another one.
    pub(super) const fn reply_ended(&mut self) {
        self.replies = self.replies.saturating_add(1);
    }

    /// A reply that broke off goes on: what comes now belongs to its last words, if it had some.
    pub(super) const fn goes_on(&mut self) {
        if self.replies == 1 {
            self.replies = 0;
        }
    }

    /// Pieces were lost: what is missing comes with the end.
    pub(super) const fn torn(&mut self) {
        self.live = false;
    }

    /// When what was printed should be given to the system, if there is something.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Gives what was printed to the system.
    pub(super) fn flush(&mut self, out: &mut Output) {
        out.flush();
        self.flushed = Some(Instant::now());
        self.due = None;
    }

    /// Makes room for a line beside the answer: on a terminal it gets a line of its own.
    pub(super) fn step_aside(&mut self, out: &mut Output) {
        if self.due.is_some() {
            self.flush(out);
        }
        if self.cleaner.is_some() && !self.is_empty() && !self.aside {
            out.raw("\n");
            out.flush();
            self.aside = true;
        }
    }

    /// Prints what is missing of the whole answer, and the line end. An empty answer has one
    /// too, when it is `complete`.
    pub(super) fn finish(&mut self, out: &mut Output, answers: &[BotAnswer], complete: bool) {
        let whole = report::answer(answers);
        let whole = whole.trim_end_matches(['\n', '\r']);
        if whole.is_empty() && self.is_empty() {
            if complete {
                out.line("");
                out.flush();
            }
            return;
        }
        // A secret that was masked late, or a lost piece in the middle: then say it all again.
        match whole.strip_prefix(self.said.as_str()) {
            Some(missing) => self.print(out, missing),
            None if self.is_empty() => self.print(out, whole),
            None if same_signs(whole, &self.said) => {}
            None => {
                out.raw("\n");
                self.print(out, whole);
            }
        }
        if let Some(cleaner) = &mut self.cleaner {
            out.raw(&cleaner.finish());
        }
        out.raw("\n");
        out.flush();
    }

    fn is_empty(&self) -> bool {
        self.said.is_empty() && self.held.is_empty()
    }

    fn print(&mut self, out: &mut Output, text: &str) {
        if text.is_empty() {
            return;
        }
        let shown = if std::mem::take(&mut self.aside) {
            // The line end of the gap is on the screen already.
            text.strip_prefix('\n').unwrap_or(text)
        } else {
            text
        };
        match &mut self.cleaner {
            Some(cleaner) => out.raw(&cleaner.push(shown)),
            None => out.raw(shown),
        }
        self.said.push_str(text);
    }
}

/// Prints a whole answer at once, on a terminal without control characters.
pub(super) fn print_whole(out: &mut Output, text: &str) {
    let text = text.trim_end_matches(['\n', '\r']);
    if out.stdout_is_terminal() {
        out.line(&clean(text));
    } else {
        out.line(text);
    }
    out.flush();
}

/// Whether two texts differ in their spaces alone.
fn same_signs(one: &str, other: &str) -> bool {
    one.split_whitespace().flat_map(str::chars).eq(other.split_whitespace().flat_map(str::chars))
}
