//! Chat Completions chunks to events. A state machine without I/O.

use nanofolks_protocol::{ModelErrorKind, ModelEvent, ModelRequest, StopReason, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;
use crate::http::refusal;
use crate::wire::{
    A_CALL, Count, Decode, Events, OpenCall, Progress, Text, UsedIds, object_or_nothing,
    reason_with_calls,
};

#[cfg(test)]
mod tests;

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    usage: Option<Tokens>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    #[serde(borrow, default)]
    finish_reason: Option<Text<'a>>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<Text<'a>>,
    #[serde(borrow, default)]
    reasoning_content: Option<Text<'a>>,
    #[serde(borrow, default)]
    reasoning: Option<Text<'a>>,
    #[serde(borrow, default)]
    refusal: Option<Text<'a>>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<CallDelta<'a>>>,
}

#[derive(Deserialize)]
struct CallDelta<'a> {
    #[serde(default)]
    index: Option<u32>,
    #[serde(borrow, default)]
    id: Option<Text<'a>>,
    #[serde(borrow, default)]
    function: Option<FunctionDelta<'a>>,
}

#[derive(Deserialize, Default)]
struct FunctionDelta<'a> {
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, default)]
    arguments: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    prompt_tokens: Count,
    #[serde(default)]
    completion_tokens: Count,
    #[serde(default, deserialize_with = "object_or_nothing")]
    prompt_tokens_details: Option<PromptDetails>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    completion_tokens_details: Option<CompletionDetails>,
    /// DeepSeek's place for it.
    #[serde(default)]
    prompt_cache_hit_tokens: Count,
    /// Moonshot's place for it.
    #[serde(default)]
    cached_tokens: Count,
}

#[derive(Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Count,
    #[serde(default)]
    cache_write_tokens: Count,
}

#[derive(Deserialize)]
struct CompletionDetails {
    #[serde(default)]
    reasoning_tokens: Count,
}

impl Tokens {
    fn usage(&self) -> Usage {
        let prompt = self.prompt_tokens_details.as_ref();
        let cached = prompt.map_or(0, |details| details.cached_tokens.0);
        Usage {
            input_tokens: self.prompt_tokens.0,
            cached_input_tokens: cached
                .max(self.prompt_cache_hit_tokens.0)
                .max(self.cached_tokens.0),
            cache_write_tokens: prompt.map_or(0, |details| details.cache_write_tokens.0),
            output_tokens: self.completion_tokens.0,
            reasoning_tokens: self
                .completion_tokens_details
                .as_ref()
                .map_or(0, |details| details.reasoning_tokens.0),
        }
    }
}

/// Reads one answer. It is closed by a `finish_reason`; `[DONE]` alone does not close it.
pub(super) struct Decoder {
    used: UsedIds,
    calls: Vec<(Option<u32>, OpenCall)>,
    kept: usize,
    usage: Option<Usage>,
    reason: Option<StopReason>,
    refused: bool,
    recognised: bool,
}

impl Decoder {
    /// For the answer to `request`.
    pub(super) fn new(request: &ModelRequest) -> Self {
        Self {
            used: UsedIds::of(request),
            calls: Vec::new(),
            kept: 0,
            usage: None,
            reason: None,
            refused: false,
            recognised: false,
        }
    }

    fn choice(&mut self, choice: Choice<'_>, events: &mut Events) -> Result<(), Fault> {
        if let Some(delta) = choice.delta {
            self.delta(delta, events);
        }
        if let Some(tokens) = choice.usage {
            self.usage = Some(tokens.usage());
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            self.reason = Some(stop_reason(&reason)?);
        }
        Ok(())
    }

    fn delta(&mut self, delta: Delta<'_>, events: &mut Events) {
        if let Some(thought) = delta.reasoning_content.or(delta.reasoning) {
            events.reasoning(&thought);
        }
        if let Some(text) = delta.content {
            events.text(&text);
        }
        if let Some(text) = delta.refusal.filter(|text| !text.is_empty()) {
            self.refused = true;
            events.text(&text);
        }
        for piece in delta.tool_calls.into_iter().flatten() {
            self.call(&piece);
        }
    }

    /// Adds a piece of a call to the call it belongs to: the one with its index, unless the
    /// piece carries another id (some servers send every call as number 0).
    fn call(&mut self, piece: &CallDelta<'_>) {
        let id = piece.id.as_deref().unwrap_or_default();
        let name = piece.function.as_ref().and_then(|f| f.name.as_deref()).unwrap_or_default();
        let arguments =
            piece.function.as_ref().and_then(|f| f.arguments.as_deref()).unwrap_or_default();
        let known = self.calls.iter().rposition(|(index, _)| match piece.index {
            Some(number) => *index == Some(number),
            None => true,
        });
        let begins_another = |call: &OpenCall| {
            !id.is_empty() && !call.id.is_empty() && call.id != id && !name.is_empty()
        };
        let at = match known {
            Some(at) if !begins_another(&self.calls[at].1) => at,
            _ => {
                self.calls.push((piece.index, OpenCall::default()));
                self.kept += A_CALL;
                self.calls.len() - 1
            }
        };
        let call = &mut self.calls[at].1;
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() {
            name.clone_into(&mut call.name);
        }
        call.arguments.push_str(arguments);
        self.kept += arguments.len();
    }

    fn close(&mut self, events: &mut Events) -> Result<(), Fault> {
        let reason = self.reason.ok_or_else(|| Fault::unclosed(self.recognised))?;
        let reason = if self.refused { StopReason::Refused } else { reason };
        let calls = std::mem::take(&mut self.calls);
        let reason = reason_with_calls(reason, !calls.is_empty());
        for (_, mut call) in calls {
            // At the limit, a call whose arguments had not begun is not a call without any.
            call.unfinished = reason == StopReason::Length && call.arguments.is_empty();
            events.push(ModelEvent::ToolCall(call.close(&mut self.used)));
        }
        if let Some(usage) = self.usage {
            events.push(ModelEvent::Usage(usage));
        }
        events.push(ModelEvent::Finished { reason });
        Ok(())
    }
}

impl Decode for Decoder {
    fn push(&mut self, frame: &str, events: &mut Events) -> Result<Progress, Fault> {
        if frame.trim() == "[DONE]" {
            self.close(events)?;
            return Ok(Progress::Closed);
        }
        let frame: Frame<'_> =
            serde_json::from_str(frame).map_err(|error| Fault::malformed(&error))?;
        if let Some(error) = frame.error.filter(|error| !error.is_null()) {
            return Err(refusal::in_stream(&error));
        }
        self.recognised |= frame.choices.is_some();
        for choice in frame.choices.into_iter().flatten() {
            self.choice(choice, events)?;
        }
        if let Some(tokens) = frame.usage {
            self.usage = Some(tokens.usage());
        }
        Ok(Progress::More)
    }

    fn kept(&self) -> usize {
        self.kept
    }

    fn end(&mut self, events: &mut Events) -> Result<(), Fault> {
        self.close(events)
    }
}

fn stop_reason(word: &str) -> Result<StopReason, Fault> {
    Ok(match word {
        "tool_calls" | "function_call" => StopReason::ToolUse,
        "length" | "max_tokens" => StopReason::Length,
        "content_filter" | "sensitive" => StopReason::Filtered,
        "error" | "network_error" => {
            return Err(Fault::new(ModelErrorKind::Unavailable, "broke off with an error"));
        }
        _ => StopReason::End,
    })
}
