//! From one frame to the next of the same width: what differs is written, and nothing else.

use ratatui::buffer::{Buffer, Cell};

use super::{Screen, column, down, framed, home, ink};

impl Screen {
    /// The next frame differs from the last one in these rows, and in no other. It need not
    /// differ there.
    pub fn only(&mut self, rows: Vec<bool>) {
        self.only = Some(rows);
    }

    /// The difference between two frames of the same width. What is shown is the new one then.
    pub(super) fn change(&mut self, shown: &mut Buffer, live: &Buffer, rows: u16) -> Vec<u8> {
        let mut out = Vec::new();
        let only = self.only.take().filter(|only| only.len() == usize::from(live.area.height));
        let few = |only: &Vec<bool>| only.iter().filter(|differs| **differs).count() < 3;
        let calm = shown.area == live.area && only.as_ref().is_some_and(few);
        // What moves takes more rows with it than those that differ.
        let moved = !calm && self.moved(&mut out, shown, live);
        let only = only.filter(|_| !moved);
        let before = shown.area.height.min(self.size.height);
        let mut at = 0;
        for y in 0..rows.min(before) {
            if only.as_ref().is_some_and(|only| only.get(usize::from(y)) == Some(&false)) {
                continue;
            }
            let Some((from, to)) = self.changed(shown, live, y) else { continue };
            down(&mut out, y - at);
            at = y;
            if self.used(live, y) < self.used(shown, y) {
                // tmux counts cells that were erased one by one when it wraps rows anew; a row
                // that is erased whole has none.
                self.ink.reset(&mut out);
                out.extend_from_slice(b"\r\x1b[2K");
                let end = self.used(live, y);
                self.cells(&mut out, live, y, 0, end);
            } else {
                column(&mut out, from);
                self.cells(&mut out, live, y, from, to);
            }
            put(shown, y, row(live, y));
        }
        if rows > before {
            down(&mut out, before - 1 - at);
            for y in before..rows {
                self.ink.reset(&mut out);
                out.extend_from_slice(b"\r\n");
                let end = self.used(live, y);
                self.cells(&mut out, live, y, 0, end);
            }
            at = rows - 1;
        } else if rows < before {
            down(&mut out, rows - at);
            self.ink.reset(&mut out);
            out.extend_from_slice(b"\r\x1b[J");
            at = rows;
        }
        if live.area.width > self.size.width || live.area.height > self.size.height {
            // Cells out of sight were not looked at.
            shown.clone_from(live);
        } else {
            become_like(shown, live);
        }
        if out.is_empty() {
            return out;
        }
        self.ink.reset(&mut out);
        home(&mut out, at);
        framed(out)
    }

    /// The cells of a row from the first that differs to the last, cut at the end of what is
    /// used.
    pub(super) fn changed(&self, shown: &Buffer, live: &Buffer, y: u16) -> Option<(u16, u16)> {
        let width = live.area.width.min(self.size.width);
        let pairs = || row(shown, y).iter().zip(row(live, y)).take(width.into());
        let first = pairs().position(|(old, new)| old != new)?;
        let last = pairs().rposition(|(old, new)| old != new)? + 1;
        let cell = |at| u16::try_from(at).unwrap_or(width);
        // Not into the middle of a wide character.
        let mut from = cell(first);
        while from > 0 && (covered(live, from, y) || covered(shown, from, y)) {
            from -= 1;
        }
        let end = cell(last).min(self.used(live, y)).max(from);
        let wide =
            end > from && live.cell((end - 1, y)).is_some_and(|c| ink::width(c.symbol()) > 1);
        Some((from, if wide { (end + 1).min(width) } else { end }))
    }
}

/// Gives a buffer the rows of another one that it does not have yet: those below its own, and
/// none beyond.
fn become_like(shown: &mut Buffer, live: &Buffer) {
    let have = shown.content.len().min(live.content.len());
    shown.content.truncate(have);
    shown.content.extend_from_slice(live.content.get(have..).unwrap_or_default());
    shown.area = live.area;
    debug_assert_eq!(shown.content, live.content, "a row differs that was said to be the same");
}

/// A row of a buffer.
pub(super) fn row(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let from = usize::from(y) * width;
    buffer.content.get(from..from + width).unwrap_or_default()
}

/// Replaces a row.
pub(super) fn put(buffer: &mut Buffer, y: u16, cells: &[Cell]) {
    let width = usize::from(buffer.area.width);
    let from = usize::from(y) * width;
    if let Some(place) = buffer.content.get_mut(from..from + width)
        && place.len() == cells.len()
    {
        place.clone_from_slice(cells);
    }
}

/// Whether a cell is the second half of the one before it.
fn covered(buffer: &Buffer, x: u16, y: u16) -> bool {
    buffer.cell((x - 1, y)).is_some_and(|cell| ink::width(cell.symbol()) > 1)
}
