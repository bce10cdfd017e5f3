//! One round of tools: judged, asked about, run, answered.

use std::collections::VecDeque;
use std::sync::Arc;

use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::tool::{CallStatus, Idempotence};
use nanofolks_protocol::{
    CallId, Content, Decision, EventKind, NoticeLevel, Origin, Part, Problem, ProblemKind, Role,
    StopReason, ToolCall, ToolError, ToolResult, Verdict, Write,
};

use super::ask::{self, Grants};
use super::driver::{Outcome, Run};
use super::machine::{Effect, Ending, Input};
use super::prepare::Resume;
use super::stop::Cause;
use super::tools::{self, Checked};
use super::{QUICK, ending, oversize};

impl Run<'_> {
    /// Settles the calls of a reply: until the model is to be asked again, or the run is over.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn work(
        &mut self,
        calls: Vec<ToolCall>,
        reason: StopReason,
    ) -> Result<Option<Outcome>, Problem> {
        let mut results = Vec::new();
        let settled = self.settle(&calls, reason, &mut results).await;
        if let Err(problem) = &settled {
            // No call in the session stays open, whatever failed.
            self.close_calls(&calls, results, &problem.message);
        }
        settled
    }

    async fn settle(
        &mut self,
        calls: &[ToolCall],
        reason: StopReason,
        results: &mut Vec<ToolResult>,
    ) -> Result<Option<Outcome>, Problem> {
        let effects = self.machine.step(Input::Replied { calls: calls.to_vec(), reason });
        let mut todo: VecDeque<Effect> = effects.into();
        let mut to_run = Vec::new();
        loop {
            let Some(effect) = todo.pop_front() else {
                if to_run.is_empty() {
                    return Ok(None);
                }
                for result in self.run_calls(std::mem::take(&mut to_run)).await? {
                    todo.extend(self.machine.step(Input::Ran { result }));
                }
                continue;
            };
            match effect {
                Effect::Judge(call) => {
                    let input = match self.settled_before(&call) {
                        Some(result) => Input::Ran { result },
                        None => self.judge(call).await,
                    };
                    todo.extend(self.machine.step(input));
                }
                Effect::AskUser { call, reason } => {
                    self.put_questions(&call, &reason, &todo);
                    let input = self.consult(&call, reason).await?;
                    if self.stop.cause() == Some(Cause::Shutdown) {
                        return Ok(Some(Outcome::Stopped(Cause::Shutdown)));
                    }
                    todo.extend(self.machine.step(input));
                }
                Effect::Run(call) => to_run.push(call.id),
                Effect::Answer(result) => results.push(result),
                Effect::AskModel => {
                    self.keep_results(calls, std::mem::take(results));
                    return Ok(None);
                }
                Effect::End(end) => return Ok(Some(self.ended(end, calls))),
            }
        }
    }

    fn ended(&mut self, end: Ending, calls: &[ToolCall]) -> Outcome {
        match end {
            Ending::Said(reason) => {
                let name = match reason {
                    StopReason::End | StopReason::ToolUse => "end",
                    StopReason::Length => "length",
                    StopReason::Filtered => "filtered",
                    StopReason::Refused => "refused",
                };
                match reason {
                    StopReason::Length => self.notice(
                        NoticeLevel::Warn,
                        "answer_cut",
                        "the answer reached the limit of its length and may be incomplete",
                    ),
                    StopReason::Filtered => self.notice(
                        NoticeLevel::Warn,
                        "answer_filtered",
                        "the provider's filter stopped the answer",
                    ),
                    StopReason::End | StopReason::ToolUse | StopReason::Refused => {}
                }
                self.finish_bot(name);
                Outcome::Finished
            }
            Ending::TooManyCalls { limit } => {
                let problem = Problem::new(
                    ProblemKind::Budget,
                    "iteration_limit",
                    format!("the bot still wanted tools after {limit} model calls"),
                )
                .hint("raise --max-iterations, or ask for less at once");
                self.leave_unrun(calls, &problem.message);
                Outcome::Failed(problem)
            }
        }
    }

    /// The result a call has already, when another process had begun this round.
    fn settled_before(&self, call: &ToolCall) -> Option<ToolResult> {
        let resume = self.job.resume.as_ref()?;
        resume.results.iter().find(|result| result.call_id == call.id).cloned()
    }

    /// Whether another process had begun this call, and it may simply run again.
    fn is_begun(&self, call: &CallId) -> bool {
        self.job.resume.as_ref().is_some_and(|resume| resume.again.contains(call))
    }

    /// Checks a call and asks the policy.
    async fn judge(&mut self, call: ToolCall) -> Input {
        let toolbox = &*self.shared.services.toolbox;
        let checked = tools::check(&call, &self.offers, toolbox, &self.cx).await;
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => {
                let id = call.id.clone();
                self.note(EventKind::ToolRequested { call: call.clone(), repairs: vec![] });
                if self.has_nobody_for(&call.name) {
                    return Input::Unfit { call: id, error: nobody() };
                }
                if let Some(reason) = self.forbidden(&call.name) {
                    return Input::Judged { call, verdict: Verdict::Deny { reason } };
                }
                return Input::Unfit { call: id, error };
            }
        };
        let repairs = checked.repairs.clone();
        self.note(EventKind::ToolRequested { call, repairs });
        let verdict = match checked.tool.descriptor().asks {
            true => Verdict::Ask { reason: "it wants to know something".to_owned() },
            false => tools::judge(
                checked.tool.descriptor(),
                self.job.options.approval,
                self.job.envelope.trust,
                self.is_begun(&checked.call.id) || self.is_granted(&checked.call.name),
            ),
        };
        let call = checked.call.clone();
        self.checked.insert(call.id.clone(), checked);
        Input::Judged { call, verdict }
    }

    /// Whether the call is a question, and there is nobody to ask.
    fn has_nobody_for(&self, name: &str) -> bool {
        !self.job.options.attended
            && self
                .shared
                .services
                .toolbox
                .all()
                .iter()
                .any(|(tool, _)| tool.descriptor().asks && tool.descriptor().name == name)
    }

    /// Why a tool that exists is not among those on offer.
    fn forbidden(&self, name: &str) -> Option<String> {
        if self.offers.iter().any(|offer| offer.schema.name == name) {
            return None;
        }
        let all = self.shared.services.toolbox.all();
        let exists = all.iter().any(|(tool, _)| tool.descriptor().name == name);
        let mode = self.job.options.approval;
        exists.then(|| format!("{name} may not be used here (mode {mode})"))
    }

    /// Puts this question and those that follow in the round.
    fn put_questions(&mut self, call: &ToolCall, reason: &str, todo: &VecDeque<Effect>) {
        if !self.job.options.attended {
            return;
        }
        let more = todo.iter().filter_map(|effect| match effect {
            Effect::AskUser { call, reason } => Some((call.id.clone(), reason.clone())),
            _ => None,
        });
        let all: Vec<_> =
            std::iter::once((call.id.clone(), reason.to_owned())).chain(more).collect();
        self.put_all(&all);
    }

    pub(super) fn is_granted(&self, tool: &str) -> bool {
        let pattern = Grants::pattern(tool, &self.cx.folder);
        self.turn_grants.contains(&pattern) || self.grants.covers(&pattern)
    }

    /// Asks a person, or refuses when there is nobody to ask.
    async fn consult(&mut self, call: &ToolCall, reason: String) -> Result<Input, Problem> {
        let id = call.id.clone();
        let Some(checked) = self.checked.remove(&id) else {
            let error = ToolError::new("unknown_call", "this call was never checked");
            return Ok(Input::Unfit { call: id, error });
        };
        // An earlier question of this round may have settled this one too.
        let input = if let Some(decision) = self.covered(&checked).await {
            match decision {
                Decision::Allow { .. } => {
                    Input::Judged { call: call.clone(), verdict: Verdict::Allow }
                }
                decision => Input::Decided { call: id.clone(), decision },
            }
        } else if self.job.options.attended {
            let decision = self.ask_user(&checked, reason).await?;
            match ask::unanswered(&checked, &decision) {
                Some(result) => Input::Ran { result },
                None => Input::Decided { call: id.clone(), decision },
            }
        } else if checked.tool.descriptor().asks {
            Input::Ran { result: ToolResult::failed(call, CallStatus::Error, nobody()) }
        } else {
            let error = ToolError::new(
                "approval_needed",
                format!("{} needs an approval and there is nobody to ask", call.name),
            );
            let result = ToolResult::failed(call, CallStatus::Denied, error);
            Input::Ran { result }
        };
        self.checked.insert(id, checked);
        Ok(input)
    }

    /// Runs calls that are allowed, and records their starts and ends.
    async fn run_calls(&mut self, calls: Vec<CallId>) -> Result<Vec<ToolResult>, Problem> {
        let checked: Vec<Checked> = calls.iter().filter_map(|id| self.checked.remove(id)).collect();
        let (quiet, loud): (Vec<_>, Vec<_>) = checked.into_iter().partition(tools::changes_nothing);
        let mut results = Vec::new();
        if !quiet.is_empty() {
            results.extend(self.run_quiet(&quiet).await?);
        }
        if !loud.is_empty() {
            self.pending.insert(0, ending::renew_lease(self.shared, self.job));
            for one in &loud {
                self.record_start(one);
            }
            self.flush().await?;
            let sanitizer = &self.shared.services.sanitizer;
            let ran = tools::run_all(&loud, &self.cx, sanitizer, &self.shared.reel).await;
            for result in ran {
                results.push(self.finish(&loud, result).await);
            }
        }
        Ok(results)
    }

    /// Runs calls that change nothing: one commit for start and end, unless they take long.
    async fn run_quiet(&mut self, quiet: &[Checked]) -> Result<Vec<ToolResult>, Problem> {
        for one in quiet {
            self.record_start(one);
        }
        let cx = self.cx.clone();
        let sanitizer = Arc::clone(&self.shared.services.sanitizer);
        let reel = self.shared.reel.clone();
        let mut work = std::pin::pin!(tools::run_all(quiet, &cx, &sanitizer, &reel));
        let early = match reel.was("slow") {
            true => None,
            false => tokio::time::timeout(QUICK, work.as_mut()).await.ok(),
        };
        let ran = if let Some(ran) = early {
            ran
        } else {
            reel.note("slow", || true);
            self.flush().await?;
            work.await
        };
        let mut results = Vec::with_capacity(ran.len());
        for result in ran {
            results.push(self.finish(quiet, result).await);
        }
        Ok(results)
    }

    fn record_start(&mut self, checked: &Checked) {
        let descriptor = checked.tool.descriptor();
        self.pending.push(Write::ToolStarted {
            turn: self.job.turn,
            run: self.prepared.run,
            call_id: checked.call.id.clone(),
            tool: checked.call.name.clone(),
            idempotent: descriptor.idempotent == Idempotence::Yes,
            arguments: checked.call.arguments.clone(),
            at: self.job.source.now(),
        });
        self.note(EventKind::ToolStarted {
            call_id: checked.call.id.clone(),
            tool: checked.call.name.clone(),
            summary: checked.preview.summary.clone(),
        });
    }

    /// Shortens a result to what the model has room for.
    async fn finish(&self, ran: &[Checked], result: ToolResult) -> ToolResult {
        if self.shared.reel.is_settled(&result.call_id) {
            return result;
        }
        let of_tool = ran
            .iter()
            .find(|one| one.call.id == result.call_id)
            .map_or(usize::MAX, |one| one.tool.descriptor().result_budget);
        let budget = oversize::budget(self.active.card.context_window, of_tool);
        oversize::shorten(result, budget, &*self.shared.services.blobs).await
    }

    /// Ends a round that another process had begun, and the questions in it.
    pub(super) fn let_go(&mut self, resume: &Resume) {
        for open in resume.approvals.iter().filter(|row| row.decision.is_none()) {
            self.write_answer(open.request.id, Decision::Withdrawn, "nobody".to_owned());
        }
        if resume.calls.is_empty() {
            return;
        }
        let error = ToolError::new("not_run", "the turn was stopped before this ran");
        let result = |call: &ToolCall| {
            let known = resume.results.iter().find(|result| result.call_id == call.id);
            let not_run = || ToolResult::failed(call, CallStatus::Cancelled, error.clone());
            known.cloned().unwrap_or_else(not_run)
        };
        self.keep_results(&resume.calls, resume.calls.iter().map(result).collect());
    }

    /// Answers calls that will not run, so that no call in the session stays open.
    pub(super) fn leave_unrun(&mut self, calls: &[ToolCall], why: &str) {
        self.close_calls(calls, Vec::new(), why);
    }

    /// The same where some have a result already.
    fn close_calls(&mut self, calls: &[ToolCall], mut results: Vec<ToolResult>, why: &str) {
        for call in calls {
            if !results.iter().any(|result| result.call_id == call.id) {
                let error = ToolError::new("not_run", why);
                results.push(ToolResult::failed(call, CallStatus::Cancelled, error));
            }
        }
        self.keep_results(calls, results);
    }

    /// Puts the results of a round into the session, in the order of the calls.
    fn keep_results(&mut self, calls: &[ToolCall], mut results: Vec<ToolResult>) {
        results.sort_by_key(|result| calls.iter().position(|call| call.id == result.call_id));
        let at = self.job.source.now();
        for result in &results {
            self.pending.push(Write::ToolFinished {
                turn: self.job.turn,
                result: Box::new(result.clone()),
                at,
            });
            self.note(EventKind::ToolFinished { result: result.clone() });
        }
        let parts = results
            .into_iter()
            .map(|result| Part { origin: Origin::Tool, content: Content::ToolResult(result) })
            .collect();
        self.keep(Role::Tool, parts);
    }
}

/// What a bot is told that wants to know something where nobody is.
fn nobody() -> ToolError {
    ToolError::new("clarify_unavailable", "there is nobody to ask")
        .hint("choose a sensible default and say what you assumed")
}
