//! The terminal's own cursor in the line that is typed, where input methods look for it.
//!
//! It is put there only where the terminal is known not to wrap its rows anew when the window
//! narrows. Elsewhere the way back to the first cell of the region would lead over rows that may
//! be wrapped by now, or not any more: the window can have yet another size when our bytes
//! arrive, and a row too far up is a finished one that is erased. There the cursor rests in the
//! first cell, out of sight.

use ratatui::buffer::Buffer;

use super::{Screen, column, home};

/// Where the cursor is between two frames, when that is not the first cell of the region.
#[derive(Debug, Default)]
pub(super) struct Caret {
    /// Whether the terminal wraps its rows anew; `None` where nobody knows.
    pub(super) reflows: Option<bool>,
    at: Option<(u16, u16)>,
    pub(super) shown: bool,
}

impl Screen {
    /// The same for a terminal of which it is known whether it wraps rows anew.
    #[must_use]
    pub fn reflowing(mut self, reflows: Option<bool>) -> Self {
        self.caret.reflows = reflows;
        self
    }

    /// Whether the terminal's own cursor can stand in the region.
    #[must_use]
    pub const fn has_caret(&self) -> bool {
        matches!(self.caret.reflows, Some(false))
    }

    /// The bytes for this frame, with the cursor at a column and a row of it.
    pub fn frame_at(&mut self, live: &Buffer, caret: Option<(u16, u16)>) -> Vec<u8> {
        let caret = caret.filter(|(_, y)| self.has_caret() && *y < self.size.height);
        let before = self.caret.at.take();
        let frame = self.frame(live);
        if frame.is_empty() && before == caret {
            self.caret.at = before;
            return frame;
        }
        let mut out = Vec::with_capacity(frame.len() + 16);
        if let Some((_, y)) = before {
            home(&mut out, y);
        }
        out.extend_from_slice(&frame);
        if let Some((x, y)) = caret {
            if y > 0 {
                out.extend_from_slice(format!("\x1b[{y}B").as_bytes());
            }
            column(&mut out, x);
        }
        if caret.is_some() != self.caret.shown {
            self.caret.shown = caret.is_some();
            out.extend_from_slice(if self.caret.shown { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        self.caret.at = caret;
        out
    }

    /// The cursor is in this column and row of the region.
    pub(super) const fn caret_at(&mut self, x: u16, y: u16) {
        self.caret.at = Some((x, y));
    }

    /// Goes back to the first cell of the region.
    pub(super) fn back(&mut self, out: &mut Vec<u8>) {
        if let Some((_, y)) = self.caret.at.take() {
            home(out, y);
        }
    }

    /// The terminal hides the cursor when it is given away and taken again.
    pub(super) const fn forget_caret(&mut self) {
        self.caret.at = None;
        self.caret.shown = false;
    }
}
