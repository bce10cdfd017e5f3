//! `nanofolks session list`: conversations, the newest first.

use nanofolks_protocol::Session;
use nanofolks_protocol::budget::dollars;
use nanofolks_protocol::ports::{SessionFilter, SessionSummary};
use serde_json::{Value, json};

use crate::cli::chat::room_id;
use crate::cli::output::one_line;
use crate::cli::when::minute;
use crate::cli::{CliError, Cx};

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Archived rooms too, for example those of single questions
    #[arg(long)]
    all: bool,
    /// What is in the trash
    #[arg(long)]
    trash: bool,
    /// How many to list
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: u32,
}

impl List {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let archive = cx.house.archive()?;
        let all = self.all || self.trash;
        let filter = SessionFilter { room, all, trashed: self.trash, limit: self.limit };
        let found = cx.block_on(async { Ok(archive.sessions(filter).await?) })?;
        if cx.out.is_json() {
            let sessions: Vec<Value> = found.iter().map(summary_object).collect();
            cx.out.object(&json!({ "schema": "nanofolks.sessions.v1", "sessions": sessions }));
            return Ok(());
        }
        if found.is_empty() {
            cx.out.note(if self.trash {
                "the trash is empty"
            } else {
                "no conversations yet: `nanofolks chat` begins one, --all shows archived ones"
            });
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
        dollars(summary.cost_usd, summary.cost_known),
        one_line(session.title.as_deref().unwrap_or("")),
    ]
}

fn summary_object(summary: &SessionSummary) -> Value {
    let mut object = session_object(&summary.session);
    if let Some(object) = object.as_object_mut() {
        object.insert("usage".into(), json!(summary.usage));
        object.insert("cost_usd".into(), json!(summary.cost_usd));
        object.insert("cost_known".into(), json!(summary.cost_known));
        object.insert("trashed_at".into(), json!(summary.trashed_at));
    }
    object
}

pub(super) fn session_object(session: &Session) -> Value {
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
