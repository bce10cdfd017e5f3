//! A model request and how it ended, as they are kept: references to what is stored already.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    BlobId, BotId, MessageId, ModelRef, Problem, ReservationId, RunId, Timestamp, TurnId, Usage,
};

/// A model request as references to what is stored already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// The turn.
    pub turn: TurnId,
    /// The bot's part in it.
    pub run: RunId,
    /// The bot.
    pub bot: BotId,
    /// Its number in the run, from 1.
    pub iteration: u32,
    /// The model asked.
    pub model: ModelRef,
    /// The system prompt.
    pub system: BlobId,
    /// The tool schemas.
    pub tools: BlobId,
    /// The messages, oldest first.
    pub messages: Vec<MessageId>,
    /// Everything else: limits, temperature, effort.
    pub params: Value,
    /// When.
    pub at: Timestamp,
}

/// How a model request ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseRecord {
    /// The bot's part in the turn.
    pub run: RunId,
    /// The number of the request.
    pub iteration: u32,
    /// The message it left, if anything arrived.
    pub message: Option<MessageId>,
    /// What it used.
    pub usage: Usage,
    /// US dollars, `None` when the price is unknown.
    pub cost_usd: Option<f64>,
    /// How often the provider was asked for it.
    #[serde(default = "once")]
    pub requests: u32,
    /// Whether `usage` is an estimate, as the provider did not come to say.
    #[serde(default)]
    pub estimated: bool,
    /// What went wrong.
    pub problem: Option<Problem>,
    /// What was held back for it, and is given back now.
    pub reservation: Option<ReservationId>,
    /// What arrived on the wire, kept with [`crate::Write::Content`].
    pub stream: Option<BlobId>,
    /// When.
    pub at: Timestamp,
}

const fn once() -> u32 {
    1
}
