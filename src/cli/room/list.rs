//! `nanofolks room list`: the rooms, and what runs and waits in them.

use nanofolks_protocol::ports::RoomState;
use serde_json::json;

use crate::cli::when::minute;
use crate::cli::{CliError, Cx};

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Archived rooms too, for example those of single questions
    #[arg(long)]
    all: bool,
}

impl List {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let archive = cx.house.archive()?;
        let rooms = cx.block_on(async {
            let mut states = Vec::new();
            for room in archive.rooms(self.all).await? {
                states.extend(archive.room(&room.id).await?);
            }
            Ok(states)
        })?;
        if cx.out.is_json() {
            let rooms: Vec<_> = rooms.iter().map(object).collect();
            cx.out.object(&json!({ "schema": "nanofolks.rooms.v1", "rooms": rooms }));
            return Ok(());
        }
        if rooms.is_empty() {
            cx.out.note("no rooms yet: `nanofolks chat` begins one, --all shows archived ones");
            return Ok(());
        }
        let rows: Vec<Vec<String>> = rooms.iter().map(row).collect();
        cx.out.table(&["ROOM", "CHANGED", "RUNS", "WAIT", "BOTS"], &rows);
        Ok(())
    }
}

fn row(state: &RoomState) -> Vec<String> {
    let bots: Vec<_> = state.room.members.iter().map(ToString::to_string).collect();
    vec![
        state.room.id.to_string(),
        minute(state.room.updated_at),
        if state.live.is_some() { "a turn" } else { "-" }.to_owned(),
        state.queued.to_string(),
        bots.join(", "),
    ]
}

fn object(state: &RoomState) -> serde_json::Value {
    let mut object = json!(state.room);
    object["session"] = json!(state.session.as_ref().map(|session| session.id));
    object["turn"] = json!(state.live.map(|(turn, _owner)| turn));
    object["waiting"] = json!(state.queued);
    object
}
