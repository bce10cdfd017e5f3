//! Tools as the engine sees them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Boxed;
use crate::model::ToolSchema;
use crate::{
    Availability, BotProfile, Cost, Network, ToolCall, ToolContext, ToolDescriptor, ToolError,
    ToolOutput, Trust,
};

/// What an approval shows before a call runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// One line in the user's words: `write notes.txt (312 bytes)`.
    pub summary: String,
    /// What will happen in full: a diff, an argument vector. May be empty.
    pub detail: String,
    /// Which hosts the call will talk to.
    #[serde(default, skip_serializing_if = "Network::is_unknown")]
    pub network: Network,
    /// What the call will cost.
    #[serde(default, skip_serializing_if = "Cost::is_unknown")]
    pub cost: Cost,
}

/// One tool. It decides nothing about permission: it is only called when that is settled.
pub trait Tool: Send + Sync {
    /// What is known about it.
    fn descriptor(&self) -> &ToolDescriptor;

    /// Whether it can be used here and now. Quick, and without the network.
    fn availability(&self) -> Availability {
        Availability::Available
    }

    /// What the call will do, for people. Changes nothing.
    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>>;

    /// Takes away what a call left lying about whose process died while it ran, and nothing
    /// else. Says what it took away.
    fn tidy<'a>(&'a self, _call: &'a ToolCall, _cx: &'a ToolContext) -> Boxed<'a, Option<String>> {
        Box::pin(std::future::ready(None))
    }

    /// Does it.
    fn call<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>>;
}

/// Whose tools are asked for.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each leaves out other tools, independently")]
pub struct ToolQuery<'a> {
    /// The bot.
    pub bot: &'a BotProfile,
    /// How far the sender is trusted.
    pub trust: Trust,
    /// Whether anything but reading is out of the question (`plan`).
    pub read_only: bool,
    /// Whether no socket may be opened.
    pub offline: bool,
    /// Whether there are older messages that are not sent any more.
    pub shortened: bool,
    /// Whether there is somebody to ask.
    pub attended: bool,
}

/// A tool on offer: as the model sees it, and how to call it.
#[derive(Clone)]
pub struct ToolOffer {
    /// For the model.
    pub schema: ToolSchema,
    /// To call.
    pub tool: Arc<dyn Tool>,
}

/// Arguments after repair.
#[derive(Debug, Clone, PartialEq)]
pub struct Repaired {
    /// The arguments, valid against the tool's schema.
    pub arguments: Value,
    /// What was changed: `limit: string to integer`.
    pub repairs: Vec<String>,
}

/// All tools.
pub trait Toolbox: Send + Sync {
    /// Every tool there is, sorted by name, with its availability.
    fn all(&self) -> Vec<(Arc<dyn Tool>, Availability)>;

    /// What a bot may see now, sorted by name. Descriptions name no tool that is missing.
    fn offer(&self, query: &ToolQuery<'_>) -> Vec<ToolOffer>;

    /// Makes arguments fit the schema where the intent is plain (`"5"` for 5).
    ///
    /// # Errors
    /// `invalid_arguments` that says which argument is wrong and what was expected.
    fn repair(&self, descriptor: &ToolDescriptor, arguments: &Value)
    -> Result<Repaired, ToolError>;
}
