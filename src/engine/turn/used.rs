//! What a call used: as the provider says, or as far as anybody can know.
//!
//! A reply that broke off, or that somebody stopped, was worked on all the same, and is paid
//! for. Its provider mostly had no time to say how much: then what was sent and what had
//! arrived are estimated, and said to be an estimate. No ceiling could hold otherwise. Nor
//! could one let anything through after a provider that counts what cannot be.

use nanofolks_protocol::{ModelError, ModelErrorKind, NoticeLevel, Usage};

use super::context;
use super::driver::Run;
use super::speech::{Reply, ReplyEnd};

/// Whatever a provider reports: no call sends more tokens, or gets more back.
const MOST_SENT: u64 = 1 << 24;
const MOST_SAID: u64 = 1 << 22;

/// What a call used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Used {
    pub(crate) usage: Usage,
    /// Whether nobody said so.
    pub(crate) estimated: bool,
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Course<'a> {
    /// With the end of the answer.
    Whole,
    /// Somebody did not wait for the end.
    GivenUp,
    /// With an error.
    Failed(&'a ModelError),
}

/// A call that is over, as it was seen from here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) course: Course<'a>,
    /// What its provider says.
    pub(crate) reported: Usage,
    /// Tokens that were sent, as far as can be estimated.
    pub(crate) sent: u64,
    /// Tokens that had arrived, likewise.
    pub(crate) arrived: u64,
}

impl Call<'_> {
    /// What it used.
    pub(crate) fn used(&self) -> Used {
        let told = self.reported;
        if matches!(self.course, Course::Whole) && told.input_tokens > 0 && is_possible(&told) {
            return Used { usage: within(told), estimated: false };
        }
        if !self.was_worked_on() {
            return Used { usage: Usage::default(), estimated: false };
        }
        let input_tokens = match told.input_tokens {
            0 | MOST_SENT.. => self.sent,
            told => told,
        };
        let output_tokens = match told.output_tokens {
            MOST_SAID.. => self.arrived,
            told => told.max(self.arrived),
        };
        Used { usage: Usage { input_tokens, output_tokens, ..Usage::default() }, estimated: true }
    }

    /// Whether a model began to answer, as far as can be seen.
    fn was_worked_on(&self) -> bool {
        match self.course {
            Course::Whole | Course::GivenUp => true,
            Course::Failed(error) => {
                let broke_off = matches!(error.kind, ModelErrorKind::Cut | ModelErrorKind::Timeout);
                broke_off || self.arrived > 0 || self.reported != Usage::default()
            }
        }
    }
}

/// Whether a count can be true.
const fn is_possible(usage: &Usage) -> bool {
    usage.input_tokens < MOST_SENT && usage.output_tokens < MOST_SAID
}

/// The parts of a count, which are never more than the whole.
fn within(usage: Usage) -> Usage {
    let cached = usage.cached_input_tokens.min(usage.input_tokens);
    Usage {
        cached_input_tokens: cached,
        cache_write_tokens: usage.cache_write_tokens.min(usage.input_tokens - cached),
        reasoning_tokens: usage.reasoning_tokens.min(usage.output_tokens),
        ..usage
    }
}

impl Run<'_> {
    /// What the call used that `reply` is the answer of. Ask before the reply is kept: what
    /// was sent is what is in the conversation until then.
    pub(super) fn used(&mut self, reply: &Reply) -> Used {
        let course = match &reply.end {
            ReplyEnd::Finished(_) => Course::Whole,
            ReplyEnd::Stopped(_) => Course::GivenUp,
            ReplyEnd::Failed(error) => Course::Failed(error),
        };
        let (sent, arrived) = (self.expected(), self.arrived(reply));
        if !is_possible(&reply.usage) {
            let text = format!(
                "{} counted tokens that no call can use; what it used is estimated",
                self.active.model.provider
            );
            self.notice(NoticeLevel::Warn, "usage_unbelievable", &text);
        }
        Call { course, reported: reply.usage, sent, arrived }.used()
    }

    /// Tokens that had arrived, by the length of what is kept of them: what runs again from
    /// the record comes to the same.
    fn arrived(&self, reply: &Reply) -> u64 {
        let calls: usize = reply.calls.iter().map(|call| call.arguments.to_string().len()).sum();
        let words = self.clean(&reply.text).len() + self.clean(&reply.reasoning).len();
        context::tokens_of_text(words + calls)
    }
}
