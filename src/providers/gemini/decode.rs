//! Gemini chunks to events. A state machine without I/O.

use nanofolks_protocol::{ModelErrorKind, ModelEvent, ModelRequest, StopReason, Usage};
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
#[serde(rename_all = "camelCase")]
struct Frame<'a> {
    #[serde(borrow, default)]
    candidates: Option<Vec<Candidate<'a>>>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    usage_metadata: Option<Tokens>,
    #[serde(borrow, default)]
    prompt_feedback: Option<Feedback<'a>>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(borrow, default)]
    content: Option<Said<'a>>,
    #[serde(borrow, default)]
    finish_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow, default)]
    parts: Option<Vec<Part<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow, default)]
    text: Option<Text<'a>>,
    #[serde(default)]
    thought: Option<bool>,
    #[serde(default)]
    thought_signature: Option<Value>,
    #[serde(default)]
    function_call: Option<Function>,
}

#[derive(Deserialize)]
struct Function {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    args: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback<'a> {
    #[serde(borrow, default)]
    block_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    #[serde(default)]
    prompt_token_count: Count,
    #[serde(default)]
    tool_use_prompt_token_count: Count,
    #[serde(default)]
    cached_content_token_count: Count,
    #[serde(default)]
    candidates_token_count: Count,
    #[serde(default)]
    thoughts_token_count: Count,
}

impl Tokens {
    const fn usage(&self) -> Usage {
        let input = self.prompt_token_count.0;
        let output = self.candidates_token_count.0;
        Usage {
            input_tokens: input.saturating_add(self.tool_use_prompt_token_count.0),
            cached_input_tokens: self.cached_content_token_count.0,
            cache_write_tokens: 0,
            output_tokens: output.saturating_add(self.thoughts_token_count.0),
            reasoning_tokens: self.thoughts_token_count.0,
        }
    }
}

/// Reads one answer. It is closed by a `finishReason` and the end of the body.
pub(super) struct Decoder {
    seal: Seal,
    used: UsedIds,
    calls: Vec<OpenCall>,
    kept: usize,
    usage: Option<Usage>,
    reason: Option<StopReason>,
    recognised: bool,
}

impl Decoder {
    /// For the answer to `request`.
    pub(super) fn new(seal: Seal, request: &ModelRequest) -> Self {
        Self {
            seal,
            used: UsedIds::of(request),
            calls: Vec::new(),
            kept: 0,
            usage: None,
            reason: None,
            recognised: false,
        }
    }

    fn part(&mut self, part: Part<'_>, events: &mut Events) {
        if let Some(text) = &part.text {
            if part.thought == Some(true) {
                events.reasoning(text);
            } else {
                events.text(text);
            }
        }
        let Some(function) = part.function_call else { return };
        let signature = part.thought_signature.filter(|signature| !signature.is_null());
        let arguments = match &function.args {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let signed = signature.as_ref().map_or(0, |signature| signature.to_string().len());
        self.kept += A_CALL + arguments.len() + signed;
        self.calls.push(OpenCall {
            id: function.id.unwrap_or_default(),
            name: function.name,
            arguments,
            opaque: signature.map(|signature| self.seal.close(signature)),
            unfinished: false,
        });
    }
}

impl Decode for Decoder {
    fn push(&mut self, frame: &str, events: &mut Events) -> Result<Progress, Fault> {
        if frame.trim() == "[DONE]" {
            return Ok(Progress::More);
        }
        let frame: Frame<'_> =
            serde_json::from_str(frame).map_err(|error| Fault::malformed(&error))?;
        if let Some(error) = frame.error.filter(|error| !error.is_null()) {
            return Err(refusal::in_stream(&error));
        }
        self.recognised |= frame.candidates.is_some();
        if frame.prompt_feedback.and_then(|feedback| feedback.block_reason).is_some() {
            self.recognised = true;
            self.reason = Some(StopReason::Filtered);
        }
        for candidate in frame.candidates.into_iter().flatten() {
            for part in candidate.content.and_then(|said| said.parts).into_iter().flatten() {
                self.part(part, events);
            }
            if let Some(reason) = candidate.finish_reason.filter(|reason| !reason.is_empty()) {
                self.reason = Some(stop_reason(&reason)?);
            }
        }
        if let Some(tokens) = frame.usage_metadata {
            self.usage = Some(tokens.usage());
        }
        Ok(Progress::More)
    }

    fn kept(&self) -> usize {
        self.kept
    }

    fn end(&mut self, events: &mut Events) -> Result<(), Fault> {
        let reason = self.reason.ok_or_else(|| Fault::unclosed(self.recognised))?;
        let reason = reason_with_calls(reason, !self.calls.is_empty());
        for call in self.calls.drain(..) {
            events.push(ModelEvent::ToolCall(call.close(&mut self.used)));
        }
        if let Some(usage) = self.usage {
            events.push(ModelEvent::Usage(usage));
        }
        events.push(ModelEvent::Finished { reason });
        Ok(())
    }
}

fn stop_reason(word: &str) -> Result<StopReason, Fault> {
    Ok(match word {
        "MAX_TOKENS" => StopReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY"
        | "LANGUAGE" => StopReason::Filtered,
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => {
            let message = format!("the model wrote a call that is none ({word})");
            return Err(Fault::new(ModelErrorKind::Malformed, message));
        }
        _ => StopReason::End,
    })
}
