//! What a model said, as it is kept: what the message holds anyway is not kept twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::{
    Content, Message, MessageId, ModelError, ModelEvent, Role, StopReason, ToolCall, Usage,
};
use nanofolks_security::Sanitizer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a stream ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    /// The model had finished.
    Finished(StopReason),
    /// It failed.
    Failed(ModelError),
    /// It ended without saying how.
    Broke,
    /// Nobody listened any more.
    Dropped,
}

/// Everything that came of one stream.
#[derive(Debug)]
pub(crate) struct Heard {
    text: String,
    reasoning: String,
    seals: Vec<Value>,
    calls: Vec<ToolCall>,
    usage: Option<Usage>,
    again: Vec<ModelError>,
    pub(super) end: End,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            text: String::new(),
            reasoning: String::new(),
            seals: Vec::new(),
            calls: Vec::new(),
            usage: None,
            again: Vec::new(),
            end: End::Dropped,
        }
    }
}

/// The messages that are written together with a tape, and the sanitised text of each.
pub(super) struct Said<'a>(pub(super) Vec<&'a Message>);

/// What is stored of a stream. What is missing is as in the message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    end: End,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    again: Vec<ModelError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasoning: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seals: Option<Vec<Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<ToolCall>>,
}

impl Heard {
    /// Takes one piece of a stream.
    pub(super) fn take(&mut self, piece: &Result<ModelEvent, ModelError>) {
        match piece {
            Ok(ModelEvent::Text(text)) => self.text.push_str(text),
            Ok(ModelEvent::Reasoning(text)) => self.reasoning.push_str(text),
            Ok(ModelEvent::ReasoningSeal(seal)) => self.seals.push(seal.clone()),
            Ok(ModelEvent::ToolCall(call)) => self.calls.push(call.clone()),
            Ok(ModelEvent::Usage(usage)) => self.usage = Some(*usage),
            Ok(ModelEvent::Again { error, .. }) => self.again.push(error.clone()),
            Ok(ModelEvent::Finished { reason }) => self.end = End::Finished(*reason),
            Err(error) => self.end = End::Failed(error.clone()),
        }
    }

    /// What is stored of it: without secrets, and without what a message holds already.
    pub(super) fn compact(&self, said: &Said<'_>, sanitizer: &Sanitizer) -> Value {
        let clean = |text: &str| sanitizer.clean(text).into_owned();
        let text = clean(&self.text);
        let reasoning = clean(&self.reasoning);
        let safe =
            |error: &ModelError| ModelError { message: clean(&error.message), ..error.clone() };
        let end = match &self.end {
            End::Failed(error) => End::Failed(safe(error)),
            other => other.clone(),
        };
        // A call of a reply that was not closed is never run, nor kept.
        let calls = if matches!(self.end, End::Finished(_)) { &self.calls[..] } else { &[] };
        let said = said.0.iter().filter(|message| message.role == Role::Assistant);
        let same = said.into_iter().find(|message| {
            let parts = Parts::of(message);
            parts.text == text && parts.reasoning == reasoning
        });
        let parts = same.map(|message| Parts::of(message)).unwrap_or_default();
        let differs = same.is_none();
        let kept = Kept {
            end,
            usage: self.usage,
            again: self.again.iter().map(safe).collect(),
            message: same.map(|message| message.id),
            text: (differs && !text.is_empty()).then_some(text),
            reasoning: (differs && !reasoning.is_empty()).then_some(reasoning),
            seals: (parts.seals != self.seals).then(|| self.seals.clone()),
            calls: (parts.calls != calls).then(|| calls.to_vec()),
        };
        serde_json::to_value(kept).unwrap_or_default()
    }
}

/// The parts of a message that came from a model, in a model's own form.
#[derive(Default)]
struct Parts {
    text: String,
    reasoning: String,
    seals: Vec<Value>,
    calls: Vec<ToolCall>,
}

impl Parts {
    fn of(message: &Message) -> Self {
        let mut parts = Self::default();
        for part in &message.parts {
            match &part.content {
                Content::Text { text } => parts.text.push_str(text),
                Content::Reasoning { text, opaque } => {
                    parts.reasoning.push_str(text);
                    let seals = opaque.as_ref().and_then(|sealed| sealed.get("data"));
                    if let Some(Value::Array(seals)) = seals {
                        parts.seals.extend(seals.iter().cloned());
                    }
                }
                Content::ToolCall(call) => {
                    let opaque = call.opaque.as_ref().and_then(|seal| seal.get("data")).cloned();
                    parts.calls.push(ToolCall { opaque, ..call.clone() });
                }
                Content::Image { .. } | Content::File { .. } | Content::ToolResult(_) => {}
            }
        }
        parts
    }
}

impl Kept {
    /// The stream again, merged: the pieces, and how it ended. `None` when the message that
    /// holds them is not there.
    pub(super) fn pieces(
        self,
        messages: &BTreeMap<MessageId, Arc<Message>>,
    ) -> Option<(Vec<ModelEvent>, End)> {
        let parts = match self.message {
            Some(id) => Parts::of(messages.get(&id)?),
            None => Parts::default(),
        };
        let mut pieces: Vec<_> = self
            .again
            .into_iter()
            .map(|error| ModelEvent::Again { error, pause: Duration::ZERO })
            .collect();
        let reasoning = self.reasoning.unwrap_or(parts.reasoning);
        if !reasoning.is_empty() {
            pieces.push(ModelEvent::Reasoning(reasoning));
        }
        let seals = self.seals.unwrap_or(parts.seals);
        pieces.extend(seals.into_iter().map(ModelEvent::ReasoningSeal));
        let text = self.text.unwrap_or(parts.text);
        if !text.is_empty() {
            pieces.push(ModelEvent::Text(text));
        }
        let calls = self.calls.unwrap_or(parts.calls);
        pieces.extend(calls.into_iter().map(ModelEvent::ToolCall));
        pieces.extend(self.usage.map(ModelEvent::Usage));
        Some((pieces, self.end))
    }
}
