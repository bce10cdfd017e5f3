//! Asks the model and passes on what it says while it says it.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use nanofolks_protocol::ports::{Clock, ModelStream};
use nanofolks_protocol::{
    BotId, CallId, Event, EventKind, ModelError, ModelErrorKind, ModelEvent, NoticeLevel, RoomId,
    SessionId, StopReason, ToolCall, TurnId, Usage,
};
use nanofolks_security::{Sanitizer, SanitizerStream};
use serde_json::Value;

use super::hold::Hold;
use super::pace::Pace;
use super::source::Source;
use super::stop::{Cause, Stop};
use crate::bus::Bus;

/// Most pieces of a stream taken at once.
pub(super) const PIECES: usize = 256;
/// Most bytes one reply may have; a model that sends more is broken.
const MAX_REPLY: usize = 32 << 20;
/// Most calls of one reply.
const MAX_CALLS: usize = 128;

/// A pause that a person wonders about.
const LONG: Duration = Duration::from_secs(1);
/// The code of the hint that a request is sent again in a while.
const RETRYING: &str = "provider_retrying";

/// What a model said, as far as it got.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) seal: Option<Value>,
    pub(crate) calls: Vec<ToolCall>,
    pub(crate) usage: Usage,
    /// Attempts that failed before anything came.
    pub(crate) again: Vec<ModelError>,
    pub(crate) end: ReplyEnd,
}

/// How the stream ended.
#[derive(Debug)]
pub(crate) enum ReplyEnd {
    Finished(StopReason),
    Failed(ModelError),
    Stopped(Cause),
}

/// Whose words these are.
#[derive(Debug, Clone)]
pub(crate) struct Speaker {
    pub(crate) room: RoomId,
    pub(crate) session: SessionId,
    pub(crate) turn: TurnId,
    pub(crate) bot: BotId,
}

impl Speaker {
    /// An event of this turn and bot.
    pub(crate) fn event(&self, clock: &dyn Clock, what: EventKind) -> Event {
        Event {
            session: Some(self.session),
            turn: Some(self.turn),
            bot: Some(self.bot.clone()),
            ..Event::new(clock.now(), self.room.clone(), what)
        }
    }
}

/// Listens to a model until it has finished, failed or been stopped.
pub(crate) async fn listen(
    stream: ModelStream,
    provider: &str,
    hints: &mut Hints<'_>,
    stop: &Stop,
) -> Reply {
    let mut reply = Reply::nothing(provider);
    let mut stream = stream.ready_chunks(PIECES);
    let pulled = stop.pulled();
    tokio::pin!(pulled);
    'listening: loop {
        let pieces = tokio::select! {
            biased;
            cause = &mut pulled => {
                reply.end = ReplyEnd::Stopped(cause);
                break;
            }
            pieces = stream.next() => pieces,
        };
        let Some(pieces) = pieces else { break };
        for piece in pieces {
            if let Some(end) = reply.take(piece, provider, hints) {
                reply.end = end;
                break 'listening;
            }
        }
        hints.flush_if_heard();
        tokio::select! {
            biased;
            cause = &mut pulled => {
                reply.end = ReplyEnd::Stopped(cause);
                break;
            }
            () = hints.rest() => {}
        }
    }
    hints.flush();
    reply
}

impl Reply {
    /// Nothing yet; when it stays so, the answer broke off.
    pub(super) fn nothing(provider: &str) -> Self {
        Self {
            text: String::new(),
            reasoning: String::new(),
            seal: None,
            calls: Vec::new(),
            usage: Usage::default(),
            again: Vec::new(),
            end: ReplyEnd::Failed(ModelError::new(
                provider,
                ModelErrorKind::Cut,
                "the answer ended before it was complete",
            )),
        }
    }

    /// Takes one piece; gives the end when it is one.
    pub(super) fn take(
        &mut self,
        piece: Result<ModelEvent, ModelError>,
        provider: &str,
        hints: &mut Hints<'_>,
    ) -> Option<ReplyEnd> {
        match piece {
            Ok(ModelEvent::Text(text)) => {
                hints.text(&text);
                self.text.push_str(&text);
            }
            Ok(ModelEvent::Reasoning(text)) => {
                hints.reasoning(&text);
                self.reasoning.push_str(&text);
            }
            Ok(ModelEvent::ReasoningSeal(seal)) => self.add_seal(seal),
            Ok(ModelEvent::ToolCall(call)) => self.calls.push(call),
            Ok(ModelEvent::Usage(usage)) => self.usage = usage,
            Ok(ModelEvent::Again { error, pause }) => {
                hints.again(&error, pause);
                self.again.push(error);
            }
            Ok(ModelEvent::Finished { reason }) => return Some(ReplyEnd::Finished(reason)),
            Err(error) => return Some(ReplyEnd::Failed(error)),
        }
        let too_much = self.text.len() + self.reasoning.len() > MAX_REPLY;
        (too_much || self.calls.len() > MAX_CALLS).then(|| {
            ReplyEnd::Failed(ModelError::new(
                provider,
                ModelErrorKind::Malformed,
                "the answer is absurdly long",
            ))
        })
    }

    fn add_seal(&mut self, seal: Value) {
        self.seal = Some(match self.seal.take() {
            None => Value::Array(vec![seal]),
            Some(Value::Array(mut seals)) => {
                seals.push(seal);
                Value::Array(seals)
            }
            Some(other) => Value::Array(vec![other, seal]),
        });
    }

    /// How often the provider was asked for it.
    pub(crate) fn requests(&self) -> u32 {
        u32::try_from(self.again.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Gives each call a name that no earlier call of the conversation has.
    pub(crate) fn name_calls(&mut self, known: &mut HashSet<CallId>, source: &Source) {
        for call in &mut self.calls {
            if !known.insert(call.id.clone()) {
                call.id = source.call();
                known.insert(call.id.clone());
            }
        }
    }
}

/// Live hints: merged, and held back while the slowest front is behind.
pub(crate) struct Hints<'a> {
    bus: &'a Bus,
    clock: &'a dyn Clock,
    speaker: &'a Speaker,
    hold: Option<&'a Hold>,
    sanitizer: &'a Sanitizer,
    text: SanitizerStream,
    reasoning: SanitizerStream,
    ready_text: String,
    ready_reasoning: String,
    /// Whether the last that came was a thought.
    thinks: Option<bool>,
    pace: Pace,
}

impl<'a> Hints<'a> {
    pub(crate) fn new(
        bus: &'a Bus,
        clock: &'a dyn Clock,
        speaker: &'a Speaker,
        sanitizer: &'a Sanitizer,
    ) -> Self {
        Self {
            bus,
            clock,
            speaker,
            hold: None,
            sanitizer,
            text: sanitizer.stream(),
            reasoning: sanitizer.stream(),
            ready_text: String::new(),
            ready_reasoning: String::new(),
            thinks: None,
            pace: Pace::default(),
        }
    }

    /// Shows nothing while somebody else may have taken the turn.
    pub(crate) const fn while_held(mut self, hold: &'a Hold) -> Self {
        self.hold = Some(hold);
        self
    }

    fn text(&mut self, text: &str) {
        self.turn_to(false);
        self.pace.heard(text.len());
        self.ready_text.push_str(&self.text.push(text));
    }

    fn reasoning(&mut self, text: &str) {
        self.turn_to(true);
        self.pace.heard(text.len());
        self.ready_reasoning.push_str(&self.reasoning.push(text));
    }

    /// Says that it takes longer, where somebody may wonder. What is kept of it comes with the
    /// reply.
    fn again(&self, error: &ModelError, pause: Duration) {
        if pause < LONG || self.hold.is_some_and(|hold| !hold.is_sure()) {
            return;
        }
        let text = format!("{error}; asked again in {} s", pause.as_secs_f64().ceil());
        let text = self.sanitizer.clean(&text).into_owned();
        let (level, code) = (NoticeLevel::Warn, RETRYING.to_owned());
        let notice = EventKind::Notice { level, code, text, hint: None };
        self.bus.show(self.speaker.event(self.clock, notice));
    }

    /// Between thoughts and words, what was held back of the one comes before the other.
    fn turn_to(&mut self, thinks: bool) {
        if self.thinks.replace(thinks).is_some_and(|before| before != thinks) {
            self.flush();
        }
    }

    /// Shows what is ready unless a front is behind; then it waits and grows.
    pub(super) fn flush_if_heard(&mut self) {
        if !self.bus.is_behind() {
            self.show();
        }
    }

    /// Waits until it is worth listening again.
    pub(super) async fn rest(&mut self) {
        self.pace.rest().await;
    }

    /// Shows everything, the held-back ends included.
    pub(super) fn flush(&mut self) {
        self.ready_text.push_str(&self.text.finish());
        self.ready_reasoning.push_str(&self.reasoning.finish());
        self.show();
    }

    fn show(&mut self) {
        if self.hold.is_some_and(|hold| !hold.is_sure()) {
            return;
        }
        if !self.ready_reasoning.is_empty() {
            let text = std::mem::take(&mut self.ready_reasoning);
            self.bus.show(self.speaker.event(self.clock, EventKind::ReasoningDelta { text }));
        }
        if !self.ready_text.is_empty() {
            let text = std::mem::take(&mut self.ready_text);
            self.bus.show(self.speaker.event(self.clock, EventKind::TextDelta { text }));
        }
    }
}
