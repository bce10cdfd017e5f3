//! Responses events to our events. A state machine without I/O.

use nanofolks_protocol::{ModelEvent, ModelRequest, StopReason, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;
use crate::http::refusal;
use crate::wire::{
    A_CALL, Count, Decode, Events, OpenCall, Progress, Seal, Text, UsedIds, object_or_nothing,
    reason_with_calls,
};

#[cfg(test)]
mod tests;

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    delta: Option<Text<'a>>,
    #[serde(borrow, default)]
    arguments: Option<Text<'a>>,
    #[serde(default)]
    output_index: u32,
    #[serde(default)]
    summary_index: u32,
    #[serde(default)]
    item: Option<Value>,
    #[serde(default)]
    response: Option<Whole>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(borrow, default)]
    code: Option<Text<'a>>,
    #[serde(borrow, default)]
    message: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Whole {
    #[serde(default, deserialize_with = "object_or_nothing")]
    usage: Option<Tokens>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    incomplete_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    input_tokens: Count,
    #[serde(default)]
    output_tokens: Count,
    #[serde(default, deserialize_with = "object_or_nothing")]
    input_tokens_details: Option<InputDetails>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Deserialize)]
struct InputDetails {
    #[serde(default)]
    cached_tokens: Count,
}

#[derive(Deserialize)]
struct OutputDetails {
    #[serde(default)]
    reasoning_tokens: Count,
}

impl Tokens {
    fn usage(&self) -> Usage {
        let cached = self.input_tokens_details.as_ref().map_or(0, |d| d.cached_tokens.0);
        let reasoning = self.output_tokens_details.as_ref().map_or(0, |d| d.reasoning_tokens.0);
        Usage {
            input_tokens: self.input_tokens.0,
            cached_input_tokens: cached,
            cache_write_tokens: 0,
            output_tokens: self.output_tokens.0,
            reasoning_tokens: reasoning,
        }
    }
}

/// What waits for the answer to be closed, in the order of the output.
enum Held {
    Call { index: u32, call: OpenCall, done: bool },
    Thought(Value),
}

/// Reads one answer. It is closed by `response.completed` or `response.incomplete`.
pub(super) struct Decoder {
    seal: Seal,
    used: UsedIds,
    held: Vec<Held>,
    kept: usize,
    refused: bool,
    recognised: bool,
    /// The output item whose text is streaming, so that an item without deltas is not lost.
    spoken: Option<u32>,
}

impl Decoder {
    /// For the answer to `request`.
    pub(super) fn new(seal: Seal, request: &ModelRequest) -> Self {
        Self {
            seal,
            used: UsedIds::of(request),
            held: Vec::new(),
            kept: 0,
            refused: false,
            recognised: false,
            spoken: None,
        }
    }

    fn open_call(&mut self, index: u32) -> Option<(&mut OpenCall, &mut bool)> {
        self.held.iter_mut().rev().find_map(|held| match held {
            Held::Call { index: known, call, done } if *known == index => Some((call, done)),
            Held::Call { .. } | Held::Thought(_) => None,
        })
    }

    fn item_added(&mut self, index: u32, item: &Value) {
        if item["type"] == "function_call" {
            let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            let call = OpenCall { id: text("call_id"), name: text("name"), ..OpenCall::default() };
            self.held.push(Held::Call { index, call, done: false });
            self.kept += A_CALL;
        }
    }

    fn item_done(&mut self, index: u32, (item, size): (Value, usize), events: &mut Events) {
        match item["type"].as_str().unwrap_or_default() {
            "function_call" => {
                let mut grown = 0;
                if self.open_call(index).is_none() {
                    self.item_added(index, &item);
                }
                if let Some((call, done)) = self.open_call(index) {
                    if let Some(whole) = item["arguments"].as_str() {
                        whole.clone_into(&mut call.arguments);
                        grown = whole.len();
                    }
                    // `incomplete` says that the limit came first.
                    *done = item["status"] != "incomplete";
                }
                self.kept += grown;
            }
            "reasoning" => {
                self.kept += size;
                let sealed = self.seal.close(item);
                if self.held.is_empty() {
                    events.push(ModelEvent::ReasoningSeal(sealed));
                } else {
                    self.held.push(Held::Thought(sealed));
                }
            }
            "message" if self.spoken != Some(index) => {
                for part in item["content"].as_array().into_iter().flatten() {
                    events.text(part["text"].as_str().unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, reason: StopReason, usage: Option<&Tokens>, events: &mut Events) {
        let reason = if self.refused { StopReason::Refused } else { reason };
        let calls = self.held.iter().any(|held| matches!(held, Held::Call { .. }));
        for held in self.held.drain(..) {
            events.push(match held {
                Held::Thought(sealed) => ModelEvent::ReasoningSeal(sealed),
                Held::Call { call, done, .. } => {
                    let call = OpenCall { unfinished: !done, ..call };
                    ModelEvent::ToolCall(call.close(&mut self.used))
                }
            });
        }
        if let Some(tokens) = usage {
            events.push(ModelEvent::Usage(tokens.usage()));
        }
        events.push(ModelEvent::Finished { reason: reason_with_calls(reason, calls) });
    }

    fn closing(&mut self, frame: Frame<'_>, events: &mut Events) -> Result<Progress, Fault> {
        let response = frame.response;
        let usage = response.as_ref().and_then(|response| response.usage.as_ref());
        match &*frame.kind {
            "response.completed" | "response.done" => self.close(StopReason::End, usage, events),
            "response.incomplete" => {
                let why = response.as_ref().and_then(|r| r.incomplete_details.as_ref());
                let filtered = why.and_then(|d| d.reason.as_deref()) == Some("content_filter");
                let reason = if filtered { StopReason::Filtered } else { StopReason::Length };
                self.close(reason, usage, events);
            }
            _ => return Ok(Progress::More),
        }
        Ok(Progress::Closed)
    }
}

impl Decode for Decoder {
    fn push(&mut self, frame: &str, events: &mut Events) -> Result<Progress, Fault> {
        if frame.trim() == "[DONE]" {
            return Ok(Progress::More);
        }
        let size = frame.len();
        let mut frame: Frame<'_> =
            serde_json::from_str(frame).map_err(|error| Fault::malformed(&error))?;
        self.recognised |= frame.kind.starts_with("response.");
        if let Some(fault) = failure(&mut frame) {
            return Err(fault);
        }
        let index = frame.output_index;
        match &*frame.kind {
            "response.output_text.delta" => {
                self.spoken = Some(index);
                events.text(frame.delta.as_deref().unwrap_or_default());
            }
            "response.refusal.delta" => {
                self.refused = true;
                self.spoken = Some(index);
                events.text(frame.delta.as_deref().unwrap_or_default());
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                events.reasoning(frame.delta.as_deref().unwrap_or_default());
            }
            "response.reasoning_summary_part.added" if frame.summary_index > 0 => {
                events.reasoning("\n\n");
            }
            "response.function_call_arguments.delta" => {
                if let (Some((call, _)), Some(delta)) = (self.open_call(index), &frame.delta) {
                    call.arguments.push_str(delta);
                    self.kept += delta.len();
                }
            }
            "response.function_call_arguments.done" => {
                let whole = frame.arguments.as_deref();
                if let (Some((call, done)), Some(whole)) = (self.open_call(index), whole) {
                    whole.clone_into(&mut call.arguments);
                    *done = true;
                    self.kept += whole.len();
                }
            }
            "response.output_item.added" => {
                if let Some(item) = &frame.item {
                    self.item_added(index, item);
                }
            }
            "response.output_item.done" => {
                if let Some(item) = frame.item {
                    self.item_done(index, (item, size), events);
                }
            }
            _ => return self.closing(frame, events),
        }
        Ok(Progress::More)
    }

    fn kept(&self) -> usize {
        self.kept
    }

    fn end(&mut self, _: &mut Events) -> Result<(), Fault> {
        Err(Fault::unclosed(self.recognised))
    }
}

/// The error in a frame: `error`, `response.failed`, or a bare error object.
fn failure(frame: &mut Frame<'_>) -> Option<Fault> {
    let inner = frame.response.as_mut().and_then(|response| response.error.take());
    if let Some(error) = frame.error.take().or(inner).filter(|error| !error.is_null()) {
        return Some(refusal::in_stream(&error));
    }
    match &*frame.kind {
        "error" | "response.failed" => Some(refusal::in_stream(&serde_json::json!({
            "code": frame.code.as_deref(),
            "message": frame.message.as_deref(),
        }))),
        _ => None,
    }
}
