//! How a turn ended: what is printed last, and what is told.

use nanofolks_protocol::{Event, EventKind, Problem, ProblemKind};

use super::{Follow, interrupted};
use crate::cli::chat::answer::print_whole;
use crate::cli::chat::schema::OutputSchema;

/// The code of the notice that another process has the turn now.
const LEASE_LOST: &str = "lease_lost";

impl Follow<'_> {
    /// How the turn ended, when the event says that it did.
    pub(super) fn ending(&mut self, event: &Event) -> Option<Result<(), Problem>> {
        let (answers, problem) = match &event.what {
            EventKind::TurnFinished { answers, .. } => (answers, self.blocked()),
            EventKind::TurnFailed { error, answers, .. } => (answers, Some(error.clone())),
            EventKind::TurnCancelled { by, answers, .. } => (answers, Some(self.cancelled(by))),
            EventKind::Notice { code, text, hint, .. } if code == LEASE_LOST => {
                // What was shown of the answer stays; the rest is another process's.
                self.answer.step_aside(&mut self.cx.out);
                return Some(Err(lost(text, hint.as_deref())));
            }
            _ => return None,
        };
        let problem = match self.schema.take() {
            Some(schema) => self.finish_checked(&schema, problem),
            None if self.is_for_people() => {
                let complete = matches!(event.what, EventKind::TurnFinished { .. });
                self.answer.finish(&mut self.cx.out, answers, complete);
                problem
            }
            None => problem,
        };
        Some(problem.map_or(Ok(()), Err))
    }

    /// Prints an answer that has to follow a schema, and says when it does not.
    fn finish_checked(
        &mut self,
        schema: &OutputSchema,
        problem: Option<Problem>,
    ) -> Option<Problem> {
        let checked = schema.check(&self.report.answer).map(str::to_owned);
        let problem = match (problem, checked) {
            (None, Ok(json)) => {
                self.report.answer = json;
                None
            }
            (None, Err(violation)) => Some(violation),
            (problem, _) => problem,
        };
        if self.is_for_people() && !self.report.answer.is_empty() {
            print_whole(&mut self.cx.out, &self.report.answer);
        }
        problem
    }

    fn is_for_people(&self) -> bool {
        !self.stream_json && !self.cx.out.is_json()
    }

    /// What was not allowed, when that is the news.
    fn blocked(&self) -> Option<Problem> {
        let blocked = &self.report.blocked;
        if let Some(call) = blocked.iter().find(|call| call.code == "approval_needed") {
            let message = format!("{} needed an approval and there was nobody to ask", call.tool);
            return Some(Problem::new(ProblemKind::Approval, "approval_needed", message).hint(
                "--approve auto-edit allows writing inside the folder; \
                     in a conversation you are asked",
            ));
        }
        let call = blocked.iter().find(|call| call.code == "not_allowed")?;
        let message = format!("{} was not allowed: {}", call.tool, call.reason);
        Some(Problem::new(ProblemKind::Policy, "policy_denied", message))
    }

    fn cancelled(&self, by: &str) -> Problem {
        if self.give_up.is_some() {
            return interrupted();
        }
        let message = format!("the turn was stopped by {by}");
        Problem::new(ProblemKind::Interrupted, "turn_stopped", message)
    }
}

fn lost(text: &str, hint: Option<&str>) -> Problem {
    let problem = Problem::new(ProblemKind::Failure, LEASE_LOST, text);
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
