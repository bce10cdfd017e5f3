//! What was said before: a room that is entered, a session that is gone on with.

use std::sync::Arc;

use nanofolks_protocol::message::{Content, Origin, Role as Speaker};
use nanofolks_protocol::{BotId, Message, RoomId, SessionId};

use super::{App, Effect, Past, Said, Spent};
use crate::theme::Role;

impl Past {
    /// A room nobody has spoken in.
    #[must_use]
    pub fn empty(room: RoomId) -> Self {
        Self {
            room,
            session: None,
            said: Said::default(),
            events: Vec::new(),
            seq: 0,
            remark: None,
            draft: None,
            waiting: Vec::new(),
            elsewhere: Vec::new(),
        }
    }
}

impl App {
    /// Another room, or another session: what is on the screen stays, its newest exchange
    /// follows.
    pub(super) fn enter(&mut self, past: Past) {
        self.keep_heard();
        self.end_voices();
        self.turn = None;
        self.along.clear();
        if self.room.as_ref() != Some(&past.room) {
            self.change_line(past.draft);
            self.queue = past.waiting;
            self.taking = None;
        }
        self.answers.clear();
        self.leave_questions();
        self.context = None;
        self.took = None;
        self.spent = Spent { known: true, ..Spent::default() };
        self.seen = 0;
        self.part();
        if self.room.as_ref().is_some_and(|room| *room != past.room) {
            self.remark(Role::Dim, &format!("{} room {}", self.glyphs.note, past.room));
        }
        self.known.forget();
        self.room = Some(past.room);
        self.session = past.session;
        self.count_elsewhere(past.elsewhere);
        self.replaying = true;
        self.said(past.said);
        for event in past.events {
            self.event(&event);
        }
        self.replaying = false;
        self.say_heard();
        self.seen = self.seen.max(past.seq);
        if let Some(remark) = past.remark {
            self.remark(Role::Dim, &format!("{} {remark}", self.glyphs.note));
        }
    }

    /// Goes on in another session of the room.
    pub(super) fn go_on(&mut self, session: Option<SessionId>) {
        if session.is_none() || session != self.session {
            // What was used before belongs to the other one.
            self.spent = Spent { known: true, ..Spent::default() };
            self.context = None;
        }
        let before = std::mem::replace(&mut self.session, session);
        if let Some(session) = session.filter(|_| session != before) {
            // The session may be one of another room, or bring this one's line again.
            self.keep_line();
            self.effects.push(Effect::Resume(session, before));
        }
    }

    fn said(&mut self, said: Said) {
        if said.above > 0 {
            let messages = if said.above == 1 { "message" } else { "messages" };
            let text = format!(
                "{} {} earlier {messages}; /export writes all of them",
                self.glyphs.note, said.above
            );
            self.remark(Role::Dim, &text);
        }
        for message in said.messages {
            self.message(&message);
        }
        self.end_voices();
    }

    fn message(&mut self, message: &Arc<Message>) {
        let bot = message.bot.clone().unwrap_or(BotId::LEADER);
        match message.role {
            // An answer that broke off was asked to go on.
            Speaker::User if message.is_ours() => {
                if self.speaks(&bot) {
                    self.voice(&bot).goes_on();
                }
            }
            Speaker::User => {
                self.end_voices();
                let text = text(message, Origin::User);
                if !text.is_empty() {
                    self.person(&text);
                }
            }
            Speaker::Assistant => {
                let text = text(message, Origin::Model);
                self.remember_answer(&text);
                let voice = self.voice(&bot);
                voice.piece(&text);
                voice.reply_ended();
            }
            Speaker::Tool => {
                for part in &message.parts {
                    if let Content::ToolResult(result) = &part.content {
                        self.tool(&bot, result);
                    }
                }
            }
            Speaker::System => {
                self.end_voices();
                self.remark(Role::Dim, &format!("{} summed up until here", self.glyphs.note));
            }
        }
    }
}

/// The text of one origin; what the house or a file added is not shown again.
fn text(message: &Message, origin: Origin) -> String {
    let texts = message.parts.iter().filter_map(|part| match &part.content {
        Content::Text { text } if part.origin == origin => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
