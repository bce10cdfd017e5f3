//! What the Tab key offers that only this home knows: models, keys, rooms, conversations.
//!
//! A shell asks by starting the program with `COMPLETE` set. What cannot be read is not
//! offered; completing never says that something is wrong and never makes a file.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::ports::{Boxed, SessionFilter, StoreError};
use nanofolks_protocol::{BotId, Session};

use super::output::one_line;
use super::{Globals, root};
use crate::house::House;

#[cfg(test)]
mod tests;

/// The variable with which a shell asks.
const ASKED: &str = "COMPLETE";

/// Most conversations that are offered.
const SESSIONS: u32 = 50;

/// A value and what it is.
type Offer = (String, String);

/// Answers a shell, when it is a shell that started us.
pub(crate) fn answer(args: &[OsString]) -> Option<ExitCode> {
    std::env::var_os(ASKED).filter(|shell| !shell.is_empty())?;
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(root)
        .var(ASKED)
        .bin("nanofolks")
        .completer("nanofolks")
        .try_complete(args.iter().cloned(), folder.as_deref());
    match asked {
        Ok(true) => Some(ExitCode::SUCCESS),
        Ok(false) => None,
        Err(_) => Some(ExitCode::from(2)),
    }
}

/// The keys of the configuration; names the user chose are filled in.
pub(crate) fn config_keys() -> ArgValueCompleter {
    offer(|house| {
        let set: Vec<_> = house.loaded().map(|loaded| loaded.list()).unwrap_or_default();
        let known = nanofolks_config::keys();
        let named = set.iter().filter(|entry| known.iter().all(|known| known.key != entry.key));
        let named = named.map(|entry| (entry.key.clone(), String::new()));
        let known = known.iter().filter(|known| !known.key.contains('<'));
        named.chain(known.map(|key| (key.key.clone(), key.about.clone()))).collect()
    })
}

/// The models: aliases, configured ones, the catalogue of what can be reached, local files.
pub(crate) fn models() -> ArgValueCompleter {
    offer(|house| {
        let rows = super::model::rows(house).unwrap_or_default();
        rows.into_iter().map(|row| (row.name.clone(), row.in_short())).collect()
    })
}

/// The embedded models that can be fetched.
pub(crate) fn fetchable() -> ArgValueCompleter {
    offer(|_| super::model::fetchable())
}

/// The embedded models that are here.
pub(crate) fn fetched() -> ArgValueCompleter {
    offer(super::model::fetched)
}

/// The providers.
pub(crate) fn providers() -> ArgValueCompleter {
    offer(|house| {
        let Ok(catalog) = house.catalog() else { return Vec::new() };
        let known = catalog.providers().into_iter();
        known.map(|provider| (provider.name, provider.because)).collect()
    })
}

/// The providers with a stored key.
pub(crate) fn stored_keys() -> ArgValueCompleter {
    offer(|house| {
        let names = house.keys().ok().and_then(|keys| keys.names().ok()).unwrap_or_default();
        names.into_iter().map(|(name, tier)| (name, tier.to_string())).collect()
    })
}

/// The profiles.
pub(crate) fn profiles() -> ArgValueCompleter {
    offer(|house| {
        let names = house.paths().map(|paths| paths.profiles()).unwrap_or_default();
        names.into_iter().map(|name| (name, String::new())).collect()
    })
}

/// The rooms.
pub(crate) fn rooms() -> ArgValueCompleter {
    offer(|house| {
        let Ok(archive) = house.archive() else { return Vec::new() };
        let rooms = wait(archive.rooms(false));
        rooms.into_iter().map(|room| (room.id.to_string(), String::new())).collect()
    })
}

/// The conversations, the newest first.
pub(crate) fn sessions() -> ArgValueCompleter {
    offer(|house| conversations(house, false))
}

/// The conversations in the trash.
pub(crate) fn trashed_sessions() -> ArgValueCompleter {
    offer(|house| conversations(house, true))
}

fn conversations(house: &House, trashed: bool) -> Vec<Offer> {
    let Ok(archive) = house.archive() else { return Vec::new() };
    let filter = SessionFilter { all: true, trashed, limit: SESSIONS, ..SessionFilter::default() };
    let sessions = wait(archive.sessions(filter));
    let offer = |session: Session| (session.id.to_string(), session.title.unwrap_or_default());
    sessions.into_iter().map(|found| offer(found.session)).collect()
}

/// The newest turns.
pub(crate) fn turns() -> ArgValueCompleter {
    offer(|house| {
        let Ok(archive) = house.archive() else { return Vec::new() };
        let filter = TurnFilter { limit: SESSIONS, ..TurnFilter::default() };
        let turns = wait(archive.turns(filter));
        turns.into_iter().map(|turn| (turn.turn.to_string(), turn.text)).collect()
    })
}

/// The questions that wait for a person.
pub(crate) fn approvals() -> ArgValueCompleter {
    offer(|house| {
        let Ok(archive) = house.archive() else { return Vec::new() };
        let waiting = wait(archive.approvals(true));
        waiting.into_iter().map(|row| (row.request.id.to_string(), row.request.summary)).collect()
    })
}

/// The bots.
pub(crate) fn bots() -> ArgValueCompleter {
    offer(|house| {
        let Ok(roster) = house.roster() else { return Vec::new() };
        let title = |bot: &BotId| roster.profile(bot).map(|profile| profile.title);
        let bots = roster.bots();
        bots.iter().map(|bot| (bot.to_string(), title(bot).unwrap_or_default())).collect()
    })
}

fn offer(list: fn(&House) -> Vec<Offer>) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let house = House::new(&Globals::default());
        matching(list(&house), typed)
    })
}

/// Those that begin with what was typed.
fn matching(offers: Vec<Offer>, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let candidate = |(value, about): Offer| {
        let about = one_line(&about);
        let about = (!about.is_empty()).then(|| about.into());
        CompletionCandidate::new(value).help(about)
    };
    offers.into_iter().filter(|(value, _)| value.starts_with(typed)).map(candidate).collect()
}

/// The answer of the store, or nothing.
fn wait<T>(future: Boxed<'_, Result<Vec<T>, StoreError>>) -> Vec<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.ok().and_then(|runtime| runtime.block_on(future).ok()).unwrap_or_default()
}
