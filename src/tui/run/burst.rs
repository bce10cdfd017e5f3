//! What comes in one breath with a paste belongs to it.
//!
//! A text that holds the end mark of a paste ends it early; the rest of it arrives as keys
//! that are there already. No person is as quick as that: such keys are text. A line end among
//! them is a line end and never sends, and what is no text is dropped.

use std::io;
use std::time::Duration;

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::waits::next_key;
use super::{House, Shell};
use crate::background::Heard;

#[cfg(test)]
mod tests;

/// A longer pause is the end of it.
const BREATH: Duration = Duration::from_millis(3);

impl<H: House> Shell<'_, H> {
    /// Adds to a pasted text what comes in one breath with it; gives what comes next when that
    /// is something else.
    pub(super) async fn whole_paste(
        &mut self,
        pasted: &mut String,
    ) -> Option<Option<io::Result<Input>>> {
        loop {
            let next = tokio::time::timeout(BREATH, next_key(self.keys.as_mut())).await.ok()?;
            match next {
                Some(Ok(Input::Paste(more))) => pasted.push_str(&more),
                Some(Ok(Input::Key(key))) => {
                    let keys = match self.background.as_mut().map(|heard| heard.take(key)) {
                        None => vec![key],
                        Some(Heard::Keys(keys)) => keys,
                        Some(Heard::Part | Heard::Light(_)) => continue,
                    };
                    pasted.extend(keys.into_iter().filter_map(text));
                }
                other => return Some(other),
            }
        }
    }
}

/// The text that a key is.
fn text(key: KeyEvent) -> Option<char> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    match key.code {
        _ if key.kind == KeyEventKind::Release => None,
        KeyCode::Enter => Some('\n'),
        KeyCode::Char('j') if ctrl => Some('\n'),
        KeyCode::Tab => Some('\t'),
        KeyCode::Char(c) if !ctrl && !alt => Some(c),
        _ => None,
    }
}
