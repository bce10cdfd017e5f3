//! Answers a turn that is run again: models, tools and people say what they said.

use std::sync::Arc;
use std::task::Poll;

use futures_util::StreamExt as _;
use futures_util::stream;
use nanofolks_protocol::ports::{ModelStream, StoreError};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    ApprovalId, ApprovalRow, CallId, ModelEvent, ModelRef, Timestamp, ToolCall, ToolDescriptor,
    ToolError, ToolOutput, ToolResult,
};

use super::heard::{End, Kept};
use super::tape::{Player, Reel};
use crate::engine::Shared;

/// What a model said; `None` when the world itself is to be asked.
pub(super) fn speak(tape: &Arc<Player>, model: &ModelRef) -> Option<ModelStream> {
    let number = tape.asks();
    let change = &tape.known.change;
    if tape.is_live() || turns_off(tape, number) {
        if change.offline {
            let text = format!(
                "model call {number} is not in the record, and --offline forbids to ask {model}"
            );
            tape.known.say(text);
            tape.ended.cancel();
            return Some(Box::pin(stream::pending()));
        }
        tape.known.say(format!("model call {number} is asked anew of {model}"));
        tape.go_live();
        return None;
    }
    if change.until.is_some_and(|until| number > until) {
        tape.ended.cancel();
        return Some(Box::pin(stream::pending()));
    }
    let kept: Option<Kept> = tape.take("model");
    let Some((pieces, end)) = kept.and_then(|kept| kept.pieces(&tape.known.messages)) else {
        tape.stray("an answer of a model");
        return Some(Box::pin(stream::pending()));
    };
    Some(said(tape, pieces, end))
}

/// Whether this model call is the first that is not the recorded one.
pub(super) fn turns_off(tape: &Player, number: u32) -> bool {
    let change = &tape.known.change;
    let other = change.model.is_some() && number > change.until.unwrap_or(0);
    other || tape.known.is_edited()
}

fn said(tape: &Arc<Player>, pieces: Vec<ModelEvent>, end: End) -> ModelStream {
    let mut speaking = Some(Speaking::begin(tape));
    let pieces = stream::iter(pieces.into_iter().map(Ok));
    let silence = stream::poll_fn(move |_| {
        drop(speaking.take());
        Poll::Ready(None)
    });
    let pieces = pieces.chain(silence);
    match end {
        End::Finished(reason) => {
            Box::pin(pieces.chain(stream::iter([Ok(ModelEvent::Finished { reason })])))
        }
        End::Failed(error) => Box::pin(pieces.chain(stream::iter([Err(error)]))),
        End::Broke => Box::pin(pieces),
        End::Dropped => Box::pin(pieces.chain(stream::pending())),
    }
}

/// A model that has not said everything yet.
struct Speaking(Arc<Player>);

impl Speaking {
    fn begin(tape: &Arc<Player>) -> Self {
        tape.speaks(true);
        Self(Arc::clone(tape))
    }
}

impl Drop for Speaking {
    fn drop(&mut self) {
        self.0.speaks(false);
    }
}

impl Reel {
    /// The result of a call that is not to run, because the turn is run again.
    pub(crate) async fn settled(
        &self,
        call: &ToolCall,
        descriptor: &ToolDescriptor,
    ) -> Option<ToolResult> {
        let Self::Reading(tape) = self else { return None };
        let known = &tape.known;
        if let Some(text) = known.change.results.get(&call.id) {
            known.edit();
            known.say(format!("call {} of {} is answered as you wrote", call.id, call.name));
            let mut result = ToolResult::worked(call, ToolOutput::text(text.clone()));
            result.timing = known.result(&call.id).map(|old| old.timing).unwrap_or_default();
            return Some(result);
        }
        if !tape.is_live() {
            if let Some(result) = known.result(&call.id) {
                return Some(result.clone());
            }
            tape.stray("the result of a tool");
            return std::future::pending().await;
        }
        if let Some(like) = known.like(&call.name, &call.arguments) {
            known.say(format!("call {} of {} is answered from the record", call.id, call.name));
            let mut result = like.clone();
            result.call_id = call.id.clone();
            return Some(result);
        }
        if descriptor.is_read_only() {
            known.say(format!("call {} of {} changes nothing and is run", call.id, call.name));
            return None;
        }
        known.say(format!("call {} of {} would have effects and is not run", call.id, call.name));
        let error = ToolError::new("not_run", "this is a replay: what has effects is not run")
            .hint("go on without it");
        Some(ToolResult::failed(call, CallStatus::Denied, error))
    }

    /// Whether something is to be other than it was.
    pub(super) fn is_branch(&self) -> bool {
        matches!(self, Self::Reading(tape) if tape.known.change.is_branch())
    }

    /// Whether the result of a call is the recorded one, shortened already.
    pub(crate) fn is_settled(&self, call: &CallId) -> bool {
        let Self::Reading(tape) = self else { return false };
        !tape.known.change.results.contains_key(call) && tape.known.result(call).is_some()
    }

    /// The model that is to go on with the next call, when it is to be another one.
    pub(crate) fn other_model(&self) -> Option<ModelRef> {
        let Self::Reading(tape) = self else { return None };
        let change = &tape.known.change;
        let begins = tape.next_call() == change.until.unwrap_or(0) + 1;
        begins.then(|| change.model.clone()).flatten()
    }
}

impl Reel {
    /// Whether the tape has this here; takes it.
    pub(crate) fn was(&self, name: &str) -> bool {
        let Self::Reading(tape) = self else { return false };
        tape.take::<bool>(name).unwrap_or(false)
    }

    /// Waits until the record says that the turn was stopped; `None` at once for a turn that
    /// happens now.
    pub(crate) async fn stopped<T>(&self, noticed: impl Fn() -> Option<T>) -> Option<T> {
        let Self::Reading(tape) = self else { return None };
        loop {
            let silent = tape.silent.notified();
            if tape.is_silent()
                && let Some(cause) = noticed()
            {
                return Some(cause);
            }
            silent.await;
        }
    }
}

impl Shared {
    /// Whether a provider rests.
    pub(crate) fn rests(&self, provider: &str, now: Timestamp) -> bool {
        self.reel.pass("rests", || !self.breakers.admits(provider, now))
    }

    /// A question as it stands.
    pub(crate) async fn answer_to(
        &self,
        approval: ApprovalId,
    ) -> Result<Option<ApprovalRow>, StoreError> {
        let Reel::Reading(tape) = &self.reel else {
            return self.services.archive.approval(approval).await;
        };
        let rows = &tape.known.approvals;
        let row = rows.iter().find(|row| row.request.id == approval && row.decision.is_some());
        if row.is_none() && tape.is_empty() {
            tape.ended.cancel();
        }
        Ok(row.cloned())
    }
}
