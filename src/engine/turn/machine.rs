//! The agent loop as a state machine. No I/O, no clock, no async.
//!
//! The model speaks. Each tool call it makes is judged, perhaps asked about, run and
//! answered. When no call is open any more, the model speaks again, until it has nothing
//! to call or the limit of model calls is reached.

use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    CallId, Decision, StopReason, ToolCall, ToolError, ToolOutput, ToolResult, Verdict,
};

#[cfg(test)]
mod tests;

/// What the driver tells the machine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// The model has spoken.
    Replied { calls: Vec<ToolCall>, reason: StopReason },
    /// The policy has spoken about a call; the arguments may have been repaired.
    Judged { call: ToolCall, verdict: Verdict },
    /// The call cannot be run at all.
    Unfit { call: CallId, error: ToolError },
    /// A person has decided.
    Decided { call: CallId, decision: Decision },
    /// A tool has ended.
    Ran { result: ToolResult },
}

/// What the machine asks the driver to do, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// Check a call and ask the policy about it.
    Judge(ToolCall),
    /// Ask a person about it.
    AskUser { call: ToolCall, reason: String },
    /// Run it. Calls that stand together may run side by side.
    Run(ToolCall),
    /// Put a result beside the others.
    Answer(ToolResult),
    /// All calls are answered: ask the model again.
    AskModel,
    /// Nothing more to do.
    End(Ending),
}

/// How a run of the loop ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The model has said everything.
    Said(StopReason),
    /// The model still wants tools but has used up its calls.
    TooManyCalls { limit: u32 },
}

/// One bot's run.
#[derive(Debug)]
pub(crate) struct Machine {
    limit: u32,
    asked: u32,
    open: Vec<ToolCall>,
}

impl Machine {
    /// A run that may ask the model `limit` times, at least once.
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit: limit.max(1), asked: 0, open: Vec::new() }
    }

    /// The same run in another process, after `asked` model calls.
    pub(crate) const fn resumed(mut self, asked: u32) -> Self {
        self.asked = asked;
        self
    }

    /// The number of the model call that is running or was the last, from 1.
    pub(crate) const fn iteration(&self) -> u32 {
        self.asked
    }

    /// Whether the model may not be asked again.
    pub(crate) const fn is_spent(&self) -> bool {
        self.asked >= self.limit
    }

    /// The model is about to be asked.
    pub(crate) const fn asking(&mut self) {
        self.asked += 1;
    }

    /// Takes one input, gives the effects it causes.
    pub(crate) fn step(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Replied { calls, reason } if calls.is_empty() => {
                vec![Effect::End(Ending::Said(reason))]
            }
            Input::Replied { .. } if self.asked >= self.limit => {
                vec![Effect::End(Ending::TooManyCalls { limit: self.limit })]
            }
            Input::Replied { calls, .. } => {
                self.open.clone_from(&calls);
                calls.into_iter().map(Effect::Judge).collect()
            }
            Input::Judged { call, verdict } => self.judged(call, verdict),
            Input::Unfit { call, error } => self.refuse(&call, CallStatus::Error, error),
            Input::Decided { call, decision } => self.decided(&call, decision),
            Input::Ran { result } => self.close(result),
        }
    }

    fn judged(&mut self, call: ToolCall, verdict: Verdict) -> Vec<Effect> {
        let Some(open) = self.open.iter_mut().find(|open| open.id == call.id) else {
            return vec![];
        };
        open.clone_from(&call);
        match verdict {
            Verdict::Allow => vec![Effect::Run(call)],
            Verdict::Ask { reason } => vec![Effect::AskUser { call, reason }],
            Verdict::Deny { reason } => {
                self.refuse(&call.id, CallStatus::Denied, ToolError::new("not_allowed", reason))
            }
        }
    }

    fn decided(&mut self, id: &CallId, decision: Decision) -> Vec<Effect> {
        let (code, message) = match decision {
            Decision::Allow { .. } => {
                return self.open_call(id).map(Effect::Run).into_iter().collect();
            }
            Decision::Answer { text } => {
                let call = self.open_call(id);
                let answered = |call| self.close(ToolResult::worked(&call, ToolOutput::text(text)));
                return call.map(answered).unwrap_or_default();
            }
            Decision::Deny { note: Some(note) } => {
                ("denied_by_user", format!("the user did not allow this and said: {note}"))
            }
            Decision::Deny { note: None } => {
                ("denied_by_user", "the user did not allow this".to_owned())
            }
            Decision::Expired => {
                ("approval_expired", "nobody answered in time, so it is not allowed".to_owned())
            }
            Decision::Withdrawn => {
                ("approval_withdrawn", "the turn was stopped before anybody answered".to_owned())
            }
        };
        self.refuse(id, CallStatus::Denied, ToolError::new(code, message))
    }

    fn refuse(&mut self, id: &CallId, status: CallStatus, error: ToolError) -> Vec<Effect> {
        match self.open_call(id) {
            Some(call) => self.close(ToolResult::failed(&call, status, error)),
            None => vec![],
        }
    }

    /// Answers a call; when it was the last open one, the model speaks again.
    fn close(&mut self, result: ToolResult) -> Vec<Effect> {
        let before = self.open.len();
        self.open.retain(|call| call.id != result.call_id);
        if self.open.len() == before {
            return vec![];
        }
        let mut effects = vec![Effect::Answer(result)];
        if self.open.is_empty() {
            effects.push(Effect::AskModel);
        }
        effects
    }

    fn open_call(&self, id: &CallId) -> Option<ToolCall> {
        self.open.iter().find(|call| call.id == *id).cloned()
    }
}
