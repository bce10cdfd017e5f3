//! Ollama lines to events. A state machine without I/O.

use nanofolks_protocol::{ModelEvent, ModelRequest, StopReason, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;
use crate::http::refusal;
use crate::wire::{
    A_CALL, Count, Decode, Events, OpenCall, Progress, Text, UsedIds, reason_with_calls,
};

#[cfg(test)]
mod tests;

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    message: Option<Said<'a>>,
    #[serde(default)]
    done: bool,
    #[serde(borrow, default)]
    done_reason: Option<Text<'a>>,
    #[serde(default)]
    prompt_eval_count: Option<Count>,
    #[serde(default)]
    eval_count: Option<Count>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow, default)]
    content: Option<Text<'a>>,
    #[serde(borrow, default)]
    thinking: Option<Text<'a>>,
    #[serde(default)]
    tool_calls: Option<Vec<Call>>,
}

#[derive(Deserialize)]
struct Call {
    #[serde(default)]
    id: Option<String>,
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    #[serde(default)]
    name: String,
    #[serde(default)]
    arguments: Value,
}

/// Reads one answer. It is closed by `"done": true`.
pub(super) struct Decoder {
    used: UsedIds,
    calls: Vec<OpenCall>,
    kept: usize,
    recognised: bool,
}

impl Decoder {
    /// For the answer to `request`.
    pub(super) fn new(request: &ModelRequest) -> Self {
        Self { used: UsedIds::of(request), calls: Vec::new(), kept: 0, recognised: false }
    }

    fn said(&mut self, said: Said<'_>, events: &mut Events) {
        if let Some(thought) = &said.thinking {
            events.reasoning(thought);
        }
        if let Some(text) = &said.content {
            events.text(text);
        }
        for call in said.tool_calls.into_iter().flatten() {
            let arguments = match call.function.arguments {
                Value::Null => String::new(),
                Value::String(text) => text,
                other => other.to_string(),
            };
            self.kept += A_CALL + arguments.len();
            self.calls.push(OpenCall {
                id: call.id.unwrap_or_default(),
                name: call.function.name,
                arguments,
                ..OpenCall::default()
            });
        }
    }

    fn close(&mut self, reason: StopReason, usage: Usage, events: &mut Events) {
        let reason = reason_with_calls(reason, !self.calls.is_empty());
        for call in self.calls.drain(..) {
            events.push(ModelEvent::ToolCall(call.close(&mut self.used)));
        }
        events.push(ModelEvent::Usage(usage));
        events.push(ModelEvent::Finished { reason });
    }
}

impl Decode for Decoder {
    fn push(&mut self, frame: &str, events: &mut Events) -> Result<Progress, Fault> {
        let frame: Frame<'_> =
            serde_json::from_str(frame).map_err(|error| Fault::malformed(&error))?;
        if let Some(error) = frame.error.filter(|error| !error.is_null()) {
            return Err(refusal::in_stream(&error));
        }
        self.recognised |= frame.message.is_some();
        if let Some(said) = frame.message {
            self.said(said, events);
        }
        if !frame.done {
            return Ok(Progress::More);
        }
        let reason = match frame.done_reason.as_deref() {
            Some("length") => StopReason::Length,
            _ => StopReason::End,
        };
        let usage = Usage {
            input_tokens: frame.prompt_eval_count.unwrap_or_default().0,
            output_tokens: frame.eval_count.unwrap_or_default().0,
            ..Usage::default()
        };
        self.close(reason, usage, events);
        Ok(Progress::Closed)
    }

    fn kept(&self) -> usize {
        self.kept
    }

    fn end(&mut self, _: &mut Events) -> Result<(), Fault> {
        Err(Fault::unclosed(self.recognised))
    }
}
