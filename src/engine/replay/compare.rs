//! Looks for the first difference between what was recorded and what came out.

use nanofolks_protocol::{BotId, Event, EventKind, Message, MessageId};

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

/// What makes two events alike.
#[derive(Debug, Clone, Copy)]
pub(super) enum Alike<'a> {
    /// Every byte.
    Bytes,
    /// Every byte but the estimate of how full the window is: masks have other lengths.
    Masked,
    /// Everything but words; the bots are known by their names.
    Shapes(&'a [BotId]),
}

/// The first difference. With `until` what is missing at the end is none.
pub(super) fn first(
    recorded: &[Event],
    replayed: &[Event],
    until: bool,
    strayed: Option<&str>,
    alike: Alike<'_>,
) -> Option<Difference> {
    let text = |event: &Event| match alike {
        Alike::Shapes(bots) => wordless::event(event, bots),
        Alike::Masked => text(&without_estimate(event)),
        Alike::Bytes => text(event),
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

fn without_estimate(event: &Event) -> Event {
    let mut event = event.clone();
    if let EventKind::Context { used, .. } = &mut event.what {
        *used = 0;
    }
    event
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
