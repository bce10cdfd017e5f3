//! Rows of the region that only moved: the terminal moves them, instead of getting them again.

use ratatui::buffer::{Buffer, Cell};

use super::change::row;
use super::{Screen, blank_cell, down, home};

/// Moves by more rows than this are painted.
const FARTHEST: u16 = 3;
/// Moves that spare fewer cells than this are not worth their codes.
const WORTH: usize = 24;

impl Screen {
    /// Lets the terminal move what only moved, with the cursor in the first cell before and
    /// after; what is shown is the region as it is then. Says whether anything moved.
    pub(super) fn moved(&mut self, out: &mut Vec<u8>, shown: &mut Buffer, live: &Buffer) -> bool {
        let rows = live.area.height;
        // With rows of others above, nothing of the region can get into the scrollback.
        if rows.saturating_add(self.below) >= self.size.height {
            return false;
        }
        if shown.area.height == rows {
            self.scrolled(out, shown, live)
        } else if shown.area.height < rows {
            self.grown(out, shown, live)
        } else {
            false
        }
    }

    /// Some rows went up inside of the region: new ones came below them.
    fn scrolled(&mut self, out: &mut Vec<u8>, shown: &mut Buffer, live: &Buffer) -> bool {
        let rows = live.area.height;
        let longest = (1..=FARTHEST.min(rows.saturating_sub(1)))
            .filter_map(|by| stretch(shown, live, by).map(|(from, len)| (from, len, by)))
            .max_by_key(|(_, len, _)| *len);
        let Some((from, len, by)) = longest else { return false };
        let spared: usize = (from..from + len).map(|y| used(row(live, y))).sum();
        if spared < WORTH {
            return false;
        }
        self.ink.reset(out);
        down(out, from);
        out.extend_from_slice(format!("\r\x1b[{by}M").as_bytes());
        down(out, len);
        out.extend_from_slice(format!("\x1b[{by}L").as_bytes());
        home(out, from + len);
        if let Some(cells) = stretch_of(shown, from, from + len + by) {
            let gone = usize::from(by) * usize::from(live.area.width);
            cells.rotate_left(gone);
            let kept = cells.len() - gone;
            cells.iter_mut().skip(kept).for_each(|cell| *cell = blank_cell());
        }
        true
    }

    /// The region is higher, and its last rows are the same: new ones came above them.
    fn grown(&mut self, out: &mut Vec<u8>, shown: &mut Buffer, live: &Buffer) -> bool {
        let (before, rows) = (shown.area.height, live.area.height);
        let by = rows - before;
        let same = (0..before).rev().take_while(|y| row(shown, *y) == row(live, *y + by)).count();
        let from = before - u16::try_from(same).unwrap_or(0);
        let spared: usize = (from..before).map(|y| used(row(shown, y))).sum();
        if spared < WORTH {
            return false;
        }
        self.ink.reset(out);
        down(out, rows - 1);
        home(out, rows - 1 - from);
        out.extend_from_slice(format!("\x1b[{by}L").as_bytes());
        home(out, from);
        shown.content.resize(live.content.len(), blank_cell());
        shown.area = live.area;
        if let Some(cells) = stretch_of(shown, from, rows) {
            cells.rotate_right(usize::from(by) * usize::from(live.area.width));
        }
        true
    }
}

/// The longest stretch of rows that stood `by` rows lower before: where it begins, how long.
fn stretch(shown: &Buffer, live: &Buffer, by: u16) -> Option<(u16, u16)> {
    let mut best = None;
    let mut begun = None;
    for y in 0..=live.area.height.saturating_sub(by) {
        let alike = y + by < live.area.height
            && row(live, y) == row(shown, y + by)
            && row(live, y) != row(shown, y);
        match (alike, begun) {
            (true, None) => begun = Some(y),
            (false, Some(from)) => {
                if best.is_none_or(|(_, len)| y - from > len) {
                    best = Some((from, y - from));
                }
                begun = None;
            }
            _ => {}
        }
    }
    best
}

/// The cells of some rows.
fn stretch_of(buffer: &mut Buffer, from: u16, to: u16) -> Option<&mut [Cell]> {
    let at = |y: u16| usize::from(y) * usize::from(buffer.area.width);
    let cells = at(from)..at(to);
    buffer.content.get_mut(cells)
}

fn used(cells: &[Cell]) -> usize {
    let blank = blank_cell();
    cells.iter().rposition(|cell| *cell != blank).map_or(0, |at| at + 1)
}
