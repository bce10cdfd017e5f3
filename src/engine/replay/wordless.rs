//! Words taken out: what people, models and tools said, in signs of the same length.
//!
//! A letter becomes an `x`, a digit a `0`, each as long as it was; everything else stays, so
//! what is put together of parts is the same whether it is put together before or after.
//! That is why a record without words still runs: only what is compared has to be wordless
//! on both sides.

use nanofolks_protocol::{BotId, Event};
use serde_json::Value;

/// Fields whose text is somebody's.
const WORDS: [&str; 32] = [
    "arguments",
    "by",
    "cause",
    "chat",
    "data",
    "data_root",
    "decided",
    "default_folder",
    "description",
    "detail",
    "folder",
    "hint",
    "hosts",
    "idempotency_key",
    "malformed",
    "message",
    "metadata",
    "note",
    "pattern",
    "persona",
    "preview",
    "reason",
    "reasons",
    "reply_to",
    "said",
    "sender",
    "short_persona",
    "summary",
    "text",
    "thread",
    "title",
    "user_home",
];
/// What `reason` may be that is not somebody's words.
const STOPS: [&str; 6] = ["end", "tool_use", "length", "filtered", "refused", "approval"];

/// Takes the words out of a record. Names of `bots` after an `@` stay, since they decide who
/// answers.
pub fn wordless(value: &mut Value, bots: &[BotId]) {
    match value {
        Value::Object(fields) => {
            let named = fields.contains_key("mime") || fields.get("kind") == Some(&"file".into());
            for (key, value) in fields.iter_mut() {
                if WORDS.contains(&key.as_str()) || (named && key == "name") {
                    hide(key, value, bots);
                } else {
                    wordless(value, bots);
                }
            }
        }
        Value::Array(items) => match &mut items[..] {
            // A reading of the tape: its name, and what was read.
            [Value::String(name), read] if matches!(&**name, "preview" | "repair" | "grants") => {
                read_by_turn(read, bots);
            }
            items => items.iter_mut().for_each(|item| wordless(item, bots)),
        },
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn read_by_turn(read: &mut Value, bots: &[BotId]) {
    match read {
        Value::Object(result) if result.contains_key("Err") => wordless(read, bots),
        read => everything(read, bots),
    }
}

fn hide(key: &str, value: &mut Value, bots: &[BotId]) {
    match value {
        // Ids and the reasons for which models stop are nobody's words.
        Value::String(text) if key == "message" && is_id(text) => {}
        Value::String(text) if key == "reason" && STOPS.contains(&text.as_str()) => {}
        Value::Object(fields) if key == "sender" => {
            for (key, value) in fields.iter_mut().filter(|(key, _)| *key != "role") {
                hide(key, value, bots);
            }
        }
        // A message or a problem by these names is looked into.
        Value::Object(_) if matches!(key, "message" | "by") => wordless(value, bots),
        value => everything(value, bots),
    }
}

fn everything(value: &mut Value, bots: &[BotId]) {
    match value {
        Value::String(text) => *text = blank(text, bots),
        Value::Array(items) => items.iter_mut().for_each(|item| everything(item, bots)),
        Value::Object(fields) => fields.values_mut().for_each(|field| everything(field, bots)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_id(text: &str) -> bool {
    text.parse::<nanofolks_protocol::MessageId>().is_ok()
}

fn blank(text: &str, bots: &[BotId]) -> String {
    let mut blank = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let tag = rest
            .strip_prefix('@')
            .and_then(|after| bots.iter().map(BotId::as_str).find(|bot| after.starts_with(bot)));
        let (taken, put) = match tag {
            Some(bot) => (bot.len() + 1, None),
            None => (first.len_utf8(), Some(sign(first))),
        };
        match put {
            Some(sign) => blank.push(sign),
            None => blank.push_str(rest.get(..taken).unwrap_or_default()),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    blank
}

/// A sign of the same kind and length.
fn sign(c: char) -> char {
    if !c.is_alphanumeric() {
        return c;
    }
    match c.len_utf8() {
        1 if c.is_ascii_digit() => '0',
        1 if c.is_ascii_uppercase() => 'X',
        1 => 'x',
        2 => 'ä',
        3 => '字',
        _ => '𝔵',
    }
}

/// An event without words, as JSON.
pub(super) fn event(event: &Event, bots: &[BotId]) -> String {
    let mut value = serde_json::to_value(event).unwrap_or_default();
    wordless(&mut value, bots);
    value.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_go_and_what_decides_stays() {
        let bots = ["coder".parse().unwrap()];
        let mut value = json!({
            "text": "Ask @coder: 42 Straßen, @anna!",
            "type": "tool.requested", "turn": "0199-x", "reason": "end",
            "call": { "id": "c1", "name": "read", "arguments": { "path": "/a/B.rs", "n": 3 } },
            "message": "019ab000-0000-7000-8000-000000000000",
            "sender": { "id": "anna", "name": "Anna", "role": "user" },
        });
        wordless(&mut value, &bots);
        assert_eq!(
            value,
            json!({
                "text": "Xxx @coder: 00 Xxxxäxx, @xxxx!",
                "type": "tool.requested", "turn": "0199-x", "reason": "end",
                "call": { "id": "c1", "name": "read", "arguments": { "path": "/x/X.xx", "n": 3 } },
                "message": "019ab000-0000-7000-8000-000000000000",
                "sender": { "id": "xxxx", "name": "Xxxx", "role": "user" },
            })
        );
    }

    proptest::proptest! {
        #[test]
        fn the_length_stays_and_twice_is_once(text in "\\PC{0,40}") {
            let once = blank(&text, &[]);
            proptest::prop_assert_eq!(once.len(), text.len());
            proptest::prop_assert_eq!(blank(&once, &[]), once);
        }

        #[test]
        fn parts_put_together_are_the_whole(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let whole = blank(&format!("{a}{b}"), &[]);
            proptest::prop_assert_eq!(format!("{}{}", blank(&a, &[]), blank(&b, &[])), whole);
        }
    }
}
