//! Server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use eventsource_stream::{EventStream, EventStreamError};
use futures_util::Stream;
use nanofolks_protocol::ModelErrorKind;

use super::lines::{Lines, too_long};
use crate::fault::Fault;

/// Reads events and gives back their data.
///
/// The crate underneath copies its whole buffer for every line and slices a byte order mark
/// in the middle. So it is fed one event at a time, from whole lines, without the mark. An
/// event that is one line of data, as nearly all are, does not need it at all.
pub(crate) struct Sse {
    lines: Lines,
    waiting: VecDeque<Bytes>,
    queue: Queue,
    events: EventStream<Queue>,
    /// Whether the crate was given bytes since it last asked for more.
    fed: bool,
    /// Whether the crate may hold the beginning of an event.
    half_way: bool,
    started: bool,
    /// Bytes since the last event.
    pending: usize,
    max: usize,
}

impl Sse {
    /// At the start of an answer; no event may be longer than `max`.
    pub(super) fn new(max: usize) -> Self {
        let queue = Queue::default();
        // The crate takes a byte order mark away only from what it reads first.
        queue.put(Bytes::from_static(b":\n\n"));
        let events = EventStream::new(queue.clone());
        Self {
            lines: Lines::default(),
            waiting: VecDeque::new(),
            queue,
            events,
            fed: true,
            half_way: false,
            started: false,
            pending: 0,
            max,
        }
    }

    /// Takes what the network delivered.
    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), Fault> {
        let Some(mut whole) = self.lines.push(chunk, self.max)? else { return Ok(()) };
        if !self.started {
            self.started = true;
            if whole.starts_with(BYTE_ORDER_MARK) {
                whole = whole.slice(BYTE_ORDER_MARK.len()..);
            }
        }
        if std::str::from_utf8(&whole).is_err() {
            whole = Bytes::from(String::from_utf8_lossy(&whole).into_owned());
        }
        self.pending += whole.len();
        while let Some(end) = event_end(&whole) {
            self.waiting.push_back(whole.split_to(end));
        }
        if !whole.is_empty() {
            self.waiting.push_back(whole);
        }
        Ok(())
    }

    /// The data of the next event.
    pub(super) fn next(&mut self) -> Result<Option<String>, Fault> {
        loop {
            // What the crate has not read yet comes first.
            if let Some(data) = self.read()? {
                return Ok(Some(data));
            }
            let Some(bytes) = self.waiting.pop_front() else { return Ok(None) };
            if !self.half_way
                && let Some(data) = only_data(&bytes)
            {
                self.pending = 0;
                return Ok(Some(data.to_owned()));
            }
            self.half_way = event_end(&bytes) != Some(bytes.len());
            self.queue.put(bytes);
            self.fed = true;
        }
    }

    /// The next event in what the crate was given.
    fn read(&mut self) -> Result<Option<String>, Fault> {
        if !self.fed {
            return Ok(None);
        }
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(&mut self.events).poll_next(&mut context) {
            Poll::Ready(Some(Ok(event))) => {
                self.pending = 0;
                Ok(Some(event.data))
            }
            Poll::Ready(Some(Err(error))) => Err(broken(&error)),
            Poll::Ready(None) | Poll::Pending => {
                self.fed = false;
                let too_much = self.waiting.is_empty() && self.pending > self.max;
                if too_much { Err(too_long(self.max)) } else { Ok(None) }
            }
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where the first event in whole lines ends: behind an empty line.
fn event_end(lines: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'\n', lines.get(from..)?) {
        let next = from + found + 1;
        match lines.get(next..)? {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => from = next,
        }
    }
    None
}

/// The data of an event that is nothing but one line of data.
fn only_data(event: &[u8]) -> Option<&str> {
    let line = event.strip_prefix(b"data:")?.strip_suffix(b"\n\n")?;
    let data = line.strip_prefix(b" ").unwrap_or(line);
    if data.is_empty() || memchr::memchr2(b'\n', b'\r', data).is_some() {
        return None;
    }
    std::str::from_utf8(data).ok()
}

fn broken(error: &EventStreamError<Infallible>) -> Fault {
    // The crate's own message repeats the bytes; they may be anything.
    let what = match error {
        EventStreamError::Utf8(_) => "not UTF-8",
        EventStreamError::Parser(_) => "not an event stream",
        EventStreamError::Transport(never) => match *never {},
    };
    Fault::new(ModelErrorKind::Malformed, format!("sent something that is {what}"))
}

/// What the crate reads next. Empty means: not yet.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<Option<Bytes>>>);

impl Queue {
    fn put(&self, bytes: Bytes) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }
}

impl Stream for Queue {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(bytes) => Poll::Ready(Some(Ok(bytes))),
            None => Poll::Pending,
        }
    }
}
