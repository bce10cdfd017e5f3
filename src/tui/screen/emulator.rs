//! A terminal that reflows, for tests: what it shows and what it keeps, as logical lines.

use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::term::{Config, Term};
use alacritty_terminal::vte::ansi::Processor;

use super::Sight;

pub(crate) struct Emulator {
    term: Term<VoidListener>,
    parser: Processor,
}

struct Window {
    lines: usize,
    columns: usize,
}

impl Dimensions for Window {
    fn total_lines(&self) -> usize {
        self.lines
    }

    fn screen_lines(&self) -> usize {
        self.lines
    }

    fn columns(&self) -> usize {
        self.columns
    }
}

impl Emulator {
    pub(crate) fn new(columns: u16, lines: u16) -> Self {
        let config = Config { scrolling_history: 1_000_000, ..Config::default() };
        let window = Window { lines: lines.into(), columns: columns.into() };
        Self { term: Term::new(config, &window, VoidListener), parser: Processor::new() }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }

    pub(crate) fn resize(&mut self, columns: u16, lines: u16) {
        self.term.resize(Window { lines: lines.into(), columns: columns.into() });
    }

    /// Scrollback and screen as logical lines: rows the terminal wrapped are joined.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines_from(self.term.grid().topmost_line())
    }

    /// The rows of the screen only.
    pub(crate) fn screen(&self) -> Vec<String> {
        let rows = 0..self.term.screen_lines();
        rows.map(|row| self.row(Line(i32::try_from(row).unwrap())).0.trim_end().to_owned())
            .collect()
    }

    /// What somebody sees who reads the terminal.
    pub(crate) fn sight(&self) -> Sight {
        let (first, last) =
            (self.term.grid().topmost_line().0, self.term.grid().bottommost_line().0);
        let rows = (first..=last).map(|line| self.row(Line(line)).0.trim_end().to_owned());
        let size = (self.term.columns(), self.term.screen_lines());
        let (y, x) = self.cursor();
        Sight {
            rows: rows.collect(),
            size: (u16::try_from(size.0).unwrap(), u16::try_from(size.1).unwrap()),
            cursor: (u16::try_from(x).unwrap(), u16::try_from(y).unwrap()),
        }
    }

    /// The row and the column of the cursor.
    pub(crate) fn cursor(&self) -> (i32, usize) {
        let point = self.term.grid().cursor.point;
        (point.line.0, point.column.0)
    }

    fn lines_from(&self, first: Line) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut at = first;
        while at <= self.term.grid().bottommost_line() {
            let (text, wrapped) = self.row(at);
            line.push_str(&text);
            if !wrapped {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            at += 1;
        }
        lines.push(line.trim_end().to_owned());
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }

    fn row(&self, line: Line) -> (String, bool) {
        let row = &self.term.grid()[line];
        let mut text = String::new();
        for column in 0..self.term.columns() {
            let cell = &row[Column(column)];
            if cell.flags.intersects(Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER) {
                continue;
            }
            text.push(cell.c);
            text.extend(cell.zerowidth().into_iter().flatten());
        }
        let last = &row[Column(self.term.columns() - 1)];
        (text, last.flags.contains(Flags::WRAPLINE))
    }
}
