use proptest::collection::vec;
use proptest::prelude::*;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier, Style};

use super::{Canvas, Mark};
use crate::screen::emulator::Emulator;
use crate::screen::{ColorDepth, Screen};
use crate::text::Row;

const WIDTH: u16 = 24;
const HEIGHT: u16 = 12;

/// Rows, at least so many, and a cell that stands out.
#[derive(Debug, Clone)]
struct Frame {
    rows: Vec<Row>,
    height: u16,
    mark: Option<Mark>,
}

fn row() -> impl Strategy<Value = Row> {
    let text = prop_oneof![
        Just(String::new()),
        "[ab ]{0,30}",
        "[a漢é]{0,20}",
        Just("the same words in every row".to_owned()),
    ];
    (text, any::<bool>()).prop_map(|(text, red)| {
        let style = if red { Style::new().fg(Color::Red) } else { Style::new() };
        Row::of(text, style)
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    let reversed = Style::new().add_modifier(Modifier::REVERSED);
    let mark = proptest::option::of((0..WIDTH, 0..3_u16, Just(reversed)));
    (vec(row(), 1..8), 1..9_u16, mark).prop_map(|(rows, height, mark)| {
        let height = height.max(u16::try_from(rows.len()).unwrap());
        Frame { rows, height, mark: mark.filter(|(_, y, _)| *y < height) }
    })
}

/// What follows from a frame by small steps: words come in, rows go up.
fn frames() -> impl Strategy<Value = Vec<Frame>> {
    let step = (0..4_u8, row(), frame());
    (frame(), vec(step, 1..12)).prop_map(|(first, steps)| {
        let mut frames = vec![first];
        for (step, row, other) in steps {
            let mut next = frames.last().unwrap().clone();
            match step {
                0 => *next.rows.last_mut().unwrap() = row,
                1 => {
                    next.rows.remove(0);
                    next.rows.push(row);
                }
                2 => next.mark = other.mark.filter(|(_, y, _)| *y < next.height),
                _ => next = other,
            }
            frames.push(next);
        }
        frames
    })
}

fn lay(canvas: &mut Canvas, frame: &Frame) {
    canvas.lay(WIDTH, frame.height, frame.rows.clone(), frame.mark);
}

proptest! {
    #[test]
    fn a_canvas_that_was_drawn_on_is_like_a_new_one(frames in frames()) {
        let mut canvas = Canvas::default();
        let mut before = canvas.buffer().clone();
        for frame in &frames {
            lay(&mut canvas, frame);
            let mut fresh = Canvas::default();
            lay(&mut fresh, frame);
            prop_assert_eq!(canvas.buffer(), fresh.buffer());
            let changed = canvas.take_changed();
            for y in 0..frame.height.min(before.area.height) {
                let cells = |buffer: &ratatui::buffer::Buffer| {
                    (0..WIDTH).map(|x| buffer[(x, y)].clone()).collect::<Vec<_>>()
                };
                let is_same = cells(&before) == cells(canvas.buffer());
                prop_assert!(is_same || changed[usize::from(y)], "row {y} changed in secret");
            }
            before = canvas.buffer().clone();
        }
    }

    #[test]
    fn a_terminal_that_is_told_what_changed_shows_the_same(frames in frames()) {
        let size = Size::new(WIDTH, HEIGHT);
        let mut canvas = Canvas::default();
        let mut told = (Screen::new(size, ColorDepth::True, false), Emulator::new(WIDTH, HEIGHT));
        let mut plain = (Screen::new(size, ColorDepth::True, false), Emulator::new(WIDTH, HEIGHT));
        for (screen, terminal) in [&mut told, &mut plain] {
            terminal.feed(&screen.open(2));
            screen.begin();
        }
        for frame in &frames {
            lay(&mut canvas, frame);
            told.0.only(canvas.take_changed());
            for (screen, terminal) in [&mut told, &mut plain] {
                terminal.feed(&screen.frame(canvas.buffer()));
            }
            prop_assert_eq!(told.1.screen(), plain.1.screen());
        }
    }
}

#[test]
fn what_did_not_change_is_not_laid_out_again() {
    let mut canvas = Canvas::default();
    let rows = |end: &str| ["one", "two", end].map(|row| Row::of(row.to_owned(), Style::new()));
    canvas.lay(WIDTH, 4, rows("three").into(), None);
    assert_eq!(canvas.take_changed(), [true; 4]);
    canvas.lay(WIDTH, 4, rows("three").into(), None);
    assert_eq!(canvas.take_changed(), [false; 4]);
    canvas.lay(WIDTH, 4, rows("more").into(), None);
    canvas.lay(WIDTH, 4, rows("more").into(), None);
    assert_eq!(canvas.take_changed(), [false, false, false, true], "until somebody asks");
}
