//! Writes to the terminal: finished rows once into its scrollback, and a live region below.
//!
//! The terminal belongs to its user: rows above the live region are never touched again, so
//! that selecting, scrolling and reflowing work as in any shell. Four rules keep that true
//! whatever happens to the size of the window (what is high goes to the terminal's other screen,
//! see `other`; what a narrow window pushed away is looked for, see `sight`):
//!
//! - A finished row is written as one line and wrapped by the terminal itself.
//! - Between frames the cursor rests in the first cell of the live region, or in the line that
//!   is typed where the terminal wraps nothing anew (`caret`). Terminals keep the
//!   cursor at its place in the text when they reflow, so after any change of size the region
//!   begins where the cursor is, and everything from there on is ours to erase. No question to
//!   the terminal, no arithmetic about how it wraps.
//! - The region stands at the bottom of the window from the start, and its first row is blank. A
//!   terminal that makes a narrow window out of a wide one pushes rows off the top; with blank or
//!   finished rows there, the region's own first cell stays. One that gets lower drops the rows
//!   below the cursor first.
//! - Rows of the live region are written without automatic wrapping, which stays off until the
//!   next finished row or the end, and moves are relative to
//!   its first cell. A frame that was made for another width cannot spill.
//!
//! While the window changes, and in one of a few columns, finished rows wait.
//!
//! This file makes bytes; who writes them is `run`.

mod caret;
mod change;
mod ink;
mod other;
mod shift;
mod sight;

use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use self::caret::Caret;
pub use self::ink::ColorDepth;
use self::ink::Ink;
use self::other::Other;
use self::sight::Fate;
pub use self::sight::Sight;
use crate::text::Row;

#[cfg(test)]
pub(crate) mod emulator;
#[cfg(test)]
mod tests;

/// Finished rows wait for a window at least as wide. Narrower ones hold no wide character, or
/// nothing beside it, and a terminal can stumble over that: tmux dies of a wide character in a
/// single column.
const NARROW: u16 = 4;

/// Changes shorter than this need no synchronised update: they arrive in one piece.
const SMALL: usize = 256;

const BEGIN_SYNC: &[u8] = b"\x1b[?2026h";
const END_SYNC: &[u8] = b"\x1b[?2026l";
const WRAP_OFF: &[u8] = b"\x1b[?7l";
const WRAP_ON: &[u8] = b"\x1b[?7h";

/// The terminal as we know it.
#[derive(Debug)]
pub struct Screen {
    size: Size,
    /// What the live region shows; `None` when it is not on the screen.
    shown: Option<Buffer>,
    /// Whether something of an older frame may be below the cursor.
    stale: bool,
    /// How many blank rows may be below the region, at most.
    below: u16,
    /// Whether it is that many and not less.
    sure: bool,
    /// How high the region was last.
    rows: u16,
    /// The rows in which the next frame may differ from the last, where that is known.
    only: Option<Vec<bool>>,
    waiting: Vec<Row>,
    ink: Ink,
    links: bool,
    caret: Caret,
    other: Other,
    fate: Fate,
}

impl Screen {
    /// A terminal of this size, with the cursor at the start of an empty line.
    #[must_use]
    pub fn new(size: Size, depth: ColorDepth, links: bool) -> Self {
        let ink = Ink::new(depth);
        Self {
            size,
            shown: None,
            stale: false,
            below: 0,
            sure: true,
            rows: 0,
            only: None,
            waiting: Vec::new(),
            ink,
            links,
            caret: Caret::default(),
            other: Other::default(),
            fate: Fate::default(),
        }
    }

    /// The size the next frame is for.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// The row of the window where the live region begins.
    #[must_use]
    pub const fn top(&self) -> u16 {
        if self.other.is_on() {
            return self.size.height.saturating_sub(self.other.rows());
        }
        self.size.height.saturating_sub(self.below).saturating_sub(self.rows)
    }

    /// Whether a finished row waits to be written.
    #[must_use]
    pub const fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes a row for the scrollback; the next frame writes it, once.
    pub fn commit(&mut self, row: Row) {
        self.waiting.push(row);
    }

    /// Brings the cursor to the bottom of the window, below everything that is there, with
    /// room for a region of `rows`.
    #[must_use]
    pub fn open(&self, rows: u16) -> Vec<u8> {
        let room = rows.clamp(1, self.size.height.max(1)) - 1;
        let mut out = b"\r".to_vec();
        out.extend(std::iter::repeat_n(b'\n', room.into()));
        out.extend_from_slice(b"\x1b[999B");
        home(&mut out, room);
        out
    }

    /// The same without going down further than needed.
    #[must_use]
    pub fn open_here(&self, rows: u16) -> Vec<u8> {
        let room = rows.clamp(1, self.size.height.max(1)) - 1;
        let mut out = b"\r".to_vec();
        out.extend(std::iter::repeat_n(b'\n', room.into()));
        home(&mut out, room);
        out
    }

    /// The window has another size now. Gives what takes the live region off the screen, so
    /// that a terminal that goes on changing has nothing of ours to reflow; where the terminal
    /// can be read the region is looked for first (`sight`).
    pub fn resize(&mut self, size: Size) -> Vec<u8> {
        let mut out = Vec::new();
        let before = std::mem::replace(&mut self.size, size);
        if self.other.is_on() {
            self.other.forget();
            self.below += std::mem::take(&mut self.rows);
            self.emptier(before);
            return out;
        }
        if self.fate.reads && (self.shown.is_some() || self.fate.lost.is_some()) {
            self.fate.lost = self.shown.take().or_else(|| self.fate.lost.take());
            self.emptier(before);
            self.stale = true;
            return out;
        }
        self.back(&mut out);
        let shown = self.shown.take();
        if shown.is_some() || self.stale {
            self.erase(&mut out);
        }
        if shown.is_some_and(|shown| self.overflows(&shown, before)) {
            // Part of the region has left the window for good, and the cursor may stand in the
            // middle of one of its rows. What comes next begins a line of its own.
            out.extend_from_slice(b"\r\n");
        }
        self.emptier(before);
        self.stale = true;
        out
    }

    /// Taller, or fewer rows above: unless rows came back from the scrollback, it is blank
    /// below now.
    fn emptier(&mut self, before: Size) {
        if self.size.width > before.width {
            self.below = self.size.height;
        } else {
            self.below += self.size.height.saturating_sub(before.height);
        }
        self.below = self.below.min(self.size.height);
        self.sure = false;
    }

    /// Whether a region, reflowed to the present size, may have lost its first row. Terminals
    /// that change the width first do it in the height from before.
    fn overflows(&self, shown: &Buffer, before: Size) -> bool {
        let width = usize::from(self.size.width.max(1));
        let (mut rows, mut reflowed) = (0, 0);
        for y in 0..shown.area.height {
            let cells = (0..shown.area.width).rev();
            let used = cells
                .map(|x| (x, shown.cell((x, y))))
                .find(|(_, cell)| cell.is_some_and(|cell| *cell != blank_cell()))
                .map_or(1, |(x, _)| usize::from(x) + 1);
            // A wide character at the edge leaves a cell empty.
            let wrapped = if used > width { used.div_ceil(width.max(2) - 1) } else { 1 };
            rows += 1;
            reflowed += wrapped;
        }
        let below = usize::from(self.below);
        reflowed > rows && reflowed + below > usize::from(self.size.height.min(before.height))
    }

    /// The height below which the next region should not fall: what is typed stays at the
    /// bottom when something above it ends. Finished rows take its place.
    #[must_use]
    pub fn least(&self) -> u16 {
        if self.shown.is_none() && !self.other.is_on() && !self.sure {
            return 0;
        }
        let width = usize::from(self.size.width.max(1));
        let rows = self.waiting.iter().filter(|_| self.can_write_waiting());
        let rows = rows.map(|row| row.width().max(1).div_ceil(width));
        let rows = u16::try_from(rows.sum::<usize>()).unwrap_or(u16::MAX);
        self.rows.saturating_sub(rows)
    }

    /// The cursor is at the start of an empty line again, with nothing of ours below it.
    pub fn begin(&mut self) {
        self.forget_caret();
        self.fate.forget();
        self.stale = false;
        self.below = 0;
        self.sure = true;
        self.rows = 0;
    }

    /// The next frame writes the live region anew.
    pub fn invalidate(&mut self) {
        self.shown = None;
        self.stale = true;
        self.other.forget();
    }

    /// The bytes that bring the terminal to this frame. None when nothing has changed.
    ///
    /// `live` is as wide as the window and not higher; a frame for another size is cut.
    pub fn frame(&mut self, live: &Buffer) -> Vec<u8> {
        let rows = live.area.height.min(self.size.height);
        self.below += self.rows.saturating_sub(rows);
        self.below = self.below.saturating_sub(rows.saturating_sub(self.rows));
        self.rows = rows;
        if let Some(shown) = &self.shown
            && shown.area.width == live.area.width
            && !self.can_write_waiting()
        {
            let mut shown = std::mem::take(&mut self.shown).unwrap_or_default();
            let out = self.change(&mut shown, live, rows);
            self.shown = Some(shown);
            return out;
        }
        self.only = None;
        let mut out = BEGIN_SYNC.to_vec();
        self.leave_other(&mut out);
        if self.shown.is_some() || self.stale {
            self.erase(&mut out);
        }
        self.write_waiting(&mut out);
        self.paint(&mut out, live, rows);
        out.extend_from_slice(END_SYNC);
        self.shown = Some(live.clone());
        self.stale = false;
        out
    }

    /// The bytes that take the live region off the screen and leave the cursor behind what
    /// was committed, with everything that still waited.
    pub fn leave(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.leave_other(&mut out);
        self.back(&mut out);
        self.forget_caret();
        self.fate.forget();
        if self.shown.take().is_some() || self.stale {
            self.erase(&mut out);
        }
        out.extend_from_slice(WRAP_ON);
        for row in std::mem::take(&mut self.waiting) {
            self.write_row(&mut out, &row);
            self.other.remember(row);
        }
        self.stale = false;
        out
    }

    const fn can_write_waiting(&self) -> bool {
        !self.waiting.is_empty() && !self.fate.held && self.size.width >= NARROW
    }

    fn write_waiting(&mut self, out: &mut Vec<u8>) {
        if self.can_write_waiting() {
            out.extend_from_slice(WRAP_ON);
            for row in std::mem::take(&mut self.waiting) {
                let sure = self.sure && self.below > 0;
                let rows = if sure { other::rows(&row, self.size.width) } else { 1 };
                self.below = self.below.saturating_sub(rows);
                self.write_row(out, &row);
                self.other.remember(row);
            }
        }
    }

    fn write_row(&mut self, out: &mut Vec<u8>, row: &Row) {
        for piece in row.pieces() {
            let link = piece.link().filter(|_| self.links);
            self.ink.style(out, piece.style());
            if let Some(link) = link {
                out.extend_from_slice(format!("\x1b]8;;{link}\x1b\\").as_bytes());
            }
            ink::write(out, piece.text());
            if link.is_some() {
                out.extend_from_slice(b"\x1b]8;;\x1b\\");
            }
        }
        self.ink.reset(out);
        out.extend_from_slice(b"\r\n");
    }

    /// Erases from the cursor, which is in the first cell of the region, to the end of the
    /// screen. Row by row first: tmux moves the screen into its history when it is erased
    /// from the first cell on.
    fn erase(&mut self, out: &mut Vec<u8>) {
        self.ink.reset(out);
        out.extend_from_slice(b"\r\x1b[2K");
        if self.size.height > 1 {
            out.extend_from_slice(b"\x1b7\x1b[B\r\x1b[J\x1b8");
        }
    }

    /// Writes the whole region at the cursor and goes back to its first cell.
    fn paint(&mut self, out: &mut Vec<u8>, live: &Buffer, rows: u16) {
        out.extend_from_slice(WRAP_OFF);
        for y in 0..rows {
            if y > 0 {
                out.extend_from_slice(b"\r\n");
            }
            let end = self.used(live, y);
            self.cells(out, live, y, 0, end);
            self.ink.reset(out);
        }
        home(out, rows.saturating_sub(1));
    }

    /// How many cells of a row have to be written; the rest is blank anyway.
    fn used(&self, live: &Buffer, y: u16) -> u16 {
        let width = live.area.width.min(self.size.width);
        let blank = |x: &u16| live.cell((*x, y)).is_none_or(|cell| *cell == blank_cell());
        (0..width).rev().find(|x| !blank(x)).map_or(0, |x| x + 1)
    }

    /// Writes cells of a row from where the cursor is.
    fn cells(&mut self, out: &mut Vec<u8>, live: &Buffer, y: u16, from: u16, to: u16) {
        let mut x = from;
        while x < to {
            let Some(cell) = live.cell((x, y)) else { break };
            let width = ink::width(cell.symbol()).max(1);
            self.ink.style(out, cell.style());
            out.extend_from_slice(cell.symbol().as_bytes());
            x += width;
            if x < to && ink::is_doubtful(cell.symbol()) {
                // Terminals disagree about its width; the next cell is where we say.
                column(out, x);
            }
        }
    }
}

fn blank_cell() -> ratatui::buffer::Cell {
    ratatui::buffer::Cell::new(" ")
}

fn framed(change: Vec<u8>) -> Vec<u8> {
    if change.len() <= SMALL {
        return change;
    }
    [BEGIN_SYNC, &change, END_SYNC].concat()
}

/// Goes down by line feeds. A cursor movement would stop at the last row of a window that has
/// just become lower, and the way back up would lead above the region; a line feed scrolls.
fn down(out: &mut Vec<u8>, rows: u16) {
    out.extend(std::iter::repeat_n(b'\n', rows.into()));
}

fn column(out: &mut Vec<u8>, x: u16) {
    if x == 0 {
        out.push(b'\r');
    } else {
        out.extend_from_slice(format!("\x1b[{}G", x + 1).as_bytes());
    }
}

fn home(out: &mut Vec<u8>, rows: u16) {
    out.push(b'\r');
    match rows {
        0 => {}
        1 => out.extend_from_slice(b"\x1b[A"),
        _ => out.extend_from_slice(format!("\x1b[{rows}A").as_bytes()),
    }
}
