//! Puts the questions of a turn to the person at the terminal.

use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, Decision, Event, EventKind, Op, Problem, ProblemKind,
};

use super::Follow;
use crate::cli::chat::ask;

impl Follow<'_> {
    /// Puts the question of an event to the person, if it is one, and then those that came
    /// meanwhile.
    pub(super) async fn put(&mut self, event: &Event) -> Option<Result<(), Problem>> {
        self.hold(event);
        while let Some(event) = self.more.pop_front() {
            let ending = match (self.question(&event), self.wanted(&event)) {
                (Some(request), _) => self.ask(request).await,
                (None, Some(wanted)) => self.ask_wanted(&wanted).await,
                (None, None) => None,
            };
            if ending.is_some() {
                return ending;
            }
        }
        None
    }

    /// Keeps a question for its time, and lets one go that needs no answer any more.
    fn hold(&mut self, event: &Event) {
        if self.question(event).is_some() || self.wanted(event).is_some() {
            self.more.push_back(event.clone());
        }
        self.more.retain(|waiting| match &waiting.what {
            EventKind::ApprovalRequested { request } => !settles(event, request.id),
            EventKind::QuestionAsked { question, .. } => !settles(event, *question),
            _ => false,
        });
    }

    /// A question to the person, when the event is one and there is a person.
    pub(super) fn question<'e>(&self, event: &'e Event) -> Option<&'e ApprovalRequest> {
        match &event.what {
            EventKind::ApprovalRequested { request }
                if self.attended && event.turn == self.turn =>
            {
                Some(request)
            }
            _ => None,
        }
    }

    /// What a bot wants to know, when the event says so and there is a person.
    pub(super) fn wanted(&self, event: &Event) -> Option<ask::Wanted> {
        match &event.what {
            EventKind::QuestionAsked { question, text, choices, expires_at }
                if self.attended && event.turn == self.turn =>
            {
                Some(ask::Wanted {
                    id: *question,
                    bot: event.bot.as_ref().map_or("a bot", |bot| bot.as_str()).to_owned(),
                    text: text.clone(),
                    choices: choices.clone(),
                    expires_at: *expires_at,
                })
            }
            _ => None,
        }
    }

    /// Asks the person what a bot wants to know. It may be answered elsewhere first.
    pub(super) async fn ask_wanted(&mut self, wanted: &ask::Wanted) -> Option<Result<(), Problem>> {
        self.answer.step_aside(&mut self.cx.out);
        ask::show_wanted(&mut self.cx.out, wanted);
        let line = match self.heard(wanted.id).await {
            Heard::Line(line) => line.unwrap_or_default(),
            Heard::Settled(ending) => return ending,
        };
        self.decide(wanted.id, ask::answer(&line, &wanted.choices)).await;
        None
    }

    /// What to say of a question that is left waiting, because nobody here can answer it.
    pub(super) fn left_waiting(&self, event: &Event) -> Option<Problem> {
        match &event.what {
            EventKind::ApprovalRequested { request }
                if self.leaves_questions && !self.attended && event.turn == self.turn =>
            {
                let message = format!("the turn waits for another answer: {}", request.summary);
                let hint = format!("`nanofolks approval allow {}` lets it go on", request.id);
                let kind = ProblemKind::Approval;
                Some(Problem::new(kind, "approval_needed", message).hint(hint))
            }
            EventKind::QuestionAsked { question, text, .. }
                if self.leaves_questions && !self.attended && event.turn == self.turn =>
            {
                let message = format!("the turn waits for another answer: {text}");
                let hint = format!("`nanofolks approval answer {question} TEXT` lets it go on");
                let kind = ProblemKind::Approval;
                Some(Problem::new(kind, "approval_needed", message).hint(hint))
            }
            _ => None,
        }
    }

    /// Asks the person. The question may be settled elsewhere first.
    pub(super) async fn ask(&mut self, request: &ApprovalRequest) -> Option<Result<(), Problem>> {
        self.answer.step_aside(&mut self.cx.out);
        ask::show(&mut self.cx.out, request);
        let decision = loop {
            let line = match self.heard(request.id).await {
                Heard::Line(Some(line)) => line,
                Heard::Line(None) => break Decision::Deny { note: None },
                Heard::Settled(ending) => return ending,
            };
            if ask::wants_all(&line) {
                ask::show_all(&mut self.cx.out, request);
                continue;
            }
            match ask::understand(&line, &request.scopes) {
                Some(decision) => break decision,
                None => ask::prompt(&mut self.cx.out, request),
            }
        };
        self.decide(request.id, decision).await;
        None
    }

    /// Waits for a line of the person, or until the question is no longer open.
    async fn heard(&mut self, asked: ApprovalId) -> Heard {
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    self.cx.out.note("");
                    self.stop("user").await;
                    return Heard::Settled(None);
                }
                followed = self.events.next() => {
                    let Followed::Event(event) = followed else { return Heard::Settled(None) };
                    let ending = self.event(&event);
                    self.hold(&event);
                    if ending.is_some() || settles(&event, asked) {
                        self.cx.out.note("");
                        return Heard::Settled(ending);
                    }
                }
                line = ask::typed_line() => return Heard::Line(line),
            }
        }
    }

    async fn decide(&mut self, approval: ApprovalId, decision: Decision) {
        let wish = Op::Decide { approval, decision, by: "you".to_owned() };
        if let Err(problem) = self.handle.submit(wish).await {
            self.cx.out.problem(&problem);
        }
    }
}

/// What came first while a question was open.
enum Heard {
    /// A line; nothing when the terminal is gone.
    Line(Option<String>),
    /// It is settled without us, with the end of the turn if that has come.
    Settled(Option<Result<(), Problem>>),
}

/// Whether an event settles a question.
fn settles(event: &Event, asked: ApprovalId) -> bool {
    match &event.what {
        EventKind::ApprovalResolved { approval: settled, .. }
        | EventKind::QuestionAnswered { question: settled, .. } => *settled == asked,
        _ => false,
    }
}
