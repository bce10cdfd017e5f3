//! Does what the machine decides: one bot's run, journaled step by step.
//!
//! What must be on disk before it is shown or takes effect is collected in `pending` and
//! written in one commit at the latest moment that is still early enough. A round with
//! tools that change nothing is one commit: reply, results and next request together.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use nanofolks_protocol::ports::{Permit, StoreError, ToolOffer};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    BlobId, CallId, Message, MessageId, ModelRequest, NoticeLevel, Problem, ReservationId, Role,
    StopReason, ToolCall, ToolContext, TurnState, Write, Written,
};

use super::ask::Grants;
use super::ask::Put;
use super::chorus;
use super::ending;
use super::fallback::Active;
use super::machine::Machine;
use super::prepare::{Job, Pictures, Prepared, Resume};
use super::speech::{self, Hints, Reply, ReplyEnd, Speaker};
use super::stop::{Cause, Stop};
use super::tools::Checked;
use super::window::Past;
use crate::compaction::SessionRecall;
use crate::engine::Shared;
use crate::gate;
use crate::gauge::Load;

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
    pub(super) reservation: Option<ReservationId>,
    /// Leave to send the request that was recorded last.
    pub(super) permit: Option<Permit>,
    /// Whether an answer that broke off was asked for once more.
    pub(super) asked_again: bool,
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
    pub(super) pictures: Pictures,
    calls_known: HashSet<CallId>,
    pub(super) checked: BTreeMap<CallId, Checked>,
    /// Questions of this round that are put and not yet answered.
    pub(super) put: BTreeMap<CallId, Put>,
    /// Everything the bot has said in this turn.
    pub(super) said: Vec<String>,
    pub(super) last_message: Option<MessageId>,
}

/// Runs a prepared turn to its end and writes the ending, together with the claim of the
/// room's next message.
pub(crate) async fn run(
    shared: &Shared,
    job: &Job,
    prepared: &Prepared,
    grants: Grants,
    permits: Vec<Permit>,
) -> Result<Vec<Written>, StoreError> {
    if !prepared.others.is_empty() {
        return Box::pin(chorus::run(shared, job, prepared, grants, permits)).await;
    }
    let mut run = Run::new(shared, job, prepared, grants);
    run.reservation = job.reservations.first().copied();
    run.permit = permits.into_iter().next();
    let outcome = match run.go().await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Failed(problem),
    };
    if outcome == Outcome::Stopped(Cause::Shutdown) {
        return run.suspend().await;
    }
    let (answers, outlook) = (run.answers(), run.outlook());
    let pending = std::mem::take(&mut run.pending);
    let written = ending::close(shared, job, &run.speaker, pending, (outcome, answers)).await;
    if written.is_ok() {
        shared.compactions.note(outlook);
    }
    written
}

impl<'a> Run<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        job: &'a Job,
        prepared: &'a Prepared,
        grants: Grants,
    ) -> Self {
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
            reservation: None,
            permit: None,
            asked_again: false,
            seam: false,
            calls_known,
            checked: BTreeMap::new(),
            put: BTreeMap::new(),
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
            self.asked_again = false;
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
        self.tidy(resume).await;
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

    /// Takes away what calls left lying about that nobody knows the outcome of.
    async fn tidy(&self, resume: &Resume) {
        if self.shared.reel.is_reading() {
            return;
        }
        let unknown = |call: &&ToolCall| {
            let result = resume.results.iter().find(|result| result.call_id == call.id);
            result.is_some_and(|result| result.status == CallStatus::OutcomeUnknown)
        };
        for call in resume.calls.iter().filter(unknown) {
            let Some(offer) = self.offers.iter().find(|offer| offer.schema.name == call.name)
            else {
                continue;
            };
            let repaired =
                self.shared.services.toolbox.repair(offer.tool.descriptor(), &call.arguments);
            let Ok(repaired) = repaired else { continue };
            let call = ToolCall { arguments: repaired.arguments, ..call.clone() };
            if let Some(gone) = offer.tool.tidy(&call, &self.cx).await {
                tracing::info!(tool = %call.name, file = %gone, "what was half written is taken away");
            }
        }
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
}
