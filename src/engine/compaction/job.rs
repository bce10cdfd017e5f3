//! Sums a conversation up beside its turns: never in their way, one at a time for each
//! session, within a deadline. The older context is used until the checkpoint is on disk;
//! a crash in between loses nothing but the work.

use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::history::CompactionTier;
use nanofolks_protocol::ports::StoreError;
use nanofolks_protocol::{
    BotId, Checkpoint, Event, EventKind, Message, MessageId, ModelCard, ModelRef, NoticeLevel,
    Problem, ProblemKind, Receipt, RoomId, SessionId, TurnId, Write,
};

use super::head::Head;
use super::shorten::{self, Conversation, Shortened};
use super::{CompactionMode, digest, part, share};
use crate::engine::Shared;
use crate::gate::{self, Errand, Fetched};
use crate::turn::{Payer, context};

/// Messages that are read at once.
const PAGE: u32 = 400;
/// More messages than this are summed up page by page, without a model.
const MOST: usize = 1_000;
/// So many messages behind the last checkpoint call for a new one, whatever their size.
const MANY: usize = 300;
/// The part of the conversation that goes, by tier.
const BACKGROUND: f64 = 0.30;
const AGGRESSIVE: f64 = 0.50;
/// How long nothing has to stop after a turn before a model is asked for a summary.
const SETTLED: Duration = Duration::from_millis(250);
/// Newest messages that are never folded away.
const LATEST: usize = 100;
/// Newest messages that stay when a person asks for it.
const BY_HAND: usize = 4;

/// A conversation after a turn.
#[derive(Debug, Clone)]
pub(crate) struct Outlook {
    pub(crate) room: RoomId,
    pub(crate) session: SessionId,
    pub(crate) bot: BotId,
    /// The model that answered, as it is believed to be.
    pub(crate) card: ModelCard,
    /// Tokens the next request is expected to have.
    pub(crate) used: u64,
    /// Messages that are sent.
    pub(crate) messages: usize,
}

/// Starts summing a conversation up after a turn, when it has grown to where that is due.
pub(crate) fn consider(shared: &Arc<Shared>, session: SessionId) {
    let Some(outlook) = shared.compactions.taken(session) else { return };
    let settings = &shared.services.settings.context;
    let due = settings.tier(outlook.used, outlook.card.context_window);
    let full = due.is_some();
    let tier = due.or_else(|| {
        let many = outlook.messages >= MANY && settings.mode != CompactionMode::Off;
        many.then_some(CompactionTier::Background)
    });
    let Some(tier) = tier else { return };
    let worker = Arc::clone(shared);
    shared.tasks.spawn(async move {
        // A process that ends with its turn asks no model for what it cannot keep.
        tokio::select! {
            biased;
            () = worker.tasks.stop().cancelled() => return,
            () = tokio::time::sleep(SETTLED) => {}
        }
        let job = Job { shared: &worker, outlook: &outlook, tier, by_hand: false, full };
        if let Err(problem) = job.run().await
            && problem.code != NOTHING
        {
            tracing::warn!(%problem, session = %outlook.session, "a conversation stays as it is");
        }
    });
}

/// Sums a conversation up because somebody asked for it.
///
/// # Errors
/// `nothing_to_compact`, `compaction_no_progress`, or what went wrong.
pub(crate) async fn compact_now(shared: &Shared, outlook: Outlook) -> Result<Receipt, Problem> {
    let tier = CompactionTier::Aggressive;
    let done = Job { shared, outlook: &outlook, tier, by_hand: true, full: true }.run().await?;
    Ok(Receipt::Compacted {
        messages: done.messages,
        before: done.tokens_before,
        after: done.tokens_after,
    })
}

/// The code of a wish that has nothing to do.
const NOTHING: &str = "nothing_to_compact";

struct Job<'a> {
    shared: &'a Shared,
    outlook: &'a Outlook,
    tier: CompactionTier,
    by_hand: bool,
    /// Whether the window is the reason; where it is only the number of messages, no model
    /// is asked.
    full: bool,
}

/// The older part of a session as it is stored.
struct Found {
    /// Where the newest checkpoint on disk ends.
    newest: Option<MessageId>,
    head: Option<Head>,
    messages: Vec<Arc<Message>>,
    weights: Vec<u64>,
    before: u64,
    turn: Option<TurnId>,
}

impl Found {
    fn conversation(&self, window: u32) -> Conversation<'_> {
        Conversation {
            head: self.head.as_ref(),
            messages: &self.messages,
            weights: &self.weights,
            before: self.before,
            turn: self.turn,
            window,
        }
    }
}

impl Job<'_> {
    async fn run(&self) -> Result<Checkpoint, Problem> {
        let Outlook { session, card, .. } = self.outlook;
        let Some(_turnstile) = self.shared.compactions.enter(*session) else {
            return Err(nothing("this conversation is being summed up already"));
        };
        let found = self.find().await.map_err(|error| error.to_problem())?;
        let conversation = found.conversation(card.context_window);
        let tokens = conversation.tokens();
        if !self.by_hand && self.shared.compactions.is_stalled(*session, tokens) {
            return Err(nothing("it was tried at this size, in vain"));
        }
        let Some(cut) = self.place(&conversation) else {
            return Err(nothing("there is nothing that could be summed up yet"));
        };
        let (summary, writes) = self.summary(&conversation, cut).await;
        let at = self.shared.services.clock.now();
        match conversation.checkpoint(cut, summary, self.tier, at) {
            Some(shortened) => self.keep(shortened, &found, writes).await,
            None => self.stay(tokens, writes).await,
        }
    }

    /// Reads what is behind the newest checkpoint.
    async fn find(&self) -> Result<Found, StoreError> {
        let archive = &self.shared.services.archive;
        let Outlook { room, session, .. } = self.outlook;
        let checkpoint = archive.checkpoint(*session).await?;
        let live = archive.room(room).await?.and_then(|state| state.live);
        let mut found = Found {
            newest: checkpoint.as_ref().map(|checkpoint| checkpoint.upto),
            before: checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.messages),
            head: checkpoint.map(|checkpoint| Head::new(checkpoint, true)),
            messages: Vec::new(),
            weights: Vec::new(),
            turn: live.map(|(turn, _)| turn),
        };
        loop {
            let from = found.before + found.messages.len() as u64;
            let page = archive.messages_after(*session, from, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            for one in page {
                found.weights.push(context::tokens_of(&one.message));
                found.messages.push(one.message);
            }
            if is_last {
                return Ok(found);
            }
            if found.messages.len() > MOST {
                self.fold(&mut found);
                // A long past is nobody's turn to wait for.
                tokio::task::yield_now().await;
            }
        }
    }

    /// Takes the oldest page into the head, without a model.
    fn fold(&self, found: &mut Found) {
        let conversation = found.conversation(self.outlook.card.context_window);
        let tokens = found.weights.iter().take(PAGE as usize).sum();
        let Some(cut) = conversation.place(tokens, LATEST) else { return };
        let summary = conversation.plain_summary(cut);
        let at = self.shared.services.clock.now();
        let stand_in = conversation.stand_in(cut, summary, self.tier, at);
        let Some(checkpoint) = stand_in else { return };
        found.head = Some(Head::new(checkpoint, true));
        found.messages.drain(..cut);
        found.weights.drain(..cut);
        found.before += cut as u64;
    }

    fn place(&self, conversation: &Conversation<'_>) -> Option<usize> {
        let all: u64 = conversation.weights.iter().sum();
        let keep = self.shared.services.settings.context.preserve_recent;
        let (tokens, keep) = match (self.by_hand, self.tier) {
            (true, _) => (all, keep.min(BY_HAND)),
            (false, CompactionTier::Background) => (part(all, BACKGROUND), keep),
            (false, CompactionTier::Aggressive | CompactionTier::Emergency) => {
                (part(all, AGGRESSIVE), keep)
            }
        };
        conversation.place(tokens, keep)
    }

    /// Sums up with a model, or without one, and says what has to be written for it.
    async fn summary(&self, conversation: &Conversation<'_>, cut: usize) -> (String, Vec<Write>) {
        let reason = self.reason();
        let started = self.event(EventKind::CompactionStarted { reason });
        let settings = &self.shared.services.settings.context;
        let (model, card) = match self.summariser().await {
            Some(chosen) if self.full && settings.mode != CompactionMode::TokenLimit => chosen,
            _ => return (conversation.plain_summary(cut), vec![started]),
        };
        let span = conversation.span(cut);
        let earlier = conversation.head.map(|head| head.checkpoint.summary.as_str());
        let request = digest::request(&card, earlier, span);
        let errand = Errand {
            payer: Payer {
                turn: None,
                room: &self.outlook.room,
                session: self.outlook.session,
                bot: &self.outlook.bot,
                max_cost_usd: None,
            },
            purpose: "summary",
            model: &model,
            card: &card,
            patience: settings.summary_timeout,
        };
        let Fetched { text, spent, begun } =
            gate::fetch(self.shared, &errand, request, vec![started]).await;
        let mut writes = begun;
        writes.extend(spent);
        let clean = text.map(|text| self.shared.services.sanitizer.clean(&text).into_owned());
        let of: u64 = conversation.weights.iter().take(cut).sum();
        let usable = match &clean {
            Ok(text) => digest::checked(text, of).ok_or_else(|| "it cannot be used".to_owned()),
            Err(problem) => Err(problem.message.clone()),
        };
        match usable {
            Ok(summary) => (summary, writes),
            Err(why) => {
                writes.push(self.event(EventKind::Notice {
                    level: NoticeLevel::Warn,
                    code: "summary_failed".to_owned(),
                    text: format!(
                        "no summary came from {model}: {why}; the beginnings of what was said \
                         stand in for it"
                    ),
                    hint: None,
                }));
                (conversation.plain_summary(cut), writes)
            }
        }
    }

    /// The model that sums up; none where the conversation's own is too small for that.
    async fn summariser(&self) -> Option<(ModelRef, ModelCard)> {
        let services = &self.shared.services;
        let model = match &services.settings.context.summary_model {
            None if self.outlook.card.small => return None,
            None => self.outlook.card.model.clone(),
            Some(name) => match services.models.resolve(name) {
                Ok(model) => model,
                Err(problem) => {
                    tracing::warn!(%problem, "the model for summaries is not known");
                    return None;
                }
            },
        };
        let card = services.models.card(&model);
        self.shared.gauges.load(&services.archive, &card).await;
        let card = self.shared.gauges.corrected(card);
        Some((model, card))
    }

    /// Writes the checkpoint, unless somebody else was quicker.
    async fn keep(
        &self,
        shortened: Shortened,
        found: &Found,
        mut writes: Vec<Write>,
    ) -> Result<Checkpoint, Problem> {
        let Shortened { checkpoint, .. } = shortened;
        let session = self.outlook.session;
        let newest = self.shared.services.archive.checkpoint(session).await;
        let newest = newest.map_err(|error| error.to_problem())?;
        if newest.map(|newest| newest.upto) != found.newest {
            self.commit(writes).await?;
            return Err(nothing("another process summed this conversation up meanwhile"));
        }
        let (before, after) = (checkpoint.tokens_before, checkpoint.tokens_after);
        writes.push(Write::Checkpoint { session, checkpoint: Box::new(checkpoint.clone()) });
        writes.push(self.event(EventKind::CompactionFinished { before, after }));
        self.commit(writes).await?;
        self.shared.compactions.went_on(session);
        Ok(checkpoint)
    }

    /// Leaves everything as it is, and does not try again before there is more.
    async fn stay(&self, tokens: u64, mut writes: Vec<Write>) -> Result<Checkpoint, Problem> {
        self.shared.compactions.stalled(self.outlook.session, tokens);
        writes.push(self.event(EventKind::CompactionFinished { before: tokens, after: tokens }));
        writes.push(self.event(shorten::no_progress(tokens)));
        self.commit(writes).await?;
        Err(Problem::new(
            ProblemKind::Failure,
            "compaction_no_progress",
            "this conversation cannot be made a tenth shorter",
        ))
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), Problem> {
        let written = self.shared.bus.commit(writes).await;
        written.map(drop).map_err(|error| error.to_problem())
    }

    fn reason(&self) -> String {
        if self.by_hand {
            return "somebody asked for it".to_owned();
        }
        let full = share(self.outlook.used, self.outlook.card.context_window) * 100.0;
        let name = match self.tier {
            CompactionTier::Background => "background",
            CompactionTier::Aggressive => "aggressive",
            CompactionTier::Emergency => "emergency",
        };
        format!("{name}: {full:.0} % of the window of {} are used", self.outlook.card.model)
    }

    fn event(&self, what: EventKind) -> Write {
        let Outlook { room, session, bot, .. } = self.outlook;
        Write::Event(Box::new(Event {
            session: Some(*session),
            bot: Some(bot.clone()),
            ..Event::new(self.shared.services.clock.now(), room.clone(), what)
        }))
    }
}

fn nothing(why: &str) -> Problem {
    Problem::new(ProblemKind::Failure, NOTHING, why)
}
