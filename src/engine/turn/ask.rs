//! Puts a question to a person and waits for the answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, ApprovalRow, CallId, Decision, EventKind, Question, Scope,
    Timestamp, ToolCall, ToolError, ToolResult, TurnState, Write,
};
use serde_json::Value;
use tokio::sync::oneshot;

use super::driver::Run;
use super::stop::Cause;
use super::tools::{self, Checked};
use crate::approvals::Decided;
use crate::engine::Shared;
use crate::replay::Reel;

/// How long to wait for a sign of another process before looking again all the same.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What a person has allowed for a whole session: tools in one folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grants {
    session: Arc<Mutex<HashSet<String>>>,
}

impl Grants {
    /// The pattern a grant stands for, as it is shown before it is given.
    pub(crate) fn pattern(tool: &str, folder: &std::path::Path) -> String {
        format!("{tool} in {}", folder.display())
    }

    pub(crate) fn covers(&self, pattern: &str) -> bool {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).contains(pattern)
    }

    /// The grants that a turn finds; what it is granted itself is added to the room's too.
    pub(crate) fn of_turn(&self, reel: &Reel) -> Self {
        let found = reel.rare("grants", || {
            let known = self.session.lock().unwrap_or_else(PoisonError::into_inner);
            let mut known: Vec<String> = known.iter().cloned().collect();
            known.sort();
            (!known.is_empty()).then_some(known)
        });
        if !reel.is_reading() {
            return self.clone();
        }
        let session = found.unwrap_or_default().into_iter().collect();
        Self { session: Arc::new(Mutex::new(session)) }
    }

    fn add(&self, pattern: String) {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).insert(pattern);
    }
}

/// A question that is put and not yet answered.
pub(super) struct Put {
    approval: ApprovalId,
    expires_at: Timestamp,
    answer: oneshot::Receiver<Decided>,
    /// The question as another process had put it.
    earlier: Option<ApprovalRow>,
}

impl Run<'_> {
    /// Puts the questions of a round, all with the next commit: whoever answers sees how many
    /// there are.
    pub(super) fn put_all(&mut self, calls: &[(CallId, String)]) {
        for (id, reason) in calls {
            if self.put.contains_key(id) {
                continue;
            }
            let Some(checked) = self.checked.remove(id) else { continue };
            if !self.is_granted(&checked.call.name) {
                let put = self.put_question(&checked, reason.clone());
                self.put.insert(id.clone(), put);
            }
            self.checked.insert(id.clone(), checked);
        }
    }

    fn put_question(&mut self, checked: &Checked, reason: String) -> Put {
        let earlier = self.asked_before(&checked.call.id);
        let (approval, expires_at) = match &earlier {
            Some(row) => (row.request.id, row.request.expires_at),
            None => {
                let request = self.question(checked, reason);
                let named = (request.id, request.expires_at);
                self.note(asked(&request));
                self.pending.push(Write::ApprovalAsked(Box::new(request)));
                named
            }
        };
        Put { approval, expires_at, answer: self.shared.approvals.open(approval), earlier }
    }

    /// What is decided about a call that an earlier answer of this round covers. A question
    /// about it that was answered all the same counts more.
    pub(super) async fn covered(&mut self, checked: &Checked) -> Option<Decision> {
        if !self.is_granted(&checked.call.name) {
            return None;
        }
        let allowed = Decision::Allow { scope: Scope::Once };
        let Some(mut put) = self.put.remove(&checked.call.id) else { return Some(allowed) };
        let here = put.answer.try_recv().ok();
        let stored = self.shared.answer_to(put.approval).await.ok().flatten();
        let elsewhere = stored.and_then(|row| {
            row.decision.map(|decision| Decided { decision, by: row.by.unwrap_or_default() })
        });
        self.shared.approvals.close(put.approval);
        let by = "an earlier answer".to_owned();
        let decided = here.or(elsewhere).unwrap_or(Decided { decision: allowed, by });
        let decision = fitting(decided.decision, false);
        self.write_answer(put.approval, decision.clone(), decided.by);
        Some(decision)
    }

    /// Asks a person about a call. Silence until the expiry is a denial.
    ///
    /// # Errors
    /// The store's, when the question cannot be written.
    pub(super) async fn ask_user(
        &mut self,
        checked: &Checked,
        reason: String,
    ) -> Result<Decision, nanofolks_protocol::Problem> {
        let put = match self.put.remove(&checked.call.id) {
            Some(put) => put,
            None => self.put_question(checked, reason),
        };
        let Put { approval, expires_at, answer, earlier } = put;
        self.move_to(match checked.tool.descriptor().asks {
            true => TurnState::WaitingAnswer,
            false => TurnState::WaitingApproval,
        });
        self.flush().await?;
        self.show_again(earlier.as_ref());
        let decided = self.answer(approval, expires_at, answer).await;
        self.shared.approvals.close(approval);
        if self.stop.cause() == Some(Cause::Shutdown) {
            // The question stays open: it can be answered later, in any process.
            return Ok(Decision::Withdrawn);
        }

        let decision = fitting(decided.decision, checked.tool.descriptor().asks);
        self.write_answer(approval, decision.clone(), decided.by);
        self.move_to(TurnState::Running);
        self.remember(checked, &decision);
        Ok(decision)
    }

    /// Writes an answer down, with the next commit.
    pub(super) fn write_answer(&mut self, approval: ApprovalId, decision: Decision, by: String) {
        let at = self.job.source.now();
        self.pending.push(Write::ApprovalSettled {
            approval,
            decision: decision.clone(),
            by: by.clone(),
            at,
        });
        self.note(match decision {
            Decision::Answer { text } => EventKind::QuestionAnswered { question: approval, text },
            decision => EventKind::ApprovalResolved { approval, decision, by },
        });
    }

    /// Shows a question of another process to the fronts of this one; it is stored already.
    fn show_again(&self, earlier: Option<&ApprovalRow>) {
        if let Some(row) = earlier.filter(|row| row.decision.is_none()) {
            let what = asked(&row.request);
            self.shared.bus.show(self.speaker.event(&*self.shared.services.clock, what));
        }
    }

    /// The question about this call that another process had asked.
    fn asked_before(&self, call: &CallId) -> Option<ApprovalRow> {
        let resume = self.job.resume.as_ref()?;
        resume.approvals.iter().find(|row| row.request.call_id == *call).cloned()
    }

    /// Waits for an answer: given here, given in another process, or never.
    async fn answer(
        &self,
        approval: ApprovalId,
        expires_at: Timestamp,
        here: oneshot::Receiver<Decided>,
    ) -> Decided {
        let nobody = |decision| Decided { decision, by: "nobody".to_owned() };
        let left = expires_at.millis_since(self.shared.services.clock.now());
        // A clock that was set back makes no question wait longer than questions do.
        let patience = Duration::from_millis(u64::try_from(left).unwrap_or(0))
            .min(self.shared.services.settings.approval_timeout);
        tokio::select! {
            biased;
            answer = here => answer.unwrap_or_else(|_| nobody(Decision::Withdrawn)),
            decided = elsewhere(self.shared, approval) => decided,
            _cause = self.stop.pulled() => nobody(Decision::Withdrawn),
            () = tokio::time::sleep(patience) => nobody(Decision::Expired),
        }
    }

    fn question(&self, checked: &Checked, reason: String) -> ApprovalRequest {
        let descriptor = checked.tool.descriptor();
        let patience = self.shared.services.settings.approval_timeout;
        let patience = i64::try_from(patience.as_millis()).unwrap_or(i64::MAX);
        let question = descriptor.asks.then(|| wanted(&checked.call));
        ApprovalRequest {
            id: self.job.source.approval(),
            room: self.speaker.room.clone(),
            turn: self.speaker.turn,
            bot: self.speaker.bot.clone(),
            call_id: checked.call.id.clone(),
            tool: checked.call.name.clone(),
            summary: checked.preview.summary.clone(),
            preview: checked.preview.detail.clone(),
            arguments: checked.call.arguments.clone(),
            effects: tools::effects(descriptor),
            reason,
            scopes: match question {
                Some(_) => Vec::new(),
                None => vec![Scope::Once, Scope::Turn, Scope::Session],
            },
            pattern: match question {
                Some(_) => String::new(),
                None => Grants::pattern(&checked.call.name, &self.cx.folder),
            },
            folder: self.cx.folder.display().to_string(),
            network: checked.preview.network.clone(),
            cost: checked.preview.cost,
            question,
            expires_at: self.job.source.now().plus_millis(patience),
        }
    }

    fn remember(&mut self, checked: &Checked, decision: &Decision) {
        let pattern = Grants::pattern(&checked.call.name, &self.cx.folder);
        match decision {
            Decision::Allow { scope: Scope::Turn } => {
                self.turn_grants.insert(pattern);
            }
            Decision::Allow { scope: Scope::Session | Scope::Project } => {
                self.grants.add(pattern);
            }
            Decision::Allow { scope: Scope::Once }
            | Decision::Deny { .. }
            | Decision::Answer { .. }
            | Decision::Expired
            | Decision::Withdrawn => {}
        }
    }
}

/// What a call wants to know.
fn wanted(call: &ToolCall) -> Question {
    let text = call.arguments.get("question").and_then(Value::as_str).unwrap_or_default();
    let choices = call.arguments.get("choices").and_then(Value::as_array);
    let choices = choices.into_iter().flatten().filter_map(Value::as_str);
    Question { text: text.trim().to_owned(), choices: choices.map(str::to_owned).collect() }
}

/// The event that puts a question to the fronts.
fn asked(request: &ApprovalRequest) -> EventKind {
    match &request.question {
        Some(Question { text, choices }) => EventKind::QuestionAsked {
            question: request.id,
            text: text.clone(),
            choices: choices.clone(),
            expires_at: Some(request.expires_at),
        },
        None => EventKind::ApprovalRequested { request: Box::new(request.clone()) },
    }
}

/// What a bot is told when what it wanted to know was not answered.
pub(super) fn unanswered(checked: &Checked, decision: &Decision) -> Option<ToolResult> {
    if !checked.tool.descriptor().asks {
        return None;
    }
    let error = match decision {
        Decision::Answer { .. } => return None,
        Decision::Deny { note: Some(note) } => {
            ToolError::new("not_answered", format!("the user did not answer and said: {note}"))
        }
        Decision::Allow { .. } | Decision::Deny { note: None } => {
            ToolError::new("not_answered", "the user did not want to answer")
        }
        Decision::Expired => ToolError::new("not_answered", "nobody answered in time"),
        Decision::Withdrawn => {
            ToolError::new("not_answered", "the turn was stopped before anybody answered")
        }
    };
    let error = error.hint("choose a sensible default and say what you assumed");
    Some(ToolResult::failed(&checked.call, CallStatus::Error, error))
}

/// An answer to what was asked: a yes is none to a question, and words are none to a call.
fn fitting(decision: Decision, is_question: bool) -> Decision {
    match decision {
        Decision::Allow { .. } if is_question => Decision::Deny { note: None },
        Decision::Answer { text } if !is_question => Decision::Deny { note: Some(text) },
        decision => decision,
    }
}

/// Waits until another process has written an answer.
async fn elsewhere(shared: &Shared, approval: ApprovalId) -> Decided {
    loop {
        let sign = shared.services.archive.changed();
        match shared.answer_to(approval).await {
            Ok(Some(ApprovalRow { decision: Some(decision), by, .. })) => {
                return Decided { decision, by: by.unwrap_or_default() };
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, %approval, "the answer could not be looked for"),
        }
        tokio::select! {
            () = sign => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}
