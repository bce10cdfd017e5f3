//! Follows one turn from the receipt to its ending.
//!
//! `asking` puts the turn's questions to the person, `ending` says how it ended; `again`
//! follows the turn of a message that had come before.

mod again;
mod asking;
mod before;
mod elsewhere;
mod ending;
mod typing;

use std::collections::VecDeque;
use std::time::Duration;

use nanofolks_protocol::event::EventKind;
use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::{
    ApprovalId, EngineHandle, EnvelopeId, Event, EventStream, NoticeLevel, Op, Problem,
    ProblemKind, Receipt, RoomId, SessionId, TurnId,
};
use tokio::time::Instant;

pub(super) use self::again::Known;
pub(crate) use self::elsewhere::runs_elsewhere;
pub(crate) use self::typing::{Typing, Waiting};
use super::Args;
use super::answer::Answer;
use super::report::Report;
use super::schema::OutputSchema;
use super::signals::Signals;
use crate::cli::{CliError, Cx, narrate};

/// How long an interrupted turn may take to end.
const PATIENCE: Duration = Duration::from_millis(900);

/// One turn, followed.
#[expect(clippy::struct_excessive_bools, reason = "how it prints and whom it asks are independent")]
pub(crate) struct Follow<'a> {
    cx: &'a mut Cx,
    report: &'a mut Report,
    handle: &'a EngineHandle,
    events: EventStream,
    signals: Signals,
    room: RoomId,
    envelope: EnvelopeId,
    turn: Option<TurnId>,
    /// Messages of the room that are answered first.
    before: u64,
    /// The question of one of them that was told last.
    told: Option<ApprovalId>,
    seen: u64,
    answer: Answer,
    schema: Option<OutputSchema>,
    stream_json: bool,
    quiet: bool,
    /// Whether there is a person to ask.
    attended: bool,
    /// Whether a question that nobody here can answer is left for another process.
    leaves_questions: bool,
    /// Set once a signal came: when to stop waiting for the turn to end.
    give_up: Option<Instant>,
    /// What is typed meanwhile, in a conversation.
    typing: Option<&'a mut Typing>,
    /// Questions that came while one was being answered.
    more: VecDeque<Event>,
}

impl<'a> Follow<'a> {
    /// Listens from now on, so that nothing of the turn is missed.
    pub(crate) fn new(
        cx: &'a mut Cx,
        report: &'a mut Report,
        handle: &'a EngineHandle,
        room: RoomId,
        envelope: EnvelopeId,
    ) -> Self {
        Self {
            cx,
            report,
            events: handle.subscribe(),
            handle,
            signals: Signals::listen(),
            room,
            envelope,
            turn: None,
            before: 0,
            told: None,
            seen: 0,
            answer: Answer::new(false, false),
            schema: None,
            stream_json: false,
            quiet: false,
            attended: false,
            leaves_questions: false,
            give_up: None,
            typing: None,
            more: VecDeque::new(),
        }
    }

    /// Hears what came since an earlier moment, too.
    pub(crate) fn since(&mut self, events: EventStream, seen: u64) {
        self.events = events;
        self.seen = seen;
    }

    /// Says how to print.
    pub(super) fn print_as(&mut self, args: &Args, schema: Option<OutputSchema>) {
        let terminal = self.cx.out.stdout_is_terminal();
        let for_programs = args.stream_json || self.cx.out.is_json();
        self.answer = Answer::new(schema.is_none() && !for_programs, terminal);
        self.schema = schema;
        self.stream_json = args.stream_json;
        self.quiet = args.quiet || for_programs;
    }

    /// A turn of a conversation: the answer as it arrives, and questions to the person.
    pub(crate) fn in_conversation(&mut self) {
        self.answer = Answer::new(true, self.cx.out.stdout_is_terminal());
        self.signals = Signals::listen_for_interrupt();
        self.attended = true;
    }

    /// A turn that another process began: questions go to the person, where there is one.
    pub(crate) fn taking_up(&mut self, turn: TurnId, session: SessionId) {
        let for_programs = self.cx.out.is_json();
        self.answer = Answer::new(!for_programs, self.cx.out.stdout_is_terminal());
        self.quiet = for_programs;
        self.attended = self.cx.out.is_interactive() && !for_programs;
        self.leaves_questions = true;
        self.posted(Some(turn), session);
    }

    /// The message is on disk.
    pub(crate) fn posted(&mut self, turn: Option<TurnId>, session: SessionId) {
        self.turn = turn;
        self.report.turn = turn;
        self.report.session = Some(session);
    }

    /// The message was a word to stop: no turn comes of it.
    pub(super) fn stopped(self, turn: TurnId) {
        self.report.turn = Some(turn);
        if !self.quiet {
            self.cx.out.note(&format!("what runs in {} is told to end", self.room));
        }
    }

    /// Waits for the engine unless a signal comes first.
    pub(crate) async fn interruptible<T>(
        &mut self,
        wish: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, CliError> {
        tokio::select! {
            biased;
            done = wish => Ok(done?),
            () = self.signals.next() => Err(interrupted().into()),
        }
    }

    /// Prints until the turn has ended.
    pub(crate) async fn end(mut self, limit: Option<Duration>) -> Result<(), CliError> {
        let limit = limit.map(|limit| Instant::now() + limit);
        loop {
            let followed = tokio::select! {
                biased;
                () = self.signals.next() => {
                    if self.give_up.is_some() {
                        self.leave_at_once();
                        return Err(interrupted().into());
                    }
                    self.stop("user").await;
                    continue;
                }
                () = at(self.give_up) => return Err(interrupted().into()),
                () = at(limit) => {
                    self.stop("deadline").await;
                    return Err(deadline().into());
                }
                followed = self.events.next() => followed,
                () = at(self.answer.due()) => {
                    self.answer.flush(&mut self.cx.out);
                    continue;
                }
                line = typing::next(self.typing.as_deref_mut()) => {
                    self.typed(line).await;
                    continue;
                }
            };
            if let Some(ending) = self.take(followed).await? {
                return ending.map_err(CliError::from);
            }
        }
    }

    /// Takes what came, and whatever else is there already.
    async fn take(
        &mut self,
        mut followed: Followed,
    ) -> Result<Option<Result<(), Problem>>, CliError> {
        loop {
            match followed {
                Followed::Event(event) => {
                    if let Some(ending) = self.event(&event) {
                        return Ok(Some(ending));
                    }
                    if let Some(ending) = self.put(&event).await {
                        return Ok(Some(ending));
                    }
                    if let Some(problem) = self.left_waiting(&event) {
                        return Ok(Some(Err(problem)));
                    }
                }
                Followed::Gap(_) => {
                    self.answer.torn();
                    for event in self.missed().await? {
                        if let Some(ending) = self.event(&event) {
                            return Ok(Some(ending));
                        }
                    }
                }
                Followed::Closed => {
                    let message = "the engine stopped before the turn had ended";
                    return Err(CliError::failure("engine_stopped", message));
                }
            }
            match self.events.try_next() {
                Some(next) => followed = next,
                None => break,
            }
        }
        if self.answer.due().is_some_and(|due| due <= Instant::now()) {
            self.answer.flush(&mut self.cx.out);
        }
        Ok(None)
    }

    /// The numbered events we have not seen.
    async fn missed(&self) -> Result<Vec<Event>, CliError> {
        let replay = Op::Replay { room: self.room.clone(), after: self.seen };
        match self.handle.submit(replay).await? {
            Receipt::Events(events) => Ok(events),
            _ => Ok(Vec::new()),
        }
    }

    /// Takes one event; gives the outcome when it is our turn's ending.
    fn event(&mut self, event: &Event) -> Option<Result<(), Problem>> {
        if event.room != self.room {
            return None;
        }
        if let Some(seq) = event.seq {
            if seq <= self.seen {
                return None;
            }
            self.seen = seq;
        }
        if let Some(problem) = self.not_kept(event) {
            return Some(Err(problem));
        }
        self.find_turn(event);
        if let EventKind::TurnJoined { envelope, .. }
        | EventKind::QueueChanged { envelope, text: None } = &event.what
        {
            self.joined(*envelope);
            if *envelope == self.envelope && self.turn.is_none() {
                return Some(Err(not_waiting()));
            }
        }
        if event.turn.is_none() || event.turn != self.turn {
            self.one_less(event);
            self.is_asked_before(event);
            return None;
        }
        self.report.take(event);
        if self.stream_json {
            self.cx.out.line_of(event);
        }
        self.show(event);
        self.ending(event)
    }

    /// What is wrong when the turn cannot go on because nothing can be stored: such a notice
    /// has no number. A person sees it and waits, a script does not.
    fn not_kept(&self, event: &Event) -> Option<Problem> {
        let EventKind::Notice { level: NoticeLevel::Error, code, text, hint } = &event.what else {
            return None;
        };
        let ours = event.turn.is_none() || event.turn == self.turn || self.turn.is_none();
        if self.attended || event.seq.is_some() || !ours {
            return None;
        }
        let mut problem = Problem::new(ProblemKind::Failure, "store_failed", text.clone());
        problem.code = code.clone().into();
        problem.hint.clone_from(hint);
        Some(problem)
    }

    /// A message that had to wait learns its turn when that begins.
    fn find_turn(&mut self, event: &Event) {
        if let EventKind::TurnStarted { envelope, .. } = &event.what
            && *envelope == self.envelope
        {
            self.turn = event.turn;
            self.report.turn = event.turn;
        }
    }

    fn show(&mut self, event: &Event) {
        match &event.what {
            EventKind::TextDelta { text } => {
                self.answer.piece(&mut self.cx.out, event.bot.as_ref(), text);
            }
            EventKind::Usage { .. } => self.answer.reply_ended(),
            what if what.goes_on() => self.answer.goes_on(),
            EventKind::BotStarted { .. } => self.answer.begins(),
            EventKind::BotFinished { text, .. } => {
                self.answer.said(&mut self.cx.out, event.bot.as_ref(), text);
            }
            _ => {}
        }
        if self.quiet {
            return;
        }
        if let Some((tone, line)) = narrate::line(event, self.cx.globals.verbose > 0) {
            self.answer.step_aside(&mut self.cx.out);
            let line = self.cx.out.paint_note(tone, &line);
            self.cx.out.note(&line);
        }
    }

    /// Asks the engine to end the turn, and starts the clock for it.
    async fn stop(&mut self, by: &str) {
        self.give_up = Some(Instant::now() + PATIENCE);
        let Some(turn) = self.turn else {
            // What runs instead, perhaps in another process, is somebody else's.
            self.give_up = Some(Instant::now());
            if !self.quiet {
                self.cx.out.note("the message stays in the queue of its room");
            }
            return;
        };
        let (room, by) = (self.room.clone(), by.to_owned());
        let wish = Op::Interrupt { room, turn: Some(turn), by };
        let told = tokio::time::timeout(PATIENCE, self.handle.submit(wish)).await;
        if !matches!(told, Ok(Ok(_))) {
            self.give_up = Some(Instant::now());
        }
    }
}

fn interrupted() -> Problem {
    Problem::new(ProblemKind::Interrupted, "interrupted", "interrupted")
}

fn not_waiting() -> Problem {
    let message = "the message does not wait any more: it joined a turn, or was taken out";
    Problem::new(ProblemKind::Failure, "not_waiting", message)
}

fn deadline() -> Problem {
    Problem::new(ProblemKind::Deadline, "deadline", "the deadline passed").hint("raise --deadline")
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
