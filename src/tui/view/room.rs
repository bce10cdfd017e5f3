//! How much of the window the live region may take.
//!
//! A terminal that gets narrower wraps the rows of the region, and what it pushes off the top
//! is in the scrollback for good: nobody can take a row back from there. So a row costs as many
//! rows as it would be in a window of half the width, and the region costs no more than the
//! window is high. What is too wide for that is laid out anew, for half the width; what is
//! still too high shows its end.

use ratatui::layout::Size;

use crate::app::App;
use crate::text::Row;

/// Windows are not expected to become narrower than this at once.
const NARROWEST: u16 = 20;

/// What is left of the window.
#[derive(Debug)]
pub(super) struct Room {
    narrow: u16,
    third: u16,
    left: usize,
}

impl Room {
    pub(super) fn new(size: Size) -> Self {
        let part = |of: u16| (size.width / of).max(NARROWEST).min(size.width.max(1));
        Self { narrow: part(2), third: part(3), left: size.height.max(1).into() }
    }

    /// All of a window that nothing wraps anew.
    pub(super) fn whole(size: Size) -> Self {
        let width = size.width.max(1);
        Self { narrow: width, third: width, left: size.height.max(1).into() }
    }

    /// Whether a line of so many rows should have the window for itself.
    pub(super) fn is_high(size: Size, rows: &[Row]) -> bool {
        let quarter = (size.width / 4).max(NARROWEST / 2).min(size.width.max(1));
        rows.len() > 1 && cost(rows, quarter) > usize::from(size.height / 2)
    }

    /// How many rows there may still be.
    pub(super) const fn left(&self) -> usize {
        self.left
    }

    /// How wide the window may still become at once for what will be finished rows soon.
    pub(super) const fn third(&self) -> u16 {
        self.third
    }

    /// Takes what is there in any case.
    pub(super) fn reserve(&mut self, rows: &[Row]) {
        self.left = self.left.saturating_sub(cost(rows, self.narrow));
    }

    /// The last rows that fit.
    pub(super) fn take(&mut self, rows: Vec<Row>) -> Vec<Row> {
        self.last(rows, self.narrow)
    }

    /// The same for what will be finished rows soon: it must not be seen twice, even in a
    /// window of a third of the width. So many rows stay spare.
    pub(super) fn take_tails(&mut self, rows: Vec<Row>, spare: usize) -> Vec<Row> {
        let spare = spare.min(self.left);
        self.left -= spare;
        let rows = self.last(rows, self.third);
        self.left += spare;
        rows
    }

    /// Makes rows, at most so many, in the width of the window if they fit.
    pub(super) fn make(
        &mut self,
        app: &mut App,
        most: usize,
        make: impl Fn(&mut App, usize) -> Vec<Row>,
    ) -> Vec<Row> {
        let most = most.min(self.left);
        let mut rows = make(app, most);
        if cost(&rows, self.narrow) > self.left {
            let whole = app.size;
            app.size.width = self.narrow;
            rows = make(app, most);
            app.size = whole;
        }
        self.take(rows)
    }

    fn last(&mut self, rows: Vec<Row>, width: u16) -> Vec<Row> {
        let mut kept = 0;
        for row in rows.iter().rev() {
            let cost = cost(std::slice::from_ref(row), width);
            if cost > self.left {
                break;
            }
            self.left -= cost;
            kept += 1;
        }
        let skip = rows.len() - kept;
        rows.into_iter().skip(skip).collect()
    }
}

/// How many rows these are in a width.
fn cost(rows: &[Row], width: u16) -> usize {
    rows.iter().map(|row| row.width().max(1).div_ceil(width.into())).sum()
}
