//! The first run: who answers is chosen before anything is opened, and again at any time.
//!
//! What is asked is asked like everything else, with `modal`; here is what is asked when.

use crossterm::event::{KeyCode, KeyEvent};
use nanofolks_protocol::{Problem, Secret, Timestamp};

use super::modal::{Item, Pick, Picker};
use super::{App, Effect};
use crate::first::{Chosen, Found, Needs, Progress, Settled};
use crate::theme::Role;

#[cfg(test)]
pub(crate) mod tests;

/// Where the first run is.
#[derive(Debug)]
pub struct First {
    found: Found,
    /// Whose key is typed, the model it is for, and the offer it belongs to.
    key: Option<(String, String, usize)>,
    /// What is being done.
    pub work: Option<Work>,
}

/// What a list of the first run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Who answers.
    Offers,
    /// The models of an offer.
    Models(usize),
    /// The providers, for an offer.
    Vendors(usize),
}

/// Something that is being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What.
    pub what: String,
    /// How far it is, in bytes: so far, and in the end.
    pub done: Option<(u64, Option<u64>)>,
    /// Whether it takes long enough to be stopped.
    pub long: bool,
    since: Timestamp,
    /// What was there when it began.
    from: u64,
}

impl Work {
    fn new(what: impl Into<String>, long: bool, now: Timestamp) -> Self {
        Self { what: what.into(), done: None, long, since: now, from: 0 }
    }

    /// Bytes in a second, once that can be told.
    #[must_use]
    pub fn rate(&self, now: Timestamp) -> Option<u64> {
        let ms = u64::try_from(now.millis_since(self.since)).ok().filter(|ms| *ms >= 500)?;
        let (done, _) = self.done?;
        Some(done.saturating_sub(self.from).saturating_mul(1000) / ms).filter(|rate| *rate > 0)
    }

    /// Seconds that are left, once that can be told.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<u64> {
        let (done, total) = self.done?;
        Some(total?.saturating_sub(done).div_ceil(self.rate(now)?))
    }

    fn hear(&mut self, progress: Progress, now: Timestamp) {
        let began = self.done.is_none() && progress.done.is_some();
        if self.what != progress.what || began {
            self.since = now;
            self.from = progress.done.map_or(0, |(done, _)| done);
        }
        self.what = progress.what;
        self.done = progress.done;
    }
}

impl First {
    /// When something on the screen changes by itself.
    pub(super) fn wakes_in(&self) -> Option<u64> {
        self.work.as_ref().and_then(|work| work.done).map(|_| 1000)
    }
}

impl App {
    /// Begins to look what is here.
    pub(super) fn look_around(&mut self) {
        if self.is_busy() {
            let problem = "choosing who answers waits until the turn has ended";
            self.remark(Role::Warn, &format!("{} {problem}", self.glyphs.note));
            return;
        }
        let work = Work::new("looking for keys, servers and models", false, self.now);
        self.first = Some(First { found: Found::default(), key: None, work: Some(work) });
        self.effects.push(Effect::Look);
    }

    /// What is here is known.
    pub(super) fn found(&mut self, found: Result<Found, Problem>) {
        let found = match found {
            Ok(found) => found,
            Err(problem) => {
                self.problem(&problem);
                self.first = None;
                if self.room.is_none() {
                    self.effects.push(Effect::Open);
                }
                return;
            }
        };
        self.part();
        let welcome = if self.room.is_none() { "Welcome. " } else { "" };
        self.remark(Role::Strong, &format!("{welcome}This is here:"));
        let wide = found.here.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        for (label, what) in &found.here {
            self.remark(Role::Text, &format!("  {label:wide$}  {what}"));
        }
        self.part();
        if let Some(first) = &mut self.first {
            first.found = found;
        }
        self.list(Of::Offers);
    }

    /// Shows a list.
    fn list(&mut self, of: Of) {
        let Some(first) = &mut self.first else { return };
        (first.work, first.key) = (None, None);
        let found = &first.found;
        let (title, rows): (_, Vec<(String, String)>) = match of {
            Of::Offers => {
                let rows = found.offers.iter();
                let row = |offer: &crate::first::Offer| (offer.what.clone(), offer.because.clone());
                ("Who answers", rows.map(row).collect())
            }
            Of::Models(offer) => {
                let needs = found.offers.get(offer).map(|offer| &offer.needs);
                let Some(Needs::OneOf(models)) = needs else { return };
                let rows = models.iter().map(|model| (model.clone(), String::new()));
                ("Which model", rows.collect())
            }
            Of::Vendors(_) => {
                let rows = found.vendors.iter();
                ("Whose key", rows.map(|one| (one.title.clone(), one.model.clone())).collect())
            }
        };
        let item = |(at, (label, about)): (usize, (String, String))| Item {
            value: at.to_string(),
            label,
            about,
            is_current: false,
        };
        let items = rows.into_iter().enumerate().map(item).collect();
        self.show_list(Picker::new(title, items, Pick::First(of)), of == Of::Offers);
    }

    /// One of a list was taken, or none.
    pub(super) fn took(&mut self, of: Of, item: Option<&Item>) {
        let at: Option<usize> = item.and_then(|item| item.value.parse().ok());
        let Some(at) = at else {
            return match of {
                Of::Offers => self.chose(None, None, None),
                Of::Models(_) | Of::Vendors(_) => self.list(Of::Offers),
            };
        };
        let Some(first) = &mut self.first else { return };
        match of {
            Of::Offers => match first.found.offers.get(at).map(|offer| offer.needs.clone()) {
                Some(Needs::OneOf(models)) if models.len() > 1 => self.list(Of::Models(at)),
                Some(Needs::OneOf(models)) => {
                    let only = models.into_iter().next();
                    self.chose(Some(at), only, None);
                }
                Some(Needs::Key) => self.list(Of::Vendors(at)),
                Some(Needs::Nothing | Needs::Time) => self.chose(Some(at), None, None),
                None => {}
            },
            Of::Models(offer) => {
                let model = item.map(|item| item.label.clone());
                self.chose(Some(offer), model, None);
            }
            Of::Vendors(offer) => {
                let Some(vendor) = first.found.vendors.get(at).cloned() else { return };
                first.key = Some((vendor.id.clone(), vendor.model, offer));
                self.ask_key_of(&vendor.id);
            }
        }
    }

    /// A key was typed, or none; whether it is one of the first run.
    pub(super) fn took_key(&mut self, key: Option<Secret>) -> bool {
        let Some((vendor, model, offer)) = self.first.as_mut().and_then(|first| first.key.take())
        else {
            return false;
        };
        match key {
            Some(key) => self.chose(Some(offer), Some(model), Some((vendor, key))),
            None => self.list(Of::Offers),
        }
        true
    }

    /// Takes a key for what is being done; whether it was one of its keys.
    pub(super) fn work_key(&mut self, key: KeyEvent) -> bool {
        let is_long = self.first.as_ref().and_then(|first| first.work.as_ref());
        let stops = key.code == KeyCode::Esc && is_long.is_some_and(|work| work.long);
        if stops {
            self.stop_work();
        }
        stops
    }

    /// It is decided; the house makes it so.
    fn chose(
        &mut self,
        offer: Option<usize>,
        model: Option<String>,
        key: Option<(String, Secret)>,
    ) {
        let now = self.now;
        let Some(first) = &mut self.first else { return };
        if offer.is_none() && self.room.is_some() {
            // Nothing changes.
            self.first = None;
            return;
        }
        let offer = offer.and_then(|at| first.found.offers.get(at));
        let fetches = offer.is_some_and(|offer| offer.needs == Needs::Time);
        // A server may take its time to answer, too.
        let long = offer.is_some();
        let offer = offer.map(|offer| offer.what.clone());
        let what = if fetches { "getting ready to fetch" } else { "setting up" };
        first.work = Some(Work::new(what, long, now));
        self.effects.push(Effect::Settle(Chosen { offer, model, key }));
    }

    fn stop_work(&mut self) {
        self.effects.push(Effect::StopWork);
        self.remark(Role::Warn, &format!("{} stopped; what has come is kept", self.glyphs.stopped));
        self.part();
        self.list(Of::Offers);
    }

    /// Something long has come further.
    pub(super) fn progress(&mut self, progress: Progress) {
        let now = self.now;
        if let Some(First { work: Some(work), .. }) = &mut self.first {
            work.hear(progress, now);
        }
    }

    /// What was chosen is so, or it could not be done.
    pub(super) fn made_so(&mut self, settled: Result<Settled, Problem>) {
        match settled {
            Ok(settled) => {
                for remark in settled.remarks {
                    self.remark(Role::Dim, &format!("{} {remark}", self.glyphs.note));
                }
                self.first = None;
                self.welcomed = self.room.is_none();
                self.reached = settled.reached;
                self.effects.push(Effect::Open);
            }
            Err(problem) => {
                self.problem(&problem);
                self.part();
                self.list(Of::Offers);
                if super::secrets::wants_passphrase(&problem) {
                    self.ask_passphrase("what was chosen needs it", true);
                }
            }
        }
    }

    /// After a first choice: who answers, and what could be said.
    pub(super) fn welcome(&mut self) {
        if !std::mem::take(&mut self.welcomed) {
            return;
        }
        self.part();
        self.say_chosen(" Things to try:");
        for text in TRIES {
            self.remark(Role::Text, &format!("  {} {text}", self.glyphs.note));
        }
        self.remark(Role::Dim, "  Tab puts one of them into the line; /setup chooses again.");
    }

    /// Says who was chosen and whether they were reached, and what comes after that.
    pub(super) fn say_chosen(&mut self, then: &str) {
        let (model, stop) = (self.model.clone(), if then.is_empty() { "" } else { "." });
        match self.reached.take() {
            Some(Ok(())) => {
                let text = format!("{} {model} answers{stop}{then}", self.glyphs.ok);
                self.remark(Role::Ok, &text);
            }
            Some(Err(problem)) => {
                self.problem(&problem);
                let text = format!(
                    "{} {model} is chosen, but was not reached; /setup chooses again{stop}{then}",
                    self.glyphs.note
                );
                self.remark(Role::Warn, &text);
            }
            None => {
                let text = format!("{} {model} is chosen, not tried{stop}{then}", self.glyphs.note);
                self.remark(Role::Text, &text);
            }
        }
    }

    /// Tab in an empty line, in a conversation that has not begun: something to say.
    pub(super) fn suggest(&mut self) -> bool {
        let at = TRIES.iter().position(|text| *text == self.composer.text());
        let is_free = self.composer.is_empty() || at.is_some();
        if !is_free || self.seen > 0 || self.room.is_none() || self.first.is_some() {
            return false;
        }
        let next = at.map_or(0, |at| (at + 1) % TRIES.len());
        if let Some(text) = TRIES.get(next) {
            self.composer.set(text);
        }
        true
    }
}

/// Something to say first.
const TRIES: [&str; 3] = [
    "What can you and the others help me with?",
    "What is in this folder, and where would you begin?",
    "/help",
];
