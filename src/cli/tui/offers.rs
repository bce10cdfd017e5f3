//! What the arguments of commands can be, found out beside the conversation.

use std::sync::Arc;

use nanofolks_protocol::command::Completes;
use nanofolks_protocol::ports::{Archive, Boxed, SessionFilter};
use nanofolks_protocol::{BotId, RoomId};
use nanofolks_tui::Suggestion;

use super::themes;
use crate::cli::Globals;
use crate::cli::model::rows;
use crate::cli::output::one_line;
use crate::house::House;

/// Most sessions that are offered.
const SESSIONS: u32 = 200;

/// What an argument can be. What cannot be read is not offered.
pub(super) fn find(
    completes: Completes,
    archive: Option<Arc<dyn Archive>>,
    room: RoomId,
    globals: Globals,
) -> Boxed<'static, Vec<Suggestion>> {
    Box::pin(async move {
        match (completes, archive) {
            (Completes::Model, _) => beside(move || models(&globals)).await,
            (Completes::Provider, _) => beside(move || providers(&globals)).await,
            (Completes::Theme, _) => beside(move || themes(&globals)).await,
            (Completes::Room, archive) => rooms(archive.as_deref(), room, globals).await,
            (Completes::Session, Some(archive)) => sessions(&*archive, room).await,
            (Completes::Approval, Some(archive)) => approvals(&*archive).await,
            _ => Vec::new(),
        }
    })
}

/// Reads files and settings where it holds nobody up.
async fn beside(read: impl FnOnce() -> Vec<Suggestion> + Send + 'static) -> Vec<Suggestion> {
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}

fn models(globals: &Globals) -> Vec<Suggestion> {
    let rows = rows(&House::new(globals)).unwrap_or_default();
    let offers = rows.into_iter().map(|row| Suggestion {
        about: row.in_short(),
        value: row.name,
        is_current: false,
    });
    offers.collect()
}

/// The built-in themes and those of the person; what is wrong with one is said beside it.
fn themes(globals: &Globals) -> Vec<Suggestion> {
    let folder = House::new(globals).paths().map(|paths| paths.root().join("themes"));
    let own = folder.map(|folder| themes::list(&folder)).unwrap_or_default();
    let is_own = |name: &str| own.iter().any(|(known, _)| known == name);
    let built_in = nanofolks_tui::Theme::names().filter(|name| !is_own(name));
    let built_in = built_in.map(|name| (name.to_owned(), String::new()));
    let all = built_in.chain(own.iter().cloned());
    all.map(|(value, about)| Suggestion { value, about, is_current: false }).collect()
}

fn providers(globals: &Globals) -> Vec<Suggestion> {
    let Ok(catalog) = House::new(globals).catalog() else { return Vec::new() };
    let offers = catalog.providers().into_iter().map(|provider| Suggestion {
        value: provider.name,
        about: one_line(&provider.because),
        is_current: false,
    });
    offers.collect()
}

/// The rooms there are; the one that is open also when nothing was said in it yet.
async fn rooms(archive: Option<&dyn Archive>, here: RoomId, globals: Globals) -> Vec<Suggestion> {
    let rooms = match archive {
        Some(archive) => archive.rooms(false).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let mut offers = Vec::new();
    if rooms.iter().all(|room| room.id != here) {
        let id = here.clone();
        offers = beside(move || vec![unused(&id, &globals)]).await;
    }
    offers.extend(rooms.into_iter().map(|room| offer(&room.id, &room.members, room.id == here)));
    offers
}

/// A room that is open and not stored yet, with everybody in it.
fn unused(room: &RoomId, globals: &Globals) -> Suggestion {
    let roster = House::new(globals).roster();
    let members = roster.map(|roster| roster.bots()).unwrap_or_default();
    offer(room, &members, true)
}

fn offer(room: &RoomId, members: &[BotId], is_current: bool) -> Suggestion {
    let members: Vec<_> = members.iter().map(ToString::to_string).collect();
    Suggestion { is_current, value: room.to_string(), about: members.join(", ") }
}

async fn sessions(archive: &dyn Archive, room: RoomId) -> Vec<Suggestion> {
    let filter = SessionFilter { room: Some(room), all: true, trashed: false, limit: SESSIONS };
    let sessions = archive.sessions(filter).await.unwrap_or_default();
    let offers = sessions.into_iter().map(|one| Suggestion {
        value: one.session.id.to_string(),
        about: one_line(one.session.title.as_deref().unwrap_or("(no title)")),
        is_current: false,
    });
    offers.collect()
}

async fn approvals(archive: &dyn Archive) -> Vec<Suggestion> {
    let waiting = archive.approvals(true).await.unwrap_or_default();
    let offers = waiting.into_iter().map(|row| Suggestion {
        value: row.request.id.to_string(),
        about: one_line(&row.request.summary),
        is_current: false,
    });
    offers.collect()
}
