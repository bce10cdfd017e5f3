//! Writes conversations in the form that is wished. Read in pages and written as they come.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::ports::{Archive, BlobError, Blobs as _, Roster, SessionFilter};
use nanofolks_protocol::{BlobId, BotId, Message, Room, RoomId, Session};
use nanofolks_security::{Sanitizer, terminal};
use nanofolks_store::BlobFolder;
use serde::Serialize;
use serde_json::Value;

use super::page::Page;
use super::target::Target;
use super::{markdown, page};
use crate::cli::chat::{find_session, find_session_in};
use crate::cli::{CliError, Output};
use crate::paper::Paper;
use crate::transcript::{EXPORT, Heading, Line, blobs_of};

/// Messages read at once.
const PAGE: u32 = 256;

/// How conversations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Form {
    /// A line about the conversation, then a message a line.
    Jsonl,
    /// One object.
    Json,
    /// To read, as text.
    Markdown,
    /// To read, on paper.
    Pdf,
}

/// What was written.
#[derive(Debug, Default, Serialize)]
pub(in crate::cli) struct Written {
    pub(in crate::cli) sessions: u64,
    pub(in crate::cli) messages: u64,
    pub(in crate::cli) missing_blobs: BTreeSet<BlobId>,
    /// Different characters that could not be drawn.
    pub(in crate::cli) missing_characters: usize,
}

impl Written {
    /// Says what could not be written.
    pub(in crate::cli) fn warn(&self, out: &mut Output) {
        if !self.missing_blobs.is_empty() {
            let missing = self.missing_blobs.len();
            let text = format!("{missing} attachments are gone; their names were written");
            out.warning(&text, Some("`nanofolks doctor --deep` checks what is stored"));
        }
        if self.missing_characters > 0 {
            let text =
                format!("no font of this machine has {} characters", self.missing_characters);
            let hint =
                "they stand there as boxes; install a font that has them, or use --format md";
            out.warning(&text, Some(hint));
        }
    }
}

/// The conversations that were asked for, oldest first, so that a branch comes after its trunk.
pub(in crate::cli) async fn chosen(
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

/// Writes conversations, one after the other.
pub(in crate::cli) struct Writer<'a, 'o> {
    archive: &'a dyn Archive,
    blobs: BlobFolder,
    form: Form,
    target: &'a mut Target<'o>,
    rooms: HashMap<RoomId, Room>,
    /// Takes secrets out of what is written.
    sanitizer: Option<Arc<Sanitizer>>,
    /// What people call the bots.
    roster: Option<Arc<dyn Roster>>,
    /// Where a PDF is laid out.
    paper: Option<Paper>,
    /// What was written so far.
    pub(in crate::cli) written: Written,
}

impl<'a, 'o> Writer<'a, 'o> {
    pub(in crate::cli) fn new(
        archive: &'a dyn Archive,
        blobs: PathBuf,
        form: Form,
        target: &'a mut Target<'o>,
    ) -> Self {
        let (rooms, written) = (HashMap::new(), Written::default());
        let blobs = BlobFolder::new(blobs);
        let (sanitizer, roster, paper) = (None, None, None);
        Self { archive, blobs, form, target, rooms, sanitizer, roster, paper, written }
    }

    /// The same, with secrets taken out once more and bots called as people call them.
    pub(in crate::cli) fn for_people(
        mut self,
        sanitizer: Arc<Sanitizer>,
        roster: Arc<dyn Roster>,
    ) -> Self {
        (self.sanitizer, self.roster) = (Some(sanitizer), Some(roster));
        self
    }

    /// The same on paper.
    pub(in crate::cli) fn on_paper(mut self, paper: Paper) -> Self {
        self.paper = Some(paper);
        self
    }
}

impl Writer<'_, '_> {
    pub(in crate::cli) async fn all(&mut self, sessions: &[Session]) -> Result<(), CliError> {
        if self.form == Form::Json {
            self.target.write(&format!("{{\"schema\":\"{EXPORT}\",\"sessions\":["))?;
        }
        for session in sessions {
            if self.target.is_closed() {
                return Ok(());
            }
            if self.written.sessions > 0 {
                self.target.write(match self.form {
                    Form::Jsonl | Form::Pdf => "",
                    Form::Json => ",",
                    Form::Markdown => "\n---\n\n",
                })?;
            }
            self.session(session).await?;
            self.written.sessions += 1;
        }
        if self.form == Form::Json {
            self.target.write("]}\n")?;
        }
        match self.paper.take() {
            Some(paper) => {
                self.written.missing_characters = paper.missing();
                self.target.bytes(&paper.finish())
            }
            None => Ok(()),
        }
    }

    async fn session(&mut self, session: &Session) -> Result<(), CliError> {
        let room = self.room(&session.room).await?;
        let heading = Heading::whole(session, &room);
        match self.form {
            Form::Jsonl => self.target.line(&heading)?,
            Form::Json => {
                self.target.write("{\"session\":")?;
                let heading = self.cleaned(&heading)?;
                self.target.object(&heading)?;
                self.target.write(",\"messages\":[")?;
            }
            Form::Markdown | Form::Pdf => self.heading(session, &room)?,
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
        if self.form == Form::Json {
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
        if matches!(self.form, Form::Markdown | Form::Pdf) {
            return self.shown(&numbered.message);
        }
        let mut line = Line::of(session.id, numbered);
        self.attach(&numbered.message, &mut line, seen).await?;
        if self.form == Form::Jsonl {
            return self.target.line(&line);
        }
        if numbered.seq > 1 {
            self.target.write(",")?;
        }
        let line = self.cleaned(&line)?;
        self.target.object(&line)
    }

    /// What stands above a conversation that is read.
    fn heading(&mut self, session: &Session, room: &Room) -> Result<(), CliError> {
        let page = Page::heading(session, &self.names(room));
        self.page(&page)
    }

    /// A message that is read.
    fn shown(&mut self, message: &Message) -> Result<(), CliError> {
        let name = message.bot.as_ref().map(|bot| self.name(bot));
        match page::message(message, name.as_deref()) {
            Some(page) => self.page(&page),
            None => Ok(()),
        }
    }

    fn page(&mut self, page: &Page) -> Result<(), CliError> {
        // What is read may be read on a terminal.
        let page = page.clone().map(|text| match &self.sanitizer {
            Some(sanitizer) => terminal::clean(&sanitizer.clean(text)).into_owned(),
            None => terminal::clean(text).into_owned(),
        });
        match &mut self.paper {
            Some(paper) => {
                page.draw(paper);
                Ok(())
            }
            None => self.target.write(&markdown::text(&page)),
        }
    }

    /// What people call the bots of a room.
    fn names(&self, room: &Room) -> Vec<String> {
        room.members.iter().map(|bot| self.name(bot)).collect()
    }

    fn name(&self, bot: &BotId) -> String {
        let profile = self.roster.as_ref().and_then(|roster| roster.profile(bot));
        profile.map_or_else(|| bot.to_string(), |profile| profile.title)
    }

    /// Something as JSON, with secrets taken out of every text but the bytes of attachments.
    fn cleaned(&self, value: &impl Serialize) -> Result<Value, CliError> {
        let failed =
            |error: serde_json::Error| CliError::failure("export_failed", error.to_string());
        let mut value = serde_json::to_value(value).map_err(failed)?;
        if let Some(sanitizer) = &self.sanitizer {
            clean(&mut value, sanitizer);
        }
        Ok(value)
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

fn clean(value: &mut Value, sanitizer: &Sanitizer) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(cleaned) = sanitizer.clean(text) {
                *text = cleaned;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| clean(value, sanitizer)),
        Value::Object(fields) => {
            for (_, value) in fields.iter_mut().filter(|(name, _)| *name != "blobs") {
                clean(value, sanitizer);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
