//! Messages to a turn that runs: text that joins it, and words that stop it.

use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::{
    Envelope, Event, EventKind, Problem, Receipt, SenderRole, SessionId, TurnId, TurnOptions,
};

use super::{Reply, RoomWorker, opening, stopping};
use crate::engine::answer;
use crate::turn;

/// Whole messages that stop what runs.
const STOP_WORDS: [&str; 2] = ["stop", "cancel"];

/// Whether a person says nothing but a word to stop.
pub(super) fn is_stop_word(envelope: &Envelope) -> bool {
    let said = envelope.text.trim().trim_end_matches(['.', '!']).trim_end();
    envelope.sender.role == SenderRole::User
        && envelope.attachments.is_empty()
        && STOP_WORDS.iter().any(|word| said.eq_ignore_ascii_case(word))
}

impl RoomWorker {
    /// Takes in a message that joins the turn that runs.
    pub(super) async fn steer(
        &mut self,
        mut envelope: Box<Envelope>,
        options: Box<TurnOptions>,
        reply: Reply,
    ) {
        if self.closing {
            answer(reply, Err(stopping()));
            return;
        }
        if is_stop_word(&envelope)
            && let Some(stopped) = self.stop_by_word(&envelope).await
        {
            answer(reply, stopped);
            return;
        }
        let (turn, session) = match self.live().await {
            Ok(Some(live)) if turn::may_join(&envelope) => live,
            Ok(_) => return self.post(envelope, options, reply).await,
            Err(problem) => return answer(reply, Err(problem)),
        };
        turn::mark_steering(&mut envelope, turn);
        envelope.session = Some(session);
        let taken = Box::pin(opening::post(self, *envelope, *options, false)).await;
        let receipt = taken.map(|posted| match posted.receipt {
            Receipt::Posted { envelope, duplicate: false, session, .. } => {
                Receipt::Steered { envelope, turn, session }
            }
            other => other,
        });
        let accepted = receipt.is_ok();
        if let Ok(Receipt::Steered { envelope, .. }) = &receipt {
            self.unclaimed.push(*envelope);
        }
        answer(reply, receipt);
        if accepted {
            self.comes_meanwhile(false);
            // Where another process runs the turn, this one may have to run what is left over.
            self.look().await;
        }
    }

    /// Nothing waits any more: whoever still waits for a turn of these learns that there will
    /// be none. They joined a turn, or were taken out, perhaps by another process.
    pub(super) fn tell_gone(&mut self) {
        for envelope in std::mem::take(&mut self.unclaimed) {
            let at = self.shared.services.clock.now();
            let what = EventKind::QueueChanged { envelope, text: None };
            self.shared.bus.show(Event::new(at, self.room.clone(), what));
        }
    }

    /// The turn that runs in this room, here or in another process, and its session.
    pub(super) async fn live(&self) -> Result<Option<(TurnId, SessionId)>, Problem> {
        let filter = TurnFilter { room: Some(self.room.clone()), session: None, limit: 1 };
        let newest = self.shared.services.archive.turns(filter).await;
        let newest = newest.map_err(|error| error.to_problem())?.into_iter().next();
        Ok(newest.filter(|turn| !turn.state.is_ending()).map(|turn| (turn.turn, turn.session)))
    }
}
