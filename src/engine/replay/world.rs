//! How a turn begins, as it is stored: what it was given before it read anything itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::{
    ApprovalRow, BotId, CallId, Limit, Message, MessageId, Session, Timestamp, ToolCall, ToolResult,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::record::VERSION;
use super::tape::Reel;
use crate::compaction::ContextSettings;
use crate::engine::EngineSettings;
use crate::turn::{Budget, Resume};

/// How a turn begins, here or after another process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begin {
    /// The form of the tape.
    pub(crate) form: u32,
    /// The program that ran it.
    pub(crate) program: String,
    pub(crate) session: Session,
    pub(crate) members: Vec<BotId>,
    /// The messages it had before it: the oldest, the newest, how many.
    pub(crate) history: Option<(MessageId, MessageId, usize)>,
    /// Where it stood, when another process had begun it.
    pub(crate) resumed: Option<Resumed>,
}

/// A turn that another process had begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Resumed {
    /// What its names follow from now.
    pub(crate) seed: Uuid,
    pub(crate) claimed_at: Timestamp,
    pub(crate) iterations: u32,
    pub(crate) said: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) answered: Vec<BotAnswer>,
    pub(crate) calls: Vec<ToolCall>,
    pub(crate) results: Vec<ToolResult>,
    pub(crate) again: Vec<CallId>,
    pub(crate) approvals: Vec<ApprovalRow>,
}

impl Begin {
    pub(crate) fn new(session: &Session, members: &[BotId], history: &[Arc<Message>]) -> Self {
        let ends = history.first().zip(history.last());
        Self {
            form: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            session: session.clone(),
            members: members.to_vec(),
            history: ends.map(|(first, last)| (first.id, last.id, history.len())),
            resumed: None,
        }
    }
}

impl Resumed {
    pub(crate) fn of(resume: &Resume, seed: Uuid, claimed_at: Timestamp) -> Self {
        Self {
            seed,
            claimed_at,
            iterations: resume.iterations,
            said: resume.said.clone(),
            answered: resume.answered.clone(),
            calls: resume.calls.clone(),
            results: resume.results.clone(),
            again: resume.again.clone(),
            approvals: resume.approvals.clone(),
        }
    }

    pub(crate) fn resume(&self) -> Resume {
        Resume {
            iterations: self.iterations,
            said: self.said.clone(),
            answered: self.answered.clone(),
            calls: self.calls.clone(),
            results: self.results.clone(),
            again: self.again.clone(),
            approvals: self.approvals.clone(),
        }
    }
}

/// The engine's settings, as far as a turn can tell.
#[derive(Serialize, Deserialize)]
struct Settings {
    approval_timeout_ms: u64,
    default_folder: PathBuf,
    user_home: Option<PathBuf>,
    data_root: PathBuf,
    max_output: u32,
    temperature: Option<f32>,
    limits: Vec<Limit>,
    allow_unknown_price: bool,
    #[serde(default)]
    context: ContextSettings,
}

/// The settings a turn runs with.
pub(super) fn settings(reel: &Reel, now: &EngineSettings) -> EngineSettings {
    let known = reel.lasting("settings", || Settings {
        approval_timeout_ms: u64::try_from(now.approval_timeout.as_millis()).unwrap_or(u64::MAX),
        default_folder: now.default_folder.clone(),
        user_home: now.user_home.clone(),
        data_root: now.data_root.clone(),
        max_output: now.max_output,
        temperature: now.temperature,
        limits: now.budget.limits.clone(),
        allow_unknown_price: now.budget.allow_unknown_price,
        context: now.context.clone(),
    });
    let (limits, allow_unknown_price) = (known.limits, known.allow_unknown_price);
    let budget = Budget { limits, allow_unknown_price };
    EngineSettings {
        approval_timeout: Duration::from_millis(known.approval_timeout_ms),
        default_folder: known.default_folder,
        user_home: known.user_home,
        data_root: known.data_root,
        max_output: known.max_output,
        temperature: known.temperature,
        // What is asked anew is paid for now.
        budget: if reel.is_branch() { now.budget.clone() } else { budget },
        context: known.context,
        ..now.clone()
    }
}
