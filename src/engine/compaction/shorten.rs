//! Puts a checkpoint together, and measures whether anything is gained by it.

use std::sync::Arc;

use nanofolks_protocol::{
    Checkpoint, CompactionTier, EventKind, Message, NoticeLevel, Timestamp, TurnId,
};

use super::cut::{self, Wish};
use super::digest;
use super::head::Head;
use super::ledger::{self, Ledger};

#[cfg(test)]
mod tests;

/// A conversation as it is sent: a head, and what follows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conversation<'a> {
    pub(crate) head: Option<&'a Head>,
    pub(crate) messages: &'a [Arc<Message>],
    /// Their tokens.
    pub(crate) weights: &'a [u64],
    /// How many messages of the session come before the first of them.
    pub(crate) before: u64,
    /// The turn that runs.
    pub(crate) turn: Option<TurnId>,
    /// The window of the model it is for.
    pub(crate) window: u32,
}

/// What is stood for from now on.
#[derive(Debug, Clone)]
pub(crate) struct Shortened {
    /// Messages that are not sent any more.
    pub(crate) cut: usize,
    pub(crate) checkpoint: Checkpoint,
}

impl Conversation<'_> {
    /// Its tokens, without system prompt and tools.
    pub(crate) fn tokens(&self) -> u64 {
        self.head.map_or(0, |head| head.tokens) + self.weights.iter().sum::<u64>()
    }

    /// The messages before a cut.
    pub(crate) fn span(&self, cut: usize) -> &[Arc<Message>] {
        self.messages.get(..cut).unwrap_or(self.messages)
    }

    /// The tokens behind a cut.
    fn rest(&self, cut: usize) -> u64 {
        self.weights.iter().skip(cut).sum()
    }

    /// Where to cut so that at least `tokens` go. First with `keep` newest messages left
    /// alone, then with fewer: a few long ones may be all there is.
    pub(crate) fn place(&self, tokens: u64, keep: usize) -> Option<usize> {
        let mut keep = keep.max(LEAST);
        loop {
            let wish = Wish { tokens, keep, turn: self.turn };
            let found = cut::place(self.messages, self.weights, wish);
            let gone = found.map_or(0, |at| self.weights.iter().take(at).sum::<u64>());
            if keep == LEAST || gone.saturating_mul(2) >= tokens {
                return found;
            }
            keep = (keep / 2).max(LEAST);
        }
    }

    /// The checkpoint of a cut, with a summary; `None` when the conversation would not be a
    /// tenth shorter with it.
    pub(crate) fn checkpoint(
        &self,
        cut: usize,
        summary: String,
        tier: CompactionTier,
        at: Timestamp,
    ) -> Option<Shortened> {
        let checkpoint = self.stand_in(cut, summary, tier, at)?;
        is_progress(checkpoint.tokens_before, checkpoint.tokens_after)
            .then_some(Shortened { cut, checkpoint })
    }

    /// The same, whatever is gained by it; `None` for a cut of nothing.
    pub(crate) fn stand_in(
        &self,
        cut: usize,
        summary: String,
        tier: CompactionTier,
        at: Timestamp,
    ) -> Option<Checkpoint> {
        let span = self.span(cut);
        let upto = span.last()?.id;
        let mut ledger =
            self.head.map_or_else(Ledger::default, |head| Ledger::read(&head.checkpoint.ledger));
        ledger::note(&mut ledger, span);
        ledger.bound(ledger::budget(self.window));
        let mut checkpoint = Checkpoint {
            upto,
            messages: self.before + cut as u64,
            summary,
            ledger: ledger.to_value(),
            tier,
            tokens_before: self.tokens(),
            tokens_after: 0,
            at,
        };
        let head = Head::new(checkpoint.clone(), true);
        checkpoint.tokens_after = head.tokens + self.rest(cut);
        Some(checkpoint)
    }

    /// A summary without a model, of a size that leaves something gained.
    pub(crate) fn plain_summary(&self, cut: usize) -> String {
        let span = self.span(cut);
        let gone: u64 = self.weights.iter().take(cut).sum();
        let most = usize::try_from(gone).unwrap_or(usize::MAX);
        let earlier = self.head.map(|head| head.checkpoint.summary.as_str());
        digest::plain(earlier, span, most)
    }
}

/// Newest messages that always stay.
const LEAST: usize = 2;

/// Whether so much less is left that it was worth it: a tenth.
pub(crate) const fn is_progress(before: u64, after: u64) -> bool {
    after.saturating_mul(10) <= before.saturating_mul(9)
}

/// Shortens a conversation at once and without a model: at least half of it goes, and at
/// least `excess` tokens.
pub(crate) fn shorten(
    conversation: &Conversation<'_>,
    excess: u64,
    keep: usize,
    at: Timestamp,
) -> Option<Shortened> {
    let all: u64 = conversation.weights.iter().sum();
    // Where half of it gains nothing, as much as may go is the last try.
    [(excess.max(all / 2), keep), (all, LEAST)].into_iter().find_map(|(tokens, keep)| {
        let cut = conversation.place(tokens, keep)?;
        let summary = conversation.plain_summary(cut);
        conversation.checkpoint(cut, summary, CompactionTier::Emergency, at)
    })
}

impl Shortened {
    /// What everybody is told about it.
    pub(crate) fn events(&self, reason: &str) -> [EventKind; 3] {
        let (before, after) = (self.checkpoint.tokens_before, self.checkpoint.tokens_after);
        [
            EventKind::CompactionStarted { reason: reason.to_owned() },
            EventKind::CompactionFinished { before, after },
            notice(&self.checkpoint),
        ]
    }
}

/// What the user is told about a checkpoint.
pub(crate) fn notice(checkpoint: &Checkpoint) -> EventKind {
    let how = match checkpoint.tier {
        CompactionTier::Emergency => "shortened without a model",
        CompactionTier::Background | CompactionTier::Aggressive => "summed up",
    };
    let Checkpoint { messages, tokens_before, tokens_after, .. } = checkpoint;
    EventKind::Notice {
        level: NoticeLevel::Info,
        code: "history_compacted".to_owned(),
        text: format!(
            "the first {messages} messages of this conversation were {how}: {tokens_before} \
             tokens became {tokens_after}; the messages themselves are kept"
        ),
        hint: Some("`nanofolks session show` shows all of them".to_owned()),
    }
}

/// What the user is told when nothing could be gained.
pub(crate) fn no_progress(tokens: u64) -> EventKind {
    EventKind::Notice {
        level: NoticeLevel::Warn,
        code: "compaction_no_progress".to_owned(),
        text: format!(
            "this conversation of {tokens} tokens could not be made a tenth shorter; it stays as \
             it is"
        ),
        hint: Some("begin a new session, or use a model with a larger window".to_owned()),
    }
}
