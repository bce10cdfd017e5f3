//! Large outputs: kept whole in the blob store, shown to the model as head, tail and a
//! reference that `read_artifact` can page.

use bytes::Bytes;
use nanofolks_protocol::ToolResult;
use nanofolks_protocol::ports::Blobs;
use nanofolks_protocol::tool::Truncated;
use serde_json::Value;

#[cfg(test)]
mod tests;

/// A result may take this share of the model's window …
const WINDOW_SHARE: u64 = 15;
/// … but at least this many characters.
const FLOOR: usize = 8_000;
/// Of what is kept, this share of percent is the head; the rest is the tail.
const HEAD_PERCENT: usize = 70;

/// Characters of one result for a window of `window` tokens (four characters each), at most
/// what the tool itself allows.
pub(crate) fn budget(window: u32, tool: usize) -> usize {
    let share = u64::from(window) * 4 * WINDOW_SHARE / 100;
    usize::try_from(share).unwrap_or(usize::MAX).max(FLOOR).min(tool.max(1))
}

/// Replaces data that is over `budget` bytes by head, tail and a reference.
///
/// When the whole cannot be kept, the result says so and still shows head and tail.
pub(crate) async fn shorten(
    mut result: ToolResult,
    budget: usize,
    blobs: &dyn Blobs,
) -> ToolResult {
    let whole = match &result.data {
        Some(Value::String(text)) if text.len() > budget => text.clone(),
        Some(data @ (Value::Array(_) | Value::Object(_))) => {
            let text = data.to_string();
            if text.len() <= budget {
                return result;
            }
            text
        }
        _ => return result,
    };
    let bytes = whole.len() as u64;
    let (head, tail) = ends(&whole, budget);
    let cut = whole.len() - head.len() - tail.len();
    let note = match blobs.put(Bytes::from(whole.clone())).await {
        Ok(artifact) => {
            let note = format!("[… {cut} bytes left out; the whole is artifact {artifact} …]");
            result.truncated =
                Some(Truncated { artifact: artifact.clone(), bytes, sha256: artifact });
            note
        }
        Err(error) => {
            result.warnings.push(format!("the whole output was not kept: {error}"));
            format!("[… {cut} bytes left out …]")
        }
    };
    result.data = Some(Value::String(format!("{head}\n{note}\n{tail}")));
    result
}

/// Head and tail of a text, cut at line ends where there are any near, never inside a character.
fn ends(text: &str, budget: usize) -> (&str, &str) {
    let head_room = budget * HEAD_PERCENT / 100;
    let head_end = text.floor_char_boundary(head_room);
    let head_end = match text[..head_end].rfind('\n') {
        Some(newline) if newline > head_end / 2 => newline,
        _ => head_end,
    };
    let tail_begin = text.ceil_char_boundary(text.len().saturating_sub(budget - head_room));
    let tail_begin = tail_begin.max(head_end);
    (&text[..head_end], &text[tail_begin..])
}
