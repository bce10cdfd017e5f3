//! A turn that fills the window alone: its older results are shortened where a model reads
//! them.
//!
//! On disk the messages stay as they are; what is sent instead of them says where the rest is.
//! No call is parted from its result by it.

use std::sync::Arc;

use nanofolks_protocol::{Content, EventKind, Message, NoticeLevel, Role, ToolResult};
use serde_json::Value;

use super::context;
use super::driver::Run;
use super::prepare;
use crate::compaction::{self, RECALL};

/// Bytes of a result that stay at its beginning and at its end.
const HEAD: usize = 600;
const TAIL: usize = 200;
/// A result is not shortened for less than this.
const WORTH: usize = 400;
/// What a request is brought down to, so that the next round does not begin anew.
const AIM: f64 = 0.75;

impl Run<'_> {
    /// Shortens the results of this turn until a request of `room` tokens would do, the oldest
    /// first. `false` when there is nothing to shorten.
    pub(super) fn trim(&mut self, room: u64) -> bool {
        let expected = self.expected();
        let excess = expected.saturating_sub(compaction::part(room, AIM));
        // What is too much as the provider counts, in our own count.
        let excess = excess.saturating_mul(self.load.total()) / expected.max(1);
        let recalls = self.recalls();
        let (mut gained, mut trimmed) = (0, 0);
        let results: Vec<usize> = self.results().collect();
        for at in results {
            if gained >= excess {
                break;
            }
            let number = self.past.before + at as u64 + 1;
            let Some(message) = self.past.messages.get_mut(at) else { continue };
            let Some(shorter) = shortened(message, number, recalls) else { continue };
            gained += context::tokens_of(message).saturating_sub(context::tokens_of(&shorter));
            *message = Arc::new(shorter);
            trimmed += 1;
        }
        if trimmed == 0 {
            return false;
        }
        let text = format!(
            "this turn fills the window of {} alone: {trimmed} of its results are sent shortened; \
             all of them are kept",
            self.active.model
        );
        let (level, code) = (NoticeLevel::Info, "results_shortened".to_owned());
        self.note(EventKind::Notice { level, code, text, hint: None });
        self.reframe();
        true
    }

    /// Where the results of this turn are, the oldest first.
    fn results(&self) -> impl Iterator<Item = usize> {
        let turn = Some(self.job.turn);
        let of_turn = move |message: &Message| message.turn == turn && message.role == Role::Tool;
        let messages = self.past.messages.iter().enumerate();
        messages.filter(move |(_, message)| of_turn(message)).map(|(at, _)| at)
    }

    /// Whether what is left out can be read with a tool.
    fn recalls(&self) -> bool {
        let query = prepare::query(&self.prepared.bot, &self.job.envelope, &self.job.options, true);
        let frame = prepare::frame(self.shared, &query, &self.active.card);
        frame.offers.iter().any(|offer| offer.schema.name == RECALL)
    }
}

/// A message with its results shortened; `None` when nothing is gained by that.
fn shortened(message: &Message, number: u64, recalls: bool) -> Option<Message> {
    let mut shorter = message.clone();
    let mut changed = false;
    for part in &mut shorter.parts {
        if let Content::ToolResult(result) = &mut part.content {
            changed |= cut(result, number, recalls);
        }
    }
    changed.then_some(shorter)
}

fn cut(result: &mut ToolResult, number: u64, recalls: bool) -> bool {
    let text = match &result.data {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => return false,
    };
    if text.len() < HEAD + TAIL + WORTH {
        return false;
    }
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default();
    let tail = text.get(text.ceil_char_boundary(text.len() - TAIL)..).unwrap_or_default();
    let left_out = text.len() - head.len() - tail.len();
    let rest = match &result.truncated {
        Some(whole) => format!("; the whole is artifact {}", whole.artifact),
        None if recalls => format!("; {RECALL} from {number} has all of it"),
        None => String::new(),
    };
    let note = format!("[… {left_out} bytes left out to make room{rest} …]");
    result.data = Some(Value::String(format!("{head}\n{note}\n{tail}")));
    true
}
