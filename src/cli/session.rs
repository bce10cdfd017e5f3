//! `nanofolks session`: lists and shows conversations.

use std::sync::Arc;

use nanofolks_protocol::ports::{Archive, SessionFilter, SessionSummary};
use nanofolks_protocol::{Content, Message, Part, Role, Session, Timestamp};
use nanofolks_security::terminal::clean;
use serde_json::{Value, json};

use super::chat::{find_session, room_id};
use super::output::{Tone, one_line};
use super::{CliError, Cx, Output, Run};

/// Most messages that are read at once.
const EVERYTHING: u32 = 1_000_000;
/// Characters of a tool's result that are shown.
const RESULT_CHARS: usize = 160;

/// List and show conversations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List conversations, the newest first
    #[command(visible_alias = "ls")]
    List(List),
    /// Print what was said in a conversation
    #[command(visible_alias = "cat")]
    Show(Show),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Archived rooms too, for example those of single questions
    #[arg(long)]
    all: bool,
    /// How many to list
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: u32,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The conversation's id, or `last`
    #[arg(value_name = "ID|last", default_value = "last", add = super::complete::sessions())]
    id: String,
    /// Only the newest messages
    #[arg(long, short = 'n', value_name = "N")]
    last: Option<u32>,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::List(list) => list.run(cx),
            What::Show(show) => show.run(cx),
        }
    }
}

impl List {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let archive = cx.house.archive()?;
        let filter =
            SessionFilter { room, all: self.all, limit: self.limit, ..SessionFilter::default() };
        let found = cx.block_on(async { Ok(archive.sessions(filter).await?) })?;
        if cx.out.is_json() {
            let sessions: Vec<Value> = found.iter().map(summary_object).collect();
            cx.out.object(&json!({ "schema": "nanofolks.sessions.v1", "sessions": sessions }));
            return Ok(());
        }
        if found.is_empty() {
            cx.out.note(
                "no conversations yet: `nanofolks chat` begins one, --all shows archived ones",
            );
            return Ok(());
        }
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        cx.out.table(&["ID", "ROOM", "CHANGED", "MESSAGES", "COST", "TITLE"], &rows);
        Ok(())
    }
}

fn row(summary: &SessionSummary) -> Vec<String> {
    let session = &summary.session;
    vec![
        session.id.to_string(),
        session.room.to_string(),
        minute(session.updated_at),
        session.messages.to_string(),
        cost(summary),
        one_line(session.title.as_deref().unwrap_or("")),
    ]
}

fn cost(summary: &SessionSummary) -> String {
    match (summary.cost_known, summary.cost_usd) {
        (true, usd) => format!("${usd:.4}"),
        (false, usd) if usd > 0.0 => format!("> ${usd:.4}"),
        (false, _) => "?".to_owned(),
    }
}

fn summary_object(summary: &SessionSummary) -> Value {
    let mut object = session_object(&summary.session);
    if let Some(object) = object.as_object_mut() {
        object.insert("usage".into(), json!(summary.usage));
        object.insert("cost_usd".into(), json!(summary.cost_usd));
        object.insert("cost_known".into(), json!(summary.cost_known));
    }
    object
}

fn session_object(session: &Session) -> Value {
    json!({
        "id": session.id,
        "room": session.room,
        "parent": session.parent,
        "title": session.title,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "messages": session.messages,
    })
}

impl Show {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let archive = cx.house.archive()?;
        let limit = self.last.unwrap_or(EVERYTHING);
        let read = read(&*archive, &self.id, limit);
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
    limit: u32,
) -> Result<(Session, Vec<Arc<Message>>), CliError> {
    let session = find_session(name, archive).await?;
    let messages = archive.messages(session.id, limit).await?;
    Ok((session, messages))
}

fn object(message: &Message) -> Value {
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
    let lines: Vec<String> = message.parts.iter().filter_map(line).collect();
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

/// Date and time to the minute, in the zone of this machine.
fn minute(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(time) => {
            let local = time.to_zoned(jiff::tz::TimeZone::system());
            local.strftime("%Y-%m-%d %H:%M").to_string()
        }
        Err(_) => at.to_string(),
    }
}
