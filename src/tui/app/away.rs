//! Turns that run in rooms the person is not in: what their bots say meanwhile is kept, so
//! that it is there on coming back.

use nanofolks_protocol::{BotId, Event, EventKind, TurnId};

use super::App;
use super::voices::Voice;

#[cfg(test)]
mod tests;

/// What was said so far in a turn.
#[derive(Debug)]
pub(super) struct Heard {
    turn: TurnId,
    voices: Vec<Voice>,
}

impl Heard {
    fn voice(&mut self, bot: &BotId) -> &mut Voice {
        let at = self.voices.iter().position(|voice| voice.bot == *bot);
        let at = at.unwrap_or_else(|| {
            self.voices.push(Voice::new(bot.clone()));
            self.voices.len() - 1
        });
        &mut self.voices[at]
    }
}

impl App {
    /// Keeps what is being said here, before another room is entered.
    pub(super) fn keep_heard(&mut self) {
        let (Some(room), Some(turn)) = (&self.room, &self.turn) else { return };
        let speaking = self.voices.iter().filter(|voice| !voice.is_over());
        let heard = Heard { turn: turn.id, voices: speaking.map(Voice::echo).collect() };
        self.away.insert(room.clone(), heard);
    }

    /// Listens to another room.
    pub(super) fn overhear(&mut self, event: &Event) {
        let Some(turn) = event.turn else { return };
        if matches!(event.what, EventKind::TurnStarted { .. }) {
            self.away.insert(event.room.clone(), Heard { turn, voices: Vec::new() });
            return;
        }
        if event.what.is_ending() {
            self.away.remove(&event.room);
            return;
        }
        let Some(heard) = self.away.get_mut(&event.room).filter(|heard| heard.turn == turn) else {
            return;
        };
        let bot = event.bot.clone().unwrap_or(BotId::LEADER);
        match &event.what {
            EventKind::TextDelta { text } => heard.voice(&bot).piece(text),
            EventKind::Usage { .. } => heard.voice(&bot).reply_ended(),
            // The whole answer is among what was stored.
            EventKind::BotFinished { .. } => heard.voices.retain(|voice| voice.bot != bot),
            _ => {}
        }
    }

    /// Says what was said in the turn that still runs in the room that was entered.
    pub(super) fn say_heard(&mut self) {
        let Some(heard) = self.room.as_ref().and_then(|room| self.away.remove(room)) else {
            return;
        };
        if self.turn.as_ref().is_none_or(|turn| turn.id != heard.turn) {
            return;
        }
        for voice in heard.voices {
            let bot = voice.bot.clone();
            self.voice(&bot).repeat(&voice);
        }
    }
}
