//! What keys mean, beyond the line being typed.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use nanofolks_protocol::command::{Completes, command_line};
use nanofolks_protocol::{EnvelopeId, Op};

use super::{App, Busy, Effect, Wish};
use crate::composer::{Sending, Typed};

#[cfg(test)]
mod tests;

impl App {
    pub(super) fn key(&mut self, key: KeyEvent) {
        if key.kind == KeyEventKind::Release {
            return;
        }
        (self.hint, self.hinted, self.called_by_key) = (None, None, None);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let is = |c: char| ctrl && key.code == KeyCode::Char(c);
        if !is('c') {
            self.leaving = None;
        }
        let taken = match self.is_asked_first(key) {
            true => self.modal_key(key) || self.popup_key(key) || self.work_key(key),
            false => self.popup_key(key) || self.work_key(key) || self.modal_key(key),
        };
        if taken {
            return;
        }
        match key.code {
            _ if is('c') && !self.composer.is_searching() => self.interrupt_key(),
            _ if is('d') && self.composer.is_empty() => self.effects.push(Effect::Leave),
            _ if is('l') => self.effects.push(Effect::Redraw),
            _ if is('o') => self.unfold(),
            _ if is('z') => self.effects.push(Effect::Suspend),
            KeyCode::Esc if !self.composer.takes_escape() => self.stop(),
            KeyCode::Up if self.is_asked_back(key) && self.take_back() => {}
            KeyCode::Delete if self.composer.is_empty() && self.drop_last() => {}
            KeyCode::Char('v') if is_clipboard(key) => self.attach(""),
            KeyCode::F(number) => self.panel(number),
            KeyCode::Tab if self.suggest() => {}
            KeyCode::Tab => {
                self.composer.adopt();
                self.look_up();
            }
            _ => {
                match self.composer.key(key) {
                    Typed::Send(text) => self.send(text),
                    Typed::Editor => self.effects.push(Effect::Editor(self.composer.text())),
                    Typed::Edited | Typed::Unused => {}
                }
                self.look_up();
            }
        }
    }

    /// Whether this key takes a message back: Up in an empty line, Alt+Up in any.
    fn is_asked_back(&self, key: KeyEvent) -> bool {
        key.modifiers == KeyModifiers::ALT || (key.modifiers.is_empty() && self.composer.is_empty())
    }

    /// Takes a key for the list of offers; whether it was one of its keys.
    fn popup_key(&mut self, key: KeyEvent) -> bool {
        let Some(popup) = &mut self.popup else { return false };
        if !key.modifiers.is_empty() && key.code != KeyCode::BackTab {
            return false;
        }
        let count = popup.offers.len();
        match key.code {
            KeyCode::Up | KeyCode::BackTab => popup.mark((popup.at + count - 1) % count),
            KeyCode::Down => popup.mark((popup.at + 1) % count),
            KeyCode::Tab => self.accept(),
            KeyCode::Enter => return self.enter_offer(),
            KeyCode::Esc => self.popup = None,
            _ => return false,
        }
        true
    }

    /// Enter with offers in sight: whether it only put one in. What is written out is sent as
    /// it stands, and so is an argument that nobody marked.
    fn enter_offer(&mut self) -> bool {
        let before = self.composer.before_cursor();
        let completes = self.catalog.awaited(before).map(|(_, completes)| completes);
        let Some(popup) = &self.popup else { return false };
        let typed = before.get(popup.from..).unwrap_or_default();
        let offer = |at: usize| popup.offers.get(at).map(|(text, _)| text.trim_end());
        let is_written = offer(popup.at) == Some(typed);
        let is_offered = (0..popup.offers.len()).any(|at| offer(at) == Some(typed));
        let begins = (0..popup.offers.len()).filter_map(offer).filter(|it| it.starts_with(typed));
        let (lone, meant) = match completes {
            _ if is_written => (false, false),
            Some(Completes::Command) => {
                (begins.count() == 1, popup.marked || !self.is_known(typed))
            }
            Some(_) => (false, popup.marked),
            None => (false, popup.marked || !is_offered),
        };
        if meant {
            self.accept();
        }
        // The only command that begins so, and needs nothing more, is what was meant.
        if meant && !(lone && self.needs_nothing()) {
            return true;
        }
        self.popup = None;
        false
    }

    /// Whether the command in the line can go without arguments.
    fn needs_nothing(&self) -> bool {
        let Some(line) = command_line(self.composer.before_cursor()) else { return false };
        let spec = self.catalog.find(line.name);
        spec.is_ok_and(|spec| !spec.arguments.iter().any(|argument| argument.needed))
    }

    /// Whether a word is a command by its whole name, or an alias.
    fn is_known(&self, word: &str) -> bool {
        let name = word.trim_start_matches('/');
        self.catalog.iter().any(|spec| spec.names().any(|known| known == name))
    }

    /// Ctrl+C: clears the line, else stops what runs; twice leaves.
    fn interrupt_key(&mut self) {
        if self.leaving.is_some_and(|since| self.now.millis_since(since) < 2000) {
            self.effects.push(Effect::Leave);
            return;
        }
        self.leaving = Some(self.now);
        self.hint = Some("Ctrl+C again leaves".to_owned());
        if self.composer.is_empty() {
            self.stop();
        } else {
            self.composer.clear();
            self.popup = None;
        }
    }

    fn stop(&mut self) {
        let Some(room) = self.room.clone() else { return };
        if let Some(turn) = &self.turn {
            let turn = Some(turn.id);
            self.wish(Op::Interrupt { room, turn, by: "user".to_owned() });
        }
    }

    /// Something is to be said.
    pub(super) fn send(&mut self, said: impl Into<Sending>) {
        let said = said.into();
        self.effects.push(Effect::Remember(said.text.clone()));
        if self.room.is_none() || self.holds_for_vault(&said.text) {
            self.early.push(said);
            return;
        }
        self.say_it(said);
    }

    /// Says what was typed before the house was open.
    pub(super) fn say_early(&mut self) {
        for said in std::mem::take(&mut self.early) {
            self.say_it(said);
        }
    }

    fn say_it(&mut self, said: Sending) {
        let text = said.text.clone();
        if matches!(text.trim(), "exit" | "quit" | ":q") {
            self.effects.push(Effect::Leave);
            return;
        }
        if let Some(line) = command_line(&text) {
            self.command(line.name, line.rest);
            return;
        }
        let id = EnvelopeId::fresh();
        let busy = self.is_busy();
        if busy && self.busy == Busy::Steer {
            // It is seen until the turn takes it in.
            self.queue.push((id, text));
            self.remember_sent(id, &said);
            self.effects.push(Effect::Submit(Wish::Steer(id, Box::new(said))));
            return;
        }
        self.queue.push((id, text));
        self.remember_sent(id, &said);
        self.effects.push(Effect::Submit(Wish::Post(id, Box::new(said))));
        if busy && self.busy == Busy::Interrupt {
            self.stop();
        }
    }
}

/// Whether a key asks for the picture in the clipboard.
fn is_clipboard(key: KeyEvent) -> bool {
    key.modifiers == KeyModifiers::ALT || key.modifiers == KeyModifiers::CONTROL
}
