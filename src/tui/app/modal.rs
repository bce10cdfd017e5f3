//! What the person is asked: one queue, shown one at a time.
//!
//! Nothing is chosen by accident: what appears takes no key for a while, and what appears
//! unasked takes none before the keyboard was quiet; what is chosen at first is "no" or nothing.
//! What the person called for goes away and moves at once, and what a key called for takes every
//! key at once.
//! Keys that mean nothing to it belong to the line, and so do letters, unless a line of its own
//! is marked.

mod approval;
mod confirm;
mod field;
mod picker;
mod question;
mod secret;

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, Decision, Op, SecretKind, Timestamp, TurnId,
};

pub use self::approval::{Ask, Choice};
pub use self::confirm::Confirm;
pub use self::field::Field;
pub use self::picker::{Item, Pick, Picker};
pub use self::question::Question;
pub use self::secret::Unseen;
use super::{App, Effect, Wish, left};
use crate::theme::{Role, Theme};

#[cfg(test)]
mod tests;

/// For so long after it appears, or after a key, keys belong to the line.
const GUARD: i64 = 400;

/// Where fewer rows than these are shown of what is asked, all of it is shown before a yes.
const FEW: usize = 6;

/// Something that is asked.
#[derive(Debug)]
pub struct Modal {
    /// What is asked.
    pub kind: ModalKind,
    /// How many rows of it are above what is shown.
    pub scroll: usize,
    /// How many rows of it were shown last.
    pub page: usize,
    /// How many rows of it can be above what is shown.
    pub last: usize,
    /// With which choice marked the end of it was shown.
    pub seen: Option<usize>,
    /// When it was first seen, or when the last key came while it was guarded.
    since: Timestamp,
    /// Whether the person called for it.
    called: bool,
    /// Whether it just came because the person called for it, and not back from behind another.
    fresh: bool,
}

/// The kinds of it.
#[derive(Debug)]
pub enum ModalKind {
    /// May a bot do this?
    Approval(Box<Ask>),
    /// What a bot wants to know.
    Question(Box<Question>),
    /// A secret, typed unseen.
    Secret(Unseen),
    /// Something that cannot be taken back.
    Confirm(Confirm),
    /// A list.
    Picker(Box<Picker>),
}

/// What a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It was not for it.
    Pass,
    /// It was.
    Taken,
    /// What is marked is chosen.
    Done,
    /// It goes away without a choice.
    Away,
}

impl Modal {
    const fn new(kind: ModalKind, now: Timestamp, called: bool) -> Self {
        Self { kind, scroll: 0, page: 1, last: 0, seen: None, since: now, called, fresh: called }
    }

    /// Whether it takes keys.
    #[must_use]
    pub const fn is_ready(&self, now: Timestamp) -> bool {
        now.millis_since(self.since) >= GUARD
    }

    /// Whether it takes this key. One that was called for goes away and moves at once; letters
    /// and Enter may still be meant for the line.
    fn takes(&self, key: KeyEvent, now: Timestamp) -> bool {
        let ctrl = key.modifiers == KeyModifiers::CONTROL;
        let is_list = matches!(self.kind, ModalKind::Picker(_));
        self.is_ready(now)
            || self.fresh
                && match key.code {
                    KeyCode::Esc => true,
                    KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown => {
                        is_list && key.modifiers.is_empty()
                    }
                    KeyCode::Char('c' | 'n' | 'p') => is_list && ctrl,
                    _ => false,
                }
    }

    /// It takes every key from now on.
    const fn wake(&mut self, now: Timestamp) {
        self.since = now.plus_millis(-GUARD);
    }

    /// It comes back from behind another: it is read before it takes keys.
    const fn comes_back(&mut self, now: Timestamp) {
        (self.since, self.fresh) = (now, false);
    }

    /// Whether letters go into a line of its own.
    #[must_use]
    pub fn has_focus(&self, now: Timestamp) -> bool {
        let focus = match &self.kind {
            ModalKind::Picker(_) | ModalKind::Secret(_) => true,
            ModalKind::Question(question) => question.has_focus(),
            ModalKind::Approval(_) | ModalKind::Confirm(_) => false,
        };
        focus && self.is_ready(now)
    }

    /// When silence becomes an answer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match &self.kind {
            ModalKind::Approval(ask) => Some(ask.request.expires_at),
            ModalKind::Question(question) => question.expires_at,
            ModalKind::Secret(_) | ModalKind::Confirm(_) | ModalKind::Picker(_) => None,
        }
    }

    /// The question's name and its turn, when a bot asks.
    fn asked(&self) -> Option<(ApprovalId, Option<TurnId>)> {
        match &self.kind {
            ModalKind::Approval(ask) => Some((ask.request.id, Some(ask.request.turn))),
            ModalKind::Question(question) => Some((question.id, question.turn)),
            ModalKind::Secret(_) | ModalKind::Confirm(_) | ModalKind::Picker(_) => None,
        }
    }

    /// When it changes by itself: the guard ends, or the clock goes on.
    fn wakes_in(&self, now: Timestamp) -> Option<u64> {
        if !self.is_ready(now) {
            return Some(left(self.since.plus_millis(GUARD), now).max(1));
        }
        let left = left(self.expires_at()?, now);
        let step = if left > 60_000 { 60_000 } else { 1000 };
        Some((left % step).max(1))
    }

    /// Whether a yes would be one to what a small window has not shown yet.
    fn is_unseen(&self) -> bool {
        let ModalKind::Approval(ask) = &self.kind else { return false };
        ask.is_yes() && self.last > 0 && self.page < FEW && self.seen != Some(ask.at)
    }

    fn key(&mut self, key: KeyEvent, line_is_empty: bool) -> Step {
        let step = match &mut self.kind {
            ModalKind::Approval(ask) => ask.key(key, line_is_empty),
            ModalKind::Question(question) => question.key(key, line_is_empty),
            ModalKind::Secret(secret) => secret.key(key),
            ModalKind::Confirm(confirm) => confirm.key(key, line_is_empty),
            ModalKind::Picker(picker) => return picker.key(key, self.page),
        };
        if step == Step::Done && self.is_unseen() {
            // Nothing is allowed that could not be read.
            self.scroll = self.scroll.saturating_add(self.page.max(1)).min(self.last);
            return Step::Taken;
        }
        if step != Step::Pass || !key.modifiers.difference(KeyModifiers::SHIFT).is_empty() {
            return step;
        }
        let page = self.page.saturating_sub(1).max(1);
        match key.code {
            KeyCode::PageUp => self.scroll = self.scroll.min(self.last).saturating_sub(page),
            KeyCode::PageDown => self.scroll = self.scroll.saturating_add(page).min(self.last),
            _ => return Step::Pass,
        }
        Step::Taken
    }
}

/// Everything that is asked, in the order in which it is shown.
#[derive(Debug, Default)]
pub struct Modals {
    waiting: VecDeque<Modal>,
    /// What the person has answered and nobody has confirmed yet.
    answered: Vec<(ApprovalId, String)>,
}

impl Modals {
    /// What is shown.
    #[must_use]
    pub fn first(&self) -> Option<&Modal> {
        self.waiting.front()
    }

    /// The same, to be scrolled.
    pub fn first_mut(&mut self) -> Option<&mut Modal> {
        self.waiting.front_mut()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn wakes_in(&self, now: Timestamp) -> Option<u64> {
        self.first()?.wakes_in(now)
    }

    /// Whether a secret of this kind is asked for.
    pub(super) fn asks_for(&self, kind: SecretKind) -> bool {
        self.waiting
            .iter()
            .any(|modal| matches!(&modal.kind, ModalKind::Secret(secret) if secret.kind == kind))
    }

    /// What the person called for comes before everything else.
    pub(super) fn call(&mut self, kind: ModalKind, now: Timestamp) {
        self.waiting.push_front(Modal::new(kind, now, true));
    }

    /// Brings the list that is there already to the front, with what is in it now; whether
    /// there is one.
    fn call_again(&mut self, picker: &Picker, now: Timestamp) -> bool {
        let is_it = |modal: &Modal| match &modal.kind {
            ModalKind::Picker(known) => modal.called && known.is_like(picker),
            _ => false,
        };
        let Some(at) = self.waiting.iter().position(is_it) else { return false };
        let Some(mut modal) = self.waiting.remove(at) else { return false };
        if at > 0 {
            (modal.since, modal.fresh) = (now, true);
        }
        if let ModalKind::Picker(known) = &mut modal.kind
            && !picker.is_loading
        {
            known.renew(picker.items.clone());
        }
        self.waiting.push_front(modal);
        true
    }

    pub(super) fn ask(&mut self, kind: ModalKind, now: Timestamp) {
        let modal = Modal::new(kind, now, false);
        let name = modal.asked().map(|(id, _)| id);
        // The same question may be told twice: as it was asked, and by who took it up.
        let is_known =
            name.is_some() && self.waiting.iter().any(|one| one.asked().map(|(id, _)| id) == name);
        if !is_known {
            self.waiting.push_back(modal);
        }
    }

    /// What is shown first is not on the screen before this moment.
    pub(super) fn appear(&mut self, at: Timestamp) {
        if let Some(modal) = self.waiting.front_mut().filter(|modal| !modal.called) {
            modal.since = modal.since.max(at);
        }
    }

    /// Takes away what fits. What is shown then is read before it takes keys.
    fn take(&mut self, now: Timestamp, fits: impl Fn(&Modal) -> bool) -> Vec<Modal> {
        let first = self.waiting.front().is_some_and(&fits);
        let (gone, stays) = std::mem::take(&mut self.waiting).into_iter().partition(fits);
        let gone: VecDeque<Modal> = gone;
        self.waiting = stays;
        if first && let Some(next) = self.waiting.front_mut() {
            next.comes_back(now);
        }
        gone.into()
    }

    /// Tells the first approval how many are like it.
    fn count_alike(&mut self) {
        let Some((first, rest)) = self.waiting.make_contiguous().split_first_mut() else { return };
        let ModalKind::Approval(ask) = &mut first.kind else { return };
        let alike = rest.iter().filter(|modal| match &modal.kind {
            ModalKind::Approval(other) => ask.is_like(other),
            _ => false,
        });
        let alike = alike.count();
        ask.offer(alike);
    }
}

impl App {
    /// Opens a list. One that is open already is not opened twice.
    pub fn open_picker(&mut self, picker: Picker) {
        self.popup = None;
        let by_key = self.called_by_key.take().is_some_and(|name| name == picker.title);
        if !self.modals.call_again(&picker, self.now) {
            self.modals.call(ModalKind::Picker(Box::new(picker)), self.now);
        }
        if let Some(modal) = self.modals.first_mut().filter(|_| by_key) {
            modal.wake(self.now);
        }
    }

    /// The same unasked, where letters that are being typed still go into the line; or because
    /// something was just chosen.
    pub(super) fn show_list(&mut self, picker: Picker, unasked: bool) {
        let kind = ModalKind::Picker(Box::new(picker));
        match unasked {
            true => self.modals.ask(kind, self.now),
            false => self.modals.call(kind, self.now),
        }
    }

    /// Asks for the key of a provider.
    pub(super) fn ask_key_of(&mut self, provider: &str) {
        self.modals.call(ModalKind::Secret(Unseen::key_of(provider)), self.now);
    }

    /// Asks before something that cannot be taken back.
    pub(super) fn ask_whether(&mut self, question: String, line: String) {
        let confirm = Confirm { question, line, yes: false };
        self.modals.call(ModalKind::Confirm(confirm), self.now);
    }

    /// A bot wants to do something.
    pub(super) fn ask_approval(&mut self, request: &ApprovalRequest) {
        let ask = Box::new(Ask::new(request.clone()));
        self.modals.ask(ModalKind::Approval(ask), self.now);
        self.modals.count_alike();
    }

    /// A bot wants to know something.
    pub(super) fn ask_question(&mut self, question: Question) {
        self.modals.ask(ModalKind::Question(Box::new(question)), self.now);
    }

    /// A question is settled: by us, by somebody else, or by silence.
    pub(super) fn settled(&mut self, id: ApprovalId, decision: &Decision, by: &str) {
        let is_it = |modal: &Modal| modal.asked().is_some_and(|(known, _)| known == id);
        for modal in self.modals.take(self.now, is_it) {
            self.say_settled(&modal, decision, by);
        }
        self.modals.count_alike();
    }

    /// A question was answered, here or elsewhere; what was asked.
    pub(super) fn answered_question(&mut self, id: ApprovalId) -> Option<String> {
        let mine = |modal: &Modal| modal.asked().is_some_and(|(known, _)| known == id);
        let gone = self.modals.take(self.now, mine);
        if let Some(at) = self.modals.answered.iter().position(|(known, _)| *known == id) {
            return Some(self.modals.answered.swap_remove(at).1);
        }
        gone.into_iter().find_map(|modal| match modal.kind {
            ModalKind::Question(question) => Some(question.text.clone()),
            _ => None,
        })
    }

    /// What a turn asked needs no answer when it is over.
    pub(super) fn withdraw(&mut self, turn: Option<TurnId>) {
        let now = self.now;
        let _gone = self.modals.take(now, |modal| {
            turn.is_some() && modal.asked().is_some_and(|(_, asking)| asking == turn)
        });
        self.modals.count_alike();
    }

    /// The questions of a room do not go along to another.
    pub(super) fn leave_questions(&mut self) {
        let _gone = self.modals.take(self.now, |modal| modal.asked().is_some());
    }

    /// What waited too long goes away, should nobody say so.
    pub(super) fn expire(&mut self) {
        let now = self.now;
        let late = |modal: &Modal| modal.expires_at().is_some_and(|at| now > at.plus_millis(2000));
        for modal in self.modals.take(now, late) {
            self.say_settled(&modal, &Decision::Expired, "");
        }
    }

    fn say_settled(&mut self, modal: &Modal, decision: &Decision, by: &str) {
        let what = match &modal.kind {
            ModalKind::Approval(ask) => &ask.request.summary,
            ModalKind::Question(question) => &question.text,
            _ => return,
        };
        let how = match decision {
            Decision::Allow { .. } => format!("allowed by {by}"),
            Decision::Deny { .. } => format!("refused by {by}"),
            // The answer is said where it was given.
            Decision::Answer { .. } => return,
            Decision::Expired => "nobody answered in time, which is a no".to_owned(),
            Decision::Withdrawn => "no answer is needed any more".to_owned(),
        };
        let what = nanofolks_security::terminal::reveal(what);
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = format!("{} {what}: {how}", self.glyphs.stopped);
        self.settle();
        self.remark(Role::Warn, &text);
    }

    /// Takes a key for what is shown; whether it was one of its keys.
    pub(super) fn modal_key(&mut self, key: KeyEvent) -> bool {
        let (now, line_is_empty) = (self.now, self.composer.is_empty());
        let Some(modal) = self.modals.first_mut() else { return false };
        if !modal.takes(key, now) {
            if !modal.called {
                modal.since = now;
            }
            return false;
        }
        match modal.key(key, line_is_empty) {
            Step::Pass => return false,
            Step::Taken => {
                if !modal.is_ready(now) {
                    modal.wake(now);
                }
                self.preview();
            }
            step => self.close(step == Step::Done),
        }
        true
    }

    /// Takes pasted text for what is shown; whether it has a line that is typed into.
    pub(super) fn modal_paste(&mut self, text: &str) -> bool {
        let now = self.now;
        let Some(modal) = self.modals.first_mut().filter(|modal| modal.has_focus(now)) else {
            return false;
        };
        match &mut modal.kind {
            ModalKind::Picker(picker) => picker.paste(text),
            ModalKind::Secret(secret) => secret.field.insert(text),
            ModalKind::Question(question) => question.field.insert(text),
            ModalKind::Approval(_) | ModalKind::Confirm(_) => return false,
        }
        self.preview();
        true
    }

    /// Whether this key goes first to what is asked, and not to the line.
    pub(super) fn is_asked_first(&self, key: KeyEvent) -> bool {
        let is_list = |modal: &Modal| matches!(modal.kind, ModalKind::Picker(_));
        let takes = |modal: &Modal| modal.fresh && modal.takes(key, self.now);
        self.types_elsewhere() || self.modals.first().is_some_and(|it| is_list(it) && takes(it))
    }

    /// Whether letters go somewhere else than into the line.
    #[must_use]
    pub fn types_elsewhere(&self) -> bool {
        self.modals.first().is_some_and(|modal| modal.has_focus(self.now))
    }

    /// A theme is seen before it is chosen.
    fn preview(&mut self) {
        let Some(Modal { kind: ModalKind::Picker(picker), .. }) = self.modals.first() else {
            return;
        };
        if let (Pick::Theme(_), Some(item)) = (&picker.pick, picker.marked())
            && let Ok(theme) = Theme::named(&item.value)
        {
            self.theme = theme;
        }
    }

    /// What is shown goes away, with what is marked or without.
    fn close(&mut self, chosen: bool) {
        let Some(modal) = self.modals.waiting.pop_front() else { return };
        if let Some(next) = self.modals.first_mut() {
            next.comes_back(self.now);
        }
        match modal.kind {
            ModalKind::Approval(ask) => self.answer_approval(&ask, chosen),
            ModalKind::Question(question) => self.answer_question(&question, chosen),
            ModalKind::Secret(secret)
                if secret.kind == SecretKind::Key
                    && self.took_key(chosen.then(|| secret.secret())) => {}
            ModalKind::Secret(secret) => self.gave(&secret, chosen),
            ModalKind::Confirm(confirm) if chosen && confirm.yes => {
                self.effects.push(Effect::Submit(Wish::Command(confirm.line)));
            }
            ModalKind::Confirm(_) => self.remark(Role::Dim, "nothing was changed"),
            ModalKind::Picker(picker) => self.picked(*picker, chosen),
        }
        self.modals.count_alike();
    }

    fn answer_approval(&mut self, ask: &Ask, chosen: bool) {
        let choice = ask.choices.get(if chosen { ask.at } else { 0 });
        let Some(Choice { decision, all, .. }) = choice else { return };
        self.decide(ask.request.id, decision.clone());
        if !all {
            return;
        }
        let same = |modal: &Modal| match &modal.kind {
            ModalKind::Approval(other) => ask.is_like(other),
            _ => false,
        };
        for modal in self.modals.take(self.now, same) {
            if let Some((id, _)) = modal.asked() {
                self.decide(id, decision.clone());
            }
        }
    }

    fn answer_question(&mut self, question: &Question, chosen: bool) {
        let decision = match question.answer().filter(|_| chosen) {
            Some(text) => {
                self.modals.answered.push((question.id, question.text.clone()));
                Decision::Answer { text: text.to_owned() }
            }
            None => Decision::Deny { note: None },
        };
        self.decide(question.id, decision);
    }

    fn picked(&mut self, picker: Picker, chosen: bool) {
        let item = picker.marked().filter(|_| chosen).cloned();
        match (picker.pick, item) {
            (Pick::Line, Some(item)) => {
                self.effects.push(Effect::Submit(Wish::Command(item.value)));
            }
            (Pick::Theme(_), Some(item)) => self.choose_theme(&item.value),
            (Pick::Theme(before), None) => self.theme = *before,
            (Pick::Provider, Some(item)) => self.ask_key_of(&item.value),
            (Pick::First(of), item) => self.took(of, item.as_ref()),
            (Pick::Line | Pick::Provider, None) => {}
        }
    }

    /// Answers a question of a bot.
    fn decide(&mut self, approval: ApprovalId, decision: Decision) {
        self.wish(Op::Decide { approval, decision, by: "you".to_owned() });
    }
}
