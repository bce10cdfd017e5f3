//! Turns and their limits.

use nanofolks_protocol::{ApprovalMode, TurnOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Turns and their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct EngineSettings {
    /// Most model calls of one bot in one turn.
    #[schemars(range(min = 1, max = 1000))]
    pub max_iterations: u32,
    /// Most turns that run at once in one process, each in a room of its own.
    #[schemars(range(min = 1, max = 256))]
    pub max_turns: u32,
    /// How much is allowed without asking, where there is somebody to ask: plan, ask or auto-edit. More must be said on the command line.
    #[schemars(with = "Approval")]
    pub approval: ApprovalMode,
    /// Most US dollars a turn may cost; no ceiling when not named.
    #[schemars(range(min = 0.0))]
    pub max_cost_usd: Option<f64>,
    /// Longest turn in seconds; no limit when not named.
    #[schemars(range(min = 1))]
    pub deadline: Option<u32>,
    /// Seconds a question to a person waits for an answer; silence is a no.
    #[schemars(range(min = 1, max = 604_800))]
    pub approval_timeout: u32,
    /// Seconds for which a process that hangs keeps its turns; then another one goes on with them.
    #[schemars(range(min = 1, max = 3600))]
    pub lease: u32,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            max_iterations: TurnOptions::MAX_ITERATIONS,
            max_turns: 4,
            approval: ApprovalMode::Ask,
            max_cost_usd: None,
            deadline: None,
            approval_timeout: 600,
            lease: 60,
        }
    }
}

/// The modes as the schema shows them.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Approval {
    Plan,
    Ask,
    AutoEdit,
    AutoSandbox,
    Full,
}
