//! Tables that fit the width: columns shrink and their cells wrap.

use pulldown_cmark::{Alignment, Event, Tag, TagEnd};
use ratatui::style::Style;

use super::Look;
use super::block::joined;
use super::inline::Inline;
use crate::text::{Piece, Row};
use crate::theme::Role;

/// What stands between two columns takes this much.
const GAP: usize = 3;
/// Narrower columns cannot be read; the table becomes a list then.
const NARROWEST: usize = 3;

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    lines: Vec<Vec<Row>>,
    cell: Option<Inline>,
}

impl Table {
    pub(super) const fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, lines: Vec::new(), cell: None }
    }

    /// Takes an event inside of the table; whether it was one.
    pub(super) fn take(&mut self, event: &Event<'_>, look: Look<'_>) -> bool {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => self.lines.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                let head = self.lines.len() == 1;
                let style = if head { look.theme.style(Role::Strong) } else { Style::new() };
                self.cell = Some(Inline::new(style));
            }
            Event::End(TagEnd::TableCell) => {
                let rows = self.cell.take().map(Inline::finish).unwrap_or_default();
                if let Some(line) = self.lines.last_mut() {
                    line.push(rows.into_iter().next().unwrap_or_default());
                }
            }
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {}
            Event::End(TagEnd::Table) => return false,
            inside => {
                if let Some(cell) = &mut self.cell {
                    cell.take(inside, look);
                }
            }
        }
        true
    }

    /// The rows, none wider than `width` where that is possible.
    pub(super) fn rows(self, width: usize, look: Look<'_>) -> Vec<Row> {
        let columns = self.alignments.len();
        let room = width.saturating_sub(GAP * columns.saturating_sub(1));
        if room < columns * NARROWEST {
            return self.list(look);
        }
        let widths = self.widths(room);
        let rule = look.theme.style(Role::Rule);
        let mut rows = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            self.line(line, &widths, rule, &mut rows);
            if number == 0 {
                let dashes: Vec<_> = widths.iter().map(|width| "─".repeat(*width)).collect();
                rows.push(Row::of(dashes.join("─┼─"), rule));
            }
        }
        rows
    }

    /// How wide each column is: as its widest cell; the widest ones give way.
    fn widths(&self, room: usize) -> Vec<usize> {
        let widest = |column: usize| {
            let cells = self.lines.iter().filter_map(move |line| line.get(column));
            cells.map(Row::width).max().unwrap_or(0).max(1)
        };
        let mut widths: Vec<_> = (0..self.alignments.len()).map(widest).collect();
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max() else { break };
            *widest -= 1;
        }
        widths
    }

    fn line(&self, line: &[Row], widths: &[usize], rule: Style, rows: &mut Vec<Row>) {
        let cells: Vec<Vec<Row>> = widths
            .iter()
            .enumerate()
            .map(|(column, width)| {
                let width = u16::try_from(*width).unwrap_or(u16::MAX);
                line.get(column).map(|cell| cell.wrap_words(width)).unwrap_or_default()
            })
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut row = Row::default();
            for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
                if column > 0 {
                    row.push(Piece::new(" │ ", rule));
                }
                let text = cell.get(at).cloned().unwrap_or_default();
                let blank = width.saturating_sub(text.width());
                let before = match self.alignments.get(column) {
                    Some(Alignment::Right) => blank,
                    Some(Alignment::Center) => blank / 2,
                    _ => 0,
                };
                let last = column + 1 == widths.len();
                row.push(Piece::new(" ".repeat(before), Style::new()));
                row.append(text);
                let after = if last { 0 } else { blank - before };
                row.push(Piece::new(" ".repeat(after), Style::new()));
            }
            rows.push(row);
        }
    }

    /// For windows too narrow for columns: each cell on a row of its own.
    fn list(self, look: Look<'_>) -> Vec<Row> {
        let mut lines = self.lines.into_iter();
        let head = lines.next().unwrap_or_default();
        let bodies: Vec<_> = lines.collect();
        if bodies.is_empty() {
            return head;
        }
        let mut rows = Vec::new();
        for line in bodies {
            for (column, cell) in line.into_iter().enumerate() {
                let mut row = head.get(column).cloned().unwrap_or_default();
                row.append(joined([Piece::new(": ", look.theme.style(Role::Rule))]));
                row.append(cell);
                rows.push(row);
            }
        }
        rows
    }
}
