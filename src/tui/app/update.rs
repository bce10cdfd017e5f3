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
                    self.composer.paste(&text);
                    self.look_up();
                }
            }
            Msg::First => self.look_around(),
            Msg::Found(found) => self.found(found),
            Msg::Progress(progress) => self.progress(progress),
            Msg::Settled(settled) => self.made_so(settled),
            Msg::Resize(size) => {
                self.size = size;
                self.resized = Some(now);
            }
            Msg::Focus(focused) => self.focused = focused,
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
            Msg::Closed => {
                self.end_voices();
                self.remark(Role::Bad, "the engine has stopped");
                self.effects.push(Effect::Leave);
            }
            Msg::Answered(wish, answer) => self.answered(wish, answer),
            Msg::Written(Ok(text)) => self.composer.set(&text),
            Msg::Written(Err(problem)) | Msg::Kept(Err(problem)) | Msg::Problem(problem) => {
                self.problem(&problem);
            }
            Msg::Offers(completes, offers) => self.offered(completes, offers),
            Msg::Kept(Ok(place)) => self.remark(Role::Dim, &place),
            Msg::Tick => self.tick(),
        }
        std::mem::take(&mut self.effects)
    }

    fn opened(&mut self, opened: Opened) {
        let again = self.room.as_ref() == Some(&opened.past.room);
        let before = std::mem::replace(&mut self.options, opened.options);
        self.bots = opened.bots;
        self.catalog = opened.catalog;
        self.busy = opened.busy;
        let no_model = opened.model.is_err();
        match opened.model {
            Ok(model) => self.model = model,
            Err(problem) => {
                "no model".clone_into(&mut self.model);
                let problem = problem.hint("/setup chooses who answers, at any time");
                self.problem(&problem);
            }
        }
        if again {
            // The conversation is on the screen; what was chosen in it stays, but for the model.
            self.options.bot = before.bot;
            self.options.approval = before.approval;
            let text = format!("{} {} answers", self.glyphs.ok, self.model);
            self.remark(Role::Ok, &text);
            self.seen = self.seen.max(opened.past.seq);
            return;
        }
        self.composer.remember_older(opened.history);
        self.enter(opened.past);
        if !no_model {
            self.welcome();
        }
        self.look_in();
        self.look_up();
        self.say_early();
    }

    /// What a process that is gone left in the room goes on.
    fn look_in(&mut self) {
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
        if let Some(room) = self.room.clone() {
            let after = self.seen;
            self.wish(Op::Replay { room, after });
        }
    }

    fn answered(&mut self, wish: Wish, answer: Result<Receipt, Problem>) {
        match (wish, answer) {
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
            (Wish::Post(id, text) | Wish::Steer(id, text), Err(problem)) => {
                self.queue.retain(|(queued, _)| *queued != id);
                self.problem(&problem);
                // Nothing that was typed is lost.
                if self.composer.is_empty() {
                    self.composer.set(&text);
                }
            }
            (Wish::Command(_) | Wish::Plain(_), Err(problem)) => self.problem(&problem),
        }
    }

    fn replay(&mut self, events: &[Event]) {
        self.asked_again = false;
        // What the engine has is all there is.
        self.replaying = true;
        for event in events {
            self.event(event);
        }
        self.replaying = false;
    }

    fn tick(&mut self) {
        if self.leaving.is_some_and(|since| self.now.millis_since(since) >= 2000) {
            self.leaving = None;
            self.hint = None;
        }
        self.expire();
        if !self.is_settling() {
            self.resized = None;
        }
    }
}
