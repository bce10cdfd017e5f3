//! Money and tokens: what a call may cost, what is held back for it, what was spent.

use serde::{Deserialize, Serialize};

use crate::{BotId, ModelRef, OwnerId, ReservationId, RoomId, SessionId, Timestamp, TurnId, Usage};

/// What a ceiling is a ceiling of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// One call.
    Call,
    /// The turn.
    Turn,
    /// The session.
    Session,
    /// The room.
    Room,
    /// The bot, in all rooms.
    Bot,
    /// The day, in all rooms.
    Day,
    /// Everything this home ever spent.
    Install,
}

/// A ceiling. What is neither money nor tokens is no ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// What it is a ceiling of.
    pub scope: LimitScope,
    /// Most US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
    /// Most tokens, in and out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Counts only what was spent from then on, to the quarter of an hour; everything when
    /// there is none. Has no meaning for a call or a turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// The most a call may cost, held back until it is known what it did cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    /// Its name.
    pub id: ReservationId,
    /// The process that makes the call. When it is gone and did not say what the call did
    /// cost, what was held back counts as spent: the provider may have charged that much.
    pub owner: OwnerId,
    /// The turn the call is made for. What its ending finds still held back counts as spent.
    pub turn: Option<TurnId>,
    /// The room.
    pub room: RoomId,
    /// The session.
    pub session: Option<SessionId>,
    /// The bot.
    pub bot: BotId,
    /// The model that is asked.
    pub model: ModelRef,
    /// US dollars in the worst case.
    pub usd: f64,
    /// Tokens in the worst case, in and out.
    pub tokens: u64,
    /// Tokens of these that would be output.
    pub output_tokens: u64,
    /// Whether the price is known; without it `usd` says nothing.
    pub priced: bool,
    /// When.
    pub at: Timestamp,
    /// The ceilings it has to stay under, all of them.
    pub limits: Vec<Limit>,
}

/// A call that is no bot's answer: a summary, a title, a memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Spending {
    /// What was held back for it.
    pub reservation: Option<ReservationId>,
    /// The turn it was made for.
    pub turn: Option<TurnId>,
    /// The room.
    pub room: RoomId,
    /// The session.
    pub session: Option<SessionId>,
    /// The bot.
    pub bot: BotId,
    /// The model that was asked.
    pub model: ModelRef,
    /// What for, in a word: `compaction`.
    pub purpose: String,
    /// What it used.
    pub usage: Usage,
    /// Whether that is an estimate, because the provider did not come to say it.
    pub estimated: bool,
    /// How often the provider was asked for it.
    pub requests: u32,
    /// US dollars, `None` when the price is unknown.
    pub cost_usd: Option<f64>,
    /// When.
    pub at: Timestamp,
}

/// A sum of money as people read it: a `?` where no price is known, and a `>` in front of
/// what is only known in part.
#[must_use]
pub fn dollars(usd: f64, known: bool) -> String {
    match known {
        true => format!("${usd:.4}"),
        false if usd > 0.0 => format!("> ${usd:.4}"),
        false => "?".to_owned(),
    }
}

/// What spending is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageGroup {
    /// By day.
    #[default]
    Day,
    /// By model.
    Model,
    /// By bot.
    Bot,
    /// By room.
    Room,
    /// By session.
    Session,
    /// By what it was for: `turn`, or the purpose of a call that is no bot's answer.
    Kind,
}

/// Which spending is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageFilter {
    /// From then on, to the quarter of an hour.
    pub since: Option<Timestamp>,
    /// Before then, to the quarter of an hour.
    pub until: Option<Timestamp>,
    /// What it is added up by.
    pub group: UsageGroup,
    /// Minutes that days begin before those of UTC.
    pub offset_minutes: i32,
}

/// Spending, added up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsageRow {
    /// The day (`2025-11-20`), model, bot, room, session or kind; empty for calls outside of
    /// any session.
    pub key: String,
    /// Calls.
    pub requests: u64,
    /// Tokens.
    #[serde(flatten)]
    pub usage: Usage,
    /// US dollars.
    pub cost_usd: f64,
    /// Whether every price was known.
    pub cost_known: bool,
    /// Calls among them that were lost in a crash: what they could have used at most was
    /// added, because nobody knows what they did use.
    #[serde(default)]
    pub lost_requests: u64,
    /// US dollars of these.
    #[serde(default)]
    pub lost_usd: f64,
}
