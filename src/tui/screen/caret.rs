//! The terminal's own cursor in the line that is typed, where input methods look for it.
//!
//! It is put there only where the terminal is known to wrap its rows anew, or known not to, when
//! the window narrows: the way back to the first cell of the region leads over the rows above.
//! Wherever that is unknown, the cursor rests in the first cell, out of sight.

use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use super::{Screen, column, home, ink};

/// Where the cursor is between two frames, when that is not the first cell of the region.
#[derive(Debug, Default)]
pub(super) struct Caret {
    /// Whether the terminal wraps its rows anew; `None` where nobody knows.
    pub(super) reflows: Option<bool>,
    at: Option<(u16, u16)>,
    shown: bool,
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
        self.caret.reflows.is_some()
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

    /// Goes back to the first cell of the region from wherever the cursor is in a window that
    /// has this size now.
    pub(super) fn back(&mut self, out: &mut Vec<u8>, size: Size) {
        let Some((x, y)) = self.caret.at.take() else { return };
        let up = match (&self.shown, self.caret.reflows) {
            (Some(shown), Some(true)) if size.width < self.size.width => {
                let above: u16 = (0..y).map(|y| wrapped(shown, y, u16::MAX, size.width)).sum();
                above + wrapped(shown, y, x + 1, size.width) - 1
            }
            _ => y,
        };
        home(out, up);
    }

    /// The terminal hides the cursor when it is given away and taken again.
    pub(super) const fn forget_caret(&mut self) {
        self.caret.at = None;
        self.caret.shown = false;
    }
}

/// How many rows the first cells of a row become in a width. Never more than the terminal makes
/// of them: a row too few is a row of ours that stays, one too many is somebody else's.
fn wrapped(shown: &Buffer, y: u16, upto: u16, width: u16) -> u16 {
    let blank = super::blank_cell();
    let used = (0..shown.area.width)
        .rev()
        .find(|x| shown.cell((*x, y)).is_some_and(|cell| *cell != blank))
        .map_or(0, |x| x + 1);
    let (mut rows, mut column, mut x) = (1, 0, 0);
    while x < used.min(upto) {
        let wide = shown.cell((x, y)).map_or(1, |cell| ink::width(cell.symbol()).max(1));
        if column + wide > width.max(1) {
            rows += 1;
            column = 0;
        }
        column += wide;
        x += wide;
    }
    rows
}
