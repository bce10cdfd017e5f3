//! The conversation line by line: for dumb terminals, screen readers and people who like it.
//!
//! Append-only: nothing is redrawn but the line being typed. `editor` reads lines, `slash`
//! holds the commands, and a turn is followed just like the one of a single question.

mod editor;
mod slash;
mod window;

use std::sync::Arc;

use nanofolks_engine::Engine;
use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{
    BotId, EngineHandle, Op, Problem, ProblemKind, Receipt, RoomId, SessionId, TurnOptions,
};

use self::editor::{Editor, Typed};
use super::chat::{
    Args, Follow, Report, Target, Wish, envelope, find_target, nobody_called, turn_options,
};
use super::output::{Tone, one_line};
use super::{CliError, Cx};
use crate::mirror::Mirror;

/// A conversation in one room.
struct Talk {
    handle: EngineHandle,
    archive: Arc<dyn Archive>,
    room: RoomId,
    session: Option<SessionId>,
    options: TurnOptions,
    bots: Vec<BotId>,
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
    let mut editor = Editor::open(&history, &talk.bots, cx.house.sanitizer()?)?;
    greet(&talk, cx);
    if let Err(error) = runtime.block_on(talk.pick_up(cx)) {
        let _code = cx.out.error(&error);
    }
    let mut leaving = false;
    loop {
        let typed = editor.read(&format!("{}> ", talk.room))?;
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
        leaving = false;
        let done = match slash::command(&text) {
            Some(line) => runtime.block_on(slash::run(line, &mut talk, cx)),
            None if slash::is_farewell(&text) => break,
            None => runtime.block_on(talk.turn(text, cx)).map(|()| Next::Go),
        };
        match done {
            Ok(Next::Go) => {}
            Ok(Next::Leave) => break,
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
    let archive = Arc::clone(&services.archive);
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
    let mut talk = Talk { handle, archive, room, session, options, bots, mirror };
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
    async fn pick_up(&mut self, cx: &mut Cx) -> Result<(), CliError> {
        let state = self.archive.room(&self.room).await?;
        let live = state.and_then(|state| state.live);
        let wish = Op::Open { room: self.room.clone() };
        let Some((turn, owner)) = live else {
            self.handle.submit(wish).await?;
            return Ok(());
        };
        if cx.house.store()?.is_alive(owner) {
            cx.out.note("another process is at work in this room; what you say comes after it");
            return Ok(());
        }
        let Some(record) = self.archive.turn_record(turn).await? else { return Ok(()) };
        cx.out.note(&format!("going on with: {}", one_line(&record.envelope.text)));
        let mut report = Report::new();
        let room = self.room.clone();
        let mut follow = Follow::new(cx, &mut report, &self.handle, room, record.envelope.id);
        follow.in_conversation();
        follow.taking_up(turn, record.turn.session);
        follow.interruptible(self.handle.submit(wish)).await?;
        follow.end(None).await
    }

    /// Says something and follows the turn to its end.
    async fn turn(&mut self, text: String, cx: &mut Cx) -> Result<(), CliError> {
        if let Some(notice) = nobody_called(&text, &self.bots) {
            cx.out.note(&notice);
        }
        let target = Target { session: self.session, ..Target::in_room(self.room.clone()) };
        let envelope = Box::new(envelope(&target, text, Vec::new()));
        let options = Box::new(self.options.clone());
        let mut report = Report::new();
        let mut follow = Follow::new(cx, &mut report, &self.handle, self.room.clone(), envelope.id);
        follow.in_conversation();
        let receipt = self.handle.submit(Op::Post { envelope, options }).await?;
        if let Receipt::Posted { turn, session, .. } = receipt {
            self.session = Some(session);
            follow.posted(turn, session);
        }
        match follow.end(None).await {
            // The person did it and sees it.
            Err(CliError::Problem(problem)) if problem.kind == ProblemKind::Interrupted => {
                cx.out.note("stopped");
                Ok(())
            }
            ended => ended,
        }
    }

    /// Lets what runs end in order.
    async fn close(self) {
        // An engine that has stopped already has nothing left to end.
        let _stopped = self.handle.submit(Op::Shutdown).await.is_ok();
        drop(self.mirror);
    }
}
