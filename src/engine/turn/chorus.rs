//! Several bots answer one message side by side, each in its own voice and without tools.
//!
//! All requests are recorded in one commit and asked at once. What a bot has said is on disk
//! when it has said it, in the order in which they end; a process that takes the turn up asks
//! only those who had not answered. One that fails costs a line, not the turn.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::select_all;
use futures_util::stream::ReadyChunks;
use futures_util::{FutureExt as _, StreamExt as _};
use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::ports::{Gated, ModelStream, Permit, StoreError};
use nanofolks_protocol::{
    BotId, Message, ModelError, ModelEvent, ModelRequest, NoticeLevel, Problem, Role, TurnState,
    Write, Written,
};

use super::ask::Grants;
use super::driver::{Outcome, Run};
use super::ending;
use super::prepare::{Job, Prepared};
use super::speech::{Hints, PIECES, Reply, ReplyEnd, Speaker};
use super::stop::{Cause, Stop};
use crate::engine::Shared;
use crate::gate;
use crate::pipeline::Plan;
use crate::replay::Solo;

/// Most tokens of one answer among several. It is to be a few sentences; the rest is room to
/// think for models that do.
pub(super) const MAX_OUTPUT: u32 = 2_048;

/// What a bot is told that answers beside others; nothing when it answers alone.
pub(super) fn company(bot: &BotId, plan: &Plan) -> Option<String> {
    if plan.others.is_empty() {
        return None;
    }
    let all = std::iter::once(&plan.bot).chain(&plan.others);
    let others: Vec<_> =
        all.filter(|other| *other != bot).map(|other| format!("@{other}")).collect();
    Some(format!(
        "You are @{bot}. {} answer this message too, each on their own and at the same time. \
         Speak for yourself and from your own field, in your own voice, in two or three \
         sentences; do not speak for the others. You have no tools in this answer: when work \
         is to be done, say who of you should be asked to do it.",
        others.join(", ")
    ))
}

/// Leaves out what bots have answered in the turn that is taken up: each of them is asked the
/// same as the others.
pub(super) fn forget_answers(history: &mut Vec<Arc<Message>>) {
    let Some(turn) = history.last().and_then(|last| last.turn) else { return };
    history.retain(|message| message.turn != Some(turn) || message.role == Role::User);
}

/// One of several bots that speak.
struct Voice<'a> {
    run: Run<'a>,
    provider: Gated,
    solo: Solo,
    request: Option<ModelRequest>,
    stream: Option<Pin<Box<ReadyChunks<ModelStream>>>>,
    hints: Hints<'a>,
    reply: Reply,
    /// Why it could not be asked at all.
    refused: Option<Problem>,
    over: bool,
}

impl<'a> Voice<'a> {
    fn new(run: Run<'a>, speaker: &'a Speaker) -> Self {
        let (shared, job, prepared) = (run.shared, run.job, run.prepared);
        let services = &shared.services;
        let hints = Hints::new(&shared.bus, &*services.clock, speaker, &services.sanitizer)
            .while_held(&job.hold);
        let (provider, solo) = shared.reel.solo(prepared.provider.clone(), &prepared.model);
        let reply = Reply::nothing(provider.name());
        let (request, stream) = (Some(prepared.request.clone()), None);
        Self { run, provider, solo, request, stream, hints, reply, refused: None, over: false }
    }

    /// Asks, unless that was done, and takes in what is there.
    fn open(&mut self) -> Option<&mut Pin<Box<ReadyChunks<ModelStream>>>> {
        if let Some(request) = self.request.take() {
            match gate::ask(&self.provider, self.run.permit.take(), request) {
                Ok(stream) => self.stream = Some(Box::pin(stream.ready_chunks(PIECES))),
                Err(problem) => self.refused = Some(problem),
            }
            self.run.machine.asking();
        }
        self.stream.as_mut()
    }

    /// Listens until it has said everything.
    async fn listen(&mut self) {
        while let Some(stream) = self.open() {
            let Some(pieces) = stream.next().await else { break };
            if self.take(pieces) {
                break;
            }
            self.hints.rest().await;
        }
        self.hints.flush();
    }

    /// Takes in what has come already, and no more.
    fn catch_up(&mut self) {
        while let Some(stream) = self.open() {
            let Some(Some(pieces)) = stream.next().now_or_never() else { break };
            if self.take(pieces) {
                break;
            }
        }
        self.hints.flush();
    }

    fn take(&mut self, pieces: Vec<Result<ModelEvent, ModelError>>) -> bool {
        for piece in pieces {
            if let Some(end) = self.reply.take(piece, self.provider.name(), &mut self.hints) {
                self.reply.end = end;
                return true;
            }
        }
        self.hints.flush_if_heard();
        false
    }
}

/// How several bots answer a message.
struct Chorus<'a> {
    shared: &'a Shared,
    stop: Stop,
    voices: Vec<Voice<'a>>,
    answers: Vec<BotAnswer>,
    /// Why the first of those failed that did.
    failed: Option<Problem>,
}

/// Lets all bots of a prepared turn answer, and writes the ending.
pub(super) async fn run(
    shared: &Shared,
    job: &Job,
    prepared: &Prepared,
    grants: Grants,
    permits: Vec<Permit>,
) -> Result<Vec<Written>, StoreError> {
    let answers = job.resume.as_ref().map(|resume| resume.answered.clone()).unwrap_or_default();
    let silent = |one: &&Prepared| !answers.iter().any(|answer| answer.bot == one.bot.id);
    let mut runs: Vec<Run<'_>> = prepared
        .all()
        .filter(silent)
        .map(|one| Run::new(shared, job, one, grants.clone()))
        .collect();
    let (reservations, permits) = (job.reservations.iter(), permits.into_iter());
    for run in &mut runs {
        // What the others had said is theirs.
        run.said.clear();
    }
    for (run, (reservation, permit)) in runs.iter_mut().zip(reservations.zip(permits)) {
        (run.reservation, run.permit) = (Some(*reservation), Some(permit));
    }
    let speakers: Vec<Speaker> = runs.iter().map(|run| run.speaker.clone()).collect();
    let voices = runs.into_iter().zip(&speakers).map(|(run, who)| Voice::new(run, who)).collect();
    let mut chorus = Chorus { shared, stop: job.stop.clone(), voices, answers, failed: None };
    let outcome = match chorus.sing(job.resume.is_some()).await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Failed(problem),
    };
    let pending: Vec<Write> =
        chorus.voices.iter_mut().flat_map(|voice| std::mem::take(&mut voice.run.pending)).collect();
    if outcome == Outcome::Stopped(Cause::Shutdown) {
        let mut writes = vec![ending::renew_lease(shared, job)];
        writes.extend(pending);
        return Ok(shared.bus.commit(writes).await?);
    }
    let outlook = chorus.voices.first().map(|voice| voice.run.outlook());
    let leader = Speaker {
        room: job.envelope.room.clone(),
        session: job.session.id,
        turn: job.turn,
        bot: prepared.bot.id.clone(),
    };
    let ended = (outcome, chorus.answers);
    let written = ending::close(shared, job, &leader, pending, ended).await;
    if let (Ok(_), Some(outlook)) = (&written, outlook) {
        shared.compactions.note(outlook);
    }
    written
}

impl Chorus<'_> {
    async fn sing(&mut self, resumed: bool) -> Result<Outcome, Problem> {
        if resumed {
            self.take_up().await?;
        }
        if let Some(cause) = self.stop.cause() {
            for voice in &mut self.voices {
                voice.run.give_back();
            }
            return Ok(Outcome::Stopped(cause));
        }
        while self.voices.iter().any(|voice| !voice.over) {
            // A turn that is run again hears them end in the order in which they did.
            if let Some(told) = self.shared.reel.told::<usize>("voice") {
                let Some(voice) = self.voices.get_mut(told) else { continue };
                voice.listen().await;
                self.ended(told).await?;
                continue;
            }
            let stop = self.stop.clone();
            let next = tokio::select! {
                biased;
                cause = stop.pulled() => Err(cause),
                next = next(&mut self.voices) => Ok(next),
            };
            match next {
                Ok(next) => {
                    self.keep(next);
                    self.ended(next).await?;
                }
                Err(cause) => return self.stopped(cause).await,
            }
        }
        Ok(match self.failed.take().filter(|_| self.answers.is_empty()) {
            Some(problem) => Outcome::Failed(problem),
            None => Outcome::Finished,
        })
    }

    /// Records the requests to those who had not answered when their process was gone.
    async fn take_up(&mut self) -> Result<(), Problem> {
        for (at, voice) in self.voices.iter_mut().enumerate() {
            if at == 0 {
                voice.run.notice(
                    NoticeLevel::Info,
                    "resumed",
                    "the process that handled this message is gone or hangs; those are asked who \
                     had not answered",
                );
                voice.run.move_to(TurnState::Running);
            }
            if voice.run.stop.cause().is_none() {
                voice.request = Some(voice.run.next_request()?);
                voice.run.flush().await?;
            }
        }
        Ok(())
    }

    /// Writes on the tape what a bot said, in the order in which they end.
    fn keep(&self, at: usize) {
        if let Some(voice) = self.voices.get(at) {
            self.shared.reel.note("voice", || at);
            self.shared.reel.keep(&voice.solo);
        }
    }

    /// One of them has ended: what it said is kept.
    async fn ended(&mut self, at: usize) -> Result<(), Problem> {
        let Some(voice) = self.voices.get_mut(at) else { return Ok(()) };
        voice.over = true;
        voice.stream = None;
        let run = &mut voice.run;
        if let Some(problem) = voice.refused.take() {
            return Err(problem);
        }
        // No tool was on offer.
        voice.reply.calls.clear();
        let outcome = run.take(&voice.reply);
        let breakers = &self.shared.breakers;
        match (&outcome, &voice.reply.end) {
            (None, _) => {
                breakers.answers(&run.active.model.provider);
                run.finish_bot("end");
            }
            (Some(Outcome::Failed(problem)), ReplyEnd::Failed(error)) => {
                breakers.failed(error, self.shared.services.clock.now());
                let text = format!("@{} could not answer: {problem}", run.speaker.bot);
                run.notice(NoticeLevel::Error, "bot_failed", &text);
                self.failed.get_or_insert_with(|| problem.clone());
            }
            _ => {}
        }
        self.answers.extend(run.answers());
        run.flush().await
    }

    /// Somebody stopped them: what had arrived stays.
    async fn stopped(&mut self, cause: Cause) -> Result<Outcome, Problem> {
        if cause == Cause::Shutdown {
            return Ok(Outcome::Stopped(cause));
        }
        for at in 0..self.voices.len() {
            let Some(voice) = self.voices.get_mut(at).filter(|voice| !voice.over) else { continue };
            if self.shared.reel.told::<usize>("voice").is_some() {
                voice.catch_up();
            } else {
                voice.hints.flush();
                self.keep(at);
            }
            if let Some(voice) = self.voices.get_mut(at) {
                voice.reply.end = ReplyEnd::Stopped(cause.clone());
            }
            self.ended(at).await?;
        }
        Ok(Outcome::Stopped(cause))
    }
}

/// Waits until the next of them has said everything.
async fn next(voices: &mut [Voice<'_>]) -> usize {
    let speaking = voices.iter_mut().enumerate().filter(|(_, voice)| !voice.over);
    let speaking = speaking.map(|(at, voice)| {
        Box::pin(async move {
            voice.listen().await;
            at
        })
    });
    select_all(speaking).await.0
}
