//! Replies: what the fake server says to one request, and how badly it says it.

use nanofolks_protocol::Usage;
use serde_json::Value;

use crate::wire::Asked;
use crate::{Dialect, Gate};

/// What the server says to one request. Made by [`Reply::text`] and its sisters, made worse
/// by the methods that follow.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(crate) what: What,
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) framing: Framing,
    pub(crate) delivery: Delivery,
}

/// A tool call as the fake model makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What ties the result to it; `None` leaves the field out.
    pub id: Option<String>,
    /// The tool.
    pub name: String,
    /// The JSON text of the arguments, whole or not.
    pub arguments: String,
}

impl Call {
    /// A call with an id of its own.
    #[must_use]
    pub fn new(id: &str, name: &str, arguments: &Value) -> Self {
        Self { id: Some(id.to_owned()), name: name.to_owned(), arguments: arguments.to_string() }
    }

    /// The same with text instead of JSON as arguments.
    #[must_use]
    pub fn raw(id: &str, name: &str, arguments: &str) -> Self {
        Self { id: Some(id.to_owned()), name: name.to_owned(), arguments: arguments.to_owned() }
    }

    /// The arguments where a format wants a value; broken ones become a string.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.arguments)
            .unwrap_or_else(|_| Value::String(self.arguments.clone()))
    }
}

/// Why the fake model stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It has said everything.
    End,
    /// It waits for tools.
    Tools,
    /// It hit the limit.
    Length,
    /// The filter stopped it.
    Filtered,
    /// It refused.
    Refused,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Answer(Answer),
    /// An error in the form of the dialect.
    Error {
        code: &'static str,
        message: String,
    },
    /// Bytes, whatever was asked.
    Raw {
        content_type: String,
        body: Vec<u8>,
    },
}

/// What a well-behaved model would say.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) reasoning: Vec<String>,
    pub(crate) text: Vec<String>,
    pub(crate) calls: Vec<Call>,
    /// Into how many pieces the arguments of each call are cut.
    pub(crate) fragments: usize,
    pub(crate) usage: Option<Usage>,
    pub(crate) stop: Stop,
    /// Speaks this dialect whatever it was asked in.
    pub(crate) dialect: Option<Dialect>,
    /// An error that arrives inside the stream, in place of its end.
    pub(crate) late_error: Option<(&'static str, String)>,
}

/// How frames become bytes.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way to misbehave of its own")]
pub(crate) struct Framing {
    pub(crate) crlf: bool,
    pub(crate) keep_alives: bool,
    pub(crate) fields: bool,
    pub(crate) pretty: bool,
    pub(crate) unfinished: bool,
    pub(crate) unmarked: bool,
    pub(crate) garbage_after: Option<usize>,
}

/// How bytes become writes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delivery {
    pub(crate) split: Split,
    pub(crate) hold: Option<Gate>,
    pub(crate) stall: Option<(usize, Gate)>,
    pub(crate) end: Option<(usize, End)>,
    pub(crate) unframed: bool,
    /// No response at all.
    pub(crate) refuse: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Split {
    /// One write for each frame.
    #[default]
    Frames,
    /// Writes of so many bytes.
    Chunks(usize),
    /// Writes end at these offsets of the body.
    At(Vec<usize>),
    /// One write.
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection is closed.
    Cut,
    /// The connection is reset.
    Reset,
}

impl Reply {
    /// An answer in words, one event a word.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let words = text.split_inclusive(' ').map(str::to_owned).collect();
        Self::from_answer(Answer { text: words, ..Answer::empty() })
    }

    /// An answer in exactly these pieces.
    #[must_use]
    pub fn pieces<const N: usize>(pieces: [&str; N]) -> Self {
        let text = pieces.map(str::to_owned).to_vec();
        Self::from_answer(Answer { text, ..Answer::empty() })
    }

    /// An answer in one event, however long.
    #[must_use]
    pub fn one_event(text: impl Into<String>) -> Self {
        Self::from_answer(Answer { text: vec![text.into()], ..Answer::empty() })
    }

    /// A wish for a tool.
    #[must_use]
    pub fn tool_call(id: &str, name: &str, arguments: &Value) -> Self {
        Self::tool_calls([Call::new(id, name, arguments)])
    }

    /// Wishes for tools; where the format allows it their arguments come interleaved.
    #[must_use]
    pub fn tool_calls(calls: impl IntoIterator<Item = Call>) -> Self {
        let calls = calls.into_iter().collect();
        Self::from_answer(Answer { calls, stop: Stop::Tools, ..Answer::empty() })
    }

    /// An error as the dialect spells it: 400, 401, 403, 404, 429, 500, 503, 529, …
    #[must_use]
    pub fn error(status: u16) -> Self {
        let (code, message) = match status {
            400 => ("invalid_request_error", "the request is wrong"),
            401 => ("authentication_error", "the key is wrong"),
            403 => ("permission_error", "the key may not do this"),
            404 => ("not_found_error", "there is no such model"),
            429 => ("rate_limit_error", "too many requests"),
            529 => ("overloaded_error", "overloaded"),
            _ => ("server_error", "something broke"),
        };
        Self::from_what(What::Error { code, message: message.to_owned() }).status(status)
    }

    /// The error of a request that does not fit into the model's window.
    #[must_use]
    pub fn context_overflow() -> Self {
        let message = "prompt is too long: 250000 tokens > 200000 maximum".to_owned();
        Self::from_what(What::Error { code: "context_length_exceeded", message }).status(400)
    }

    /// A page of HTML, as proxies send it.
    #[must_use]
    pub fn html(status: u16) -> Self {
        let body = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>\n\
                    <body><h1>Bad gateway</h1></body></html>\n";
        Self::raw(status, "text/html; charset=utf-8", body)
    }

    /// These bytes.
    #[must_use]
    pub fn raw(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let content_type = content_type.to_owned();
        Self::from_what(What::Raw { content_type, body: body.into() }).status(status)
    }

    /// Sends the client to another place (307).
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::raw(307, "text/plain", "").header("location", to)
    }

    /// Speaks before it calls tools, or thinks before it speaks: puts text in front.
    #[must_use]
    pub fn saying(self, text: &str) -> Self {
        self.answer(|answer| answer.text = text.split_inclusive(' ').map(str::to_owned).collect())
    }

    /// Thinks first, one event a word.
    #[must_use]
    pub fn thinking(self, text: &str) -> Self {
        self.answer(|answer| {
            answer.reasoning = text.split_inclusive(' ').map(str::to_owned).collect();
        })
    }

    /// Reports this usage; the default is 100 in, 20 out.
    #[must_use]
    pub fn usage(self, usage: Usage) -> Self {
        self.answer(|answer| answer.usage = Some(usage))
    }

    /// Reports no usage.
    #[must_use]
    pub fn no_usage(self) -> Self {
        self.answer(|answer| answer.usage = None)
    }

    /// Gives this reason for stopping.
    #[must_use]
    pub fn stop(self, stop: Stop) -> Self {
        self.answer(|answer| answer.stop = stop)
    }

    /// Cuts the arguments of each call into so many pieces.
    #[must_use]
    pub fn fragments(self, pieces: usize) -> Self {
        self.answer(|answer| answer.fragments = pieces.max(1))
    }

    /// Gives all calls the id of the first.
    #[must_use]
    pub fn duplicate_ids(self) -> Self {
        self.answer(|answer| {
            let first = answer.calls.first().and_then(|call| call.id.clone());
            for call in &mut answer.calls {
                call.id.clone_from(&first);
            }
        })
    }

    /// Leaves the ids of the calls out.
    #[must_use]
    pub fn missing_ids(self) -> Self {
        self.answer(|answer| {
            for call in &mut answer.calls {
                call.id = None;
            }
        })
    }

    /// Ends the arguments of the last call in the middle, and says so: stopped by the limit.
    #[must_use]
    pub fn cut_arguments(self) -> Self {
        self.answer(|answer| {
            answer.stop = Stop::Length;
            if let Some(call) = answer.calls.last_mut() {
                let half = call.arguments.floor_char_boundary(call.arguments.len() / 2);
                call.arguments.truncate(half);
            }
        })
    }

    /// Speaks another dialect than the one it was asked in.
    #[must_use]
    pub fn wrong_dialect(self, dialect: Dialect) -> Self {
        self.answer(|answer| answer.dialect = Some(dialect))
    }

    /// Ends the stream with an error event after all content: `overloaded_error`, …
    #[must_use]
    pub fn late_error(self, code: &'static str, message: &str) -> Self {
        self.answer(|answer| answer.late_error = Some((code, message.to_owned())))
    }

    /// Answers with another status.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header, or replaces one that the server would send.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Asks the client to wait: `2`, or an HTTP date.
    #[must_use]
    pub fn retry_after(self, value: &str) -> Self {
        self.header("retry-after", value)
    }

    /// Ends lines with CR LF.
    #[must_use]
    pub const fn crlf(mut self) -> Self {
        self.framing.crlf = true;
        self
    }

    /// Puts a comment before each event, an empty line before each NDJSON line.
    #[must_use]
    pub const fn keep_alives(mut self) -> Self {
        self.framing.keep_alives = true;
        self
    }

    /// Adds `id:` and `retry:` to each event, and `event:` where the dialect has none.
    #[must_use]
    pub const fn all_fields(mut self) -> Self {
        self.framing.fields = true;
        self
    }

    /// Spreads the JSON of each event over several `data:` lines.
    #[must_use]
    pub const fn many_data_lines(mut self) -> Self {
        self.framing.pretty = true;
        self
    }

    /// Leaves out what closes the stream (`[DONE]`, `message_stop`, …) and ends in good order.
    #[must_use]
    pub const fn unfinished(mut self) -> Self {
        self.framing.unfinished = true;
        self
    }

    /// Leaves out only the last mark (`[DONE]`, `message_stop`): the reason for stopping is sent.
    #[must_use]
    pub const fn unmarked(mut self) -> Self {
        self.framing.unmarked = true;
        self
    }

    /// Sends a frame that is not JSON after so many frames.
    #[must_use]
    pub const fn garbage_after(mut self, frames: usize) -> Self {
        self.framing.garbage_after = Some(frames);
        self
    }

    /// Ends a write at each of these offsets of the body.
    #[must_use]
    pub fn split_at(mut self, offsets: impl IntoIterator<Item = usize>) -> Self {
        self.delivery.split = Split::At(offsets.into_iter().collect());
        self
    }

    /// Sends writes of so many bytes; 1 splits everything that can be split.
    #[must_use]
    pub fn chunks(mut self, bytes: usize) -> Self {
        self.delivery.split = Split::Chunks(bytes.max(1));
        self
    }

    /// Sends the body in one write.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.delivery.split = Split::Whole;
        self
    }

    /// Sends nothing, not even a status, before the gate is opened.
    #[must_use]
    pub fn hold(mut self, gate: &Gate) -> Self {
        self.delivery.hold = Some(gate.clone());
        self
    }

    /// Sends so many frames and then nothing before the gate is opened.
    #[must_use]
    pub fn stall_after(mut self, frames: usize, gate: &Gate) -> Self {
        self.delivery.stall = Some((frames, gate.clone()));
        self
    }

    /// Resets the connection instead of answering.
    #[must_use]
    pub const fn refuse(mut self) -> Self {
        self.delivery.refuse = true;
        self
    }

    /// Closes the connection after so many frames, in the middle of the body.
    #[must_use]
    pub const fn cut_after(mut self, frames: usize) -> Self {
        self.delivery.end = Some((frames, End::Cut));
        self
    }

    /// Resets the connection after so many frames.
    #[must_use]
    pub const fn reset_after(mut self, frames: usize) -> Self {
        self.delivery.end = Some((frames, End::Reset));
        self
    }

    /// Uses neither a length nor chunks: the end of the connection is the end of the body.
    #[must_use]
    pub const fn unframed(mut self) -> Self {
        self.delivery.unframed = true;
        self
    }

    /// The bytes of the streamed body in a dialect, for the model `test-model`, so that a test
    /// can split at each.
    #[must_use]
    pub fn stream_bytes(&self, dialect: Dialect) -> Vec<u8> {
        crate::wire::frames(self, &Asked::test(dialect)).concat()
    }

    /// How many frames the streamed body has.
    #[must_use]
    pub fn frame_count(&self, dialect: Dialect) -> usize {
        crate::wire::frames(self, &Asked::test(dialect)).len()
    }

    fn answer(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        match &mut self.what {
            What::Answer(answer) => change(answer),
            What::Error { .. } | What::Raw { .. } => panic!("this reply is not an answer"),
        }
        self
    }

    fn from_answer(answer: Answer) -> Self {
        Self::from_what(What::Answer(answer))
    }

    fn from_what(what: What) -> Self {
        Self {
            what,
            status: None,
            headers: Vec::new(),
            framing: Framing::default(),
            delivery: Delivery::default(),
        }
    }
}

impl Answer {
    const fn empty() -> Self {
        Self {
            reasoning: Vec::new(),
            text: Vec::new(),
            calls: Vec::new(),
            fragments: 3,
            usage: Some(Usage {
                input_tokens: 100,
                cached_input_tokens: 0,
                cache_write_tokens: 0,
                output_tokens: 20,
                reasoning_tokens: 0,
            }),
            stop: Stop::End,
            dialect: None,
            late_error: None,
        }
    }

    /// The whole text.
    pub(crate) fn said(&self) -> String {
        self.text.concat()
    }

    /// The whole reasoning.
    pub(crate) fn thought(&self) -> String {
        self.reasoning.concat()
    }

    /// The pieces of the arguments of all calls, interleaved: which call, which piece.
    pub(crate) fn interleaved(&self) -> Vec<(usize, String)> {
        let pieces: Vec<Vec<String>> =
            self.calls.iter().map(|call| cut(&call.arguments, self.fragments)).collect();
        let longest = pieces.iter().map(Vec::len).max().unwrap_or(0);
        let mut all = Vec::new();
        for round in 0..longest {
            for (call, pieces) in pieces.iter().enumerate() {
                if let Some(piece) = pieces.get(round) {
                    all.push((call, piece.clone()));
                }
            }
        }
        all
    }
}

/// Cuts a text into at most `pieces` pieces of about the same length.
pub(crate) fn cut(text: &str, pieces: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let size = characters.len().div_ceil(pieces.max(1)).max(1);
    characters.chunks(size).map(|piece| piece.iter().collect()).collect()
}
