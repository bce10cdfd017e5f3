//! Puts the questions of a turn to the person at the terminal.

use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, Decision, Event, EventKind, Op, Problem, ProblemKind,
};

use super::Follow;
use crate::cli::CliError;
use crate::cli::chat::ask;

impl Follow<'_> {
    /// Puts the question of an event to the person, if it is one, and then those that came
    /// meanwhile.
    pub(super) async fn put(
        &mut self,
        event: &Event,
    ) -> Result<Option<Result<(), Problem>>, CliError> {
        self.hold(event);
        while let Some(event) = self.more.pop_front() {
            let ending = match (self.question(&event), self.wanted(&event)) {
                (Some(request), _) => self.ask(request).await?,
                (None, Some(wanted)) => self.ask_wanted(&wanted).await?,
                (None, None) => None,
            };
            if ending.is_some() {
                return Ok(ending);
            }
        }
        Ok(None)
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
    pub(super) async fn ask_wanted(
        &mut self,
        wanted: &ask::Wanted,
    ) -> Result<Option<Result<(), Problem>>, CliError> {
        self.answer.step_aside(&mut self.cx.out);
        ask::show_wanted(&mut self.cx.out, wanted);
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    self.cx.out.note("");
                    self.stop("user").await;
                    return Ok(None);
                }
                followed = self.events.next() => {
                    let Followed::Event(event) = followed else { return Ok(None) };
                    let ending = self.event(&event);
                    self.hold(&event);
                    if ending.is_some() || settles(&event, wanted.id) {
                        self.cx.out.note("");
                        return Ok(ending);
                    }
                }
                line = ask::typed_line() => {
                    let line = line.unwrap_or_default();
                    let decision = ask::answer(&line, &wanted.choices);
                    let by = "you".to_owned();
                    let wish = Op::Decide { approval: wanted.id, decision, by };
                    if let Err(problem) = self.handle.submit(wish).await {
                        self.cx.out.problem(&problem);
                    }
                    return Ok(None);
                }
            }
        }
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
    pub(super) async fn ask(
        &mut self,
        request: &ApprovalRequest,
    ) -> Result<Option<Result<(), Problem>>, CliError> {
        self.answer.step_aside(&mut self.cx.out);
        ask::show(&mut self.cx.out, request);
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    self.cx.out.note("");
                    self.stop("user").await;
                    return Ok(None);
                }
                followed = self.events.next() => {
                    let Followed::Event(event) = followed else { return Ok(None) };
                    let ending = self.event(&event);
                    self.hold(&event);
                    if ending.is_some() || settles(&event, request.id) {
                        self.cx.out.note("");
                        return Ok(ending);
                    }
                }
                line = ask::typed_line() => {
                    if line.as_deref().is_some_and(ask::wants_all) {
                        ask::show_all(&mut self.cx.out, request);
                        continue;
                    }
                    let decision = match line {
                        Some(line) => ask::understand(&line, &request.scopes),
                        None => Some(Decision::Deny { note: None }),
                    };
                    let Some(decision) = decision else {
                        ask::prompt(&mut self.cx.out, request);
                        continue;
                    };
                    let by = "you".to_owned();
                    let wish = Op::Decide { approval: request.id, decision, by };
                    if let Err(problem) = self.handle.submit(wish).await {
                        self.cx.out.problem(&problem);
                    }
                    return Ok(None);
                }
            }
        }
    }
}

/// Whether an event settles a question.
fn settles(event: &Event, asked: ApprovalId) -> bool {
    match &event.what {
        EventKind::ApprovalResolved { approval: settled, .. }
        | EventKind::QuestionAnswered { question: settled, .. } => *settled == asked,
        _ => false,
    }
}
