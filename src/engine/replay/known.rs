//! What a replay looks up by its name: results of tools, answers of people, messages. And
//! what is to be different this time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_protocol::history::{ApprovalRow, TurnRecord};
use nanofolks_protocol::{CallId, Message, MessageId, ModelRef, ToolResult};
use serde_json::Value;

/// What is to be different in a replay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The record is used up to this model call. What comes after it is left out, or with
    /// `model` asked anew.
    pub until: Option<u32>,
    /// Events after this number are left out.
    pub until_event: Option<u64>,
    /// Results of tools that are to be others.
    pub results: BTreeMap<CallId, String>,
    /// The model that is asked instead, from the first call after `until` on.
    pub model: Option<ModelRef>,
    /// Whether nothing may be asked of the world.
    pub offline: bool,
}

impl Change {
    /// Whether anything but the length is different.
    #[must_use]
    pub fn is_branch(&self) -> bool {
        !self.results.is_empty() || self.model.is_some()
    }
}

/// A call of a tool that has a result.
pub(super) struct Ran {
    pub(super) tool: String,
    pub(super) arguments: Option<Value>,
    pub(super) result: ToolResult,
}

/// What is looked up.
pub(crate) struct Known {
    pub(super) ran: Vec<Ran>,
    pub(super) approvals: Vec<ApprovalRow>,
    pub(super) messages: BTreeMap<MessageId, Arc<Message>>,
    pub(super) change: Change,
    /// What is to be said of how calls were answered.
    notes: Mutex<Vec<String>>,
    /// Whether a result was given that is not the recorded one.
    edited: Mutex<bool>,
}

impl Known {
    pub(super) fn of(
        record: &TurnRecord,
        messages: BTreeMap<MessageId, Arc<Message>>,
        change: Change,
    ) -> Self {
        let ran = record.calls.iter().filter_map(|call| {
            Some(Ran {
                tool: call.tool.clone(),
                arguments: call.arguments.clone(),
                result: call.result.clone()?,
            })
        });
        Self {
            ran: ran.collect(),
            approvals: record.approvals.clone(),
            messages,
            change,
            notes: Mutex::default(),
            edited: Mutex::default(),
        }
    }

    pub(super) fn result(&self, call: &CallId) -> Option<&ToolResult> {
        self.ran.iter().map(|ran| &ran.result).find(|result| result.call_id == *call)
    }

    /// The result of the same call, under whatever name.
    pub(super) fn like(&self, tool: &str, arguments: &Value) -> Option<&ToolResult> {
        let same = |ran: &&Ran| ran.tool == tool && ran.arguments.as_ref() == Some(arguments);
        self.ran.iter().find(same).map(|ran| &ran.result)
    }

    pub(super) fn say(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn edit(&self) {
        *self.edited.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    pub(super) fn is_edited(&self) -> bool {
        *self.edited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
