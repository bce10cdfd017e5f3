//! Events on their way out; neighbouring pieces of text become one.

use std::collections::VecDeque;

use nanofolks_protocol::ModelEvent;

/// A queue of events.
#[derive(Debug, Default)]
pub(crate) struct Events(VecDeque<ModelEvent>);

impl Events {
    /// More of the answer.
    pub(crate) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(ModelEvent::Text(last)) = self.0.back_mut() {
            last.push_str(text);
        } else {
            self.0.push_back(ModelEvent::Text(text.to_owned()));
        }
    }

    /// More of the reasoning.
    pub(crate) fn reasoning(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(ModelEvent::Reasoning(last)) = self.0.back_mut() {
            last.push_str(text);
        } else {
            self.0.push_back(ModelEvent::Reasoning(text.to_owned()));
        }
    }

    /// Anything else.
    pub(crate) fn push(&mut self, event: ModelEvent) {
        self.0.push_back(event);
    }

    /// The oldest one.
    pub(crate) fn pop(&mut self) -> Option<ModelEvent> {
        self.0.pop_front()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
