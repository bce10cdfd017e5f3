//! Finds a turn by what a person calls it.

use nanofolks_engine::Material;
use nanofolks_protocol::TurnId;
use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::ports::Archive;

use crate::cli::chat::room_id;
use crate::cli::{CliError, Cx};

/// Newest turns among which the beginning of an id is looked for.
const LOOKED_AT: u32 = 10_000;

/// Everything that a replay of a turn needs.
pub(crate) fn material_of(cx: &mut Cx, name: &str) -> Result<Material, CliError> {
    let room = cx.globals.room.as_deref().map(room_id).transpose()?;
    let services = cx.house.services_to_read()?;
    let runtime = cx.runtime()?;
    runtime.block_on(async {
        let turn = find(&*services.archive, name, room).await?;
        let found = Material::read(&*services.archive, &*services.blobs, turn).await?;
        found.ok_or_else(|| unknown(name))
    })
}

async fn find(
    archive: &dyn Archive,
    name: &str,
    room: Option<nanofolks_protocol::RoomId>,
) -> Result<TurnId, CliError> {
    if let Ok(turn) = name.parse() {
        return Ok(turn);
    }
    let is_last = name == "last";
    let limit = if is_last { 1 } else { LOOKED_AT };
    let turns = archive.turns(TurnFilter { room, session: None, limit }).await?;
    let wanted = name.replace('-', "").to_lowercase();
    let is_it = |turn: &TurnId| turn.as_uuid().simple().to_string().starts_with(&wanted);
    let mut found = turns.iter().map(|turn| turn.turn).filter(|turn| is_last || is_it(turn));
    match (found.next(), found.next()) {
        (Some(turn), None) if !wanted.is_empty() => Ok(turn),
        (Some(_), Some(_)) if !wanted.is_empty() => {
            Err(CliError::usage("turn_ambiguous", format!("several turns begin with {name:?}"))
                .hint("give more of the id"))
        }
        _ if is_last => Err(CliError::failure("turn_unknown", "there is no turn yet")
            .hint("`nanofolks chat -q TEXT` makes one")),
        _ => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> CliError {
    CliError::usage("turn_unknown", format!("there is no turn {name:?}"))
        .hint("the Tab key offers the newest; `last` is the newest of all")
}
