//! What each message means.

use nanofolks_protocol::{Event, Op, Problem, Receipt, Timestamp};

use super::{App, Effect, Msg, Opened, Wish};
use crate::theme::Role;

impl App {
    /// Takes what happened; gives what is to be done.
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Paste(text) => {
                if !self.modal_paste(&text) {
                    self.pasted(&text);
                }
            }
            Msg::First => self.look_around(),
            Msg::Found(found) => self.found(found),
            Msg::Progress(progress) => self.progress(progress),
            Msg::Settled(settled) => self.made_so(settled),
            Msg::Resize(size) => self.resize(size),
            Msg::Focus(focused) => self.focused = focused,
            Msg::Background(light) => self.goes_by_background(light),
            Msg::Theme(theme) => self.new_theme(theme),
            Msg::ThemeCame(name, theme) => self.theme_came(&name, theme),
            Msg::Opened(opened) => self.opened(*opened),
            Msg::NotOpened(problem) => {
                self.problem(&problem);
                self.effects.push(Effect::Leave);
            }
            Msg::Entered(past) => {
                self.enter(*past);
                self.look_in();
            }
            Msg::Event(event) => self.event(&event),
            Msg::Gap => self.gap(),
            Msg::News => self.news(),
            Msg::Closed => {
                self.end_voices();
                self.remark(Role::Bad, "the engine has stopped");
                self.effects.push(Effect::Leave);
            }
            Msg::Answered(wish, answer) => self.answered(wish, answer),
            Msg::Written(Ok(text)) => self.composer.edited(&text),
            Msg::Written(Err(problem)) | Msg::Problem(problem) => {
                self.problem(&problem);
            }
            Msg::Pictured(source, read) => self.pictured(source, read),
            Msg::Listed(names) => self.listed(names),
            Msg::Copied(Ok(copied)) => {
                self.remark(Role::Dim, &format!("{} {}", self.glyphs.note, copied.remark));
                self.effects.push(Effect::Write(copied.bytes));
            }
            Msg::Printed(Ok(text)) => {
                self.part();
                self.remark(Role::Text, text.trim_end());
            }
            Msg::Copied(Err(problem)) | Msg::Printed(Err(problem)) => self.problem(&problem),
            Msg::Mouse(event, row) => self.mouse(event, row),
            Msg::Offers(completes, offers) => self.offered(completes, offers),
            Msg::Kept(kept) => self.kept(kept),
            Msg::VaultWaits(waits) => self.vault_waits(waits),
            Msg::Unlocked(unlocked) => self.unlocked(unlocked),
            Msg::Tick => self.tick(),
        }
        self.watch_line();
        if self.effects.iter().any(|effect| matches!(effect, Effect::Leave)) {
            self.leave_turn();
        }
        self.hinted = self.hint.as_ref().and(self.hinted.or(Some(now)));
        std::mem::take(&mut self.effects)
    }

    fn opened(&mut self, opened: Opened) {
        let again = self.room.as_ref() == Some(&opened.past.room);
        let before = std::mem::replace(&mut self.options, opened.options);
        self.bots = opened.bots;
        self.catalog = opened.catalog;
        self.busy = opened.busy;
        self.composer.use_vi(opened.vi);
        let no_model = opened.model.is_err();
        match opened.model {
            Ok(model) => self.model = model,
            Err(problem) => {
                "no model".clone_into(&mut self.model);
                self.problem(&problem);
            }
        }
        if again {
            // The conversation is on the screen; what was chosen in it stays, but for the model.
            self.options.bot = before.bot;
            self.options.approval = before.approval;
            self.say_chosen("");
            self.seen = self.seen.max(opened.past.seq);
            if let Some(why) = opened.locked {
                self.ask_passphrase(&why, false);
            }
            return;
        }
        self.composer.remember_older(opened.history);
        self.enter(opened.past);
        if !no_model {
            self.welcome();
        }
        self.look_up();
        match opened.locked {
            // What waits in the room may need a key that is in the vault.
            Some(why) => self.hold_for_vault(&why),
            None => {
                self.look_in();
                self.say_early();
            }
        }
    }

    /// The person leaves: what they asked for here is stopped, since nobody would see it go
    /// on; what somebody else asked for is not.
    fn leave_turn(&mut self) {
        let Some(turn) = self.turn.take() else { return };
        self.end_voices();
        if let (true, Some(room)) = (turn.ours, self.room.clone()) {
            let by = "user".to_owned();
            self.farewell = Some(Op::Interrupt { room, turn: Some(turn.id), by });
            self.remark(Role::Warn, &format!("{} stopped", self.glyphs.stopped));
            if !self.queue.is_empty() {
                let text = "what waits is said when this room is opened again";
                self.remark(Role::Dim, &format!("{} {text}", self.glyphs.note));
            }
            return;
        }
        let text = "what runs is not lost: it goes on when this room is opened again";
        self.remark(Role::Warn, &format!("{} {text}", self.glyphs.note));
    }

    /// What the engine is told at the end.
    pub(crate) const fn take_farewell(&mut self) -> Option<Op> {
        self.farewell.take()
    }

    /// What a process that is gone left in the room goes on.
    pub(super) fn look_in(&mut self) {
        if let Some(room) = self.room.clone() {
            self.wish(Op::Open { room });
        }
    }

    /// Events were lost: the numbered ones are asked for, the words come with the end.
    pub(super) fn gap(&mut self) {
        if std::mem::replace(&mut self.asked_again, true) {
            return;
        }
        for voice in &mut self.voices {
            voice.torn();
        }
        self.ask_again();
    }

    /// Something was written: another process may have said something in the room. While a
    /// turn that was asked for here runs, nobody else has the room.
    fn news(&mut self) {
        self.renew_panel();
        if self.turn.as_ref().is_some_and(|turn| turn.ours) {
            return;
        }
        if std::mem::replace(&mut self.asked_again, true) {
            self.more_news = true;
        } else {
            self.ask_again();
        }
    }

    fn ask_again(&mut self) {
        if let Some(room) = self.room.clone() {
            let after = self.seen;
            self.wish(Op::Replay { room, after });
        }
    }

    fn answered(&mut self, wish: Wish, answer: Result<Receipt, Problem>) {
        match (wish, answer) {
            (Wish::TakeBack(id, draft), answer) => {
                self.taken_back(id, &draft, answer.map(drop));
            }
            (
                Wish::Post(id, said) | Wish::Steer(id, said),
                Ok(Receipt::Posted { session, .. } | Receipt::Steered { session, .. }),
            ) => {
                self.session = Some(session);
                self.goes_along(id, said.remarks);
                // It is on disk and no draft any more.
                self.keep_line();
            }
            (_, Ok(Receipt::Posted { session, .. } | Receipt::Steered { session, .. })) => {
                self.session = Some(session);
            }
            (_, Ok(Receipt::Session(session))) => self.session = Some(session),
            (_, Ok(Receipt::Moved(session))) => self.session = Some(session.id),
            (_, Ok(Receipt::Told(said))) => self.told(&said),
            (_, Ok(Receipt::Events(events))) => self.replay(&events),
            (Wish::Post(id, _), Ok(Receipt::Stopped { .. })) => {
                // It was a word to stop and never waits.
                self.queue.retain(|(queued, _)| *queued != id);
            }
            (
                _,
                Ok(
                    Receipt::Done
                    | Receipt::Stopped { .. }
                    | Receipt::Compacted { .. }
                    | Receipt::Context(_),
                ),
            ) => {}
            (Wish::Post(id, said) | Wish::Steer(id, said), Err(problem)) => {
                self.queue.retain(|(queued, _)| *queued != id);
                self.problem(&problem);
                // Nothing that was typed is lost.
                self.composer.bring_back(&said.draft);
            }
            (Wish::Command(_) | Wish::Plain(_), Err(problem)) => {
                // What could not be looked at is looked at with the next news.
                (self.renewing, self.asked_again, self.more_news) = (None, false, false);
                self.problem(&problem);
            }
        }
    }

    fn replay(&mut self, events: &[Event]) {
        self.asked_again = false;
        let before = self.turn.as_ref().map(|turn| turn.id);
        // What the engine has is all there is.
        self.replaying = true;
        for event in events {
            self.event(event);
        }
        self.replaying = false;
        if self.turn.as_ref().is_some_and(|turn| !turn.ours && Some(turn.id) != before) {
            // Should its process be lost, the turn goes on here.
            self.look_in();
        }
        if std::mem::take(&mut self.more_news) {
            self.news();
        }
    }

    fn tick(&mut self) {
        self.keep_when_due();
        if self.leaving.is_some_and(|since| self.now.millis_since(since) >= 2000) {
            self.leaving = None;
            self.hint = None;
        }
        if self.hinted.is_some_and(|since| self.now.millis_since(since) >= super::MOMENT) {
            self.hint = None;
        }
        self.expire();
        self.settling = self.is_settling();
    }
}
