//! A model without a wire: it says what it was told to say.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use futures_util::{StreamExt as _, stream};
use nanofolks_protocol::ports::{Boxed, ModelStream, Provider};
use nanofolks_protocol::{
    CallId, Content, ModelError, ModelErrorKind, ModelEvent, ModelRequest, StopReason, ToolCall,
    Usage,
};
use serde_json::Value;

use crate::Gate;

/// What the scripted model does with one request.
#[derive(Debug, Clone, Default)]
pub struct Script {
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    Send(ModelEvent),
    Fail(ModelError),
    Wait(Gate),
}

impl Script {
    /// Nothing yet; a script without an end is a stream that is cut.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says something, in words, and stops.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new().say(text).used(100, 20).end(StopReason::End)
    }

    /// Wishes for one tool and stops.
    #[must_use]
    pub fn tool(id: &str, name: &str, arguments: Value) -> Self {
        Self::new().call(id, name, arguments).used(100, 20).end(StopReason::ToolUse)
    }

    /// Fails at once.
    #[must_use]
    pub fn fails(kind: ModelErrorKind, message: &str) -> Self {
        Self::new().fail(kind, message)
    }

    /// Says something, one event a word.
    #[must_use]
    pub fn say(self, text: &str) -> Self {
        text.split_inclusive(' ')
            .fold(self, |script, word| script.send(ModelEvent::Text(word.to_owned())))
    }

    /// Thinks.
    #[must_use]
    pub fn think(self, text: &str) -> Self {
        self.send(ModelEvent::Reasoning(text.to_owned()))
    }

    /// Wishes for a tool.
    #[must_use]
    pub fn call(self, id: &str, name: &str, arguments: Value) -> Self {
        self.send(ModelEvent::ToolCall(ToolCall {
            id: CallId::from_provider(id),
            name: name.to_owned(),
            arguments,
            malformed: None,
            opaque: None,
        }))
    }

    /// Wishes for a tool with arguments that are not JSON.
    #[must_use]
    pub fn malformed_call(self, id: &str, name: &str, arguments: &str) -> Self {
        self.send(ModelEvent::ToolCall(ToolCall {
            id: CallId::from_provider(id),
            name: name.to_owned(),
            arguments: Value::Null,
            malformed: Some(arguments.to_owned()),
            opaque: None,
        }))
    }

    /// Reports what it used.
    #[must_use]
    pub fn used(self, input_tokens: u64, output_tokens: u64) -> Self {
        self.send(ModelEvent::Usage(Usage { input_tokens, output_tokens, ..Usage::default() }))
    }

    /// Waits until the gate is opened.
    #[must_use]
    pub fn wait(mut self, gate: &Gate) -> Self {
        self.steps.push(Step::Wait(gate.clone()));
        self
    }

    /// Fails.
    #[must_use]
    pub fn fail(self, kind: ModelErrorKind, message: &str) -> Self {
        self.fail_with(ModelError::new("scripted", kind, message))
    }

    /// Fails with this error.
    #[must_use]
    pub fn fail_with(mut self, error: ModelError) -> Self {
        self.steps.push(Step::Fail(error));
        self
    }

    /// Stops properly.
    #[must_use]
    pub fn end(self, reason: StopReason) -> Self {
        self.send(ModelEvent::Finished { reason })
    }

    /// Sends any event.
    #[must_use]
    pub fn send(mut self, event: ModelEvent) -> Self {
        self.steps.push(Step::Send(event));
        self
    }
}

/// A model that answers in order and keeps every request. It panics when a tool result
/// answers no earlier call, when a call has no result, and when nothing is scripted.
#[derive(Debug, Default)]
pub struct ScriptedModel {
    name: String,
    scripts: Mutex<VecDeque<Script>>,
    otherwise: Mutex<Option<Script>>,
    requests: Mutex<Vec<ModelRequest>>,
}

impl ScriptedModel {
    /// A model that does this, request by request.
    #[must_use]
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Arc<Self> {
        Self::named("scripted", scripts)
    }

    /// The same, of a provider with another name.
    #[must_use]
    pub fn named(name: &str, scripts: impl IntoIterator<Item = Script>) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            scripts: Mutex::new(scripts.into_iter().collect()),
            ..Self::default()
        })
    }

    /// Adds one more.
    pub fn push(&self, script: Script) {
        self.scripts.lock().unwrap().push_back(script);
    }

    /// What it does when nothing is left.
    pub fn otherwise(&self, script: Script) {
        *self.otherwise.lock().unwrap() = Some(script);
    }

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Scripts that nobody has asked for yet.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.scripts.lock().unwrap().len()
    }
}

impl Provider for ScriptedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        check(&request);
        self.requests.lock().unwrap().push(request);
        let next = self.scripts.lock().unwrap().pop_front();
        let script = next
            .or_else(|| self.otherwise.lock().unwrap().clone())
            .expect("the scripted model has nothing left to say");
        let provider = self.name.clone();
        let state = (script.steps.into_iter(), false, provider);
        stream::unfold(state, |(mut steps, over, provider)| async move {
            if over {
                return None;
            }
            loop {
                match steps.next() {
                    Some(Step::Wait(gate)) => gate.pass().await,
                    Some(Step::Send(event)) => {
                        let over = matches!(event, ModelEvent::Finished { .. });
                        return Some((Ok(event), (steps, over, provider)));
                    }
                    Some(Step::Fail(error)) => return Some((Err(error), (steps, true, provider))),
                    None => {
                        let cut = ModelErrorKind::Cut;
                        let error = ModelError::new(&provider, cut, "the stream was cut");
                        return Some((Err(error), (steps, true, provider)));
                    }
                }
            }
        })
        .boxed()
    }

    fn models(&self) -> Boxed<'_, Result<Vec<String>, ModelError>> {
        Box::pin(async { Ok(vec!["model".to_owned()]) })
    }
}

/// Every tool result answers a call before it, and every call has one.
fn check(request: &ModelRequest) {
    assert!(!request.messages.is_empty(), "a request without messages");
    let names: Vec<&str> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert!(names.is_sorted(), "tools are not sorted by name: {names:?}");
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "a tool is offered twice: {names:?}");

    let mut open = BTreeSet::new();
    for message in request.messages.iter() {
        for part in &message.parts {
            match &part.content {
                Content::ToolCall(call) => {
                    assert!(open.insert(call.id.clone()), "the call {} is made twice", call.id);
                }
                Content::ToolResult(result) => {
                    let id = &result.call_id;
                    assert!(open.remove(id), "the result of {id} answers no call before it");
                }
                Content::Image { blob, .. } => {
                    assert!(request.blobs.contains_key(blob), "the picture {blob} is missing");
                }
                Content::Text { .. } | Content::Reasoning { .. } | Content::File { .. } => {}
            }
        }
    }
    assert!(open.is_empty(), "calls without a result: {open:?}");
}
