//! Where a question goes: which room, which session.

use nanofolks_protocol::ports::{Archive, SessionFilter};
use nanofolks_protocol::{Problem, RoomId, SessionId};

use crate::cli::CliError;

/// Most conversations of the trash that are looked at.
const TRASH: u32 = 10_000;

/// Where a question goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The room.
    pub(crate) room: RoomId,
    /// The session; the room's current one when there is none.
    pub(crate) session: Option<SessionId>,
    /// Whether a new session begins first.
    pub(crate) fresh: bool,
    /// Whether the room was made for this question alone.
    pub(crate) own: bool,
    /// What the user should know about the choice.
    pub(crate) remark: Option<&'static str>,
}

/// What the flags say about the place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wish<'a> {
    /// `--room`.
    pub(crate) room: Option<&'a str>,
    /// `--session`.
    pub(crate) session: Option<&'a str>,
    /// `--continue`.
    pub(crate) take_up: bool,
    /// The working folder.
    pub(crate) folder: &'a str,
}

impl Target {
    /// A room's current session.
    pub(crate) const fn in_room(room: RoomId) -> Self {
        Self { room, session: None, fresh: false, own: false, remark: None }
    }

    fn own() -> Self {
        Self { own: true, ..Self::in_room(RoomId::for_run()) }
    }
}

/// Finds the place. A question that names none gets a room of its own.
pub(crate) async fn find(wish: Wish<'_>, archive: &dyn Archive) -> Result<Target, CliError> {
    let room = wish.room.map(room_id).transpose()?;
    if wish.take_up {
        return take_up(wish.folder, room, archive).await;
    }
    match (wish.session, room) {
        (None, None) => Ok(Target::own()),
        (None, Some(room)) => Ok(Target::in_room(room)),
        (Some("last"), room) => Ok(Target::in_room(room.unwrap_or_else(RoomId::general))),
        (Some("new"), room) => {
            let room = room.unwrap_or_else(RoomId::general);
            Ok(Target { fresh: true, ..Target::in_room(room) })
        }
        (Some(name), room) => {
            let session = session(name, archive).await?;
            match room {
                Some(room) if room != session.room => Err(elsewhere(name, &session.room, &room)),
                _ => Ok(Target { session: Some(session.id), ..Target::in_room(session.room) }),
            }
        }
    }
}

/// Finds a session by its id, or by the beginning of it when no other begins like this.
pub(crate) async fn session(
    name: &str,
    archive: &dyn Archive,
) -> Result<nanofolks_protocol::Session, CliError> {
    let unknown = || {
        CliError::usage("session_unknown", format!("there is no session {name:?}"))
            .hint("`nanofolks session list --all` shows what is there")
    };
    if name == "last" {
        return newest(None, archive).await;
    }
    let found = archive.find_session(name).await?;
    match found.as_slice() {
        [only] => archive.session(*only).await?.ok_or_else(unknown),
        [] => Err(unknown()),
        several => {
            let names: Vec<String> = several.iter().map(SessionId::to_string).collect();
            Err(CliError::usage(
                "session_ambiguous",
                format!("several sessions begin with {name:?}"),
            )
            .hint(format!("write more of it: {}", names.join(", "))))
        }
    }
}

/// The same, in one room.
pub(crate) async fn session_in(
    name: &str,
    room: RoomId,
    archive: &dyn Archive,
) -> Result<nanofolks_protocol::Session, CliError> {
    if name == "last" {
        return newest(Some(room), archive).await;
    }
    let found = session(name, archive).await?;
    if found.room == room { Ok(found) } else { Err(elsewhere(name, &found.room, &room)) }
}

/// `last`: the room's current conversation. Without a room, that of the room in which the
/// newest conversation is.
async fn newest(
    room: Option<RoomId>,
    archive: &dyn Archive,
) -> Result<nanofolks_protocol::Session, CliError> {
    let place = room.as_ref().map(|room| format!(" in room {room}")).unwrap_or_default();
    let named = room.is_some();
    let filter = SessionFilter { room, all: true, limit: 1, ..SessionFilter::default() };
    let newest = archive.sessions(filter).await?.into_iter().next();
    let newest = newest.map(|summary| summary.session).ok_or_else(|| {
        CliError::usage("session_unknown", format!("there is no session yet{place}"))
            .hint("`nanofolks chat` begins one")
    })?;
    match archive.room(&newest.room).await?.and_then(|state| state.session) {
        Some(current) => Ok(current),
        None if named => Err(Problem::no_current_session(&newest.room).into()),
        None => Ok(newest),
    }
}

/// A conversation in the trash by its id, the beginning of it, or `last`, the one that was
/// put there last.
pub(crate) async fn session_in_trash(
    name: &str,
    room: Option<RoomId>,
    archive: &dyn Archive,
) -> Result<nanofolks_protocol::Session, CliError> {
    let filter = SessionFilter { room: room.clone(), all: true, trashed: true, limit: TRASH };
    let trash = archive.sessions(filter).await?;
    if name == "last" {
        let newest = trash.into_iter().max_by_key(|one| (one.trashed_at, one.session.updated_at));
        return newest.map(|one| one.session).ok_or_else(|| {
            CliError::usage("session_not_trashed", "the trash is empty")
                .hint("`nanofolks session list --all` shows what is not in it")
        });
    }
    let found = match room {
        Some(room) => session_in(name, room, archive).await?,
        None => session(name, archive).await?,
    };
    if trash.iter().any(|one| one.session.id == found.id) {
        return Ok(found);
    }
    let message = format!("session {} is not in the trash", found.id);
    Err(CliError::usage("session_not_trashed", message)
        .hint("`nanofolks session list --trash` shows what is"))
}

fn elsewhere(name: &str, real: &RoomId, wanted: &RoomId) -> CliError {
    let message = format!("session {name} is in room {real}, not in {wanted}");
    CliError::usage("session_elsewhere", message)
}

async fn take_up(
    folder: &str,
    room: Option<RoomId>,
    archive: &dyn Archive,
) -> Result<Target, CliError> {
    if room.is_some() {
        return Err(CliError::usage(
            "argument_conflict",
            "--continue takes up this folder's last question; --room names another place",
        )
        .hint("leave one of them out"));
    }
    match archive.last_run(folder).await? {
        Some(room) => Ok(Target::in_room(room)),
        None => Ok(Target {
            remark: Some("nothing was asked in this folder before; this is the first question"),
            ..Target::own()
        }),
    }
}

pub(crate) fn room_id(name: &str) -> Result<RoomId, CliError> {
    name.parse().map_err(|error: nanofolks_protocol::room::RoomIdError| {
        CliError::usage("room_invalid", format!("{name:?} is not a room: {error}"))
    })
}
