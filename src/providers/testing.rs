//! What the tests of this member share.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use nanofolks_protocol::model::{Effort, ToolSchema};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    BlobId, CallId, Content, Message, MessageId, ModelEvent, ModelRequest, Origin, Part, Role,
    Timestamp, ToolCall, ToolError, ToolOutput, ToolResult,
};
use nanofolks_testkit::Dialect as Spoken;
use serde_json::{Value, json};

use crate::anthropic::Anthropic;
use crate::fault::Fault;
use crate::frames::Frames;
use crate::gemini::Gemini;
use crate::ollama::Ollama;
use crate::openai_chat::OpenAiChat;
use crate::openai_responses::OpenAiResponses;
use crate::preset::Quirks;
use crate::wire::{Dialect, Events, Progress};

/// The format under its name in the test kit.
pub(crate) fn dialect(spoken: Spoken) -> Box<dyn Dialect> {
    match spoken {
        Spoken::OpenAiChat => Box::new(OpenAiChat::new(Quirks::NONE)),
        Spoken::OpenAiResponses => Box::new(OpenAiResponses),
        Spoken::Anthropic => Box::new(Anthropic),
        Spoken::Gemini => Box::new(Gemini),
        Spoken::Ollama => Box::new(Ollama),
    }
}

/// A request with one question.
pub(crate) fn request(model: &str) -> ModelRequest {
    ModelRequest {
        model: model.to_owned(),
        system: "Be brief.".into(),
        messages: [message(Role::User, vec![Part::text(Origin::User, "What is in a.txt?")])].into(),
        tools: [].into(),
        blobs: Arc::new(BTreeMap::new()),
        max_output: 4096,
        temperature: None,
        effort: None,
        output_schema: None,
        trial: false,
    }
}

/// The same with a tool, and with messages behind the question.
pub(crate) fn longer(model: &str, more: Vec<Arc<Message>>) -> ModelRequest {
    let mut request = request(model);
    let first = Arc::clone(&request.messages[0]);
    request.messages = std::iter::once(first).chain(more).collect();
    request.tools = [ToolSchema {
        name: "read_file".into(),
        description: "Read a file".into(),
        parameters: json!({
            "type": "object",
            "properties": { "path": { "type": "string" } },
            "required": ["path"],
        }),
    }]
    .into();
    request
}

/// A message at the beginning of time.
pub(crate) fn message(role: Role, parts: Vec<Part>) -> Arc<Message> {
    let at = Timestamp::from_millis(0);
    Arc::new(Message { id: MessageId::fresh(), role, bot: None, turn: None, at, parts })
}

/// A call of `read_file`.
pub(crate) fn call(id: &str, arguments: Value) -> ToolCall {
    let id = CallId::from_provider(id);
    ToolCall { id, name: "read_file".into(), arguments, malformed: None, opaque: None }
}

/// What a model said: words and calls.
pub(crate) fn said(text: &str, calls: Vec<ToolCall>) -> Arc<Message> {
    let words = (!text.is_empty()).then(|| Part::text(Origin::Model, text));
    let calls =
        calls.into_iter().map(|c| Part { origin: Origin::Model, content: Content::ToolCall(c) });
    message(Role::Assistant, words.into_iter().chain(calls).collect())
}

/// What a tool answered.
pub(crate) fn answered(call: &ToolCall, text: &str) -> Arc<Message> {
    let result = ToolResult::worked(call, ToolOutput::text(text));
    let part = Part { origin: Origin::Tool, content: Content::ToolResult(result) };
    message(Role::Tool, vec![part])
}

/// Feeds an answer in pieces, as the network would; the end of the pieces is the end of the
/// body. Gives the events and how it ended.
pub(crate) fn decode(
    dialect: &dyn Dialect,
    request: &ModelRequest,
    pieces: impl IntoIterator<Item = Vec<u8>>,
) -> (Vec<ModelEvent>, Result<(), Fault>) {
    let mut frames = Frames::new(dialect.framing());
    let mut decoder = dialect.decoder("mylab", request);
    let mut events = Events::default();
    let read = || {
        for piece in pieces {
            frames.push(Bytes::from(piece))?;
            while let Some(frame) = frames.next()? {
                if decoder.push(&frame, &mut events)? == Progress::Closed {
                    return Ok(());
                }
            }
        }
        frames.finish();
        while let Some(frame) = frames.next()? {
            if decoder.push(&frame, &mut events)? == Progress::Closed {
                return Ok(());
            }
        }
        decoder.end(&mut events)
    };
    let end = read();
    (std::iter::from_fn(|| events.pop()).collect(), end)
}

/// The events of frames that arrive one by one, for formats with server-sent events.
pub(crate) fn decode_frames(dialect: &dyn Dialect, frames: &[&str]) -> Vec<ModelEvent> {
    let (events, end) = try_frames(dialect, frames);
    end.unwrap();
    events
}

/// The same when it may fail.
pub(crate) fn try_frames(
    dialect: &dyn Dialect,
    frames: &[&str],
) -> (Vec<ModelEvent>, Result<(), Fault>) {
    let pieces = frames.iter().map(|frame| format!("data: {frame}\n\n").into_bytes());
    decode(dialect, &request("test-model"), pieces)
}

/// The same events with neighbouring text joined and made-up ids replaced, so that two ways of
/// cutting the same answer compare equal.
pub(crate) fn joined(events: Vec<ModelEvent>) -> Vec<ModelEvent> {
    let mut all: Vec<ModelEvent> = Vec::new();
    let mut calls = 0;
    for event in events {
        match (all.last_mut(), event) {
            (Some(ModelEvent::Text(last)), ModelEvent::Text(more)) => last.push_str(&more),
            (Some(ModelEvent::Reasoning(last)), ModelEvent::Reasoning(more)) => {
                last.push_str(&more);
            }
            (_, ModelEvent::ToolCall(mut call)) => {
                calls += 1;
                if call.id.as_str().starts_with("call_0") {
                    call.id = CallId::from_provider(&format!("made-up-{calls}"));
                }
                all.push(ModelEvent::ToolCall(call));
            }
            (_, event) => all.push(event),
        }
    }
    all
}

/// A request that uses everything a request can have.
pub(crate) fn everything(provider: &str, model: &str) -> ModelRequest {
    let picture = BlobId::from_digest(&[7; 32]);
    let text = |text: &str| Part::text(Origin::User, text);
    let image = |blob| Content::Image { mime: "image/png".into(), blob };
    let sealed = |data: Value| json!({ "provider": provider, "model": model, "data": data });
    let mut first = call("call_one", json!({ "path": "a.txt" }));
    first.opaque = Some(sealed(json!("signature")));
    let second = call("call_two", json!({ "path": "b.txt" }));
    let mut thought = said("I will look.", vec![first.clone(), second.clone()]);
    let reasoning = |opaque| Part {
        origin: Origin::Model,
        content: Content::Reasoning { text: "Which file?".into(), opaque },
    };
    let parts = &mut Arc::get_mut(&mut thought).unwrap().parts;
    let thinking = |n: u8| sealed(json!({ "type": "thinking", "signature": n }));
    parts.insert(0, reasoning(Some(json!([thinking(1), { "provider": "x" }, thinking(2)]))));
    parts.insert(1, reasoning(Some(json!({ "provider": "another", "model": model, "data": 1 }))));
    let failed = ToolResult::failed(&second, CallStatus::Denied, ToolError::new("denied", "no"));
    let results = vec![
        Part {
            origin: Origin::Tool,
            content: Content::ToolResult(ToolResult::worked(&first, ToolOutput::text("hello"))),
        },
        Part { origin: Origin::Tool, content: Content::ToolResult(failed) },
    ];
    let file = Content::File { name: "notes.md".into(), text: "# Notes".into() };
    let mut request = longer(
        model,
        vec![
            message(
                Role::User,
                vec![
                    text("And this?"),
                    Part { origin: Origin::User, content: image(picture.clone()) },
                    Part { origin: Origin::User, content: image(BlobId::from_digest(&[9; 32])) },
                    Part { origin: Origin::File, content: file },
                ],
            ),
            thought,
            message(Role::Tool, results),
            said("It says hello.", vec![]),
            message(Role::System, vec![Part::text(Origin::House, "[summary] so far")]),
            message(Role::User, vec![text("Thanks.")]),
        ],
    );
    request.blobs = Arc::new(BTreeMap::from([(picture, Bytes::from_static(b"png"))]));
    request.temperature = Some(0.5);
    request.max_output = 16_000;
    request.effort = Some(Effort::Medium);
    request.output_schema = Some(Arc::new(json!({
        "type": "object",
        "properties": { "answer": { "type": "string" } },
        "required": ["answer"],
        "additionalProperties": false,
    })));
    request
}

/// The body of a request as JSON.
pub(crate) fn body(dialect: &dyn Dialect, request: &ModelRequest) -> Value {
    serde_json::from_slice(&dialect.encode("mylab", request).unwrap().body).unwrap()
}
