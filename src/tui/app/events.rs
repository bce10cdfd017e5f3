//! What events mean.

use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::{
    BotId, EnvelopeId, Event, EventKind, NoticeLevel, Problem, Timestamp, TurnId,
};

use super::modal::{Field, Question};
use super::{App, Effect, Turn};
use crate::text::{Piece, Row, expand_tabs};
use crate::theme::Role;

/// Most lines of a message that are shown; the rest is in the session.
const MOST_LINES: usize = 20;

impl App {
    /// Takes an event of the room.
    pub(super) fn event(&mut self, event: &Event) {
        if self.room.as_ref() != Some(&event.room) {
            self.overhear(event);
            return;
        }
        if let Some(seq) = event.seq {
            if seq <= self.seen {
                return;
            }
            if seq > self.seen + 1 && !self.replaying {
                // Something happened before this: it comes first.
                self.gap();
                return;
            }
            self.seen = seq;
        }
        let bot = event.bot.clone().unwrap_or(BotId::LEADER);
        match &event.what {
            EventKind::TurnStarted { envelope, text, .. } => {
                let ours = self.is_sent(*envelope);
                self.queue.retain(|(id, _)| id != envelope);
                if let Some(id) = event.turn {
                    self.begin(id, event.at, ours);
                }
                self.person(text);
                self.went_along(*envelope);
            }
            EventKind::TurnJoined { envelope, text, .. } => {
                self.queue.retain(|(id, _)| id != envelope);
                self.person(text);
                self.went_along(*envelope);
            }
            EventKind::BotStarted { .. } => {
                self.voice(&bot);
            }
            EventKind::TextDelta { text } => {
                if self.is_current(event.turn) {
                    self.thought_over(&bot);
                    self.voice(&bot).piece(text);
                }
            }
            EventKind::ReasoningDelta { text } => {
                if self.is_current(event.turn) {
                    let now = self.now;
                    self.voice(&bot).think(text, now);
                }
            }
            EventKind::BotFinished { text, .. } => {
                self.remember_answer(text);
                self.thought_over(&bot);
                self.with_voice(&bot, |voice, look| voice.complete(text, look));
                self.end_voice(&bot);
            }
            EventKind::ApprovalRequested { .. }
            | EventKind::ApprovalResolved { .. }
            | EventKind::QuestionAsked { .. }
            | EventKind::QuestionAnswered { .. } => self.asking(bot, event),
            EventKind::Usage { model, usage, cost_usd, cost_known, .. } => {
                if self.speaks(&bot) {
                    self.voice(&bot).reply_ended();
                }
                self.spent.tokens += usage.input_tokens + usage.output_tokens;
                self.spent.cost += cost_usd;
                self.spent.known &= cost_known;
                if !self.replaying {
                    self.model = model.to_string();
                }
            }
            EventKind::Context { used, window } => self.context = Some((*used, *window)),
            what if what.is_ending() => self.ending(event),
            _ => self.work(&bot, event),
        }
    }

    /// What the person is asked.
    fn asking(&mut self, bot: BotId, event: &Event) {
        match &event.what {
            EventKind::ApprovalRequested { request } => {
                self.ask_approval(request);
                self.notify(&format!("{}: {}", request.tool, request.summary));
            }
            EventKind::ApprovalResolved { approval, decision, by } => {
                self.settled(*approval, decision, by);
            }
            EventKind::QuestionAnswered { question, text } => {
                let asked = self.answered_question(*question);
                let asked = asked.map(|asked| format!("{} ", one_line(&asked)));
                let text = one_line(text);
                let line = format!("{} {}→ {text}", self.glyphs.note, asked.unwrap_or_default());
                self.settle();
                self.remark(Role::Dim, &line);
            }
            EventKind::QuestionAsked { question, text, choices, expires_at } => {
                self.ask_question(Question {
                    id: *question,
                    turn: event.turn,
                    bot,
                    text: text.clone(),
                    choices: choices.clone(),
                    field: Field::default(),
                    at: None,
                    expires_at: *expires_at,
                });
                self.notify(text);
            }
            _ => {}
        }
    }

    /// How the turn ended.
    fn ending(&mut self, event: &Event) {
        match &event.what {
            EventKind::TurnFailed { error, answers, .. } => {
                self.had_said(answers);
                self.over(event, Some(error));
            }
            EventKind::TurnCancelled { by, answers, .. } => {
                self.had_said(answers);
                self.over(event, None);
                let by = if by == "user" { String::new() } else { format!(" by {}", one_line(by)) };
                let text = format!("{} stopped{by}", self.glyphs.stopped);
                self.remark(Role::Warn, &text);
            }
            _ => self.over(event, None),
        }
    }

    /// Tools at work, and what waits.
    fn work(&mut self, bot: &BotId, event: &Event) {
        match &event.what {
            EventKind::ToolRequested { call, .. } => self.wants(bot, call),
            EventKind::ToolStarted { call_id, tool, summary } => {
                self.begins(bot, call_id, tool, summary);
            }
            EventKind::ToolOutput { call_id, text } if self.speaks(bot) => {
                let voice = self.voice(bot);
                if let Some(tool) = voice.tools.iter_mut().find(|tool| tool.call == *call_id) {
                    tool.says(text);
                }
            }
            EventKind::ToolFinished { result } => self.tool(bot, result),
            EventKind::QueueChanged { envelope, text } => self.waits(*envelope, text.as_deref()),
            _ => self.aside(event),
        }
    }

    /// What happens beside the answers.
    fn aside(&mut self, event: &Event) {
        let note = self.glyphs.note;
        let (role, text) = match &event.what {
            EventKind::Notice { level, text, hint, .. } => {
                let role = match level {
                    NoticeLevel::Info => Role::Dim,
                    NoticeLevel::Warn => Role::Warn,
                    NoticeLevel::Error => Role::Bad,
                };
                let hint = hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                (role, format!("{text}{hint}"))
            }
            EventKind::CompactionStarted { reason } => {
                (Role::Dim, format!("older messages are being summed up: {reason}"))
            }
            EventKind::CompactionFinished { before, after } => {
                (Role::Dim, format!("summed up: {before} tokens are {after} now"))
            }
            EventKind::TurnStage { decided, reasons, .. } if self.details => {
                let said = |reason: &&String| !reason.trim().is_empty();
                let reasons: Vec<_> = reasons.iter().filter(said).map(String::as_str).collect();
                let lead = if reasons.is_empty() { "" } else { ": " };
                (Role::Dim, format!("{decided}{lead}{}", reasons.join(", ")))
            }
            EventKind::SecretRequested { secret, reason } => {
                return self.secret_wanted(secret, reason);
            }
            _ => return,
        };
        let text = format!("{note} {}", one_line(&text));
        // A bot that has said everything does not begin again for a remark.
        match event.bot.clone().filter(|bot| self.speaks(bot)) {
            Some(bot) => {
                let row = self.aside_row(note, role, text.trim_start_matches(note).trim_start());
                self.with_voice(&bot, |voice, look| voice.aside(row, look));
                if event.what.goes_on() {
                    self.voice(&bot).goes_on();
                }
            }
            None => {
                // It stands below what is finished by now.
                self.settle();
                self.remark(role, &text);
            }
        }
    }

    fn begin(&mut self, id: TurnId, at: Timestamp, ours: bool) {
        self.end_voices();
        self.turn = Some(Turn { id, since: at, ours });
    }

    /// What the bots had said when the turn was ended; a bot that is still speaking gets what
    /// is missing.
    fn had_said(&mut self, answers: &[BotAnswer]) {
        for BotAnswer { bot, text } in answers {
            self.remember_answer(text);
            if self.speaks(bot) {
                self.with_voice(bot, |voice, look| voice.complete(text, look));
            }
        }
    }

    /// A message that waits says something else, or does not wait any more.
    fn waits(&mut self, envelope: EnvelopeId, text: Option<&str>) {
        match text {
            Some(text) => {
                for (_, waiting) in self.queue.iter_mut().filter(|(id, _)| *id == envelope) {
                    text.clone_into(waiting);
                }
            }
            None => self.queue.retain(|(id, _)| *id != envelope),
        }
    }

    fn is_current(&self, turn: Option<TurnId>) -> bool {
        turn.is_some() && self.turn.as_ref().map(|turn| turn.id) == turn
    }

    /// The turn has ended.
    fn over(&mut self, event: &Event, problem: Option<&Problem>) {
        self.end_voices();
        if let Some(problem) = problem {
            self.problem(problem);
            self.ask_wanted();
        }
        if self.is_current(event.turn) {
            let turn = self.turn.take();
            self.took =
                turn.map(|turn| u64::try_from(event.at.millis_since(turn.since)).unwrap_or(0));
        }
        self.withdraw(event.turn);
        if self.turn.is_none() && self.queue.is_empty() {
            self.notify("the turn has ended");
        }
    }

    /// What a person said.
    pub(super) fn person(&mut self, text: &str) {
        self.part();
        let clean = nanofolks_security::terminal::clean(text).into_owned();
        let lines: Vec<_> = clean.lines().collect();
        let mark = self.glyphs.prompt;
        for (number, line) in lines.iter().take(MOST_LINES).enumerate() {
            let lead = if number == 0 { mark.to_owned() } else { " ".repeat(mark.chars().count()) };
            let row: Row = [
                Piece::new(lead, self.theme.style(Role::Prompt)),
                Piece::new(expand_tabs(line, 0, 4).into_owned(), self.theme.style(Role::You)),
            ]
            .into_iter()
            .collect();
            self.say(row);
        }
        if lines.len() > MOST_LINES {
            let rest = format!("  … {} more lines", lines.len() - MOST_LINES);
            self.remark(Role::Dim, &rest);
        }
    }

    pub(super) fn notify(&mut self, text: &str) {
        if !self.focused && !self.replaying {
            self.effects.push(Effect::Notify(one_line(text)));
        }
    }
}

/// The first line of a text, fit for a terminal.
pub(super) fn one_line(text: &str) -> String {
    let clean = nanofolks_security::terminal::clean(text);
    let words: Vec<_> = clean.split_whitespace().collect();
    words.join(" ")
}

/// Milliseconds for people.
#[must_use]
pub(crate) fn span(ms: u64) -> String {
    match ms {
        0..=999 => format!("{ms} ms"),
        1000..=59_999 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{}:{:02} min", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// Bytes for people.
#[must_use]
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..=999 => format!("{count} B"),
        1000..=999_999 => format!("{}.{} kB", count / 1000, count % 1000 / 100),
        _ => format!("{}.{} MB", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}
