//! What `--json` prints: one object about one turn, filled while it runs.

use nanofolks_protocol::event::{BotAnswer, EventKind};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    BotId, CallId, Event, NoticeLevel, Problem, RoomId, SessionId, ToolResult, TraceId, TurnId,
    Usage,
};
use serde::Serialize;

/// One turn, as programs see it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    pub(super) ok: bool,
    pub(super) room: Option<RoomId>,
    pub(super) session: Option<SessionId>,
    pub(super) turn: Option<TurnId>,
    pub(super) trace_id: Option<TraceId>,
    pub(super) answer: String,
    pub(super) bots: Vec<BotAnswer>,
    model: Option<String>,
    usage: Spent,
    tools: Vec<Used>,
    pub(super) blocked: Vec<Blocked>,
    notices: Vec<Notice>,
    error: Option<Failure>,
    pub(crate) exit_code: u8,
    pub(super) duration_ms: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Spent {
    input_tokens: u64,
    cached_input_tokens: u64,
    output_tokens: u64,
    reasoning_tokens: u64,
    cost_usd: f64,
    cost_known: bool,
    requests: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Used {
    call_id: CallId,
    tool: String,
    status: CallStatus,
    duration_ms: u64,
}

/// A call that was not allowed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Blocked {
    call_id: CallId,
    pub(super) tool: String,
    pub(super) code: String,
    pub(super) reason: String,
}

#[derive(Debug, Clone, Serialize)]
struct Notice {
    level: NoticeLevel,
    code: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Failure {
    code: String,
    message: String,
    hint: Option<String>,
    retryable: bool,
}

impl Report {
    /// A report about nothing yet.
    pub(crate) const fn new() -> Self {
        Self {
            schema: "nanofolks.chat.v1",
            ok: false,
            room: None,
            session: None,
            turn: None,
            trace_id: None,
            answer: String::new(),
            bots: Vec::new(),
            model: None,
            usage: Spent {
                input_tokens: 0,
                cached_input_tokens: 0,
                output_tokens: 0,
                reasoning_tokens: 0,
                cost_usd: 0.0,
                cost_known: true,
                requests: 0,
            },
            tools: Vec::new(),
            blocked: Vec::new(),
            notices: Vec::new(),
            error: None,
            exit_code: 0,
            duration_ms: 0,
        }
    }

    /// Takes note of an event of the turn.
    pub(super) fn take(&mut self, event: &Event) {
        match &event.what {
            EventKind::TurnStarted { trace_id, .. } => self.trace_id = Some(*trace_id),
            EventKind::BotStarted { model } => self.model = Some(model.to_string()),
            EventKind::Usage { model, usage, cost_usd, cost_known, requests } => {
                self.model = Some(model.to_string());
                self.spend(*usage, (*cost_usd, *cost_known), *requests);
            }
            EventKind::ToolFinished { result } => self.use_tool(result),
            // It only says that it takes longer; what came of it is a notice of its own.
            EventKind::Notice { code, .. } if code == "provider_retrying" => {}
            EventKind::Notice { level, code, text, hint } => self.notices.push(Notice {
                level: *level,
                code: code.clone(),
                text: text.clone(),
                hint: hint.clone(),
            }),
            EventKind::TurnFinished { answers, .. }
            | EventKind::TurnFailed { answers, .. }
            | EventKind::TurnCancelled { answers, .. } => {
                self.bots.clone_from(answers);
                self.answer = answer(answers);
            }
            _ => {}
        }
    }

    /// The report about a turn that could not begin.
    pub(crate) fn of_failure(problem: &Problem) -> Self {
        let mut report = Self::new();
        report.fail(problem);
        report
    }

    /// Says why it did not work.
    pub(super) fn fail(&mut self, problem: &Problem) {
        self.error = Some(Failure {
            code: problem.code.to_string(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
            retryable: problem.retryable,
        });
        self.exit_code = problem.kind.exit_code();
    }

    fn spend(&mut self, usage: Usage, (cost_usd, cost_known): (f64, bool), requests: u32) {
        let spent = &mut self.usage;
        spent.input_tokens += usage.input_tokens;
        spent.cached_input_tokens += usage.cached_input_tokens;
        spent.output_tokens += usage.output_tokens;
        spent.reasoning_tokens += usage.reasoning_tokens;
        spent.cost_usd += cost_usd;
        spent.cost_known &= cost_known;
        spent.requests += u64::from(requests);
    }

    fn use_tool(&mut self, result: &ToolResult) {
        self.tools.push(Used {
            call_id: result.call_id.clone(),
            tool: result.tool.clone(),
            status: result.status,
            duration_ms: result.timing.run_ms,
        });
        if result.status == CallStatus::Denied {
            let error = result.error.as_ref();
            self.blocked.push(Blocked {
                call_id: result.call_id.clone(),
                tool: result.tool.clone(),
                code: error.map_or_else(|| "denied".to_owned(), |error| error.code.to_string()),
                reason: error.map_or_else(String::new, |error| error.message.clone()),
            });
        }
    }
}

/// What all bots said as one text: one bot's words as they are, several with their names.
pub(super) fn answer(answers: &[BotAnswer]) -> String {
    match answers {
        [only] => only.text.clone(),
        several => several
            .iter()
            .map(|answer| line(&answer.bot, &answer.text))
            .collect::<Vec<_>>()
            .join("\n\n"),
    }
}

/// What one of several bots said.
pub(super) fn line(bot: &BotId, text: &str) -> String {
    format!("{bot}: {}", text.trim_end())
}
