//! Messages that wait for their turn: taken back into the line, or dropped.

use nanofolks_protocol::{Control, EnvelopeId, Op, Problem};

use super::{App, Effect, Wish};
use crate::composer::{Draft, Sending};

/// Most messages whose lines are known.
const MOST: usize = 200;

#[cfg(test)]
mod tests;

impl App {
    /// A message is on its way: its line is known until it is said.
    pub(super) fn remember_sent(&mut self, id: EnvelopeId, said: &Sending) {
        self.sent.push((id, said.draft.clone()));
        if self.sent.len() > MOST {
            self.sent.remove(0);
        }
    }

    /// Whether a message was sent from here.
    pub(super) fn is_sent(&self, id: EnvelopeId) -> bool {
        self.sent.iter().any(|(sent, _)| *sent == id)
    }

    /// Something goes along with a message: said below it.
    pub(super) fn goes_along(&mut self, id: EnvelopeId, remarks: Vec<String>) {
        if remarks.is_empty() {
            return;
        }
        let is_said = !self.queue.iter().any(|(queued, _)| *queued == id);
        self.along.push((id, remarks));
        if is_said {
            self.went_along(id);
        }
    }

    /// A message is said: so is what goes along with it.
    pub(super) fn went_along(&mut self, id: EnvelopeId) {
        let Some(at) = self.along.iter().position(|(along, _)| *along == id) else { return };
        let (_, remarks) = self.along.remove(at);
        self.settle();
        for remark in remarks {
            let text = format!("{} {remark}", self.glyphs.note);
            self.remark(crate::theme::Role::Dim, &text);
        }
    }

    /// Takes the last message that waits back into the line; whether there was one.
    pub(super) fn take_back(&mut self) -> bool {
        let Some((id, draft)) = self.last_waiting() else { return false };
        if self.taking.is_none() {
            self.taking = Some(id);
            // It is in the draft before it is out of the queue.
            if let Some(room) = self.room.clone() {
                let mut whole = crate::composer::Composer::default();
                whole.bring_back(&self.composer.draft());
                whole.bring_back(&draft);
                self.effects.push(Effect::Draft(room, whole.draft()));
            }
            self.effects.push(Effect::Submit(Wish::TakeBack(id, Box::new(draft))));
        }
        true
    }

    /// Drops the last message that waits; whether there was one.
    pub(super) fn drop_last(&mut self) -> bool {
        let (Some((id, _)), Some(room)) = (self.last_waiting(), self.room.clone()) else {
            return false;
        };
        if self.taking.is_none() {
            let what = Box::new(Control::Withdraw { envelope: id });
            self.wish(Op::Control { room, what });
            self.hint = Some("the last message that waited is dropped; Ctrl+P has it".to_owned());
        }
        true
    }

    /// The last message that waits, as it was typed.
    fn last_waiting(&self) -> Option<(EnvelopeId, Draft)> {
        let (id, text) = self.queue.last().filter(|_| self.is_busy())?;
        let known = self.sent.iter().find(|(sent, _)| sent == id);
        // Whoever changed it since changed its text.
        let known = known.map(|(_, draft)| draft.clone()).filter(|draft| draft.says(text));
        Some((*id, known.unwrap_or_else(|| Draft::plain(text.clone()))))
    }

    /// A message is out of the queue, or could not be taken out.
    pub(super) fn taken_back(&mut self, id: EnvelopeId, draft: &Draft, done: Result<(), Problem>) {
        self.taking = None;
        match done {
            Ok(()) => {
                self.queue.retain(|(queued, _)| *queued != id);
                self.composer.bring_back(draft);
                self.hint = Some("it does not wait any more; Enter sends it again".to_owned());
            }
            Err(problem) => self.hint = Some(problem.message),
        }
        // The draft says what the line says.
        self.kept.forget();
        self.keep_line();
    }
}
