//! The five wire formats, from the server's side.
//!
//! Each module turns an answer into frames or one object, and reads a request back into the
//! one form of [`SeenTurn`] while it notes what breaks the format's rules.

mod anthropic;
mod gemini;
mod ollama;
mod openai_chat;
mod openai_responses;
mod read;

use serde_json::Value;

use crate::recorded::Seen;
use crate::reply::{Answer, What};
use crate::{Recorded, Reply};

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// `POST …/chat/completions`.
    OpenAiChat,
    /// `POST …/responses`.
    OpenAiResponses,
    /// `POST …/v1/messages`.
    Anthropic,
    /// `POST …/models/M:streamGenerateContent`.
    Gemini,
    /// `POST /api/chat`.
    Ollama,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::OpenAiChat, Self::OpenAiResponses, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// What the configuration calls it (`kind`).
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai-chat",
            Self::OpenAiResponses => "openai-responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// Whether a call and its result are tied together by an id.
    #[must_use]
    pub const fn has_call_ids(self) -> bool {
        matches!(self, Self::OpenAiChat | Self::OpenAiResponses | Self::Anthropic)
    }

    pub(crate) const fn content_type(self, stream: bool) -> &'static str {
        match (self, stream) {
            (Self::Ollama, true) => "application/x-ndjson",
            (_, true) => "text/event-stream; charset=utf-8",
            (_, false) => "application/json",
        }
    }
}

/// What a request asks for, as far as the answer's form depends on it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) dialect: Dialect,
    pub(crate) stream: bool,
    /// Gemini without `alt=sse` streams one JSON array.
    pub(crate) array: bool,
    pub(crate) usage: bool,
    pub(crate) model: String,
}

impl Asked {
    /// What a streaming client asks for.
    pub(crate) fn test(dialect: Dialect) -> Self {
        Self { dialect, stream: true, array: false, usage: true, model: "test-model".to_owned() }
    }

    /// What this request asks for; `None` when it is not a request to a model.
    pub(crate) fn of(request: &Recorded) -> Option<Self> {
        let dialect = request.dialect?;
        let flag = |name: &str, default| {
            request.body.get(name).and_then(Value::as_bool).unwrap_or(default)
        };
        let stream = match dialect {
            Dialect::Gemini => request.path.ends_with(":streamGenerateContent"),
            Dialect::Ollama => flag("stream", true),
            Dialect::OpenAiChat | Dialect::OpenAiResponses | Dialect::Anthropic => {
                flag("stream", false)
            }
        };
        let wants_usage = request.body.pointer("/stream_options/include_usage");
        Some(Self {
            dialect,
            stream,
            array: dialect == Dialect::Gemini && !request.query.contains("alt=sse"),
            usage: !stream
                || dialect != Dialect::OpenAiChat
                || wants_usage.and_then(Value::as_bool).unwrap_or(false),
            model: request.model(),
        })
    }
}

/// How much a frame has to do with the end of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Nothing.
    No,
    /// It says why the model stopped.
    Reason,
    /// It is the mark after which nothing follows.
    Mark,
}

/// One event of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    event: Option<&'static str>,
    data: Data,
    closing: Closing,
}

#[derive(Debug, Clone)]
enum Data {
    Json(Value),
    Text(&'static str),
}

impl Frame {
    fn json(value: Value) -> Self {
        Self { event: None, data: Data::Json(value), closing: Closing::No }
    }

    fn named(event: &'static str, value: Value) -> Self {
        Self { event: Some(event), ..Self::json(value) }
    }

    const fn closing(mut self, closing: Closing) -> Self {
        self.closing = closing;
        self
    }
}

/// The body of a reply as the frames that are written one by one.
pub(crate) fn frames(reply: &Reply, asked: &Asked) -> Vec<Vec<u8>> {
    match &reply.what {
        What::Raw { body, .. } => vec![body.clone()],
        What::Error { code, message } => {
            let status = reply.status.unwrap_or(500);
            vec![error(asked.dialect, status, code, message).to_string().into_bytes()]
        }
        What::Answer(answer) => {
            let dialect = answer.dialect.unwrap_or(asked.dialect);
            if asked.stream {
                let framing = &reply.framing;
                let mut frames = stream(dialect, answer, asked);
                frames.retain(|frame| match frame.closing {
                    Closing::No => true,
                    Closing::Reason => !framing.unfinished,
                    Closing::Mark => !framing.unfinished && !framing.unmarked,
                });
                render(reply, dialect, asked.array, &frames)
            } else {
                vec![whole(dialect, answer, asked).to_string().into_bytes()]
            }
        }
    }
}

fn stream(dialect: Dialect, answer: &Answer, asked: &Asked) -> Vec<Frame> {
    let mut frames = match dialect {
        Dialect::OpenAiChat => openai_chat::stream(answer, asked),
        Dialect::OpenAiResponses => openai_responses::stream(answer, asked),
        Dialect::Anthropic => anthropic::stream(answer, asked),
        Dialect::Gemini => gemini::stream(answer, asked),
        Dialect::Ollama => ollama::stream(answer, asked),
    };
    if let Some((code, message)) = &answer.late_error {
        frames.retain(|frame| frame.closing == Closing::No);
        frames.push(match dialect {
            Dialect::OpenAiResponses => openai_responses::late_error(code, message),
            Dialect::Anthropic => Frame::named("error", error(dialect, 529, code, message)),
            Dialect::OpenAiChat | Dialect::Gemini | Dialect::Ollama => {
                Frame::json(error(dialect, 503, code, message))
            }
        });
    }
    frames
}

fn whole(dialect: Dialect, answer: &Answer, asked: &Asked) -> Value {
    match dialect {
        Dialect::OpenAiChat => openai_chat::whole(answer, asked),
        Dialect::OpenAiResponses => openai_responses::whole(answer, asked),
        Dialect::Anthropic => anthropic::whole(answer, asked),
        Dialect::Gemini => gemini::whole(answer, asked),
        Dialect::Ollama => ollama::whole(answer, asked),
    }
}

/// An error in the form of a dialect.
fn error(dialect: Dialect, status: u16, code: &str, message: &str) -> Value {
    match dialect {
        Dialect::OpenAiChat | Dialect::OpenAiResponses => openai_chat::error(code, message),
        Dialect::Anthropic => anthropic::error(code, message),
        Dialect::Gemini => gemini::error(status, message),
        Dialect::Ollama => ollama::error(message),
    }
}

/// Reads a request, and says what breaks the rules of its format.
pub(crate) fn read(dialect: Dialect, request: &Recorded) -> Seen {
    let mut seen = match dialect {
        Dialect::OpenAiChat => openai_chat::read(request),
        Dialect::OpenAiResponses => openai_responses::read(request),
        Dialect::Anthropic => anthropic::read(request),
        Dialect::Gemini => gemini::read(request),
        Dialect::Ollama => ollama::read(request),
    };
    read::check(dialect, request, &mut seen);
    seen
}

/// The list of models, as `GET` gives it.
pub(crate) fn model_list(path: &str, models: &[String]) -> Value {
    if path.ends_with("/api/tags") {
        ollama::model_list(models)
    } else if path.contains("/v1beta/") {
        gemini::model_list(models)
    } else {
        openai_chat::model_list(models)
    }
}

fn render(reply: &Reply, dialect: Dialect, array: bool, frames: &[Frame]) -> Vec<Vec<u8>> {
    let framing = &reply.framing;
    let mut rendered: Vec<Vec<u8>> = frames
        .iter()
        .enumerate()
        .map(|(number, frame)| {
            let text = match &frame.data {
                Data::Text(text) => (*text).to_owned(),
                Data::Json(value) if framing.pretty && dialect != Dialect::Ollama => {
                    serde_json::to_string_pretty(value).unwrap()
                }
                Data::Json(value) => value.to_string(),
            };
            if dialect == Dialect::Ollama {
                line(framing, &text)
            } else if array && dialect == Dialect::Gemini {
                element(number, frames.len(), &text)
            } else {
                event(framing, number, frame.event, &text)
            }
        })
        .collect();
    if let Some(after) = framing.garbage_after {
        let garbage = if dialect == Dialect::Ollama {
            line(framing, "{\"message\":{\"cont")
        } else {
            event(framing, after, None, "{\"choices\":[{\"del")
        };
        rendered.insert(after.min(rendered.len()), garbage);
    }
    rendered
}

fn line(framing: &crate::reply::Framing, text: &str) -> Vec<u8> {
    let end = if framing.crlf { "\r\n" } else { "\n" };
    let before = if framing.keep_alives { end } else { "" };
    format!("{before}{text}{end}").into_bytes()
}

/// One element of the JSON array that Gemini streams when nobody asks for events.
fn element(number: usize, count: usize, text: &str) -> Vec<u8> {
    let before = if number == 0 { "[" } else { ",\r\n" };
    let after = if number + 1 == count { "]" } else { "" };
    format!("{before}{text}{after}").into_bytes()
}

fn event(
    framing: &crate::reply::Framing,
    number: usize,
    name: Option<&str>,
    text: &str,
) -> Vec<u8> {
    let end = if framing.crlf { "\r\n" } else { "\n" };
    let mut lines = Vec::new();
    if framing.keep_alives {
        lines.push(": keep-alive".to_owned());
        lines.push(String::new());
    }
    if framing.fields {
        lines.push(format!("id: {number}"));
        lines.push("retry: 3000".to_owned());
        lines.push("unknown: field".to_owned());
    }
    match name {
        Some(name) => lines.push(format!("event: {name}")),
        None if framing.fields => lines.push("event: message".to_owned()),
        None => {}
    }
    lines.extend(text.lines().map(|line| format!("data: {line}")));
    lines.push(String::new());
    lines.push(String::new());
    lines.join(end).into_bytes()
}
