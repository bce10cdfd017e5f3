//! A turn that was to go on here, and that another process took up first.

use std::time::Duration;

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{OwnerId, RoomId, TurnId};

/// How long to wait for a sign that something was written before looking anyway.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Who has a turn.
enum Whose {
    Ours,
    Another,
    /// Its process is gone, and nobody has taken it up yet.
    Nobodys,
}

/// Ends when another process has the turn, or had it to its end; never when it is ours.
pub(crate) async fn runs_elsewhere(
    archive: &dyn Archive,
    room: &RoomId,
    turn: TurnId,
    me: OwnerId,
) {
    loop {
        // Made before looking: what is written in between is not missed.
        let sign = archive.changed();
        match whose(archive, room, turn, me).await {
            Whose::Another => return,
            Whose::Ours => return std::future::pending().await,
            Whose::Nobodys => {}
        }
        tokio::select! {
            biased;
            () = sign => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

async fn whose(archive: &dyn Archive, room: &RoomId, turn: TurnId, me: OwnerId) -> Whose {
    let live = archive.room(room).await.ok().flatten().and_then(|state| state.live);
    let (owner, is_over) = match live {
        Some((live, owner)) if live == turn => (owner, false),
        _ => match archive.turn_record(turn).await {
            Ok(Some(record)) => (record.turn.owner, record.turn.state.is_ending()),
            // What cannot be read now can be read the next time.
            _ => return Whose::Nobodys,
        },
    };
    if owner == me {
        Whose::Ours
    } else if is_over || archive.is_alive(owner) {
        Whose::Another
    } else {
        Whose::Nobodys
    }
}
