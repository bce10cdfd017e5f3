//! What a terminal that can be read shows, and where the live region begins in it.
//!
//! A window that jumps from wide to narrow wraps the rows of the region, and may push its first
//! ones into the scrollback. The cursor, which was in its first cell, is then somewhere in the
//! middle of it, for good. Nothing is lost by that as long as nothing is written: the window may
//! be wide again in a moment, and the rows come back. So where the terminal can be read the
//! region is left as it is until the window has settled. Then it is looked for, from its first
//! row on, and only then is it erased.

use ratatui::buffer::Buffer;

use super::{Screen, ink};

#[cfg(test)]
mod tests;

/// What a terminal shows, as somebody sees who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// Rows of the scrollback and of the window; the last ones are those of the window.
    pub rows: Vec<String>,
    /// How wide the window is, and how many of the rows are in it.
    pub size: (u16, u16),
    /// The column and the row of the window where the cursor is.
    pub cursor: (u16, u16),
}

/// Where the region begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// Where the cursor is.
    Here,
    /// So many rows above it, in the window.
    Above(u16),
    /// Where it cannot be erased now: in the scrollback, or in rows that are wrapped.
    Away,
    /// Nobody knows.
    Unknown,
}

/// What happened to the region since the window changed.
#[derive(Debug, Default)]
pub(super) struct Fate {
    /// Whether the terminal can be read.
    pub(super) reads: bool,
    /// The region as it was painted, while it is not known where it is.
    pub(super) lost: Option<Buffer>,
    /// Whether it has to wait for a larger window, on the other screen.
    pub(super) away: bool,
    /// Whether finished rows wait until the window has settled.
    pub(super) held: bool,
}

impl Fate {
    /// Nothing of the region is on the screen.
    pub(super) fn forget(&mut self) {
        self.lost = None;
        self.away = false;
    }
}

impl Screen {
    /// The same for a terminal that can be read.
    #[must_use]
    pub const fn readable(mut self, reads: bool) -> Self {
        self.fate.reads = reads;
        self
    }

    /// Whether finished rows wait, because the window is changing its size: what is written now
    /// may find a window of any width.
    pub const fn hold(&mut self, held: bool) {
        self.fate.held = held;
    }

    /// What it shows is of no use, for there is no other screen to wait on.
    pub fn give_up_reading(&mut self) {
        self.fate.reads = false;
        self.fate.forget();
    }

    /// Whether nothing may be drawn before the region is found: [`Screen::found`].
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.fate.lost.is_some() && !self.other.is_on()
    }

    /// Whether the region waits for a larger window, and everything else is for the other
    /// screen until then.
    #[must_use]
    pub const fn is_away(&self) -> bool {
        self.fate.away
    }

    /// The window is as large as it has to be for the region that waits: gives what brings the
    /// first screen back, where it can be found.
    pub fn come_back(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let width = usize::from(self.size.width);
        let fits = self
            .fate
            .lost
            .as_ref()
            .is_some_and(|lost| lost.area.height < self.size.height && widest(lost) <= width);
        if self.fate.away && fits {
            self.fate.away = false;
            self.leave_other(&mut out);
        }
        out
    }

    /// The window has settled, and the terminal was read; `None` where that failed. Says whether
    /// the next frame may be drawn: the sight may be of another size.
    pub fn found(&mut self, sight: Option<&Sight>) -> bool {
        let Some(sight) = sight else {
            self.fate.forget();
            return true;
        };
        let Some(lost) = &self.fate.lost else { return true };
        if sight.size != (self.size.width, self.size.height) {
            return false;
        }
        match begins(lost, sight) {
            Begins::Away => {
                self.fate.away = true;
                return true;
            }
            Begins::Above(rows) => {
                self.caret_at(0, rows);
                self.placed(sight.cursor.1.saturating_sub(rows));
            }
            Begins::Here | Begins::Unknown => self.placed(sight.cursor.1),
        }
        self.fate.lost = None;
        true
    }
}

/// Where a region begins in what is seen.
pub(super) fn begins(region: &Buffer, sight: &Sight) -> Begins {
    let rows: Vec<_> = (0..region.area.height).map(|y| row(region, y)).collect();
    let seen: Vec<_> = sight.rows.iter().map(|row| letters(row.chars())).collect();
    let Some(window) = seen.len().checked_sub(sight.size.1.into()) else { return Begins::Unknown };
    let at = window + usize::from(sight.cursor.1);
    if at >= seen.len() {
        return Begins::Unknown;
    }
    // The one with the most to be seen of it; the nearest one of several.
    let mut best: Option<(usize, usize)> = None;
    for above in 0..=at {
        let Some(part) = seen.get(at - above..) else { break };
        if let Some(alike) = alike(&rows, part, above)
            && best.is_none_or(|(_, most)| alike > most)
        {
            best = Some((above, alike));
        }
    }
    let Some((above, _)) = best else { return Begins::Unknown };
    if above == 0 {
        return Begins::Here;
    }
    let is_wrapped = widest(region) > usize::from(sight.size.0);
    match u16::try_from(above) {
        Ok(rows) if rows <= sight.cursor.1 && !is_wrapped => Begins::Above(rows),
        _ => Begins::Away,
    }
}

/// How many rows that hold letters are those of the region, from its first one on; `None` when
/// the first so many and the one of the cursor are not. The terminal may have cut rows into
/// several, and have dropped the last ones.
fn alike(region: &[String], seen: &[String], above: usize) -> Option<usize> {
    let mut rows = region.iter();
    let mut rest = Some(rows.next()?.as_str());
    let mut alike = 0;
    for (y, seen) in seen.iter().enumerate() {
        match rest {
            // A row that was cut may have pieces without letters.
            Some(row) if seen.is_empty() && !row.is_empty() => {}
            Some(row) if seen.is_empty() == row.is_empty() && row.starts_with(seen.as_str()) => {
                alike += usize::from(!seen.is_empty());
                let row = row.get(seen.len()..).unwrap_or_default();
                rest = if row.is_empty() { rows.next().map(String::as_str) } else { Some(row) };
            }
            // What is below the region, or below what was left of it, is blank.
            _ if seen.is_empty() && y > above => rest = None,
            _ => return None,
        }
    }
    Some(alike)
}

/// The letters of a row. Blanks are cut off at the end of a row that is read, and about the
/// width of signs there are opinions.
fn row(region: &Buffer, y: u16) -> String {
    let cells = (0..region.area.width).filter_map(|x| region.cell((x, y)));
    letters(cells.flat_map(|cell| cell.symbol().chars()))
}

fn letters(chars: impl Iterator<Item = char>) -> String {
    chars.filter(|char| char.is_alphanumeric()).collect()
}

/// How many cells the widest row takes.
fn widest(region: &Buffer) -> usize {
    let blank = super::blank_cell();
    let used = |y| {
        let last = (0..region.area.width)
            .rev()
            .find_map(|x| region.cell((x, y)).filter(|cell| **cell != blank).map(|cell| (x, cell)));
        last.map_or(0, |(x, cell)| usize::from(x + ink::width(cell.symbol()).max(1)))
    };
    (0..region.area.height).map(used).max().unwrap_or(0)
}
