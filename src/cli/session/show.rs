//! `nanofolks session show`: what was said in a conversation.

use std::sync::Arc;

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{Content, Message, Origin, Part, Role, RoomId, Session};
use nanofolks_security::terminal::clean;
use serde_json::{Value, json};

use super::list::session_object;
use crate::cli::chat::{find_session, find_session_in, room_id};
use crate::cli::output::{Tone, one_line};
use crate::cli::when::minute;
use crate::cli::{CliError, Cx, Output};

/// Most messages that are read at once.
const EVERYTHING: u32 = 1_000_000;
/// Characters of a tool's result that are shown.
const RESULT_CHARS: usize = 160;

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The conversation's id, its beginning, or `last`
    #[arg(value_name = "ID|last", default_value = "last", add = crate::cli::complete::sessions())]
    id: String,
    /// Only the newest messages
    #[arg(long, short = 'n', value_name = "N")]
    last: Option<u32>,
}

impl Show {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let archive = cx.house.archive()?;
        let limit = self.last.unwrap_or(EVERYTHING);
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let read = read(&*archive, &self.id, room, limit);
        let (session, messages) = cx.block_on(read)?;
        if cx.out.is_json() {
            let messages: Vec<Value> = messages.iter().map(|message| object(message)).collect();
            cx.out.object(&json!({
                "schema": "nanofolks.session.v1",
                "session": session_object(&session),
                "messages": messages,
            }));
            return Ok(());
        }
        for message in &messages {
            transcribe(&mut cx.out, message);
        }
        Ok(())
    }
}

async fn read(
    archive: &dyn Archive,
    name: &str,
    room: Option<RoomId>,
    limit: u32,
) -> Result<(Session, Vec<Arc<Message>>), CliError> {
    let session = match room {
        Some(room) => find_session_in(name, room, archive).await?,
        None => find_session(name, archive).await?,
    };
    let messages = archive.messages(session.id, limit).await?;
    Ok((session, messages))
}

pub(super) fn object(message: &Message) -> Value {
    json!({
        "id": message.id,
        "role": message.role,
        "bot": message.bot,
        "turn": message.turn,
        "at": message.at,
        "text": message.text(),
        "parts": message.parts,
    })
}

/// One message for people: who and when, then what.
fn transcribe(out: &mut Output, message: &Message) {
    // What we tell a model besides is not what the person said.
    let is_said = |part: &&Part| message.role != Role::User || part.origin != Origin::House;
    let lines: Vec<String> = message.parts.iter().filter(is_said).filter_map(line).collect();
    if lines.is_empty() {
        return;
    }
    let speaker = match (message.role, &message.bot) {
        (Role::User, _) => "you".to_owned(),
        (Role::Tool, _) => "tools".to_owned(),
        (Role::System, None) => "nanofolks".to_owned(),
        (Role::Assistant | Role::System, Some(bot)) => bot.to_string(),
        (Role::Assistant, None) => "bot".to_owned(),
    };
    let tone = if message.role == Role::User { Tone::Strong } else { Tone::Accent };
    let heading =
        format!("{} {}", out.paint(tone, &speaker), out.paint(Tone::Dim, &minute(message.at)));
    out.line(&heading);
    for line in lines {
        out.line(&line);
    }
    out.line("");
}

fn line(part: &Part) -> Option<String> {
    match &part.content {
        Content::Text { text } => {
            let text = clean(text.trim_end());
            (!text.is_empty()).then(|| text.into_owned())
        }
        Content::Reasoning { .. } => None,
        Content::Image { mime, blob } => Some(format!("[picture, {mime}, {blob}]")),
        Content::File { name, text } => {
            Some(format!("[file {}, {} bytes]", one_line(name), text.len()))
        }
        Content::ToolCall(call) => {
            Some(shortened(&one_line(&format!("> {} {}", call.name, call.arguments))))
        }
        Content::ToolResult(result) => {
            let mark = if result.ok { "<" } else { "!" };
            let text = one_line(&result.for_model());
            Some(shortened(&format!("{mark} {}: {text}", one_line(&result.tool))))
        }
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= RESULT_CHARS {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(RESULT_CHARS - 1).collect();
    short.push('…');
    short
}
