//! What completes an argument: asked for beside everything else, remembered for a moment.

use nanofolks_protocol::command::{Choice, Completes};
use nanofolks_protocol::{CommandOutput, Timestamp};

use super::modal::{Item, ModalKind, Pick, Picker};
use super::{App, Effect, Wish};
use crate::composer::mention;
use crate::fuzzy::{Kind, best};
use crate::theme::Theme;

/// For so long a list is believed, in milliseconds.
const FRESH: i64 = 5000;
/// Most offers that are listed while a word is typed.
const MOST: usize = 50;

/// Commands that are chosen from a list.
const PICKED: [&str; 4] = ["/room", "/resume", "/bot", "/rewind"];

/// Lists that say what goes on, and are kept as it is.
const LIVE: [&str; 2] = ["room", "bot"];

/// What the function keys show.
const PANELS: [(u8, &str); 6] =
    [(1, "keys"), (2, "bot"), (3, "room"), (4, "resume"), (5, "approvals"), (6, "queue")];

/// Something that completes an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is put in.
    pub value: String,
    /// A few words about it.
    pub about: String,
    /// Whether it is the one in use.
    pub is_current: bool,
}

/// The lists that were asked for.
#[derive(Debug, Default)]
pub(super) struct Known {
    lists: Vec<List>,
}

#[derive(Debug)]
struct List {
    of: Completes,
    offers: Vec<Suggestion>,
    /// When it was asked for last.
    asked: Timestamp,
    is_here: bool,
}

impl Known {
    fn get(&self, of: Completes) -> Option<&List> {
        self.lists.iter().find(|list| list.of == of)
    }

    /// Forgets what belongs to a room that was left.
    pub(super) fn forget(&mut self) {
        self.lists.clear();
    }
}

/// Whether it takes the house to know what completes it.
const fn is_far(completes: Completes) -> bool {
    match completes {
        Completes::Session
        | Completes::Room
        | Completes::Model
        | Completes::Approval
        | Completes::Provider
        | Completes::Theme => true,
        Completes::Text
        | Completes::Number
        | Completes::Command
        | Completes::Bot
        | Completes::File
        | Completes::Words(_) => false,
    }
}

impl App {
    /// Asks for what the argument that is being typed needs.
    pub(super) fn want_offers(&mut self) {
        let awaited = self.catalog.awaited(self.composer.before_cursor());
        if let Some((_, completes)) = awaited.filter(|(_, completes)| is_far(*completes)) {
            self.ask_for(completes);
        }
    }

    pub(super) fn ask_for(&mut self, of: Completes) {
        let now = self.now;
        match self.known.lists.iter_mut().find(|list| list.of == of) {
            Some(list) if now.millis_since(list.asked) < FRESH => return,
            Some(list) => list.asked = now,
            None => {
                let list = List { of, offers: Vec::new(), asked: now, is_here: false };
                self.known.lists.push(list);
            }
        }
        self.effects.push(Effect::Offers(of));
    }

    /// A list is there: the popup or the picker that waits for it shows it.
    pub(super) fn offered(&mut self, of: Completes, offers: Vec<Suggestion>) {
        if let Some(list) = self.known.lists.iter_mut().find(|list| list.of == of) {
            (list.offers, list.is_here) = (offers, true);
        }
        let items = self.items(of);
        if let Some(modal) = self.modals.first_mut()
            && let ModalKind::Picker(picker) = &mut modal.kind
            && picker.is_loading
        {
            picker.fill(items);
        }
        let line = self.composer.before_cursor();
        let is_named = of == Completes::Room && mention::begun(line).is_some();
        if is_named || self.catalog.awaited(line).is_some_and(|(_, completes)| completes == of) {
            self.look_up();
        }
    }

    /// What fits the word, as far as it is known.
    pub(super) fn completions(&self, of: Completes, word: &str) -> Vec<(String, String)> {
        let Some(list) = self.known.get(of) else { return Vec::new() };
        let texts =
            list.offers.iter().map(|offer| (format!("{} {}", offer.value, offer.about), offer));
        let fits = best(texts.collect::<Vec<_>>(), word, Kind::Name, MOST, |(text, _)| text);
        fits.into_iter().map(|(_, one)| (format!("{} ", one.value), one.about.clone())).collect()
    }

    fn items(&self, of: Completes) -> Vec<Item> {
        let command = match of {
            Completes::Model => "/model ",
            _ => "",
        };
        let list = self.known.get(of).map(|list| list.offers.as_slice()).unwrap_or_default();
        let item = |offer: &Suggestion| Item {
            value: format!("{command}{}", offer.value),
            label: offer.value.clone(),
            about: offer.about.clone(),
            is_current: match of {
                Completes::Model => offer.is_current || offer.value == self.model,
                Completes::Theme => {
                    Theme::named(&offer.value).is_ok_and(|theme| theme == self.theme)
                }
                _ => offer.is_current,
            },
        };
        list.iter().map(item).collect()
    }

    /// Opens a list whose items the house knows.
    fn open_list(&mut self, title: String, of: Completes, pick: Pick) {
        self.open_picker(Picker::awaited(title, pick));
        self.ask_for(of);
        if self.known.get(of).is_some_and(|list| list.is_here) {
            self.offered(
                of,
                self.known.get(of).map(|list| list.offers.clone()).unwrap_or_default(),
            );
        }
    }

    /// Opens the list of a command that was written without an argument; whether it has one.
    pub(super) fn pick_for(&mut self, name: &str) -> bool {
        match name {
            "model" => {
                let title = format!("model, now {}", self.model);
                self.open_list(title, Completes::Model, Pick::Line);
            }
            "auth" => {
                let title = "the key of which provider".to_owned();
                self.open_list(title, Completes::Provider, Pick::Provider);
            }
            "theme" => {
                let before = Box::new(self.theme.clone());
                self.open_list("theme".to_owned(), Completes::Theme, Pick::Theme(before));
            }
            _ => return false,
        }
        true
    }

    /// Shows what belongs to a function key.
    pub(super) fn panel(&mut self, number: u8) {
        if let Some((_, name)) = PANELS.iter().find(|(key, _)| *key == number) {
            self.command(name, "");
            self.called_by_key = Some(name);
        }
    }

    /// The list of rooms or of the team, when it is what is shown.
    fn panel_mut(&mut self) -> Option<&mut Picker> {
        match &mut self.modals.first_mut()?.kind {
            ModalKind::Picker(picker) if LIVE.contains(&picker.title.as_str()) => Some(picker),
            _ => None,
        }
    }

    /// Looks again what goes on, where that is being looked at.
    pub(super) fn renew_panel(&mut self) {
        if self.renewing.is_some() {
            return;
        }
        let shown = self.panel_mut().map(|picker| picker.title.clone());
        self.renewing = LIVE.into_iter().find(|title| shown.as_deref() == Some(title));
        if let Some(title) = self.renewing {
            self.effects.push(Effect::Submit(Wish::Command(format!("/{title}"))));
        }
    }

    /// Opens the list of what may be typed next, where all of it is a place to go to or
    /// somebody to ask; whether it is.
    pub(super) fn offer_choices(&mut self, said: &CommandOutput) -> bool {
        let name = |choice: &Choice| choice.line.split(' ').next().unwrap_or_default().to_owned();
        let Some(title) = said.choices.first().map(name) else { return false };
        if !PICKED.contains(&title.as_str()) {
            return false;
        }
        let item = |choice: &Choice| Item {
            value: choice.line.clone(),
            label: choice.label.clone(),
            about: choice.about.clone(),
            is_current: choice.is_current,
        };
        let title = title.trim_start_matches('/').to_owned();
        let items: Vec<_> = said.choices.iter().map(item).collect();
        if self.renewing.take_if(|renewed| *renewed == title).is_some() {
            // A list that was closed meanwhile stays closed.
            if let Some(picker) = self.panel_mut().filter(|picker| picker.title == title) {
                picker.renew(items);
            }
            return true;
        }
        self.open_picker(Picker::new(title, items, Pick::Line));
        true
    }
}
