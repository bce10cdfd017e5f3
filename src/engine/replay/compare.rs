//! Looks for the first difference between what was recorded and what came out.

use nanofolks_protocol::{BotId, Event, Message, MessageId};

use super::{Material, wordless};

/// The first difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The number of the event.
    pub seq: Option<u64>,
    /// The event as it was recorded, as JSON; nothing when there was none.
    pub recorded: Option<String>,
    /// The event as it came out, as JSON; nothing when there was none.
    pub replayed: Option<String>,
    /// Where the turn wanted something else than it had wanted then.
    pub strayed: Option<String>,
}

/// The first difference. With `until` what is missing at the end is none; with `bots` words
/// do not count.
pub(super) fn first(
    recorded: &[Event],
    replayed: &[Event],
    until: bool,
    strayed: Option<&str>,
    bots: Option<&[BotId]>,
) -> Option<Difference> {
    let text = |event: &Event| match bots {
        Some(bots) => wordless::event(event, bots),
        None => text(event),
    };
    let longer = if until { replayed.len() } else { recorded.len().max(replayed.len()) };
    (0..longer).find_map(|at| {
        let (was, is) = (recorded.get(at), replayed.get(at));
        let (was_text, is_text) = (was.map(text), is.map(text));
        (was_text != is_text).then(|| Difference {
            seq: was.or(is).and_then(|event| event.seq),
            recorded: was_text,
            replayed: is_text,
            strayed: strayed.map(str::to_owned),
        })
    })
}

/// An event as it is stored, after one way there and back: numbers that are written the
/// same are the same.
fn text(event: &Event) -> String {
    let once = serde_json::to_string(event).unwrap_or_default();
    let read: Result<Event, _> = serde_json::from_str(&once);
    read.and_then(|event| serde_json::to_string(&event)).unwrap_or(once)
}

/// The newest of the messages written that is as it was recorded, and so are those before.
pub(super) fn shared(material: &Material, written: &[Message]) -> Option<MessageId> {
    let was = |message: &&Message| material.messages.contains(message);
    written.iter().take_while(was).last().map(|message| message.id)
}
