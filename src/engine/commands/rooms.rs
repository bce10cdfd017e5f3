//! `/rooms`: the rooms there are.

use nanofolks_protocol::command::{Category, Choice, Table};
use nanofolks_protocol::{BotId, CommandOutput, Problem, RoomId};

use super::activity::Activity;
use super::{Asked, Command, Told, said};

pub(super) static COMMAND: Command =
    Command::new("rooms", Category::Places, "show the rooms and what goes on in them")
        .does(|asked| Box::pin(async move { list(&asked).await }));

/// A room that is listed.
struct Place {
    id: RoomId,
    members: Vec<BotId>,
}

pub(super) async fn list(asked: &Asked) -> Told {
    let rooms = known(asked).await?;
    if rooms.is_empty() {
        return Ok(CommandOutput::text("no room has been used yet"));
    }
    let activity = Activity::of(&asked.shared).await?;
    let members = |room: &Place| room.members.iter().map(ToString::to_string).collect::<Vec<_>>();
    let row = |room: &Place| {
        let mark = if room.id == *asked.room() { "*" } else { "" };
        let goes_on = activity.in_room(&room.id).unwrap_or_default();
        vec![mark.to_owned(), room.id.to_string(), members(room).join(", "), goes_on]
    };
    let choice = |room: &Place| Choice {
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

/// The rooms there are; the one this was asked in, too, when nothing was said in it yet.
async fn known(asked: &Asked) -> Result<Vec<Place>, Problem> {
    let services = &asked.shared.services;
    let rooms = services.archive.rooms(false).await.map_err(said)?;
    let mut places: Vec<_> =
        rooms.into_iter().map(|room| Place { id: room.id, members: room.members }).collect();
    let here = asked.room();
    if !here.is_run() && places.iter().all(|place| place.id != *here) {
        let stored = services.archive.room(here).await.map_err(said)?;
        let members = stored.map_or_else(|| services.roster.bots(), |state| state.room.members);
        places.insert(0, Place { id: here.clone(), members });
    }
    Ok(places)
}
