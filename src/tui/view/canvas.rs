//! The live region as cells. Most rows are what they were a moment ago: only the others are laid
//! out again.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text::Row;

#[cfg(test)]
mod tests;

/// A cell that stands out: where it is, and how.
pub(super) type Mark = (u16, u16, Style);

/// What was drawn last.
#[derive(Debug, Default)]
pub struct Canvas {
    buffer: Buffer,
    rows: Vec<Row>,
    mark: Option<Mark>,
    /// The rows that were laid out again since somebody asked.
    changed: Vec<bool>,
}

impl Canvas {
    /// Its cells.
    #[must_use]
    pub const fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// The same, when that is all that is wanted.
    #[must_use]
    pub fn into_buffer(self) -> Buffer {
        self.buffer
    }

    /// Which rows may differ from what they were when this was asked last.
    pub fn take_changed(&mut self) -> Vec<bool> {
        let unchanged = vec![false; self.changed.len()];
        std::mem::replace(&mut self.changed, unchanged)
    }

    /// Draws these rows, with blank ones above them up to a height.
    pub(super) fn lay(&mut self, width: u16, height: u16, mut rows: Vec<Row>, mark: Option<Mark>) {
        let blank = usize::from(height).saturating_sub(rows.len());
        rows.truncate(height.into());
        rows.splice(0..0, std::iter::repeat_n(Row::default(), blank));
        if self.buffer.area.width != width {
            *self = Self::default();
        }
        let before = self.rows.len();
        self.buffer.area = Rect::new(0, 0, width, height);
        self.buffer.content.resize(usize::from(width) * usize::from(height), Cell::EMPTY);
        self.changed.resize(height.into(), true);
        let old = std::mem::replace(&mut self.mark, mark);
        let marks = if old == mark { [None; 2] } else { [old, mark] };
        for (y, row) in (0..height).zip(&rows) {
            let at = usize::from(y);
            let marked = marks.iter().flatten().any(|(_, marked, _)| *marked == y);
            if marked || at >= before || self.rows.get(at) != Some(row) {
                self.draw(y, row);
            }
        }
        self.rows = rows;
        if let Some((x, y, style)) = mark
            && let Some(cell) = self.buffer.cell_mut((x, y))
        {
            cell.set_style(style);
        }
    }

    fn draw(&mut self, y: u16, row: &Row) {
        let width = self.buffer.area.width;
        let from = usize::from(y) * usize::from(width);
        self.buffer.content.iter_mut().skip(from).take(width.into()).for_each(Cell::reset);
        self.buffer.set_line(0, y, &row.line(), width);
        if let Some(changed) = self.changed.get_mut(usize::from(y)) {
            *changed = true;
        }
    }
}
