//! Titles, branches and the trash. Nothing is ever deleted.

use std::io::{self, BufRead as _};

use nanofolks_protocol::ports::{Archive, Journal as _};
use nanofolks_protocol::{Batch, MessageId, Session, SessionId, Write};
use serde_json::json;

use super::list::session_object;
use crate::cli::chat::{find_session, find_session_in, find_session_in_trash, room_id};
use crate::cli::output::one_line;
use crate::cli::{CliError, Cx, amount};
use crate::house::House;

/// Longest title, in characters.
const TITLE: usize = 200;
/// Messages read at once while looking for one.
const PAGE: u32 = 256;

#[derive(Debug, clap::Args)]
pub(super) struct Rename {
    /// The conversation's id, its beginning, or `last`
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    id: String,
    /// The title
    #[arg(value_name = "TITLE", required = true, num_args = 1..)]
    title: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Fork {
    /// The conversation's id, its beginning, or `last`
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    id: String,
    /// The newest message that both share: its id, the beginning of it, or its number
    #[arg(long, value_name = "MESSAGE")]
    at: Option<String>,
    /// The title of the branch
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Delete {
    /// The conversations' ids, their beginnings, or `last`
    #[arg(value_name = "ID|last", required = true, add = crate::cli::complete::sessions())]
    ids: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The conversations' ids, their beginnings, or `last`, the one put there last
    #[arg(value_name = "ID|last", required = true, add = crate::cli::complete::trashed_sessions())]
    ids: Vec<String>,
}

impl Rename {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let title = title(&self.title.join(" "))?;
        let session = found(cx, &self.id)?;
        let write = Write::TitleSession { session: session.id, title: title.clone() };
        commit(cx, vec![write])?;
        say(cx, session.id, &format!("renamed to {title:?}"))
    }
}

impl Fork {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let parent = found(cx, &self.id)?;
        let upto = match &self.at {
            Some(at) => {
                let archive = cx.house.archive()?;
                Some(cx.block_on(message(&*archive, &parent, at))?)
            }
            None => None,
        };
        let title = match &self.title {
            Some(text) => Some(title(text)?),
            None => parent.title.as_deref().map(|old| shortened(&format!("{old} (branch)"))),
        };
        let session = SessionId::fresh();
        let at = House::clock().now();
        commit(cx, vec![Write::BranchSession { session, parent: parent.id, upto, title, at }])?;
        say(cx, session, &format!("is a branch, and what {} speaks in now", parent.room))
    }
}

impl Delete {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let mut sessions = Vec::new();
        for id in &self.ids {
            sessions.push(found(cx, id)?);
        }
        if !self.yes && cx.out.is_interactive() && !confirmed(cx, &sessions)? {
            cx.out.note("nothing was changed");
            return Ok(());
        }
        trash(cx, &sessions, true, "put into the trash; `nanofolks session restore` takes it out")
    }
}

impl Restore {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let mut sessions = Vec::new();
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let archive = cx.house.archive()?;
        for id in &self.ids {
            let found = find_session_in_trash(id, room.clone(), &*archive);
            sessions.push(cx.block_on(found)?);
        }
        trash(cx, &sessions, false, "taken out of the trash")
    }
}

fn trash(cx: &mut Cx, sessions: &[Session], trashed: bool, done: &str) -> Result<(), CliError> {
    let at = House::clock().now();
    let write = |session: &Session| Write::TrashSession { session: session.id, trashed, at };
    commit(cx, sessions.iter().map(write).collect())?;
    if cx.out.is_json() {
        let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        cx.out.object(&json!({
            "schema": "nanofolks.sessions_trashed.v1",
            "sessions": ids,
            "trashed": trashed,
        }));
        return Ok(());
    }
    for session in sessions {
        cx.out.line(&format!("{} {done}", session.id));
    }
    Ok(())
}

/// Asks the person at the terminal. Silence and doubt mean no.
fn confirmed(cx: &mut Cx, sessions: &[Session]) -> Result<bool, CliError> {
    for session in sessions {
        let title = one_line(session.title.as_deref().unwrap_or("without a title"));
        let messages = amount::counted(session.messages, "message");
        cx.out.note(&format!("{} {}, {messages}", session.id, title));
    }
    cx.out.note_raw("Put this into the trash? y = yes, n = no [n] ");
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| {
        CliError::failure("input_unreadable", format!("cannot read the answer: {error}"))
    })?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// The session of this name, in the room that was named; also one in the trash.
pub(super) fn found(cx: &mut Cx, name: &str) -> Result<Session, CliError> {
    let room = cx.globals.room.as_deref().map(room_id).transpose()?;
    let archive = cx.house.archive()?;
    match room {
        Some(room) => cx.block_on(find_session_in(name, room, &*archive)),
        None => cx.block_on(find_session(name, &*archive)),
    }
}

fn commit(cx: &mut Cx, writes: Vec<Write>) -> Result<(), CliError> {
    let store = cx.house.store()?;
    cx.block_on(async { Ok(store.commit(Batch { writes }).await.map(drop)?) })
}

/// The session as it is now, or one line about it.
fn say(cx: &mut Cx, session: SessionId, done: &str) -> Result<(), CliError> {
    if cx.out.is_json() {
        let archive = cx.house.archive()?;
        let session = cx.block_on(async { Ok(archive.session(session).await?) })?;
        cx.out.object(&json!({
            "schema": "nanofolks.session_changed.v1",
            "session": session.as_ref().map(session_object),
        }));
    } else {
        cx.out.line(&format!("{session} {done}"));
    }
    Ok(())
}

fn title(text: &str) -> Result<String, CliError> {
    let title = one_line(text);
    if title.is_empty() {
        return Err(CliError::usage("title_empty", "the title is empty"));
    }
    if title.chars().count() > TITLE {
        let message = format!("the title is longer than {TITLE} characters");
        return Err(CliError::usage("title_too_long", message));
    }
    Ok(title)
}

fn shortened(title: &str) -> String {
    title.chars().take(TITLE).collect()
}

/// A message of a session by its id, the beginning of it, or its number.
pub(super) async fn message(
    archive: &dyn Archive,
    session: &Session,
    name: &str,
) -> Result<MessageId, CliError> {
    let wanted = name.trim().to_lowercase().replace('-', "");
    let number: Option<u64> = if wanted.len() < 8 { wanted.parse().ok() } else { None };
    let mut hits = Vec::new();
    let mut after = 0;
    loop {
        let page = archive.messages_after(session.id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for numbered in &page {
            let id = numbered.message.id;
            if number == Some(numbered.seq) {
                return Ok(id);
            }
            if !wanted.is_empty() && id.as_uuid().simple().to_string().starts_with(&wanted) {
                hits.push(id);
            }
        }
    }
    match hits.as_slice() {
        [only] => Ok(*only),
        [] => Err(CliError::usage(
            "message_unknown",
            format!("there is no message {name:?} in session {}", session.id),
        )
        .hint(format!("`nanofolks session show {} --json` has their ids", session.id))),
        several => Err(CliError::usage(
            "message_ambiguous",
            format!("{} messages begin with {name:?}", several.len()),
        )
        .hint("write more of the id")),
    }
}
