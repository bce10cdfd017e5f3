//! The first run: who answers is chosen before anything is opened, and again at any time.
//!
//! Like a question, a list takes no key that means something to the line being typed. Only
//! the key of a provider is typed elsewhere than in the line.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::{Problem, Secret, Timestamp};

use super::{App, Effect};
use crate::first::{Chosen, Found, Needs, Progress, Settled};
use crate::theme::Role;

/// For so long after a list appears, keys belong to the line.
const GUARD: i64 = 400;
/// Longest key that is taken.
const LONGEST: usize = 4096;

/// Where the first run is.
#[derive(Debug)]
pub struct First {
    /// What is asked now.
    pub step: Step,
    /// When that was first shown, or when a key came while it was guarded.
    pub since: Timestamp,
    found: Found,
}

/// What is asked.
#[derive(Debug)]
pub enum Step {
    /// One of a list.
    List(List),
    /// A key.
    Key {
        /// Whose.
        title: String,
        /// What was typed.
        typed: Secret,
        /// The provider's name.
        vendor: String,
        /// The model it is for.
        model: String,
        /// The offer it belongs to.
        offer: usize,
    },
    /// Nothing: something is being done.
    Work(Work),
}

/// A list to choose from.
#[derive(Debug)]
pub struct List {
    /// What is asked.
    pub title: &'static str,
    /// What can be chosen, and what is said about it.
    pub rows: Vec<(String, String)>,
    /// Which is marked.
    pub at: usize,
    of: Of,
}

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
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
    /// Whether it takes keys.
    #[must_use]
    pub const fn is_ready(&self, now: Timestamp) -> bool {
        now.millis_since(self.since) >= GUARD
    }

    /// When it changes by itself.
    pub(super) fn wakes_in(&self, now: Timestamp) -> Option<u64> {
        match &self.step {
            Step::Work(work) => work.done.map(|_| 1000),
            _ if self.is_ready(now) => None,
            _ => Some(super::left(self.since.plus_millis(GUARD), now).max(1)),
        }
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
        let step = Step::Work(Work::new("looking for keys, servers and models", false, self.now));
        self.first = Some(First { step, since: self.now, found: Found::default() });
        self.effects.push(Effect::Look);
    }

    /// What is here is known.
    pub(super) fn found(&mut self, found: Result<Found, Problem>) {
        let found = match found {
            Ok(found) => found,
            Err(problem) => {
                self.problem(&problem);
                self.first = None;
                self.open_or_go_on();
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
        let now = self.now;
        let Some(first) = &mut self.first else { return };
        let found = &first.found;
        let (title, rows) = match of {
            Of::Offers => {
                let rows = found.offers.iter();
                let rows = rows.map(|offer| (offer.what.clone(), offer.because.clone())).collect();
                ("Who answers?", rows)
            }
            Of::Models(offer) => {
                let needs = found.offers.get(offer).map(|offer| &offer.needs);
                let Some(Needs::OneOf(models)) = needs else { return };
                let rows = models.iter().map(|model| (model.clone(), String::new())).collect();
                ("Which model?", rows)
            }
            Of::Vendors(_) => {
                let rows = found.vendors.iter();
                let rows = rows.map(|one| (one.title.clone(), one.model.clone())).collect();
                ("Whose key?", rows)
            }
        };
        first.step = Step::List(List { title, rows, at: 0, of });
        first.since = now;
    }

    /// Takes a key for what is asked; whether it was one of its keys.
    pub(super) fn first_key(&mut self, key: KeyEvent) -> bool {
        let now = self.now;
        let Some(first) = &mut self.first else { return false };
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if let Step::Key { .. } = first.step {
            return self.typed_key(key, plain);
        }
        if let Step::Work(work) = &first.step {
            let stops = key.code == KeyCode::Esc && work.long;
            if stops {
                self.stop_work();
            }
            return stops;
        }
        if !first.is_ready(now) {
            first.since = now;
            return false;
        }
        // With something in the line, Enter is meant for the line.
        if !plain || (key.code == KeyCode::Enter && !self.composer.is_empty()) {
            return false;
        }
        let Step::List(list) = &mut first.step else { return false };
        let count = list.rows.len().max(1);
        match key.code {
            KeyCode::Up | KeyCode::BackTab => list.at = (list.at + count - 1) % count,
            KeyCode::Down | KeyCode::Tab => list.at = (list.at + 1) % count,
            KeyCode::Enter => {
                let (of, at) = (list.of, list.at);
                self.took(of, at);
            }
            KeyCode::Esc if list.of == Of::Offers => self.chose(None, None, None),
            KeyCode::Esc => self.list(Of::Offers),
            _ => return false,
        }
        true
    }

    /// One of a list was taken.
    fn took(&mut self, of: Of, at: usize) {
        let now = self.now;
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
                let Step::List(list) = &first.step else { return };
                let model = list.rows.get(at).map(|(model, _)| model.clone());
                self.chose(Some(offer), model, None);
            }
            Of::Vendors(offer) => {
                let Some(vendor) = first.found.vendors.get(at).cloned() else { return };
                first.step = Step::Key {
                    title: vendor.title,
                    typed: Secret::new(String::new()),
                    vendor: vendor.id,
                    model: vendor.model,
                    offer,
                };
                first.since = now;
            }
        }
    }

    /// A key of the keyboard while a provider's key is typed.
    fn typed_key(&mut self, key: KeyEvent, plain: bool) -> bool {
        let Some(First { step: Step::Key { typed, .. }, .. }) = &mut self.first else {
            return false;
        };
        let mut text = typed.expose().to_owned();
        match key.code {
            KeyCode::Char('u') if !plain => text.clear(),
            KeyCode::Char(c) if plain && text.len() < LONGEST => text.push(c),
            KeyCode::Backspace => drop(text.pop()),
            KeyCode::Enter => {
                drop(Secret::new(text));
                self.key_is_typed();
                return true;
            }
            KeyCode::Esc => {
                drop(Secret::new(text));
                self.list(Of::Offers);
                return true;
            }
            // Ctrl+C and Ctrl+D mean what they mean everywhere.
            _ => return plain,
        }
        *typed = Secret::new(text);
        true
    }

    /// Takes pasted text for the key that is asked for; whether one is.
    pub(super) fn pasted_key(&mut self, text: &str) -> bool {
        let Some(First { step: Step::Key { typed, .. }, .. }) = &mut self.first else {
            return false;
        };
        let piece = text.trim().chars().filter(|c| !c.is_control()).take(LONGEST);
        let whole: String = typed.expose().chars().chain(piece).collect();
        *typed = Secret::new(whole);
        true
    }

    fn key_is_typed(&mut self) {
        let Some(First { step: Step::Key { typed, vendor, model, offer, .. }, .. }) = &self.first
        else {
            return;
        };
        if typed.is_blank() {
            self.list(Of::Offers);
            return;
        }
        let key = Secret::new(typed.expose().trim().to_owned());
        let (vendor, model, offer) = (vendor.clone(), model.clone(), *offer);
        self.chose(Some(offer), Some(model), Some((vendor, key)));
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
        let long = offer.is_some_and(|offer| offer.needs == Needs::Time);
        let offer = offer.map(|offer| offer.what.clone());
        let what = if long { "getting ready to fetch" } else { "setting up" };
        first.step = Step::Work(Work::new(what, long, now));
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
        if let Some(First { step: Step::Work(work), .. }) = &mut self.first {
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
                self.effects.push(Effect::Open);
            }
            Err(problem) => {
                self.problem(&problem);
                self.part();
                self.list(Of::Offers);
            }
        }
    }

    fn open_or_go_on(&mut self) {
        if self.room.is_none() {
            self.effects.push(Effect::Open);
        }
    }

    /// After a first choice: who answers, and what could be said.
    pub(super) fn welcome(&mut self) {
        if !std::mem::take(&mut self.welcomed) {
            return;
        }
        let model = self.model.clone();
        self.part();
        self.remark(Role::Ok, &format!("{} {model} answers. Things to try:", self.glyphs.ok));
        for text in TRIES {
            self.remark(Role::Text, &format!("  {} {text}", self.glyphs.note));
        }
        self.remark(Role::Dim, "  Tab puts one of them into the line; /setup chooses again.");
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
