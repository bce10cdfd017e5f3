//! What a call used: as the provider says, or as far as anybody can know.
//!
//! A reply that broke off, or that somebody stopped, was worked on all the same, and is paid
//! for. Its provider mostly had no time to say how much: then what was sent and what had
//! arrived are estimated, and said to be an estimate. No ceiling could hold otherwise.

use nanofolks_protocol::{ModelErrorKind, Usage};

use super::context;
use super::driver::Run;
use super::speech::{Reply, ReplyEnd};

/// Whatever a provider reports: no call uses more tokens.
const MOST: u64 = 1 << 30;

/// What a call used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Used {
    pub(super) usage: Usage,
    /// Whether nobody said so.
    pub(super) estimated: bool,
}

impl Run<'_> {
    /// What the call used that `reply` is the answer of. Ask before the reply is kept: what
    /// was sent is what is in the conversation until then.
    pub(super) fn used(&self, reply: &Reply) -> Used {
        let usage = reply.usage;
        if is_told(reply) {
            return Used { usage, estimated: false };
        }
        let arrived = self.arrived(reply);
        if was_worked_on(reply, arrived) {
            let output = usage.output_tokens.min(MOST).max(arrived);
            let input = match usage.input_tokens {
                0 | MOST.. => self.expected(),
                told => told,
            };
            let usage = Usage { input_tokens: input, output_tokens: output, ..Usage::default() };
            return Used { usage, estimated: true };
        }
        Used { usage, estimated: false }
    }

    /// Tokens that had arrived, by the length of what is kept of them: what runs again from
    /// the record comes to the same.
    fn arrived(&self, reply: &Reply) -> u64 {
        let calls: usize = reply.calls.iter().map(|call| call.arguments.to_string().len()).sum();
        let words = self.clean(&reply.text).len() + self.clean(&reply.reasoning).len();
        context::tokens_of_text(words + calls)
    }
}

/// Whether the provider said what it counted, and it can be true.
fn is_told(reply: &Reply) -> bool {
    let Usage { input_tokens, output_tokens, .. } = reply.usage;
    let possible = input_tokens < MOST && output_tokens < MOST;
    matches!(reply.end, ReplyEnd::Finished(_)) && input_tokens > 0 && possible
}

/// Whether a model began to answer, as far as can be seen.
fn was_worked_on(reply: &Reply, arrived: u64) -> bool {
    match &reply.end {
        ReplyEnd::Finished(_) | ReplyEnd::Stopped(_) => true,
        ReplyEnd::Failed(error) => {
            let broke_off = matches!(error.kind, ModelErrorKind::Cut | ModelErrorKind::Timeout);
            broke_off || arrived > 0 || reply.usage != Usage::default()
        }
    }
}
