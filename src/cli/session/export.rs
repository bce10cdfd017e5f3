//! `nanofolks session export`: conversations to take along or to read elsewhere.
//!
//! Read in pages and written as they come. A file is there whole or not at all.

mod markdown;
mod target;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::ports::{Archive, BlobError, Blobs as _, SessionFilter};
use nanofolks_protocol::{BlobId, Message, Room, RoomId, Session};
use nanofolks_store::BlobFolder;
use serde::Serialize;
use serde_json::json;

use self::target::Target;
use crate::cli::chat::{find_session, find_session_in, room_id};
use crate::cli::{CliError, Cx};
use crate::transcript::{Heading, Line, blobs_of};

/// Messages read at once.
const PAGE: u32 = 256;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks session export > all.jsonl              everything
  nanofolks session export last --format md         to read it
  nanofolks session export --room general -o general.jsonl")]
pub(super) struct Export {
    /// The conversations' ids, their beginnings, or `last` [default: all of them]
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    ids: Vec<String>,
    /// How to write them
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Write into this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line about the conversation, then a message a line; can be imported
    Jsonl,
    /// One object
    Json,
    /// To read
    Md,
}

/// What was written.
#[derive(Debug, Default, Serialize)]
struct Written {
    sessions: u64,
    messages: u64,
    missing_blobs: BTreeSet<BlobId>,
}

impl Export {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let file = self.output.filter(|path| path.as_os_str() != "-");
        let unsaid = if cx.out.is_json() && file.is_none() { Format::Json } else { Format::Jsonl };
        let format = self.format.unwrap_or(unsaid);
        let archive = cx.house.archive()?;
        let blobs = BlobFolder::new(cx.house.paths()?.blobs());
        let runtime = cx.runtime()?;
        let sessions = runtime.block_on(chosen(&*archive, &self.ids, room.as_ref()))?;
        let mut target = match &file {
            Some(path) => Target::file(path)?,
            None => Target::standard_output(&mut cx.out),
        };
        let mut writer = Writer {
            archive: &*archive,
            blobs: &blobs,
            format,
            target: &mut target,
            rooms: HashMap::new(),
            written: Written::default(),
        };
        runtime.block_on(writer.all(&sessions))?;
        let written = writer.written;
        target.finish()?;
        if !written.missing_blobs.is_empty() {
            let missing = written.missing_blobs.len();
            let text = format!("{missing} attachments are gone; their names were written");
            cx.out.warning(&text, Some("`nanofolks doctor --deep` checks what is stored"));
        }
        let Some(path) = file else { return Ok(()) };
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.session_export.v1",
                "path": path,
                "sessions": written.sessions,
                "messages": written.messages,
                "missing_blobs": written.missing_blobs,
            }));
        } else {
            let Written { sessions, messages, .. } = written;
            let text = format!("{}: conversations {sessions}, messages {messages}", path.display());
            cx.out.note(&text);
        }
        Ok(())
    }
}

/// The conversations that were asked for, oldest first, so that a branch comes after its trunk.
async fn chosen(
    archive: &dyn Archive,
    ids: &[String],
    room: Option<&RoomId>,
) -> Result<Vec<Session>, CliError> {
    let mut sessions: Vec<Session> = Vec::new();
    if ids.is_empty() {
        let filter = SessionFilter {
            room: room.cloned(),
            all: true,
            limit: u32::MAX,
            ..SessionFilter::default()
        };
        sessions.extend(archive.sessions(filter).await?.into_iter().map(|found| found.session));
    }
    for id in ids {
        let session = match room {
            Some(room) => find_session_in(id, room.clone(), archive).await?,
            None => find_session(id, archive).await?,
        };
        if sessions.iter().all(|known| known.id != session.id) {
            sessions.push(session);
        }
    }
    sessions.sort_by_key(|session| (session.created_at, session.id));
    Ok(sessions)
}

struct Writer<'a, 'o> {
    archive: &'a dyn Archive,
    blobs: &'a BlobFolder,
    format: Format,
    target: &'a mut Target<'o>,
    rooms: HashMap<RoomId, Room>,
    written: Written,
}

impl Writer<'_, '_> {
    async fn all(&mut self, sessions: &[Session]) -> Result<(), CliError> {
        if self.format == Format::Json {
            self.target.write("{\"schema\":\"nanofolks.export.v1\",\"sessions\":[")?;
        }
        for session in sessions {
            if self.target.is_closed() {
                return Ok(());
            }
            if self.written.sessions > 0 {
                self.target.write(match self.format {
                    Format::Jsonl => "",
                    Format::Json => ",",
                    Format::Md => "\n---\n\n",
                })?;
            }
            self.session(session).await?;
            self.written.sessions += 1;
        }
        if self.format == Format::Json {
            self.target.write("]}\n")?;
        }
        Ok(())
    }

    async fn session(&mut self, session: &Session) -> Result<(), CliError> {
        let room = self.room(&session.room).await?;
        let heading = Heading::whole(session, &room);
        match self.format {
            Format::Jsonl => self.target.line(&heading)?,
            Format::Json => {
                self.target.write("{\"session\":")?;
                self.target.object(&heading)?;
                self.target.write(",\"messages\":[")?;
            }
            Format::Md => self.target.write(&markdown::heading(session))?,
        }
        let mut seen = BTreeSet::new();
        let mut after = 0;
        // What is said meanwhile is not part of it.
        while after < session.messages && !self.target.is_closed() {
            let left = u32::try_from(session.messages - after).unwrap_or(PAGE).min(PAGE);
            let page = self.archive.messages_after(session.id, after, left).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for numbered in &page {
                self.message(session, numbered, &mut seen).await?;
            }
        }
        if self.format == Format::Json {
            self.target.write("]}")?;
        }
        Ok(())
    }

    async fn message(
        &mut self,
        session: &Session,
        numbered: &Numbered,
        seen: &mut BTreeSet<BlobId>,
    ) -> Result<(), CliError> {
        self.written.messages += 1;
        if self.format == Format::Md {
            return self.target.write(&markdown::message(&numbered.message));
        }
        let mut line = Line::of(session.id, numbered);
        self.attach(&numbered.message, &mut line, seen).await?;
        if self.format == Format::Jsonl {
            return self.target.line(&line);
        }
        if numbered.seq > 1 {
            self.target.write(",")?;
        }
        self.target.object(&line)
    }

    /// Puts the bytes that a message is the first to refer to into its line.
    async fn attach(
        &mut self,
        message: &Message,
        line: &mut Line,
        seen: &mut BTreeSet<BlobId>,
    ) -> Result<(), CliError> {
        for id in blobs_of(message) {
            if !seen.insert(id.clone()) {
                continue;
            }
            match self.blobs.get(id).await {
                Ok(bytes) => {
                    line.blobs.insert(id.clone(), STANDARD.encode(&bytes));
                }
                Err(BlobError::Missing(_) | BlobError::Damaged(_)) => {
                    self.written.missing_blobs.insert(id.clone());
                }
                Err(BlobError::Io(error)) => {
                    return Err(CliError::failure("attachment_unreadable", error));
                }
            }
        }
        Ok(())
    }

    async fn room(&mut self, id: &RoomId) -> Result<Room, CliError> {
        if let Some(room) = self.rooms.get(id) {
            return Ok(room.clone());
        }
        let state = self.archive.room(id).await?;
        let unknown = || CliError::failure("room_unknown", format!("room {id} is gone"));
        let room = state.ok_or_else(unknown)?.room;
        self.rooms.insert(id.clone(), room.clone());
        Ok(room)
    }
}
