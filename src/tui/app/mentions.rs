//! Completion of what a text names: `@bot`, `@file`, `#room`.

use nanofolks_protocol::Timestamp;

use super::{App, Effect, Popup};
use crate::composer::mention::{self, Begun};
use crate::desk::Listed;
use crate::fuzzy::{self, Kind};

/// Most offers that are listed.
const MOST: usize = 50;
/// A list that is older is made again, in milliseconds.
const STALE: i64 = 10_000;

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
            let rooms = self.rooms.names.iter();
            let rooms = fuzzy::best(rooms, word, Kind::Name, MOST, |room| room);
            offers.extend(rooms.iter().map(|room| (format!("#{room} "), String::new())));
        } else {
            let bots = self.bots.iter();
            let bots = fuzzy::best(bots, word, Kind::Name, MOST, |bot| bot.id.as_str());
            let bots = bots.iter().map(|bot| (format!("@{} ", bot.id), bot.title.clone()));
            offers.extend(bots);
            let room = MOST - offers.len().min(MOST);
            let is_bot = |name: &str| self.bots.iter().any(|bot| bot.id.as_str() == name);
            let files = self.files.names.iter().filter(|name| !is_bot(name));
            let files = fuzzy::best(files, word, Kind::Path, room, |file| file);
            offers.extend(files.iter().map(|file| (mention::of_file(file), "file".to_owned())));
        }
        Some(Popup { from, offers, at: 0 })
    }

    /// Files that begin a command's argument.
    pub(super) fn file_offers(&self, word: &str) -> Vec<(String, String)> {
        let files = self.files.names.iter();
        let files = fuzzy::best(files, word, Kind::Path, MOST, |file| file);
        files.iter().map(|file| (format!("{file} "), String::new())).collect()
    }

    /// Asks for names that are needed and not there.
    pub(super) fn want(&mut self, what: Listed) {
        let now = self.now;
        let list = self.listing(what);
        if list.asked.is_none_or(|asked| now.millis_since(asked) > STALE) {
            list.asked = Some(now);
            self.effects.push(Effect::List(what));
        }
    }

    /// Asks for what the mark before the cursor needs.
    pub(super) fn want_mentioned(&mut self) {
        match mention::begun(self.composer.before_cursor()).map(|begun| begun.mark) {
            Some('@') => self.want(Listed::Files),
            Some(_) => self.want(Listed::Rooms),
            None => {}
        }
    }

    /// Names are there.
    pub(super) fn listed(&mut self, what: Listed, names: Vec<String>) {
        self.listing(what).names = names;
        let marked = self.popup.as_ref().map(|popup| popup.at);
        self.look_up();
        if let (Some(popup), Some(at)) = (&mut self.popup, marked) {
            popup.at = at.min(popup.offers.len().saturating_sub(1));
        }
    }

    const fn listing(&mut self, what: Listed) -> &mut Listing {
        match what {
            Listed::Files => &mut self.files,
            Listed::Rooms => &mut self.rooms,
        }
    }
}
