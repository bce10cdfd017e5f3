//! The course of a conversation: back, forward, again. Each is a branch; nothing is changed.

use nanofolks_engine::Engine;
use nanofolks_protocol::control::Place;
use nanofolks_protocol::{Control, Op, Problem, ProblemKind, Receipt, RoomId, Session};
use serde_json::json;

use super::change::{found, message};
use super::list::session_object;
use crate::cli::chat::{find_session_in, room_id, say_again};
use crate::cli::{CliError, Cx, amount};

#[derive(Debug, clap::Args)]
pub(super) struct Undo {
    /// The conversation's id, its beginning, or `last` [default: the room's current one]
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    id: Option<String>,
    /// How many exchanges to take back
    #[arg(
        long,
        short = 'n',
        value_name = "N",
        default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    exchanges: u32,
}

#[derive(Debug, clap::Args)]
pub(super) struct Redo {}

#[derive(Debug, clap::Args)]
pub(super) struct Rewind {
    /// The conversation's id, its beginning, or `last` [default: the room's current one]
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    id: Option<String>,
    /// The last exchange that is kept; 0 keeps none
    #[arg(
        long,
        short = 'n',
        value_name = "N",
        required_unless_present = "message",
        conflicts_with = "message"
    )]
    exchange: Option<u32>,
    /// The last message that is kept: its id, the beginning of it, or its number
    #[arg(long, value_name = "MESSAGE")]
    message: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Retry {
    /// The conversation's id, its beginning, or `last` [default: the room's current one]
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    id: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Resume {
    /// The conversation's id, its beginning, or `last`
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    id: String,
}

/// A room, and one of its sessions when one was named.
type Where = (RoomId, Option<Session>);

impl Undo {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let (room, session) = place(cx, self.id.as_deref())?;
        let session = session.map(|session| session.id);
        let what = Control::Undo { session, exchanges: self.exchanges };
        let done = match self.exchanges {
            1 => "without the last exchange".to_owned(),
            several => format!("without the last {several} exchanges"),
        };
        go(cx, &room, what, &done)
    }
}

impl Redo {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let (room, _) = place(cx, None)?;
        go(cx, &room, Control::Redo, "with what was taken back")
    }
}

impl Rewind {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let (room, session) = place(cx, self.id.as_deref())?;
        let (to, done) = match (&self.message, self.exchange) {
            (Some(name), _) => {
                let archive = cx.house.archive()?;
                let session = match &session {
                    Some(session) => session.clone(),
                    None => current(cx, &room)?,
                };
                let id = cx.block_on(message(&*archive, &session, name))?;
                (Place::Message(id), format!("from message {id} on"))
            }
            (None, number) => {
                let number = number.unwrap_or(0);
                (Place::Exchange(number), format!("after exchange {number}"))
            }
        };
        let what = Control::Rewind { session: session.map(|session| session.id), to };
        go(cx, &room, what, &done)
    }
}

impl Retry {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let (room, session) = place(cx, self.id.as_deref())?;
        let report = say_again(room, session.map(|session| session.id), cx)?;
        if cx.out.is_json() {
            cx.out.object(&report);
        }
        if report.exit_code == 0 { Ok(()) } else { Err(CliError::Said(report.exit_code)) }
    }
}

impl Resume {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let session = found(cx, &self.id)?;
        go(cx, &session.room, Control::Switch { session: session.id }, "again")
    }
}

/// The session that is named, and its room; else the room that is.
fn place(cx: &mut Cx, id: Option<&str>) -> Result<Where, CliError> {
    if let Some(id) = id {
        let session = found(cx, id)?;
        return Ok((session.room.clone(), Some(session)));
    }
    let room = cx.globals.room.as_deref().map(room_id).transpose()?;
    Ok((room.unwrap_or_else(RoomId::general), None))
}

fn current(cx: &mut Cx, room: &RoomId) -> Result<Session, CliError> {
    let archive = cx.house.archive()?;
    cx.block_on(find_session_in("last", room.clone(), &*archive))
}

/// Carries it out and says where the room's conversation is now.
fn go(cx: &mut Cx, room: &RoomId, what: Control, done: &str) -> Result<(), CliError> {
    let services = cx.house.services()?;
    let wish = Op::Control { room: room.clone(), what: Box::new(what) };
    let receipt = cx.block_on(async {
        let (handle, engine) = Engine::start(services);
        let receipt = handle.submit(wish).await;
        // An engine that has stopped already has nothing left to end.
        let _stopped = handle.submit(Op::Shutdown).await.is_ok();
        drop(handle);
        engine.stopped().await;
        Ok(receipt?)
    })?;
    let Receipt::Moved(session) = receipt else {
        let message = "the engine said something else than where the conversation is";
        return Err(Problem::new(ProblemKind::Failure, "internal", message).into());
    };
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.session_changed.v1",
            "session": session_object(&session),
        }));
    } else {
        let (id, messages) = (session.id, amount::counted(session.messages, "message"));
        cx.out.line(&format!("{room} goes on {done}: {id}, {messages}"));
    }
    Ok(())
}
