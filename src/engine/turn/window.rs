//! Keeps a request within its model's window: before it is sent, and once more when the
//! provider says that it was too long.

use std::sync::Arc;

use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{
    Checkpoint, EventKind, Message, ModelCard, ModelErrorKind, ModelRequest, NoticeLevel, Problem,
    Role, Session, Timestamp, TurnId, Write,
};

use super::context::{self, Reader};
use super::driver::Run;
use super::prepare::{self, Frame};
use super::speech::{Reply, ReplyEnd};
use crate::compaction::{
    self, CompactionMode, Conversation, Head, Outlook, Shortened, no_progress, shorten,
};
use crate::engine::Shared;
use crate::gauge::Load;

/// What a request is brought down to when it was too long: this share of the window.
const AIM: f64 = 0.60;

/// The earlier conversation as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Past {
    /// What stands for the messages that are not sent any more.
    pub(crate) head: Option<Head>,
    pub(crate) messages: Vec<Arc<Message>>,
    /// Messages of the session before the first of them.
    pub(crate) before: u64,
    /// Messages that are not sent although nothing stands for them.
    pub(crate) left_out: u64,
}

impl Past {
    /// What is sent of a session: `messages` are its newest ones, of `total`.
    pub(super) async fn of(
        shared: &Shared,
        session: &Session,
        mut messages: Vec<Arc<Message>>,
        total: u64,
    ) -> Self {
        let read = messages.len();
        let mut before = total.saturating_sub(read as u64);
        if session.messages == 0 {
            return Self { head: None, messages, before, left_out: 0 };
        }
        let stored = if shared.reel.is_reading() {
            None
        } else {
            // Where it cannot be read, the messages are all there all the same.
            shared.services.archive.checkpoint(session.id).await.unwrap_or_else(|error| {
                tracing::warn!(%error, session = %session.id, "a checkpoint cannot be read");
                None
            })
        };
        let checkpoint = shared.reel.lasting_if("checkpoint", || stored);
        let stands =
            |checkpoint: &Checkpoint| messages.iter().any(|message| message.id == checkpoint.upto);
        if before > 0 && !checkpoint.as_ref().is_some_and(stands) {
            // Where reading stopped may be between a call and its result.
            begin_whole(&mut messages);
            before += (read - messages.len()) as u64;
        }
        let Some(checkpoint) = checkpoint else {
            return Self { head: None, messages, before, left_out: before };
        };
        let stood_for = messages.iter().position(|message| message.id == checkpoint.upto);
        let gone = stood_for.map_or(0, |at| at + 1);
        messages.drain(..gone);
        let before = before + gone as u64;
        let left_out = match stood_for {
            Some(_) => 0,
            None => before.saturating_sub(checkpoint.messages),
        };
        Self { head: Some(Head::new(checkpoint, false)), messages, before, left_out }
    }

    /// Whether there is more than what is sent.
    pub(super) const fn is_shortened(&self) -> bool {
        self.head.is_some() || self.left_out > 0
    }

    /// The messages as a model reads them, the head first.
    pub(super) fn shown(&self, reader: Reader<'_>) -> Vec<Arc<Message>> {
        let head = self.head.iter().map(|head| &head.message);
        head.chain(&self.messages).map(|one| context::readable(one, reader)).collect()
    }

    /// Takes a checkpoint for the messages that it stands for.
    pub(super) fn take(&mut self, shortened: &Shortened) {
        self.messages.drain(..shortened.cut);
        self.before += shortened.cut as u64;
        self.head = Some(Head::new(shortened.checkpoint.clone(), false));
    }

    /// Drops the oldest messages until the rest fits, with nothing in their place. The turn
    /// that runs stays whole.
    pub(super) fn drop_oldest(&mut self, tokens: u64, turn: Option<TurnId>) {
        let kept = context::fit(&self.messages, tokens).len();
        let running = self.messages.iter().position(|one| turn.is_some() && one.turn == turn);
        let gone = (self.messages.len() - kept).min(running.unwrap_or(usize::MAX));
        self.messages.drain(..gone);
        self.before += gone as u64;
        self.left_out += gone as u64;
    }
}

/// Drops what the first messages answer to is missing of: a conversation begins where a person
/// speaks, or at least not with a result.
fn begin_whole(messages: &mut Vec<Arc<Message>>) {
    let spoken = messages.iter().position(|message| message.role == Role::User);
    let begin = spoken.or_else(|| messages.iter().position(|one| one.role != Role::Tool));
    messages.drain(..begin.unwrap_or(0));
}

/// A request that is too long, and how much shorter it has to be.
pub(super) struct TooLong<'a> {
    pub(super) past: &'a Past,
    /// Its parts in tokens, the head first.
    pub(super) load: &'a Load,
    /// Tokens it is expected to have.
    pub(super) expected: u64,
    pub(super) card: &'a ModelCard,
    pub(super) turn: Option<TurnId>,
}

impl TooLong<'_> {
    /// Shortens it at once and without a model, when something is gained by it.
    pub(super) fn shorten(&self, shared: &Shared, at: Timestamp) -> Option<Shortened> {
        let skipped = usize::from(self.past.head.is_some());
        let weights: Vec<u64> = self.load.weights().skip(skipped).collect();
        let conversation = Conversation {
            head: self.past.head.as_ref(),
            messages: &self.past.messages,
            weights: &weights,
            before: self.past.before,
            turn: self.turn,
            window: self.card.context_window,
        };
        let aim = compaction::part(u64::from(self.card.context_window), AIM);
        let excess = self.expected.saturating_sub(aim);
        // What is too much as the provider counts, in our own count.
        let excess = excess.saturating_mul(self.load.total()) / self.expected.max(1);
        let keep = shared.services.settings.context.preserve_recent;
        shorten(&conversation, excess, keep, at)
    }
}

impl Run<'_> {
    /// Tokens that the next request is expected to have.
    pub(super) fn expected(&self) -> u64 {
        self.shared.gauges.expect(self.speaker.session, &self.load)
    }

    /// Shortens the conversation when the next request would not fit.
    pub(super) fn make_room(&mut self) {
        let settings = &self.shared.services.settings.context;
        let expected = self.expected();
        let room = settings.room(&self.active.card, self.active.request.max_output);
        // Where it was in vain, it is tried again only when there is a tenth more.
        let tried = self.stalled.is_some_and(|then| expected < then + then / 10);
        if expected <= room || settings.mode == CompactionMode::Off {
            return;
        }
        if !tried {
            self.shorten("emergency: the next request would not fit");
        }
        if self.expected() > room {
            self.trim(room);
        }
    }

    /// Shortens the conversation at once. `false` when nothing was gained.
    fn shorten(&mut self, reason: &str) -> bool {
        let (expected, turn) = (self.expected(), Some(self.job.turn));
        let too_long =
            TooLong { past: &self.past, load: &self.load, expected, card: &self.active.card, turn };
        let Some(shortened) = too_long.shorten(self.shared, self.job.source.now()) else {
            self.stalled = Some(expected);
            let earlier = self.past.messages.first().is_some_and(|one| one.turn != turn);
            if earlier || self.past.head.is_some() {
                self.note(no_progress(expected));
            }
            return false;
        };
        for what in shortened.events(reason) {
            self.note(what);
        }
        self.pending.push(Write::Checkpoint {
            session: self.speaker.session,
            checkpoint: Box::new(shortened.checkpoint.clone()),
        });
        self.past.take(&shortened);
        self.reframe();
        self.stalled = None;
        true
    }

    /// Offers what is on offer now that older messages are not sent any more.
    pub(super) fn reframe(&mut self) {
        let query = prepare::query(&self.prepared.bot, &self.job.envelope, &self.job.options, true);
        let Frame { offers, schemas, tools, .. } =
            prepare::frame(self.shared, &query, &self.active.card);
        self.pending.push(Write::Content { id: tools.0.clone(), bytes: tools.1.clone() });
        let recalls = offers.iter().any(|offer| offer.schema.name == compaction::RECALL);
        self.past.head = self.past.head.take().map(|head| head.with_recall(recalls));
        if let Some(head) = &self.past.head {
            self.pending.push(head.content());
        }
        self.load.set_tools((tools.0.clone(), context::tokens_of_tools(&schemas)));
        self.tools = tools.0;
        self.offers = offers;
        self.active.request.tools = schemas.into();
        self.reread();
    }

    /// The same request once more and shorter, when the provider said it was too long: that
    /// calls for less, not for another model.
    ///
    /// # Errors
    /// When it cannot be paid for.
    pub(super) fn shrink(&mut self, reply: &Reply) -> Result<Option<ModelRequest>, Problem> {
        let ReplyEnd::Failed(error) = &reply.end else { return Ok(None) };
        if error.kind != ModelErrorKind::ContextOverflow {
            return Ok(None);
        }
        let said = self.shared.gauges.said_window(&self.active.card);
        let at = self.job.source.now();
        let session = self.speaker.session;
        let learned = self.shared.gauges.overflowed(session, &self.load, said, &error.message, at);
        if let Some(learned) = learned {
            let card = self.shared.services.models.card(&self.active.model);
            self.active.card = self.shared.gauges.corrected(card);
            self.pending.push(Write::Learned(Box::new(learned)));
        }
        let is_off = self.shared.services.settings.context.mode == CompactionMode::Off;
        if is_off || std::mem::replace(&mut self.shrunk, true) || self.machine.is_spent() {
            return Ok(None);
        }
        let text = format!("{} says that the request was too long for it", self.active.model);
        let less = self.expected().saturating_mul(3) / 4;
        if !self.shorten(&text) && !self.trim(less) {
            return Ok(None);
        }
        self.next_request().map(Some)
    }

    /// Tells the user once when the conversation has grown past where that is due.
    pub(super) fn warn(&mut self, used: u64) {
        let settings = &self.shared.services.settings.context;
        let window = self.active.card.context_window;
        if !settings.is_warned(self.was_used, used, window) {
            self.was_used = used.max(self.was_used);
            return;
        }
        self.was_used = used;
        let full = compaction::share(used, window) * 100.0;
        let hint = match settings.mode {
            CompactionMode::Off => "begin a new session, or set context.mode = \"summary\"",
            CompactionMode::Summary | CompactionMode::TokenLimit => {
                "older messages will be summed up; /compact does it now"
            }
        };
        self.note(EventKind::Notice {
            level: NoticeLevel::Info,
            code: "context_warning".to_owned(),
            text: format!("{full:.0} % of the window of {} are used", self.active.model),
            hint: Some(hint.to_owned()),
        });
    }

    /// The conversation as it stands after the turn.
    pub(super) fn outlook(&self) -> Outlook {
        Outlook {
            room: self.speaker.room.clone(),
            session: self.speaker.session,
            bot: self.speaker.bot.clone(),
            card: self.active.card.clone(),
            used: self.expected(),
            messages: self.past.messages.len(),
        }
    }
}
