//! `/rooms`: the rooms there are.

use nanofolks_protocol::command::{Category, Choice, Table};
use nanofolks_protocol::{CommandOutput, Room};

use super::activity::Activity;
use super::{Asked, Command, Told, said};

pub(super) static COMMAND: Command =
    Command::new("rooms", Category::Places, "show the rooms and what goes on in them")
        .does(|asked| Box::pin(async move { list(&asked).await }));

pub(super) async fn list(asked: &Asked) -> Told {
    let rooms = asked.shared.services.archive.rooms(false).await.map_err(said)?;
    if rooms.is_empty() {
        return Ok(CommandOutput::text("no room has been used yet"));
    }
    let activity = Activity::of(&asked.shared).await?;
    let members = |room: &Room| room.members.iter().map(ToString::to_string).collect::<Vec<_>>();
    let row = |room: &Room| {
        let mark = if room.id == *asked.room() { "*" } else { "" };
        let goes_on = activity.in_room(&room.id).unwrap_or_default();
        vec![mark.to_owned(), room.id.to_string(), members(room).join(", "), goes_on]
    };
    let choice = |room: &Room| Choice {
        label: room.id.to_string(),
        about: activity.in_room(&room.id).unwrap_or_else(|| members(room).join(", ")),
        is_current: room.id == *asked.room(),
        line: format!("/room {}", room.id),
    };
    let head = ["", "ROOM", "BOTS", "NOW"].map(str::to_owned).to_vec();
    Ok(CommandOutput {
        choices: rooms.iter().map(choice).collect(),
        table: Some(Table { head, rows: rooms.iter().map(row).collect() }),
        ..CommandOutput::default()
    })
}
