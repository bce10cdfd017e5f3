//! Messages events to our events. A state machine without I/O.

use nanofolks_protocol::{ModelEvent, ModelRequest, StopReason, Usage};
use serde::Deserialize;
use serde_json::{Value, json};

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
    #[serde(default)]
    index: u32,
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    #[serde(default)]
    content_block: Option<Value>,
    #[serde(default)]
    message: Option<Start>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    usage: Option<Tokens>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    text: Option<Text<'a>>,
    #[serde(borrow, default)]
    partial_json: Option<Text<'a>>,
    #[serde(borrow, default)]
    thinking: Option<Text<'a>>,
    #[serde(borrow, default)]
    signature: Option<Text<'a>>,
    #[serde(borrow, default)]
    stop_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Start {
    #[serde(default, deserialize_with = "object_or_nothing")]
    usage: Option<Tokens>,
}

/// Counts so far. What is missing in a later frame stays as it was.
#[derive(Deserialize)]
struct Tokens {
    input_tokens: Option<Count>,
    cache_creation_input_tokens: Option<Count>,
    cache_read_input_tokens: Option<Count>,
    output_tokens: Option<Count>,
}

#[derive(Default)]
struct Counted {
    fresh: u64,
    written: u64,
    read: u64,
    output: u64,
    any: bool,
}

impl Counted {
    fn add(&mut self, tokens: &Tokens) {
        let set = |to: &mut u64, count: Option<Count>| {
            if let Some(Count(count)) = count {
                *to = count;
            }
        };
        set(&mut self.fresh, tokens.input_tokens);
        set(&mut self.written, tokens.cache_creation_input_tokens);
        set(&mut self.read, tokens.cache_read_input_tokens);
        set(&mut self.output, tokens.output_tokens);
        self.any = true;
    }

    /// Anthropic counts cached input beside fresh input; we count it in.
    const fn usage(&self) -> Usage {
        Usage {
            input_tokens: self.fresh.saturating_add(self.written).saturating_add(self.read),
            cached_input_tokens: self.read,
            cache_write_tokens: self.written,
            output_tokens: self.output,
            reasoning_tokens: 0,
        }
    }
}

/// A block between its start and its stop.
enum Block {
    Text,
    Call(OpenCall),
    Thinking {
        text: String,
        signature: String,
    },
    /// Thoughts that only the model may read, as they came.
    Redacted(Value),
}

/// Reads one answer. It is closed by `message_stop`.
pub(super) struct Decoder {
    seal: Seal,
    used: UsedIds,
    open: Vec<(u32, Block)>,
    calls: Vec<OpenCall>,
    kept: usize,
    counted: Counted,
    reason: StopReason,
    recognised: bool,
}

impl Decoder {
    /// For the answer to `request`.
    pub(super) fn new(seal: Seal, request: &ModelRequest) -> Self {
        Self {
            seal,
            used: UsedIds::of(request),
            open: Vec::new(),
            calls: Vec::new(),
            kept: 0,
            counted: Counted::default(),
            reason: StopReason::End,
            recognised: false,
        }
    }

    fn start(&mut self, index: u32, block: &Value, events: &mut Events) {
        let text = |key: &str| block[key].as_str().unwrap_or_default().to_owned();
        let block = match block["type"].as_str().unwrap_or_default() {
            "tool_use" => Block::Call(OpenCall {
                id: text("id"),
                name: text("name"),
                // Compatible servers send everything here and no deltas.
                arguments: match &block["input"] {
                    Value::Object(input) if !input.is_empty() => block["input"].to_string(),
                    _ => String::new(),
                },
                ..OpenCall::default()
            }),
            "thinking" => {
                events.reasoning(&text("thinking"));
                Block::Thinking { text: text("thinking"), signature: text("signature") }
            }
            "redacted_thinking" => Block::Redacted(block.clone()),
            _ => {
                events.text(&text("text"));
                Block::Text
            }
        };
        self.open.push((index, block));
    }

    fn delta(&mut self, index: u32, delta: &Delta<'_>, events: &mut Events) {
        if let Some(text) = &delta.text {
            events.text(text);
        }
        if let Some(thought) = &delta.thinking {
            events.reasoning(thought);
        }
        let open = self.open.iter_mut().rev().find(|(number, _)| *number == index);
        match open.map(|(_, block)| block) {
            Some(Block::Call(call)) => {
                let piece = delta.partial_json.as_deref().unwrap_or_default();
                call.arguments.push_str(piece);
                self.kept += piece.len();
            }
            Some(Block::Thinking { text, signature }) => {
                let thought = delta.thinking.as_deref().unwrap_or_default();
                let sign = delta.signature.as_deref().unwrap_or_default();
                text.push_str(thought);
                signature.push_str(sign);
                self.kept += thought.len() + sign.len();
            }
            Some(Block::Text | Block::Redacted(_)) | None => {}
        }
    }

    fn stop(&mut self, index: u32, events: &mut Events) {
        let Some(at) = self.open.iter().rposition(|(number, _)| *number == index) else { return };
        match self.open.remove(at).1 {
            Block::Text => {}
            Block::Call(call) => self.calls.push(call),
            Block::Thinking { text, signature } => {
                let block = json!({ "type": "thinking", "thinking": text, "signature": signature });
                events.push(ModelEvent::ReasoningSeal(self.seal.close(block)));
            }
            Block::Redacted(block) => {
                events.push(ModelEvent::ReasoningSeal(self.seal.close(block)));
            }
        }
    }

    fn close(&mut self, events: &mut Events) {
        for (_, block) in self.open.drain(..) {
            if let Block::Call(call) = block {
                self.calls.push(OpenCall { unfinished: true, ..call });
            }
        }
        let reason = reason_with_calls(self.reason, !self.calls.is_empty());
        for mut call in self.calls.drain(..) {
            call.unfinished |= reason == StopReason::Length && call.arguments.is_empty();
            events.push(ModelEvent::ToolCall(call.close(&mut self.used)));
        }
        if self.counted.any {
            events.push(ModelEvent::Usage(self.counted.usage()));
        }
        events.push(ModelEvent::Finished { reason });
    }
}

impl Decode for Decoder {
    fn push(&mut self, frame: &str, events: &mut Events) -> Result<Progress, Fault> {
        let size = frame.len();
        let frame: Frame<'_> =
            serde_json::from_str(frame).map_err(|error| Fault::malformed(&error))?;
        if let Some(error) = frame.error.filter(|error| !error.is_null()) {
            return Err(refusal::in_stream(&error));
        }
        if let Some(tokens) = frame.usage.or(frame.message.and_then(|message| message.usage)) {
            self.counted.add(&tokens);
        }
        match &*frame.kind {
            "content_block_delta" => {
                if let Some(delta) = &frame.delta {
                    self.delta(frame.index, delta, events);
                }
            }
            "content_block_start" => {
                if let Some(block) = &frame.content_block {
                    let call = if block["type"] == "tool_use" { A_CALL } else { 0 };
                    self.kept += call + size;
                    self.start(frame.index, block, events);
                }
            }
            "content_block_stop" => self.stop(frame.index, events),
            "message_delta" => {
                if let Some(reason) = frame.delta.and_then(|delta| delta.stop_reason) {
                    self.reason = stop_reason(&reason);
                }
            }
            "message_stop" => {
                self.close(events);
                return Ok(Progress::Closed);
            }
            "message_start" => self.recognised = true,
            _ => {}
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

fn stop_reason(word: &str) -> StopReason {
    match word {
        "tool_use" => StopReason::ToolUse,
        "max_tokens" | "model_context_window_exceeded" => StopReason::Length,
        "refusal" => StopReason::Refused,
        _ => StopReason::End,
    }
}
