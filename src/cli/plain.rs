//! The conversation line by line: for dumb terminals, screen readers and people who like it.
//!
//! Append-only: nothing is redrawn but the line being typed. `editor` reads lines, `slash`
//! does what is left to the front of a command, and a turn is followed just like the one of
//! a single question. What is typed while it runs waits, joins it, or is a command.

mod editor;
pub(super) mod keyboard;
mod slash;

use std::sync::Arc;

use nanofolks_config::Busy;
use nanofolks_engine::{Engine, commands};
use nanofolks_protocol::command::command_line;
use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{
    BotId, EngineHandle, Envelope, Op, OwnerId, Problem, ProblemKind, Receipt, RoomId, SessionId,
    TurnId, TurnOptions,
};

use self::editor::{Editor, Helping, Typed};
use self::keyboard::Keyboard;
pub(super) use self::slash::own;
use super::chat::{
    Args, Follow, Report, Target, Typing, Waiting, Wish, envelope, find_target, runs_elsewhere,
    turn_options,
};
use super::output::{Tone, one_line};
use super::{CliError, Cx};
use crate::mirror::Mirror;

/// A conversation in one room.
struct Talk {
    handle: EngineHandle,
    archive: Arc<dyn Archive>,
    /// This process, among those that share the home.
    me: OwnerId,
    room: RoomId,
    session: Option<SessionId>,
    options: TurnOptions,
    bots: Vec<BotId>,
    /// What Enter does while a turn runs.
    busy: Busy,
    /// Commands that this front has, to be carried out next.
    own: Vec<(&'static str, String)>,
    /// Lines typed while a turn ran.
    said: Vec<String>,
    /// A line that was begun while a turn ran.
    begun: String,
    /// Whether the last turn was interrupted.
    interrupted: bool,
    /// Ends with the conversation.
    mirror: Option<Mirror>,
}

/// What comes after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Leave,
}

/// Talks until the person leaves.
pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<(), CliError> {
    let runtime = cx.runtime()?;
    let mut talk = runtime.block_on(open(args, cx))?;
    let history = cx.house.paths()?.history();
    let (archive, globals) = (Arc::clone(&talk.archive), cx.globals.clone());
    let helping = Helping::new(commands::catalog().on("cli"), &talk.bots, move |completes| {
        slash::offers(&*archive, &globals, completes)
    });
    // Where it is no terminal there are no keys.
    let _keyboard = Keyboard::take(cx.house.environment().get("TERM")).ok();
    let mut editor = Editor::open(&history, helping, cx.house.sanitizer()?)?;
    greet(&talk, cx);
    let mut leaving = false;
    let mut gone = match runtime.block_on(talk.pick_up(cx)) {
        Ok(next) => next == Next::Leave,
        Err(error) => {
            let _code = cx.out.error(&error);
            false
        }
    };
    while !gone {
        for said in std::mem::take(&mut talk.said) {
            editor.remember(&said);
        }
        // The prompt is printed past our buffer.
        cx.out.flush();
        let begun = std::mem::take(&mut talk.begun);
        let typed = editor.read(&runtime, &format!("{}> ", talk.room), &begun)?;
        let text = match typed {
            Typed::Text(text) => text,
            Typed::Nothing => continue,
            Typed::Left => break,
            Typed::Interrupted if leaving => break,
            Typed::Interrupted => {
                leaving = true;
                cx.out.note("press Ctrl-C again to leave");
                continue;
            }
        };
        talk.interrupted = false;
        let done = match command_line(&text) {
            Some(_) => runtime.block_on(slash::run(text, &mut talk, cx)),
            None if slash::is_farewell(&text) => break,
            None => runtime.block_on(talk.turn(text, cx)),
        };
        for (name, rest) in std::mem::take(&mut talk.own) {
            if let Err(error) = own(name, &rest, (&talk.room, talk.session), cx) {
                let _code = cx.out.error(&error);
            }
        }
        leaving = talk.interrupted;
        match done {
            Ok(next) => gone = next == Next::Leave,
            // What goes wrong in a turn is said; the conversation goes on.
            Err(error) => {
                let _code = cx.out.error(&error);
            }
        }
        if cx.out.is_closed() {
            break;
        }
    }
    runtime.block_on(talk.close());
    Ok(())
}

async fn open(args: &Args, cx: &mut Cx) -> Result<Talk, CliError> {
    let options = turn_options(args, cx, true, None)?;
    let services = cx.house.services()?;
    let (archive, me) = (Arc::clone(&services.archive), services.owner);
    let bots = services.roster.bots();
    let room = cx.globals.room.clone();
    let named = args.session.is_some() || args.take_up;
    let wish = Wish {
        room: room.as_deref().or(if named { None } else { Some("general") }),
        session: args.session.as_deref(),
        take_up: args.take_up,
        folder: options.folder.as_deref().unwrap_or_default(),
    };
    let target = find_target(wish, &*archive).await?;
    if let Some(remark) = target.remark {
        cx.out.note(remark);
    }
    let (handle, _engine) = Engine::start(services);
    let mirror = cx.house.mirror(&handle)?;
    let (room, session) = (target.room, target.session);
    let busy = cx.house.settings()?.tui.busy;
    let mut talk = Talk {
        handle,
        archive,
        me,
        room,
        session,
        options,
        bots,
        busy,
        own: Vec::new(),
        said: Vec::new(),
        begun: String::new(),
        interrupted: false,
        mirror,
    };
    if target.fresh {
        talk.begin().await?;
    }
    Ok(talk)
}

fn greet(talk: &Talk, cx: &mut Cx) {
    let model = match talk.model(cx) {
        Ok(model) => model,
        Err(problem) => {
            cx.out.problem(&problem);
            "no model".to_owned()
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    let line = format!("nanofolks {version}, {model}. /help shows the commands, Ctrl-D leaves.");
    let line = cx.out.paint(Tone::Dim, &one_line(&line));
    cx.out.line(&line);
    cx.out.flush();
}

impl Talk {
    /// The model that answers next, by name.
    fn model(&self, cx: &Cx) -> Result<String, Problem> {
        match &self.options.model {
            Some(model) => Ok(model.to_string()),
            None => {
                let (model, _why) = cx.house.models()?.default_model()?;
                Ok(model.to_string())
            }
        }
    }

    /// Begins a new session in the room.
    async fn begin(&mut self) -> Result<(), CliError> {
        let receipt = self.handle.submit(Op::NewSession { room: self.room.clone() }).await?;
        self.session = match receipt {
            Receipt::Session(session) => Some(session),
            _ => None,
        };
        Ok(())
    }

    /// Goes on with what a process that is gone left behind in this room, and shows it.
    async fn pick_up(&mut self, cx: &mut Cx) -> Result<Next, CliError> {
        let state = self.archive.room(&self.room).await?;
        let live = state.and_then(|state| state.live);
        let wish = Op::Open { room: self.room.clone() };
        let Some((turn, owner)) = live else {
            self.handle.submit(wish).await?;
            return Ok(Next::Go);
        };
        if cx.house.store()?.is_alive(owner) {
            cx.out.note(
                "another process is at work in this room; what you say comes after it, \
                 /steer joins it, /stop ends it",
            );
            return Ok(Next::Go);
        }
        let Some(record) = self.archive.turn_record(turn).await? else { return Ok(Next::Go) };
        cx.out.note(&format!("going on with: {}", one_line(&record.envelope.text)));
        let envelope = Envelope { session: Some(record.turn.session), ..record.envelope };
        let waiting = Waiting { envelope, events: self.handle.subscribe(), seen: 0 };
        let (archive, room, me) = (Arc::clone(&self.archive), self.room.clone(), self.me);
        tokio::select! {
            biased;
            next = self.follow(waiting, Some(wish), Some(turn), cx) => return next,
            // Its events do not come here then.
            () = runs_elsewhere(&*archive, &room, turn, me) => {}
        }
        cx.out.note("another process was first and goes on with it");
        Ok(Next::Go)
    }

    /// The message, as the bus carries it.
    fn envelope(&self, text: String) -> Envelope {
        let target = Target { session: self.session, ..Target::in_room(self.room.clone()) };
        envelope(&target, text, Vec::new())
    }

    /// Says something and follows the turn to its end.
    async fn turn(&mut self, text: String, cx: &mut Cx) -> Result<Next, CliError> {
        let envelope = self.envelope(text);
        let options = Box::new(self.options.clone());
        let wish = Op::Post { envelope: Box::new(envelope.clone()), options };
        let waiting = Waiting { envelope, events: self.handle.subscribe(), seen: 0 };
        self.follow(waiting, Some(wish), None, cx).await
    }

    /// Follows a message to the end of its turn, and then those that were sent meanwhile.
    async fn follow(
        &mut self,
        first: Waiting,
        wish: Option<Op>,
        turn: Option<TurnId>,
        cx: &mut Cx,
    ) -> Result<Next, CliError> {
        let mut typing = Typing::new(self.busy, self.options.clone());
        let mut next = Some((first, wish, turn));
        while let Some((waiting, wish, turn)) = next.take() {
            match self.follow_one(waiting, (wish, turn), &mut typing, cx).await {
                Ok(()) => {}
                // The person did it and sees it.
                Err(CliError::Problem(problem)) if problem.kind == ProblemKind::Interrupted => {
                    self.interrupted = true;
                    cx.out.note("stopped");
                }
                Err(error) => {
                    let _code = cx.out.error(&error);
                }
            }
            self.said.append(&mut typing.said);
            if typing.leaves {
                return Ok(Next::Leave);
            }
            next = self.sent_meanwhile(&mut typing).await?;
        }
        self.begun = typing.begun();
        let later = std::mem::take(&mut typing.later);
        Box::pin(slash::apply(later, None, self, cx)).await
    }

    async fn follow_one(
        &mut self,
        waiting: Waiting,
        (wish, turn): (Option<Op>, Option<TurnId>),
        typing: &mut Typing,
        cx: &mut Cx,
    ) -> Result<(), CliError> {
        let Waiting { envelope, events, seen } = waiting;
        let mut report = Report::new();
        let mut follow = Follow::new(cx, &mut report, &self.handle, self.room.clone(), envelope.id);
        follow.since(events, seen);
        follow.in_conversation();
        follow.while_typing(typing);
        let receipt = match wish {
            Some(wish) => Some(self.handle.submit(wish).await?),
            None => None,
        };
        match receipt {
            Some(Receipt::Posted { turn, session, .. }) => {
                self.session = Some(session);
                follow.posted(turn, session);
                follow.tell_what_is_before(&*self.archive).await;
            }
            Some(Receipt::Stopped { .. }) => {
                cx.out.note("the turn of another process is told to end");
                return Ok(());
            }
            Some(Receipt::Done) | None => {
                if let Some(session) = envelope.session.or(self.session) {
                    follow.posted(turn, session);
                }
            }
            Some(_) => return Ok(()),
        }
        follow.end(None).await
    }

    /// The next message that was sent while a turn ran, unless it was taken back or joined
    /// that turn.
    async fn sent_meanwhile(
        &self,
        typing: &mut Typing,
    ) -> Result<Option<(Waiting, Option<Op>, Option<TurnId>)>, CliError> {
        while !typing.waiting.is_empty() {
            let waiting = typing.waiting.remove(0);
            let queue = self.archive.queue(&waiting.envelope.room).await?;
            if queue.iter().any(|queued| queued.envelope.id == waiting.envelope.id) {
                return Ok(Some((waiting, None, None)));
            }
            // Known already, so this says no more than what became of it.
            let (envelope, options) =
                (Box::new(waiting.envelope.clone()), Box::new(self.options.clone()));
            let receipt = self.handle.submit(Op::Post { envelope, options }).await?;
            if let Receipt::Posted { turn: Some(turn), .. } = receipt {
                return Ok(Some((waiting, None, Some(turn))));
            }
        }
        Ok(None)
    }

    /// Lets what runs end in order.
    async fn close(self) {
        // An engine that has stopped already has nothing left to end.
        let _stopped = self.handle.submit(Op::Shutdown).await.is_ok();
        drop(self.mirror);
    }
}
