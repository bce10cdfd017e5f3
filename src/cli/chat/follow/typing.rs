//! What is typed while a turn runs: it waits, joins the turn, or is a command.
//!
//! The terminal keeps its own line editing meanwhile, so nothing that was printed is ever
//! drawn again.

use nanofolks_config::Busy;
use nanofolks_protocol::command::{Then, command_line};
use nanofolks_protocol::{
    Envelope, EnvelopeId, EventStream, Op, Problem, Receipt, SessionId, TurnId, TurnOptions,
};

use tokio::time::Instant;

use super::Follow;
use crate::cli::chat::target::Target;
use crate::cli::{chat, told};

/// A message that was sent while another turn ran.
pub(crate) struct Waiting {
    /// The message.
    pub(crate) envelope: Envelope,
    /// Everything since it was sent.
    pub(crate) events: EventStream,
    /// The newest event before it was sent, as far as is known.
    pub(crate) seen: u64,
}

/// What is typed while a turn runs.
pub(crate) struct Typing {
    /// What Enter does.
    pub(crate) busy: Busy,
    /// What is wished of the turns that follow.
    pub(crate) options: TurnOptions,
    /// Messages that have to be followed next, in the order in which they were sent.
    pub(crate) waiting: Vec<Waiting>,
    /// What commands left to be done when the turn has ended.
    pub(crate) later: Vec<Then>,
    /// Lines that are to be remembered.
    pub(crate) said: Vec<String>,
    /// Whether the person leaves when the turn has ended.
    pub(crate) leaves: bool,
    /// The lines before this one, when they ended with `\`.
    before: String,
    /// A line whose end was not typed yet. The terminal gives lines only, but not of what was
    /// typed just before it was told to.
    begun: String,
    /// Whether nothing more can be typed.
    closed: bool,
}

impl Typing {
    /// Nothing typed yet.
    pub(crate) const fn new(busy: Busy, options: TurnOptions) -> Self {
        Self {
            busy,
            options,
            waiting: Vec::new(),
            later: Vec::new(),
            said: Vec::new(),
            leaves: false,
            before: String::new(),
            begun: String::new(),
            closed: false,
        }
    }

    /// The lines that are whole now.
    fn lines(&mut self, typed: &str) -> Vec<String> {
        self.begun.push_str(typed);
        let mut whole = Vec::new();
        while let Some(at) = self.begun.find(['\n', '\r']) {
            let line: String = self.begun.drain(..=at).collect();
            let line = line.trim_end_matches(['\n', '\r']);
            if let Some(more) = line.strip_suffix('\\') {
                self.before.push_str(more);
                self.before.push('\n');
                continue;
            }
            let all = std::mem::take(&mut self.before) + line;
            whole.push(all.trim().to_owned());
        }
        whole.retain(|line| !line.is_empty());
        whole
    }

    /// What was begun and not ended, for the next prompt.
    pub(crate) fn begun(&mut self) -> String {
        std::mem::take(&mut self.before) + &std::mem::take(&mut self.begun)
    }
}

/// Waits for a line where there is somebody to type one.
pub(super) async fn next(typing: Option<&mut Typing>) -> Option<String> {
    match typing {
        Some(typing) if !typing.closed => chat::ask::typed_line().await,
        _ => std::future::pending().await,
    }
}

impl<'a> Follow<'a> {
    /// Takes in what is typed meanwhile.
    pub(crate) fn while_typing(&mut self, typing: &'a mut Typing) {
        self.typing = Some(typing);
    }

    /// A message became part of a turn: it has none of its own.
    pub(super) fn joined(&mut self, envelope: EnvelopeId) {
        if let Some(typing) = &mut self.typing {
            typing.waiting.retain(|waiting| waiting.envelope.id != envelope);
        }
    }

    /// The person interrupts a second time: it is over at once.
    pub(super) fn leave_at_once(&mut self) {
        if let Some(typing) = &mut self.typing {
            typing.leaves = true;
        }
    }

    /// Takes one line.
    pub(super) async fn typed(&mut self, typed: Option<String>) {
        let Some(typing) = &mut self.typing else { return };
        let Some(typed) = typed else {
            typing.closed = true;
            typing.leaves = true;
            return;
        };
        for line in typing.lines(&typed) {
            if let Some(typing) = &mut self.typing {
                typing.said.push(line.clone());
            }
            if let Err(problem) = self.say(line).await {
                self.answer.step_aside(&mut self.cx.out);
                self.cx.out.problem(&problem);
            }
        }
    }

    async fn say(&mut self, line: String) -> Result<(), Problem> {
        let Some(typing) = &self.typing else { return Ok(()) };
        let target = Target { session: self.report.session, ..Target::in_room(self.room.clone()) };
        let is_command = command_line(&line).is_some();
        let envelope = chat::envelope(&target, line, Vec::new());
        let options = Box::new(typing.options.clone());
        // From before it is sent, so that nothing of its turn is missed.
        let events = self.handle.subscribe();
        let boxed = Box::new(envelope.clone());
        let wish = match typing.busy {
            _ if is_command => Op::Command { envelope: boxed, options },
            Busy::Steer => Op::Steer { envelope: boxed, options },
            Busy::Queue => Op::Post { envelope: boxed, options },
            Busy::Interrupt => {
                self.interrupt().await?;
                Op::Post { envelope: boxed, options }
            }
        };
        match self.handle.submit(wish).await? {
            Receipt::Told(told) => {
                self.answer.step_aside(&mut self.cx.out);
                told::print(&mut self.cx.out, &told);
                self.then(told.then, envelope, events).await
            }
            Receipt::Steered { .. } => {
                self.waits(
                    Waiting { envelope, events, seen: self.seen },
                    "it joins the turn at its next step",
                );
                Ok(())
            }
            Receipt::Posted { duplicate: false, .. } => {
                let note = "it waits for its turn; /queue shows what waits, /steer joins the turn";
                self.waits(Waiting { envelope, events, seen: self.seen }, note);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Does what a command leaves to the front.
    async fn then(
        &mut self,
        then: Vec<Then>,
        sent: Envelope,
        events: EventStream,
    ) -> Result<(), Problem> {
        let mut events = Some(events);
        for step in then {
            match step {
                Then::Follow { envelope, session, turn } => {
                    if let Some(events) = events.take() {
                        let sent = followed(sent.clone(), envelope, session, turn);
                        self.waits(Waiting { envelope: sent, events, seen: self.seen }, "");
                    }
                }
                Then::Own { name: "exit", .. } => {
                    self.leave_at_once();
                    if self.turn.is_none() {
                        self.give_up = Some(Instant::now());
                    }
                    self.interrupt().await?;
                }
                other => {
                    if let Some(typing) = &mut self.typing {
                        typing.later.push(other);
                    }
                }
            }
        }
        Ok(())
    }

    fn waits(&mut self, waiting: Waiting, note: &str) {
        if !note.is_empty() {
            self.answer.step_aside(&mut self.cx.out);
            self.cx.out.note(note);
        }
        if let Some(typing) = &mut self.typing {
            typing.waiting.push(waiting);
        }
    }

    async fn interrupt(&mut self) -> Result<(), Problem> {
        // What runs before ours is perhaps another process's.
        let Some(turn) = self.turn else { return Ok(()) };
        let (room, by) = (self.room.clone(), "user".to_owned());
        self.handle.submit(Op::Interrupt { room, turn: Some(turn), by }).await.map(drop)
    }
}

/// The message that a command sent, as far as following it needs to know.
fn followed(
    sent: Envelope,
    envelope: EnvelopeId,
    session: SessionId,
    _turn: Option<TurnId>,
) -> Envelope {
    Envelope { id: envelope, session: Some(session), ..sent }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing() -> Typing {
        Typing::new(Busy::Queue, TurnOptions::default())
    }

    #[test]
    fn a_line_that_ends_with_a_backslash_goes_on() {
        let mut typing = typing();
        assert!(typing.lines("one\\\n").is_empty());
        assert_eq!(typing.lines("two\n"), ["one\ntwo"]);
        assert_eq!(typing.lines("three\n"), ["three"]);
    }

    #[test]
    fn what_was_typed_before_the_terminal_gave_lines_is_cut_where_enter_was_pressed() {
        let mut typing = typing();
        assert_eq!(typing.lines("one\rtwo\r\rthr"), ["one", "two"]);
        assert_eq!(typing.lines("ee\n"), ["three"]);
        assert!(typing.lines("and mo").is_empty());
        assert_eq!(typing.begun(), "and mo");
        assert_eq!(typing.begun(), "");
    }
}
