//! `/room`: another room.

use nanofolks_protocol::command::{Category, Completes, Then};
use nanofolks_protocol::{CommandOutput, Problem, ProblemKind, RoomId};

use super::{Asked, Command, Told, may, rooms};

pub(super) static COMMAND: Command =
    Command::new("room", Category::Places, "go to a room; without a name, show the rooms")
        .aliases(&["switch", "join"])
        .takes(&[may("NAME", Completes::Room)])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    if asked.rest.is_empty() {
        return rooms::list(&asked).await;
    }
    let room: RoomId = asked.rest.parse().map_err(|error| {
        let message = format!("{:?} is not a room: {error}", asked.rest);
        Problem::new(ProblemKind::Usage, "room_invalid", message)
    })?;
    let text = format!("room: {room}");
    Ok(CommandOutput::text(text).then(Then::Room(room)).then(Then::Session(None)))
}
