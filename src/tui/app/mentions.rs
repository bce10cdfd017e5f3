//! Completion of what a text names: `@bot`, `@file`, `#room`.

use nanofolks_protocol::Timestamp;
use nanofolks_protocol::command::Completes;

use super::{App, Effect, Popup};
use crate::composer::mention::{self, Begun};
use crate::fuzzy::{self, Kind};

/// Most offers that are listed.
const MOST: usize = 50;
/// A list that is older is made again, in milliseconds.
const STALE: i64 = 10_000;

/// Names for several bots.
const SEVERAL: [(&str, &str); 2] =
    [("all", "everybody in this room"), ("team", "those whose field it is")];

/// Names that were listed.
#[derive(Debug, Default)]
pub(super) struct Listing {
    names: Vec<String>,
    /// When they were asked for.
    asked: Option<Timestamp>,
}

impl App {
    /// What completes a name that a text begins.
    pub(super) fn mentioned(&self, line: &str) -> Option<Popup> {
        let Begun { from, mark, word } = mention::begun(line)?;
        let mut offers = Vec::new();
        if mark == '#' {
            let rooms = self.completions(Completes::Room, word).into_iter();
            offers.extend(rooms.map(|(room, about)| (format!("#{room}"), about)));
        } else {
            let bots = self.bots.iter();
            let bots = fuzzy::best(bots, word, Kind::Name, MOST, |bot| bot.id.as_str());
            let bots = bots.iter().map(|bot| (format!("@{} ", bot.id), bot.title.clone()));
            offers.extend(bots);
            if self.bots.len() > 1 {
                let several = SEVERAL.iter().filter(|(name, _)| name.starts_with(word));
                offers.extend(
                    several.map(|(name, about)| (format!("@{name} "), (*about).to_owned())),
                );
            }
            let room = MOST - offers.len().min(MOST);
            let is_bot = |name: &str| self.bots.iter().any(|bot| bot.id.as_str() == name);
            let files = self.files.names.iter().filter(|name| !is_bot(name));
            let files = fuzzy::best(files, word, Kind::Path, room, |file| file);
            offers.extend(files.iter().map(|file| (mention::of_file(file), "file".to_owned())));
        }
        // What begins so is meant before what only has these letters in it.
        let typed = word.to_lowercase();
        offers.sort_by_key(|(name, _)| {
            !name.trim_start_matches(['@', '#', '"']).to_lowercase().starts_with(&typed)
        });
        Some(Popup { from, offers, at: 0, marked: false })
    }

    /// Files that begin a command's argument.
    pub(super) fn file_offers(&self, word: &str) -> Vec<(String, String)> {
        let files = self.files.names.iter();
        let files = fuzzy::best(files, word, Kind::Path, MOST, |file| file);
        files.iter().map(|file| (format!("{file} "), String::new())).collect()
    }

    /// Asks for what the line needs to be completed, as far as it is not there.
    pub(super) fn want_mentioned(&mut self) {
        let line = self.composer.before_cursor();
        let is_path = matches!(self.catalog.awaited(line), Some((_, Completes::File)));
        match mention::begun(line).map(|begun| begun.mark) {
            Some('@') => self.want_files(),
            Some(_) => self.ask_for(Completes::Room),
            None if is_path => self.want_files(),
            None => {}
        }
    }

    fn want_files(&mut self) {
        let now = self.now;
        if self.files.asked.is_none_or(|asked| now.millis_since(asked) > STALE) {
            self.files.asked = Some(now);
            self.effects.push(Effect::List);
        }
    }

    /// The files of the folder are there.
    pub(super) fn listed(&mut self, names: Vec<String>) {
        self.files.names = names;
        let marked = self.popup.as_ref().map(|popup| popup.at);
        self.look_up();
        if let (Some(popup), Some(at)) = (&mut self.popup, marked) {
            popup.at = at.min(popup.offers.len().saturating_sub(1));
        }
    }
}
