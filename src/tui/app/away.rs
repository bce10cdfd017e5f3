//! Turns that run in rooms the person is not in: what their bots say meanwhile is kept, so
//! that it is there on coming back.

use nanofolks_protocol::{ApprovalId, BotId, Event, EventKind, RoomId, Timestamp, TurnId};

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
        self.asked_elsewhere(event);
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

    /// Keeps count of what is asked in other rooms.
    fn asked_elsewhere(&mut self, event: &Event) {
        let room = event.room.clone();
        match &event.what {
            EventKind::ApprovalRequested { request } => {
                self.elsewhere.insert(request.id, (room, Some(request.expires_at)));
            }
            EventKind::QuestionAsked { question, expires_at, .. } => {
                self.elsewhere.insert(*question, (room, *expires_at));
            }
            EventKind::ApprovalResolved { approval, .. } => {
                self.elsewhere.remove(approval);
            }
            EventKind::QuestionAnswered { question, .. } => {
                self.elsewhere.remove(question);
            }
            what if what.is_ending() => self.elsewhere.retain(|_, (asks, _)| *asks != room),
            _ => return,
        }
        if !self.elsewhere.is_empty() {
            self.notify_elsewhere(event);
        }
    }

    /// Tells somebody who looks elsewhere.
    fn notify_elsewhere(&mut self, event: &Event) {
        let text = match &event.what {
            EventKind::ApprovalRequested { request } => &request.summary,
            EventKind::QuestionAsked { text, .. } => text,
            _ => return,
        };
        self.notify(&format!("#{}: {text}", event.room));
    }

    /// What is asked in other rooms as the room is entered.
    pub(super) fn count_elsewhere(&mut self, asked: Vec<(ApprovalId, RoomId, Option<Timestamp>)>) {
        let asked = asked.into_iter().filter(|(_, room, _)| self.room.as_ref() != Some(room));
        self.elsewhere = asked.map(|(id, room, until)| (id, (room, until))).collect();
    }

    /// What the status bar says about questions in other rooms.
    #[must_use]
    pub fn asked_in(&self) -> Option<String> {
        let open = |until: &Option<Timestamp>| until.is_none_or(|until| until > self.now);
        let mut rooms: Vec<_> = self
            .elsewhere
            .values()
            .filter(|(_, until)| open(until))
            .map(|(room, _)| room)
            .collect();
        let count = rooms.len();
        rooms.sort_unstable();
        rooms.dedup();
        match (&rooms[..], count) {
            ([], _) => None,
            ([room], 1) => Some(format!("#{room} asks")),
            ([room], count) => Some(format!("#{room} asks {count} things")),
            (several, _) => Some(format!("{} rooms ask: /approvals", several.len())),
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
