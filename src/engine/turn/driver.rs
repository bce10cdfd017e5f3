//! Does what the machine decides: one bot's run, journaled step by step.
//!
//! What must be on disk before it is shown or takes effect is collected in `pending` and
//! written in one commit at the latest moment that is still early enough. A round with
//! tools that change nothing is one commit: reply, results and next request together.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use nanofolks_protocol::event::Stage;
use nanofolks_protocol::journal::{RequestRecord, ResponseRecord};
use nanofolks_protocol::ports::{Clock as _, Permit, StoreError, ToolOffer};
use nanofolks_protocol::{
    BlobId, CallId, Content, EventKind, Message, MessageId, ModelRequest, NoticeLevel, Origin,
    Part, Problem, ProblemKind, ReservationId, Role, StopReason, ToolCall, ToolContext, TurnState,
    Write, Written,
};
use serde_json::json;

use super::ask::Grants;
use super::fallback::Active;
use super::machine::Machine;
use super::prepare::{Job, Pictures, Prepared, Resume};
use super::speech::{self, Hints, Reply, ReplyEnd, Speaker};
use super::stop::{Cause, Stop};
use super::tools::Checked;
use super::used::Used;
use super::window::Past;
use super::{budget, context, ending};
use crate::compaction::{self, Head, SessionRecall};
use crate::engine::Shared;
use crate::gate;
use crate::gauge::{Gauges, Load};
use crate::outbox;
use crate::trouble;

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Finished,
    Failed(Problem),
    Stopped(Cause),
}

/// One bot's run, in progress.
pub(crate) struct Run<'a> {
    pub(super) shared: &'a Shared,
    pub(super) prepared: &'a Prepared,
    pub(super) job: &'a Job,
    pub(super) speaker: Speaker,
    pub(super) cx: ToolContext,
    pub(super) stop: Stop,
    pub(super) pending: Vec<Write>,
    pub(super) grants: Grants,
    pub(super) turn_grants: HashSet<String>,
    pub(super) machine: Machine,
    /// The model that is asked now.
    pub(super) active: Active,
    /// What is held back for the request that is under way.
    reservation: Option<ReservationId>,
    /// Leave to send the request that was recorded last.
    permit: Option<Permit>,
    /// Whether what comes next goes on in the middle of a sentence.
    pub(super) seam: bool,
    /// The conversation behind the request.
    pub(super) past: Past,
    /// The same as the model reads it, the head first.
    pub(super) shown: Vec<Arc<Message>>,
    /// The parts of the request in tokens.
    pub(super) load: Load,
    /// The tools on offer, and the record of their schemas.
    pub(super) offers: Vec<ToolOffer>,
    pub(super) tools: BlobId,
    /// Whether a request was too long for its provider once already.
    pub(super) shrunk: bool,
    /// The tokens at which shortening was tried in vain.
    pub(super) stalled: Option<u64>,
    /// The tokens that were used when the user was told of it last.
    pub(super) was_used: u64,
    pictures: Pictures,
    calls_known: HashSet<CallId>,
    pub(super) checked: BTreeMap<CallId, Checked>,
    /// Everything the bot has said in this turn.
    pub(super) said: Vec<String>,
    last_message: Option<MessageId>,
}

/// Runs a prepared turn to its end and writes the ending, together with the claim of the
/// room's next message.
pub(crate) async fn run(
    shared: &Shared,
    job: &Job,
    prepared: &Prepared,
    grants: Grants,
    permit: Option<Permit>,
) -> Result<Vec<Written>, StoreError> {
    let mut run = Run::new(shared, job, prepared, grants);
    run.permit = permit;
    let outcome = match run.go().await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Failed(problem),
    };
    if outcome == Outcome::Stopped(Cause::Shutdown) {
        return run.suspend().await;
    }
    let answers = run.answers();
    let mut writes = std::mem::take(&mut run.pending);
    // An ending is written only by the process whose turn it still is.
    writes.insert(0, ending::renew_lease(shared, job));
    if matches!(outcome, Outcome::Finished) {
        for (stage, what) in [(Stage::Collect, "1 answer"), (Stage::Final, "said as it is")] {
            let what = EventKind::TurnStage { stage, decided: what.to_owned(), reasons: vec![] };
            let event = run.speaker.event(&*job.source, what);
            writes.push(Write::Event(Box::new(event)));
        }
    }
    writes.extend(outbox::enqueue(shared, job, &outcome, &answers));
    writes.extend(ending::ending_writes(job, outcome, answers));
    writes.extend(ending::claim_next_if_open(shared, job));
    let written = trouble::commit_ending(shared, job, writes).await;
    if written.is_ok() {
        shared.compactions.note(run.outlook());
    }
    written
}

impl<'a> Run<'a> {
    fn new(shared: &'a Shared, job: &'a Job, prepared: &'a Prepared, grants: Grants) -> Self {
        let speaker = Speaker {
            room: job.envelope.room.clone(),
            session: job.session.id,
            turn: job.turn,
            bot: prepared.bot.id.clone(),
        };
        let cx = ToolContext {
            room: speaker.room.clone(),
            turn: job.turn,
            bot: prepared.bot.id.clone(),
            folder: prepared.folder.clone(),
            read_only: prepared.read_only.clone(),
            cancel: job.stop.token().clone(),
            blobs: Arc::clone(&shared.services.blobs),
            history: SessionRecall::of(&shared.services.archive, job.session.id),
        };
        let nothing = Resume::default();
        let resumed = job.resume.as_ref().unwrap_or(&nothing);
        let calls_known = prepared
            .past
            .messages
            .iter()
            .flat_map(|message| message.tool_calls().map(|call| call.id.clone()))
            .collect();
        Self {
            shared,
            prepared,
            job,
            speaker,
            cx,
            stop: job.stop.clone(),
            pending: Vec::new(),
            grants,
            turn_grants: HashSet::new(),
            machine: Machine::new(job.options.max_iterations).resumed(resumed.iterations),
            past: prepared.past.clone(),
            load: prepared.load.clone(),
            offers: prepared.offers.clone(),
            tools: prepared.tools.0.clone(),
            shrunk: false,
            stalled: None,
            was_used: prepared.expected,
            shown: prepared.request.messages.to_vec(),
            pictures: Arc::clone(&prepared.request.blobs),
            active: Active::first(prepared),
            reservation: job.reservation,
            permit: None,
            seam: false,
            calls_known,
            checked: BTreeMap::new(),
            said: resumed.said.clone(),
            last_message: prepared
                .past
                .messages
                .iter()
                .rfind(|message| message.role == Role::Assistant && message.turn == Some(job.turn))
                .map(|message| message.id),
        }
    }

    async fn go(&mut self) -> Result<Outcome, Problem> {
        let request = match &self.job.resume {
            // The first request was written together with the claim.
            None => {
                if let Some(cause) = self.stop.cause() {
                    self.give_back();
                    return Ok(Outcome::Stopped(cause));
                }
                self.prepared.request.clone()
            }
            Some(resume) => {
                if let Some(outcome) = self.pick_up(resume).await? {
                    return Ok(outcome);
                }
                self.hear().await?;
                let request = self.next_request()?;
                self.flush().await?;
                request
            }
        };
        let mut reply = self.listen(request).await?;
        loop {
            if let Some(outcome) = self.take(&reply) {
                let again = match self.shrink(&reply)? {
                    Some(shorter) => Some(shorter),
                    None => self.fall_back(&reply)?,
                };
                let Some(request) = again else { return Ok(outcome) };
                self.flush().await?;
                reply = self.listen(request).await?;
                continue;
            }
            let ReplyEnd::Finished(reason) = reply.end else { return Ok(Outcome::Finished) };
            self.shared.breakers.answers(&self.active.model.provider);
            let calls = std::mem::take(&mut reply.calls);
            if let Some(outcome) = self.work(calls, reason).await? {
                return Ok(outcome);
            }
            if let Some(cause) = self.stop.cause() {
                return Ok(Outcome::Stopped(cause));
            }
            self.change_model()?;
            self.hear().await?;
            let request = self.next_request()?;
            self.flush().await?;
            reply = self.listen(request).await?;
        }
    }

    /// Goes on where another process had stopped: the open calls first.
    async fn pick_up(&mut self, resume: &Resume) -> Result<Option<Outcome>, Problem> {
        self.notice(
            NoticeLevel::Info,
            "resumed",
            "the process that handled this message is gone or hangs; it is taken up where it stood",
        );
        self.move_to(TurnState::Running);
        if let Some(cause) = self.stop.cause() {
            if cause != Cause::Shutdown {
                self.let_go(resume);
            }
            return Ok(Some(Outcome::Stopped(cause)));
        }
        if resume.calls.is_empty() {
            return Ok(None);
        }
        if let Some(outcome) = self.work(resume.calls.clone(), StopReason::ToolUse).await? {
            return Ok(Some(outcome));
        }
        Ok(self.stop.cause().map(Outcome::Stopped))
    }

    /// Gives back what is held for a request that is not made.
    fn give_back(&mut self) {
        let held = self.reservation.take().map(|reservation| Write::Release { reservation });
        self.pending.extend(held);
    }

    /// Sends the request that was recorded last and listens to the answer.
    async fn listen(&mut self, request: ModelRequest) -> Result<Reply, Problem> {
        let stream = gate::ask(&self.active.provider, self.permit.take(), request)?;
        self.machine.asking();
        let clock = &*self.shared.services.clock;
        let mut hints =
            Hints::new(&self.shared.bus, clock, &self.speaker, &self.shared.services.sanitizer)
                .while_held(&self.job.hold);
        let name = self.active.provider.name();
        let mut reply = speech::listen(stream, name, &mut hints, &self.stop).await;
        if !matches!(reply.end, ReplyEnd::Finished(_)) {
            // A call of a reply that was not closed is never run, nor kept.
            reply.calls.clear();
        }
        reply.name_calls(&mut self.calls_known, &self.job.source);
        Ok(reply)
    }

    /// Writes what is done and leaves the rest to the next process: the engine stops, the
    /// turn does not.
    async fn suspend(&mut self) -> Result<Vec<Written>, StoreError> {
        let mut writes = std::mem::take(&mut self.pending);
        writes.insert(0, ending::renew_lease(self.shared, self.job));
        self.shared.bus.commit(writes).await
    }

    /// Records a reply. Gives the outcome when it ends the run.
    fn take(&mut self, reply: &Reply) -> Option<Outcome> {
        if let ReplyEnd::Stopped(Cause::Shutdown) = reply.end {
            // It will be asked again, so what had arrived is not a message of the session.
            return Some(Outcome::Stopped(Cause::Shutdown));
        }
        let used = self.used(reply);
        let text = self.clean(&reply.text);
        if !text.is_empty() {
            match self.said.last_mut() {
                Some(last) if self.seam => last.push_str(&text),
                _ => self.said.push(text.clone()),
            }
        }
        self.seam = false;
        let message = self.keep_reply(reply, text);
        let problem = match &reply.end {
            ReplyEnd::Failed(error) => {
                let mut problem = error.to_problem();
                problem.message = self.clean(&problem.message);
                Some(problem)
            }
            ReplyEnd::Finished(_) | ReplyEnd::Stopped(_) => None,
        };
        self.account(used, message, problem.clone());
        self.measure(reply, message);
        match (&reply.end, problem) {
            (ReplyEnd::Stopped(cause), _) => Some(Outcome::Stopped(cause.clone())),
            (_, Some(problem)) => Some(Outcome::Failed(problem)),
            (ReplyEnd::Finished(_) | ReplyEnd::Failed(_), None) => None,
        }
    }

    fn keep_reply(&mut self, reply: &Reply, text: String) -> Option<MessageId> {
        let card = &self.active.card;
        let mut parts = Vec::new();
        if !reply.reasoning.is_empty() || reply.seal.is_some() {
            let text = self.clean(&reply.reasoning);
            let opaque = reply.seal.as_ref().map(|seal| context::seal(seal, card));
            let content = Content::Reasoning { text, opaque };
            parts.push(Part { origin: Origin::Model, content });
        }
        if !text.is_empty() {
            parts.push(Part::text(Origin::Model, text));
        }
        for call in &reply.calls {
            let opaque = call.opaque.as_ref().map(|seal| context::seal(seal, card));
            let call = ToolCall { opaque, ..call.clone() };
            parts.push(Part { origin: Origin::Model, content: Content::ToolCall(call) });
        }
        (!parts.is_empty()).then(|| self.keep(Role::Assistant, parts))
    }

    /// Adds a message to the next request.
    pub(super) fn hold(&mut self, message: &Arc<Message>) {
        let shown = context::readable(message, &self.active.card);
        self.load.push(message.id, context::tokens_of(&shown));
        self.past.messages.push(Arc::clone(message));
        self.shown.push(shown);
    }

    /// Adds a message to the session and to the next request.
    pub(super) fn keep(&mut self, role: Role, parts: Vec<Part>) -> MessageId {
        let message = Arc::new(Message {
            id: self.job.source.message(),
            role,
            bot: Some(self.speaker.bot.clone()),
            turn: Some(self.speaker.turn),
            at: self.job.source.now(),
            parts,
        });
        let id = message.id;
        self.hold(&message);
        self.pending.push(Write::Message {
            session: self.speaker.session,
            message: Box::new(Message::clone(&message)),
        });
        self.last_message = Some(id);
        id
    }

    fn account(&mut self, used: Used, message: Option<MessageId>, problem: Option<Problem>) {
        let Used { usage, estimated } = used;
        let card = &self.active.card;
        let cost = card.price.as_ref().map(|price| usage.cost(price));
        self.pending.push(Write::Response(Box::new(ResponseRecord {
            run: self.prepared.run,
            iteration: self.machine.iteration(),
            message,
            usage,
            cost_usd: cost,
            estimated,
            problem,
            reservation: self.reservation.take(),
            stream: None,
            at: self.job.source.now(),
        })));
        self.note(EventKind::Usage {
            model: self.active.model.clone(),
            usage,
            cost_usd: cost.unwrap_or(0.0),
            cost_known: cost.is_some() && !estimated,
        });
    }

    /// Takes note of how full the window is, as far as what the provider counted can be true.
    fn measure(&mut self, reply: &Reply, message: Option<MessageId>) {
        let (usage, at) = (reply.usage, self.job.source.now());
        let mut sent = self.load.clone();
        if message.is_some() {
            sent.pop();
        }
        let believable = Gauges::is_believable(&sent, &usage);
        if matches!(reply.end, ReplyEnd::Finished(_)) {
            let gauges = &self.shared.gauges;
            let learned = gauges.counted(self.speaker.session, &sent, &usage, message, at);
            self.pending.extend(learned.map(|learned| Write::Learned(Box::new(learned))));
        }
        let counted = usage.input_tokens.saturating_add(usage.output_tokens);
        let used = if believable { counted } else { self.expected() };
        let window = u64::from(self.active.card.context_window);
        self.note(EventKind::Context { used, window });
        self.warn(used);
    }

    /// The next request: the same prefix, and what was said since.
    ///
    /// # Errors
    /// When nobody knows whether it can be paid for.
    pub(super) fn next_request(&mut self) -> Result<ModelRequest, Problem> {
        self.make_room();
        let max_output = self.active.request.max_output;
        let request = ModelRequest {
            messages: self.shown.clone().into(),
            blobs: Arc::clone(&self.pictures),
            max_output: compaction::answer_room(&self.active.card, max_output, self.expected()),
            ..self.active.request.clone()
        };
        let stored: Vec<_> = self.past.messages.iter().map(|message| message.id).collect();
        let params = params(&request, self.past.head.as_ref());
        let tools = self.tools.clone();
        let record = request_record(self.job, self.prepared, &stored);
        let record = RequestRecord { tools, params, ..record };
        let iteration = self.machine.iteration() + 1;
        let model = self.active.model.clone();
        let card = &self.active.card;
        let input = self.shared.gauges.at_most(self.speaker.session, &self.load);
        let worst = budget::Worst { card, input, output: request.max_output };
        let (id, held) = budget::reserve(self.shared, self.job, &self.speaker, &worst)?;
        self.reservation = Some(id);
        self.pending.push(held);
        self.pending.push(Write::Request(Box::new(RequestRecord { iteration, model, ..record })));
        Ok(request)
    }

    /// Reads the conversation so far as another model can.
    pub(super) fn reread(&mut self) {
        self.shown = self.past.shown(&self.active.card);
        self.load.clear();
        self.load.model = self.active.model.clone();
        for message in &self.shown {
            self.load.push(message.id, context::tokens_of(message));
        }
    }

    /// The bot has said everything.
    pub(super) fn finish_bot(&mut self, reason: &str) {
        let Some(message) = self.last_message else {
            self.notice(NoticeLevel::Warn, "empty_answer", "the model answered with nothing");
            return;
        };
        let text = self.said.join("\n\n");
        self.note(EventKind::BotFinished { message, text, reason: reason.to_owned() });
    }

    /// Everything the bot has said in this turn.
    fn answers(&self) -> Vec<nanofolks_protocol::event::BotAnswer> {
        if self.said.is_empty() {
            return Vec::new();
        }
        let (bot, text) = (self.speaker.bot.clone(), self.said.join("\n\n"));
        vec![nanofolks_protocol::event::BotAnswer { bot, text }]
    }

    /// Text without secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        self.shared.services.sanitizer.clean(text).into_owned()
    }

    /// Writes an event with the next commit.
    pub(super) fn note(&mut self, what: EventKind) {
        let event = self.speaker.event(&*self.job.source, what);
        self.pending.push(Write::Event(Box::new(event)));
    }

    pub(super) fn notice(&mut self, level: NoticeLevel, code: &str, text: &str) {
        let (code, text) = (code.to_owned(), text.to_owned());
        self.note(EventKind::Notice { level, code, text, hint: None });
    }

    /// Moves the turn to another state with the next commit.
    pub(super) fn move_to(&mut self, state: TurnState) {
        let at = self.job.source.now();
        self.pending.push(Write::Turn { turn: self.job.turn, state, problem: None, at });
    }

    /// Writes everything that waits.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn flush(&mut self) -> Result<(), Problem> {
        let mut writes = std::mem::take(&mut self.pending);
        if !matches!(writes.first(), Some(Write::RenewLease { .. })) {
            writes.insert(0, ending::renew_lease(self.shared, self.job));
        }
        let written = match self.shared.bus.commit(writes.clone()).await {
            Ok(written) => written,
            Err(error) => {
                // Written with the ending, else a call would stand there without its result.
                // Only the request is not made any more.
                self.pending = writes;
                self.pending
                    .retain(|write| !matches!(write, Write::Reserve(_) | Write::Request(_)));
                return Err(error.to_problem());
            }
        };
        if let Some(permit) = Permit::of(&written) {
            self.permit = Some(permit);
        }
        if let Some(problem) = budget::over(&written) {
            self.reservation = None;
            return Err(problem);
        }
        match written.first() {
            Some(Written::LeaseLost { .. }) => Err(lease_lost()),
            _ => Ok(()),
        }
    }
}

/// Another process has taken the turn over; this one keeps its hands off.
pub(crate) fn lease_lost() -> Problem {
    Problem::new(
        ProblemKind::Failure,
        LEASE_LOST,
        "another process has taken this message over because this one was silent for too long",
    )
    .hint("`nanofolks session show last` has what it answers")
}

/// The code of [`lease_lost`].
pub(super) const LEASE_LOST: &str = "lease_lost";

/// The record of a run's first request; later ones differ in number and messages.
pub(crate) fn request_record(
    job: &Job,
    prepared: &Prepared,
    messages: &[MessageId],
) -> RequestRecord {
    let request = &prepared.request;
    RequestRecord {
        turn: job.turn,
        run: prepared.run,
        bot: prepared.bot.id.clone(),
        iteration: 1,
        model: prepared.model.clone(),
        system: prepared.system.0.clone(),
        tools: prepared.tools.0.clone(),
        messages: messages.to_vec(),
        params: params(request, prepared.past.head.as_ref()),
        at: job.source.now(),
    }
}

/// What of a request is neither prompt nor messages; what stands for older messages by its
/// name in the store.
fn params(request: &ModelRequest, head: Option<&Head>) -> serde_json::Value {
    let mut params = json!({
        "max_output": request.max_output,
        "temperature": request.temperature,
        "effort": request.effort,
        "output_schema": request.output_schema.as_deref(),
    });
    if let (Some(head), Some(fields)) = (head, params.as_object_mut()) {
        fields.insert("checkpoint".to_owned(), json!(head.id()));
    }
    params
}
