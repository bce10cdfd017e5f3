//! The promise of the scrollback, seen through a terminal that reflows.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Style};

use super::emulator::Emulator;
use super::*;

/// A program on a terminal.
struct Stage {
    terminal: Emulator,
    screen: Screen,
    committed: Vec<String>,
}

impl Stage {
    fn new(columns: u16, lines: u16) -> Self {
        let screen = Screen::new(Size::new(columns, lines), ColorDepth::True, true);
        let mut terminal = Emulator::new(columns, lines);
        terminal.feed(&screen.open(2));
        Self { terminal, screen, committed: Vec::new() }
    }

    fn commit(&mut self, text: &str) {
        let row = Row::of(text.to_owned(), Style::new().fg(Color::Green));
        self.screen.commit(row);
        self.committed.push(text.trim_end().to_owned());
    }

    fn draw(&mut self, live: &[&str]) {
        let Size { width, height } = self.screen.size();
        let rows = u16::try_from(live.len()).unwrap().min(height);
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, rows));
        for (y, text) in (0..rows).zip(live) {
            buffer.set_stringn(0, y, text, width.into(), Style::new().fg(Color::Red));
        }
        let bytes = self.screen.frame(&buffer);
        self.terminal.feed(&bytes);
    }

    fn resize(&mut self, columns: u16, lines: u16) {
        self.terminal.resize(columns, lines);
        let bytes = self.screen.resize(Size::new(columns, lines));
        self.terminal.feed(&bytes);
    }

    /// Every committed line exactly once, in order, unbroken, and then only the live rows.
    #[track_caller]
    fn check(&self, live: &[&str]) {
        let mut shown = self.terminal.lines();
        // A jump in size may leave a blank line; everything else is exact.
        shown.retain(|line| !line.is_empty());
        let width = usize::from(self.screen.size().width);
        let height = usize::from(self.screen.size().height);
        let live = live.iter().take(height).map(|row| row.chars().take(width).collect::<String>());
        let mut expected = self.committed.clone();
        expected.extend(live.map(|row| row.trim_end().to_owned()));
        expected.retain(|line| !line.is_empty());
        assert_eq!(shown, expected);
    }
}

#[test]
fn finished_rows_stand_above_the_live_region() {
    let mut stage = Stage::new(40, 10);
    stage.draw(&["status", "> "]);

    stage.commit("the first line");
    stage.commit("");
    stage.commit(&"long ".repeat(30));
    stage.draw(&["status", "> x"]);

    stage.check(&["status", "> x"]);
    assert_eq!(stage.terminal.cursor().1, 0);
}

#[test]
fn a_change_writes_only_what_changed() {
    let mut stage = Stage::new(80, 24);
    stage.draw(&["status", "> hello"]);
    let mut next = Buffer::empty(Rect::new(0, 0, 80, 2));
    next.set_string(0, 0, "status", Style::new().fg(Color::Red));
    next.set_string(0, 1, "> hello!", Style::new().fg(Color::Red));

    let bytes = stage.screen.frame(&next);
    stage.terminal.feed(&bytes);

    assert!(bytes.len() < 40, "{}", String::from_utf8_lossy(&bytes));
    stage.check(&["status", "> hello!"]);
    assert!(stage.screen.frame(&next).is_empty());
}

#[test]
fn the_region_grows_and_shrinks() {
    let mut stage = Stage::new(30, 6);
    for line in 0..20 {
        stage.commit(&format!("line {line}"));
    }
    stage.draw(&["a", "b"]);
    stage.draw(&["a", "b", "c", "d", "e"]);
    stage.check(&["a", "b", "c", "d", "e"]);

    stage.draw(&["a"]);

    stage.check(&["a"]);
}

#[test]
fn leaving_takes_the_region_away_and_loses_nothing() {
    let mut stage = Stage::new(30, 6);
    stage.draw(&["status", "> "]);
    stage.commit("late");

    let bytes = stage.screen.leave();
    stage.terminal.feed(&bytes);

    assert_eq!(stage.terminal.screen(), ["", "", "", "", "late", ""]);
    assert_eq!(stage.terminal.cursor(), (5, 0));
}

#[test]
fn rows_wait_while_the_window_has_one_column() {
    let mut screen = Screen::new(Size::new(1, 5), ColorDepth::None, false);
    screen.commit(Row::of("漢字", Style::new()));

    let narrow = screen.frame(&Buffer::empty(Rect::new(0, 0, 1, 1)));
    screen.resize(Size::new(10, 5));
    let wide = screen.frame(&Buffer::empty(Rect::new(0, 0, 10, 1)));

    assert!(!String::from_utf8_lossy(&narrow).contains('漢'));
    assert_eq!(String::from_utf8_lossy(&wide).matches("漢字").count(), 1);
}

#[test]
fn colours_are_reduced_to_what_the_terminal_has() {
    let row = || Row::of("x", Style::new().fg(Color::Rgb(250, 10, 10)).bold());
    for (depth, expected) in [
        (ColorDepth::True, "\x1b[1;38;2;250;10;10mx\x1b[m\r\n"),
        (ColorDepth::Indexed, "\x1b[1;38;5;196mx\x1b[m\r\n"),
        (ColorDepth::Ansi, "\x1b[1;91mx\x1b[m\r\n"),
        (ColorDepth::None, "\x1b[1mx\x1b[m\r\n"),
    ] {
        let mut screen = Screen::new(Size::new(80, 24), depth, false);
        screen.commit(row());
        let expected = format!("\x1b[?7h{expected}");
        assert_eq!(String::from_utf8_lossy(&screen.leave()), expected);
    }
}

#[test]
fn no_control_character_of_a_text_gets_through() {
    let mut screen = Screen::new(Size::new(80, 24), ColorDepth::None, false);
    screen.commit(Row::of("a\u{1b}[2Jb\rc\u{9b}31m\u{7}d\ne", Style::new()));
    assert_eq!(String::from_utf8_lossy(&screen.leave()), "\x1b[?7ha[2Jbc31mde\r\n");
}

#[test]
fn rows_that_only_move_are_not_written_again() {
    let mut stage = Stage::new(80, 24);
    let lines: Vec<_> = (0..9).map(|n| format!("row {n} {}", "words ".repeat(9))).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let bar = "status is a row that stays";
    for (before, after) in [
        // A tail goes on: its first row leaves, a new one comes at its end.
        (
            vec![lines[0], lines[1], lines[2], bar, "> "],
            vec![lines[1], lines[2], lines[3], bar, "> "],
        ),
        // The region grows above its last rows.
        (vec![lines[0], bar, "> "], vec![lines[0], lines[1], bar, "> "]),
        (vec![bar, "> "], vec!["", lines[4], bar, "> x"]),
    ] {
        stage.commit(&format!("before {}", after.len()));
        stage.draw(&before);
        let Size { width, .. } = stage.screen.size();
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, u16::try_from(after.len()).unwrap()));
        for (y, text) in (0..).zip(&after) {
            buffer.set_string(0, y, text, Style::new().fg(Color::Red));
        }
        let bytes = stage.screen.frame(&buffer);
        stage.terminal.feed(&bytes);
        assert!(bytes.len() < 150, "{} bytes for {after:?}", bytes.len());
        stage.check(&after);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Commit(String),
    Draw(Vec<String>),
    Resize(u16, u16),
}

/// No space before a wide character: reflowing, the emulator loses one at the edge.
const TEXT: &str = "( [a-z]|[a-zäß漢字👍]){0,100}";

const SHORT: &str = "( [a-z]|[a-zäß漢字👍]){0,20}";

fn step(
    text: &'static str,
    widths: std::ops::Range<u16>,
    heights: std::ops::Range<u16>,
) -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => text.prop_map(Step::Commit),
        3 => prop::collection::vec("[a-z]{0,20}", 1..8).prop_map(Step::Draw),
        3 => (0..6usize, 1..8usize).prop_map(|(from, rows)| Step::Draw(stream(from, rows))),
        4 => (widths, heights).prop_map(|(width, height)| Step::Resize(width, height)),
    ]
}

/// Rows of a tail that goes on, above rows that stay. None is wider than the narrowest window:
/// rows that wrap all at once push others into the scrollback, where nothing can be taken back;
/// what the product does about that is tried in `view::storms` and in tmux.
fn stream(from: usize, rows: usize) -> Vec<String> {
    let tail = (from..from + rows).map(|row| format!("tail {row} goes on"));
    tail.chain(["status of it all".to_owned(), "> ".to_owned()]).collect()
}

fn play(stage: &mut Stage, steps: &[Step]) {
    let mut number = 0;
    let mut live = vec!["> ".to_owned()];
    for step in steps {
        match step {
            Step::Commit(text) => {
                number += 1;
                stage.commit(&format!("{number:04}:{text}"));
            }
            Step::Draw(rows) => live.clone_from(rows),
            Step::Resize(columns, lines) => {
                stage.resize(*columns, *lines);
                continue;
            }
        }
        stage.draw(&live.iter().map(String::as_str).collect::<Vec<_>>());
    }
    stage.draw(&["end"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn storms_of_sizes_leave_every_line_once(
        steps in prop::collection::vec(step(TEXT, 20..140, 8..50), 200)
    ) {
        let mut stage = Stage::new(100, 30);
        play(&mut stage, &steps);
        stage.check(&["end"]);
    }

    #[test]
    fn tiny_windows_break_no_line(
        steps in prop::collection::vec(step(SHORT, 2..12, 2..5), 200)
    ) {
        let mut stage = Stage::new(100, 30);
        play(&mut stage, &steps);
        stage.resize(100, 30);
        stage.draw(&["end"]);

        // Live rows that a jump pushed out of the window may stand between the lines.
        let shown = stage.terminal.lines();
        let mut lines = shown.iter().filter(|line| line.contains(':'));
        for committed in &stage.committed {
            prop_assert_eq!(lines.next(), Some(committed));
        }
        prop_assert_eq!(lines.next(), None);
    }
}

#[test]
fn a_window_that_is_wide_again_before_we_know_it_loses_no_line() {
    for reflows in [None, Some(false), Some(true)] {
        let mut stage = Stage::new(100, 30);
        stage.screen = std::mem::replace(
            &mut stage.screen,
            Screen::new(Size::new(100, 30), ColorDepth::True, true),
        )
        .reflowing(reflows);
        for line in 0..5 {
            stage.commit(&format!("line {line}"));
        }
        let mut live = Buffer::empty(Rect::new(0, 0, 100, 2));
        live.set_string(0, 0, "status ".repeat(13), Style::new().fg(Color::Red));
        live.set_string(0, 1, "> ", Style::new().fg(Color::Red));
        let bytes = stage.screen.frame_at(&live, Some((2, 1)));
        stage.terminal.feed(&bytes);

        // The size is read, and is another one when our answer to it arrives.
        stage.terminal.resize(40, 30);
        let bytes = stage.screen.resize(Size::new(40, 30));
        stage.terminal.resize(100, 30);
        stage.terminal.feed(&bytes);
        stage.resize(100, 30);
        stage.draw(&["end"]);

        let shown = stage.terminal.lines();
        for line in &stage.committed {
            assert!(shown.contains(line), "{line} is lost, {reflows:?}: {shown:?}");
        }
    }
}
