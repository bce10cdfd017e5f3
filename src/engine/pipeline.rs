//! From an envelope to a plan, in pure steps: tags, intent, dispatch.
//!
//! Collect and final follow when the bots have spoken (`turn`). Each step says what it
//! decided and why; `explain` and the `turn.stage` events show that.

mod dispatch;
mod intent;
mod tags;

use nanofolks_protocol::event::Stage;
use nanofolks_protocol::{BotId, Envelope, TurnOptions};

/// What one step decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) stage: Stage,
    pub(crate) what: String,
    pub(crate) reasons: Vec<String>,
}

/// Who answers, and how that came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) bot: BotId,
    /// Those who answer beside it, each on its own.
    pub(crate) others: Vec<BotId>,
    pub(crate) decided: Vec<Decided>,
    /// A name after an `@` that nobody here has, and what the sender should know of it.
    pub(crate) stranger: Option<String>,
}

/// Runs the three steps for an envelope in a room with these members.
pub(crate) fn plan(envelope: &Envelope, options: &TurnOptions, members: &[BotId]) -> Plan {
    let tags = tags::find(&envelope.text, members);
    let intent = intent::of(envelope);
    let dispatch = dispatch::choose(&tags, options.bot.as_ref(), members, &envelope.text);
    let decided = vec![
        tags.decided(),
        intent.decided(),
        Decided {
            stage: Stage::Dispatch,
            what: dispatch.bots.iter().map(BotId::as_str).collect::<Vec<_>>().join(", "),
            reasons: vec![dispatch.reason],
        },
    ];
    let stranger = tags.stranger(members, &envelope.text);
    let mut bots = dispatch.bots.into_iter();
    let bot = bots.next().unwrap_or(BotId::LEADER);
    Plan { bot, others: bots.collect(), decided, stranger }
}
