//! The text of an answer, taken apart: words, thoughts in `<think>`, calls in `<tool_call>`.

use nanofolks_protocol::{CallId, ModelEvent, ToolCall};
use serde_json::Value;

#[cfg(test)]
mod tests;

/// A call longer than this is no call.
const LONGEST_CALL: usize = 1 << 20;

/// Where in the answer we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Words,
    Thoughts,
    Call,
}

impl Place {
    /// The markers that end this place, with what follows.
    const fn exits(self) -> &'static [(&'static str, Self)] {
        match self {
            Self::Words => &[("<think>", Self::Thoughts), ("<tool_call>", Self::Call)],
            Self::Thoughts => &[("</think>", Self::Words)],
            Self::Call => &[("</tool_call>", Self::Words)],
        }
    }
}

/// Takes the text as it comes and gives events.
pub(crate) struct Splitter {
    place: Place,
    /// Text that may be the beginning of a marker, or a call that is not complete.
    held: String,
    /// Whether calls are recognised.
    calls_allowed: bool,
    /// Whether white space is skipped: at the start and after thoughts and calls.
    at_start: bool,
    /// Calls so far.
    pub(crate) calls: usize,
}

impl Splitter {
    pub(crate) fn new(calls_allowed: bool) -> Self {
        Self { place: Place::Words, held: String::new(), calls_allowed, at_start: true, calls: 0 }
    }

    /// Starts inside thoughts, for templates that open them in the prompt.
    pub(crate) fn thinking(mut self, thinking: bool) -> Self {
        if thinking {
            self.place = Place::Thoughts;
        }
        self
    }

    /// Whether the model is thinking right now.
    pub(crate) fn is_thinking(&self) -> bool {
        self.place == Place::Thoughts
    }

    /// What the next piece of text brings.
    pub(crate) fn push(&mut self, text: &str) -> Vec<ModelEvent> {
        self.held.push_str(text);
        let mut events = Vec::new();
        while let Some((at, marker, next)) = self.next_exit() {
            let after = self.held.split_off(at + marker.len());
            self.held.truncate(at);
            self.emit_all(&mut events);
            self.held = after;
            self.place = next;
            self.at_start = true;
        }
        if self.place == Place::Call {
            if self.held.len() > LONGEST_CALL {
                self.emit_all(&mut events);
            }
            return events;
        }
        let keep = self.possible_marker();
        let later = self.held.split_off(self.held.len() - keep);
        self.emit_all(&mut events);
        self.held = later;
        events
    }

    /// What is left at the end. A call that was not closed is reported as malformed.
    pub(crate) fn finish(&mut self) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        if self.place == Place::Call && !self.held.trim().is_empty() {
            events.push(self.call_event(malformed(&self.held.clone())));
            self.held.clear();
        } else {
            self.emit_all(&mut events);
        }
        events
    }

    fn exits(&self) -> impl Iterator<Item = (&'static str, Place)> {
        let calls = self.calls_allowed;
        self.place.exits().iter().copied().filter(move |(_, next)| calls || *next != Place::Call)
    }

    fn next_exit(&self) -> Option<(usize, &'static str, Place)> {
        self.exits()
            .filter_map(|(marker, next)| Some((self.held.find(marker)?, marker, next)))
            .min_by_key(|(at, ..)| *at)
    }

    /// Bytes at the end that may be the beginning of a marker.
    fn possible_marker(&self) -> usize {
        let begins = |marker: &str| {
            (1..marker.len())
                .rev()
                .find(|len| self.held.as_bytes().ends_with(&marker.as_bytes()[..*len]))
        };
        self.exits().filter_map(|(marker, _)| begins(marker)).max().unwrap_or(0)
    }

    fn emit_all(&mut self, events: &mut Vec<ModelEvent>) {
        let mut text = std::mem::take(&mut self.held);
        if self.place == Place::Call {
            if !text.trim().is_empty() {
                events.push(self.call_event(call(&text)));
            }
            return;
        }
        if self.at_start {
            text.drain(..text.len() - text.trim_start().len());
        }
        if text.is_empty() {
            return;
        }
        self.at_start = false;
        events.push(match self.place {
            Place::Thoughts => ModelEvent::Reasoning(text),
            Place::Words | Place::Call => ModelEvent::Text(text),
        });
    }

    fn call_event(&mut self, (name, arguments, malformed): ParsedCall) -> ModelEvent {
        self.calls += 1;
        ModelEvent::ToolCall(ToolCall {
            id: CallId::fresh(),
            name,
            arguments,
            malformed,
            opaque: None,
        })
    }
}

type ParsedCall = (String, Value, Option<String>);

/// `{"name": …, "arguments": {…}}`, as models trained on Hermes' format write it.
fn call(text: &str) -> ParsedCall {
    let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(text.trim()) else {
        return malformed(text);
    };
    let Some(Value::String(name)) = fields.remove("name") else { return malformed(text) };
    let arguments = fields.remove("arguments").or_else(|| fields.remove("parameters"));
    match arguments {
        Some(Value::String(inner)) => match serde_json::from_str::<Value>(&inner) {
            Ok(arguments @ Value::Object(_)) => (name, arguments, None),
            _ => (name, Value::Null, Some(inner)),
        },
        Some(arguments @ Value::Object(_)) => (name, arguments, None),
        None | Some(Value::Null) => (name, Value::Object(serde_json::Map::new()), None),
        Some(other) => (name, Value::Null, Some(other.to_string())),
    }
}

fn malformed(text: &str) -> ParsedCall {
    let name = text
        .split_once("\"name\"")
        .and_then(|(_, rest)| rest.split('"').nth(1))
        .unwrap_or_default()
        .to_owned();
    (name, Value::Null, Some(text.trim().to_owned()))
}
