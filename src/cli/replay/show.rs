//! What came of a replay, for people and for programs.

use nanofolks_engine::{Material, Replayed};
use nanofolks_protocol::{Event, SessionId};
use nanofolks_security::terminal::clean;
use serde_json::{Value, json};

use crate::cli::Cx;
use crate::cli::narrate;
use crate::cli::output::{Tone, one_line};

/// Characters of an event that are shown beside its first difference.
const AROUND: usize = 160;

/// Whether a turn came to its end.
pub(super) fn is_over(replayed: &Replayed) -> bool {
    replayed.events.last().is_some_and(|event| event.what.is_ending())
}

pub(super) fn print(
    cx: &mut Cx,
    material: &Material,
    replayed: &Replayed,
    kept: Option<SessionId>,
    quiet: bool,
) {
    if cx.out.is_json() {
        cx.out.object(&object(material, replayed, kept));
        return;
    }
    if !quiet {
        let begun = replayed.events.first().map(|event| event.at);
        for event in &replayed.events {
            let since = begun.map_or(0, |begun| event.at.millis_since(begun));
            let (tone, text) = line(event);
            let place =
                cx.out.paint(Tone::Dim, &format!("#{} +{since} ms", event.seq.unwrap_or(0)));
            let text = cx.out.paint(tone, &text);
            cx.out.line(&format!("{place} {text}"));
        }
    }
    let text = replayed.text();
    if !text.is_empty() {
        cx.out.line(&clean(&text));
    }
    for note in &replayed.notes {
        cx.out.note(&one_line(note));
    }
    if let Some(session) = kept {
        cx.out.note(&format!("kept as conversation {session}, where its room goes on now"));
    }
    verdict(cx, material, replayed);
}

fn verdict(cx: &mut Cx, material: &Material, replayed: &Replayed) {
    let count = replayed.events.len();
    if replayed.branch {
        let text = if is_over(replayed) {
            format!("a branch of turn {}: {count} events", material.record.turn.turn)
        } else {
            "the branch did not come to its end".to_owned()
        };
        cx.out.note(&text);
        return;
    }
    let Some(difference) = &replayed.difference else {
        let whole = if is_over(replayed) { " and the text" } else { "" };
        cx.out.note(&format!("identical: {count} events{whole} are as they were recorded"));
        return;
    };
    let seq = difference.seq.unwrap_or(0);
    let (recorded, replayed) = (difference.recorded.as_deref(), difference.replayed.as_deref());
    let at = differs_at(recorded.unwrap_or_default(), replayed.unwrap_or_default());
    let shown =
        |text: Option<&str>| text.map_or_else(|| "nothing".to_owned(), |text| near(text, at));
    let heading = format!("different: event #{seq} is not as it was recorded");
    let heading = cx.out.paint_note(Tone::Bad, &heading);
    cx.out.note_raw(&format!("{heading}\n"));
    cx.out.note(&format!("  recorded: {}", shown(recorded)));
    cx.out.note(&format!("  replayed: {}", shown(replayed)));
    if let Some(strayed) = &difference.strayed {
        cx.out.note(&format!("  because: {}", one_line(strayed)));
    }
}

/// The first byte at which two texts differ.
fn differs_at(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// The part of a text around a byte.
fn near(text: &str, at: usize) -> String {
    let begin = text.floor_char_boundary(at.saturating_sub(AROUND / 2));
    let end = text.ceil_char_boundary((begin + AROUND).min(text.len()));
    let (before, after) =
        (if begin > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    one_line(&format!("{before}{}{after}", text.get(begin..end).unwrap_or_default()))
}

fn line(event: &Event) -> (Tone, String) {
    let kind = serde_json::to_value(&event.what).ok();
    let kind = kind.as_ref().and_then(|value| value.get("type")).and_then(Value::as_str);
    let kind = kind.unwrap_or("event").to_owned();
    match narrate::line(event, true) {
        Some((tone, said)) => (tone, format!("{kind} {}", said.trim())),
        None => (Tone::Dim, kind),
    }
}

fn object(material: &Material, replayed: &Replayed, kept: Option<SessionId>) -> Value {
    let difference = replayed.difference.as_ref().map(|difference| {
        let parsed = |text: &Option<String>| {
            text.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok())
        };
        json!({
            "seq": difference.seq,
            "recorded": parsed(&difference.recorded),
            "replayed": parsed(&difference.replayed),
            "because": difference.strayed,
        })
    });
    json!({
        "schema": "nanofolks.replay.v1",
        "turn": material.record.turn.turn,
        "identical": replayed.difference.is_none(),
        "branch": replayed.branch,
        "complete": is_over(replayed),
        "text": replayed.text(),
        "events": replayed.events,
        "difference": difference,
        "notes": replayed.notes,
        "kept": kept,
    })
}
