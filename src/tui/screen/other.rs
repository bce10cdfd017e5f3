//! The terminal's other screen, for what is high: lists, questions, a long line.
//!
//! Terminals wrap nothing anew there and keep nothing of it, so however the window changes,
//! nothing of it gets into the scrollback. Above the live region stand the last finished rows,
//! as on the screen before, and whatever is finished meanwhile waits for its place there.
//!
//! Some terminals have no other screen, or are told not to use it. Before anything is written to
//! it the screen is moved up by its height: where it is the same screen after all, that brings
//! the finished rows into the scrollback.
//!
//! tmux forgets that a line goes on when that line crosses the upper edge of the window while the
//! other screen is cleared. So there the line at the edge is moved out of the window first, and
//! for that it must be known where in the window the live region begins.

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{BEGIN_SYNC, END_SYNC, Screen, WRAP_OFF, framed, home};
use crate::text::Row;

const ENTER: &[u8] = b"\x1b[?1049h";
const LEAVE: &[u8] = b"\x1b[?1049l";

/// Finished rows that are remembered: no window is higher.
const REMEMBERED: usize = 200;
/// Their cells, however long they are: no window has more.
const CELLS: usize = 1 << 18;
/// Of a row that would fill windows, only the end is looked at.
const LONG: u16 = 8192;

/// The other screen, and what it shows of the first one.
#[derive(Debug, Default)]
pub(super) struct Other {
    /// What it shows, while it is on.
    shown: Option<Buffer>,
    on: bool,
    /// How high the live region is on it.
    rows: u16,
    /// Whether turning to it breaks a line at the upper edge of the window.
    breaks: bool,
    /// Rows that were written to the first screen last.
    recent: VecDeque<Row>,
    /// How many cells those take.
    cells: usize,
}

impl Other {
    pub(super) const fn is_on(&self) -> bool {
        self.on
    }

    pub(super) const fn rows(&self) -> u16 {
        self.rows
    }

    /// Everything on it is written anew with the next frame.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }

    /// A row was written to the first screen.
    pub(super) fn remember(&mut self, row: Row) {
        self.cells += row.width();
        self.recent.push_back(row);
        // The newest stays whatever it takes.
        while self.recent.len() > REMEMBERED || (self.cells > CELLS && self.recent.len() > 1) {
            let gone = self.recent.pop_front();
            self.cells -= gone.map_or(0, |row| row.width());
        }
    }
}

impl Screen {
    /// The same for tmux.
    #[must_use]
    pub const fn in_tmux(mut self, tmux: bool) -> Self {
        self.other.breaks = tmux;
        self
    }

    /// The live region begins in this row of the window and ends at the bottom of it.
    pub const fn reach_down(&mut self, row: u16) {
        self.rows = self.size.height.saturating_sub(row);
    }

    /// Whether the terminal has to be asked where its cursor is before it turns to its other
    /// screen.
    #[must_use]
    pub const fn asks_place(&self) -> bool {
        self.other.breaks && !self.other.on && !self.is_away() && !self.sure && self.below > 0
    }

    /// The cursor, in the first cell of the live region, is in this row of the window.
    pub fn placed(&mut self, row: u16) {
        let left = self.size.height.saturating_sub(row);
        self.rows = self.rows.min(left);
        self.below = left - self.rows;
        self.sure = true;
    }

    /// Whether the terminal shows its other screen.
    #[must_use]
    pub const fn is_other(&self) -> bool {
        self.other.is_on()
    }

    /// The bytes that bring the terminal to this frame on its other screen, below the last
    /// finished rows.
    pub fn frame_whole(&mut self, live: &Buffer) -> Vec<u8> {
        let whole = self.window(live);
        let mut out = Vec::new();
        if let Some(shown) = self.other.shown.take().filter(|shown| shown.area == whole.area) {
            for y in 0..whole.area.height {
                let Some((from, to)) = self.changed(&shown, &whole, y) else { continue };
                if self.used(&whole, y) < self.used(&shown, y) {
                    self.line_of(&mut out, &whole, y);
                } else {
                    place(&mut out, from, y);
                    self.cells(&mut out, &whole, y, from, to);
                }
            }
            self.ink.reset(&mut out);
            self.other.shown = Some(whole);
            return framed(out);
        }
        out.extend_from_slice(BEGIN_SYNC);
        self.enter_other(&mut out);
        for y in 0..whole.area.height {
            self.line_of(&mut out, &whole, y);
        }
        self.ink.reset(&mut out);
        out.extend_from_slice(END_SYNC);
        self.other.shown = Some(whole);
        out
    }

    /// Takes the live region off the first screen and turns to the other one.
    fn enter_other(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.other.on, true) {
            return;
        }
        if !self.is_away() {
            self.back(out);
            if self.shown.take().is_some() || self.stale {
                self.erase(out);
                self.stale = false;
            }
        }
        if std::mem::take(&mut self.caret.shown) {
            out.extend_from_slice(b"\x1b[?25l");
        }
        if self.other.breaks && !self.is_away() {
            self.clear_edge(out);
        }
        out.extend_from_slice(ENTER);
        out.extend_from_slice(WRAP_OFF);
        out.extend_from_slice(b"\x1b[999B");
        out.extend(std::iter::repeat_n(b'\n', self.size.height.into()));
    }

    /// Moves what is in the window of a line that begins above it into the scrollback. The live
    /// region gets the blank rows.
    fn clear_edge(&mut self, out: &mut Vec<u8>) {
        let height = self.size.height;
        let top = height.saturating_sub(self.below).saturating_sub(self.rows);
        let mut left = top;
        let mut recent = self.other.recent.iter().rev();
        let crosses = recent.any(|row| {
            let rows = rows(row, self.size.width);
            let crosses = rows > left;
            left -= if crosses { 0 } else { rows };
            crosses || left == 0
        });
        if !crosses || left == 0 {
            return;
        }
        out.extend_from_slice(b"\x1b[999B");
        out.extend(std::iter::repeat_n(b'\n', left.into()));
        home(out, (height - 1).saturating_sub(top - left));
        self.rows += left;
    }

    /// Back to the first screen, where the cursor is where the live region began.
    pub(super) fn leave_other(&mut self, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.other.on) {
            return;
        }
        self.other.shown = None;
        self.ink.reset(out);
        // Where it is the first one after all, the region begins at its top now. The first row on
        // its own: tmux moves the screen into its history when it is erased from the first cell.
        out.extend_from_slice(b"\x1b[H\x1b[2K");
        if self.size.height > 1 {
            out.extend_from_slice(b"\x1b[2;1H\x1b[J\x1b[H");
        }
        out.extend_from_slice(LEAVE);
        out.extend_from_slice(WRAP_OFF);
        self.stale = true;
    }

    /// A whole row of the other screen.
    fn line_of(&mut self, out: &mut Vec<u8>, whole: &Buffer, y: u16) {
        self.ink.reset(out);
        place(out, 0, y);
        out.extend_from_slice(b"\x1b[2K");
        let end = self.used(whole, y);
        self.cells(out, whole, y, 0, end);
    }

    /// The live region at the bottom of the window, the last finished rows above it.
    fn window(&mut self, live: &Buffer) -> Buffer {
        let (width, height) = (self.size.width.max(1), self.size.height.max(1));
        let rows = live.area.height.min(height);
        self.other.rows = rows;
        let mut whole = Buffer::empty(Rect::new(0, 0, width, height));
        let mut y = height - rows;
        'rows: for row in self.waiting.iter().rev().chain(self.other.recent.iter().rev()) {
            let end = row.wrap(LONG).pop().unwrap_or_default();
            for row in end.wrap(width).iter().rev() {
                let Some(above) = y.checked_sub(1) else { break 'rows };
                y = above;
                whole.set_line(0, y, &row.line(), width);
            }
        }
        for y in 0..rows {
            for x in 0..width.min(live.area.width) {
                let from = live.cell((x, y));
                if let (Some(from), Some(to)) = (from, whole.cell_mut((x, height - rows + y))) {
                    *to = from.clone();
                }
            }
        }
        whole
    }
}

/// How many rows of the window a finished row takes.
pub(super) fn rows(row: &Row, width: u16) -> u16 {
    if row.width() <= usize::from(width) {
        return 1;
    }
    u16::try_from(row.wrap(width).len()).unwrap_or(u16::MAX)
}

/// Puts the cursor into a cell of the window.
fn place(out: &mut Vec<u8>, x: u16, y: u16) {
    out.extend_from_slice(format!("\x1b[{};{}H", y + 1, x + 1).as_bytes());
}
