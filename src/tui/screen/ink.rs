//! Styles as the shortest escape codes, in the colours the terminal has.

use ratatui::style::{Color, Modifier, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorDepth {
    /// None: bold, dim, underlined and reversed text only.
    None,
    /// The sixteen of every terminal.
    Ansi,
    /// 256.
    Indexed,
    /// 24 bits.
    True,
}

/// The style the terminal writes in, so that only changes are written.
#[derive(Debug)]
pub(super) struct Ink {
    depth: ColorDepth,
    now: Style,
}

/// What counts as plain: no colour, nothing else.
fn plain(style: Style, depth: ColorDepth) -> Style {
    let color = |color: Option<Color>| match color {
        None | Some(Color::Reset) => None,
        Some(_) if depth == ColorDepth::None => None,
        Some(color) => Some(reduce(color, depth)),
    };
    Style {
        fg: color(style.fg),
        bg: color(style.bg),
        add_modifier: style.add_modifier.difference(style.sub_modifier),
        ..Style::new()
    }
}

impl Ink {
    pub(super) fn new(depth: ColorDepth) -> Self {
        Self { depth, now: Style::new() }
    }

    /// Back to plain.
    pub(super) fn reset(&mut self, out: &mut Vec<u8>) {
        if self.now != Style::new() {
            out.extend_from_slice(b"\x1b[m");
            self.now = Style::new();
        }
    }

    /// Switches to a style.
    pub(super) fn style(&mut self, out: &mut Vec<u8>, style: Style) {
        let style = plain(style, self.depth);
        if style == self.now {
            return;
        }
        let mut codes = Vec::new();
        let fewer = !style.add_modifier.contains(self.now.add_modifier)
            || (style.fg.is_none() && self.now.fg.is_some())
            || (style.bg.is_none() && self.now.bg.is_some());
        let before = if fewer { Style::new() } else { self.now };
        if fewer {
            codes.push(String::new());
        }
        for (modifier, code) in MODIFIERS {
            if style.add_modifier.contains(modifier) && !before.add_modifier.contains(modifier) {
                codes.push(code.to_owned());
            }
        }
        if style.fg != before.fg {
            codes.extend(style.fg.map(|color| code(color, false)));
        }
        if style.bg != before.bg {
            codes.extend(style.bg.map(|color| code(color, true)));
        }
        out.extend_from_slice(format!("\x1b[{}m", codes.join(";")).as_bytes());
        self.now = style;
    }
}

const MODIFIERS: [(Modifier, &str); 6] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

fn code(color: Color, background: bool) -> String {
    let base = if background { 40 } else { 30 };
    match color {
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        color => match ansi(color) {
            index @ 0..=7 => format!("{}", base + index),
            index => format!("{}", base + 60 + index - 8),
        },
    }
}

/// The number of a named colour among the sixteen.
const fn ansi(color: Color) -> u8 {
    match color {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Gray | Color::Reset | Color::Rgb(..) | Color::Indexed(_) => 7,
    }
}

/// The nearest colour a terminal has.
fn reduce(color: Color, depth: ColorDepth) -> Color {
    match (color, depth) {
        (Color::Rgb(r, g, b), ColorDepth::Indexed) => Color::Indexed(cube(r, g, b)),
        (Color::Rgb(r, g, b), ColorDepth::Ansi) => sixteen(r, g, b),
        (Color::Indexed(index @ 0..=15), ColorDepth::Ansi) => SIXTEEN[usize::from(index)].0,
        (Color::Indexed(index), ColorDepth::Ansi) => {
            let (r, g, b) = uncube(index);
            sixteen(r, g, b)
        }
        (color, _) => color,
    }
}

/// The nearest of the 240 fixed colours.
fn cube(r: u8, g: u8, b: u8) -> u8 {
    let step = |value: u8| match value {
        0..=47 => 0,
        48..=114 => 1,
        _ => (value - 35) / 40,
    };
    let colour = 16 + 36 * step(r) + 6 * step(g) + step(b);
    let level = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let shade = u8::try_from((level.saturating_sub(3)) / 10).unwrap_or(23).min(23);
    let grey = 232 + shade;
    if distance(uncube(grey), (r, g, b)) < distance(uncube(colour), (r, g, b)) {
        grey
    } else {
        colour
    }
}

const fn uncube(index: u8) -> (u8, u8, u8) {
    const fn level(step: u8) -> u8 {
        if step == 0 { 0 } else { 55 + 40 * step }
    }
    if index >= 232 {
        let level = 8 + 10 * (index - 232);
        return (level, level, level);
    }
    let index = index.saturating_sub(16);
    (level(index / 36), level(index / 6 % 6), level(index % 6))
}

const SIXTEEN: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

fn sixteen(r: u8, g: u8, b: u8) -> Color {
    let nearest = SIXTEEN.iter().min_by_key(|(_, value)| distance(*value, (r, g, b)));
    nearest.map_or(Color::Gray, |(color, _)| *color)
}

fn distance(one: (u8, u8, u8), other: (u8, u8, u8)) -> u32 {
    let part = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    part(one.0, other.0) + part(one.1, other.1) + part(one.2, other.2)
}

/// Writes a text. Everything that gets here was cleaned; should it not have been, no sequence
/// gets through this last door.
pub(super) fn write(out: &mut Vec<u8>, text: &str) {
    for clean in text.split(char::is_control) {
        out.extend_from_slice(clean.as_bytes());
    }
}

/// How many cells a grapheme takes, as ratatui counts.
pub(super) fn width(symbol: &str) -> u16 {
    if symbol.len() == 1 {
        return 1;
    }
    u16::try_from(symbol.width()).unwrap_or(u16::MAX)
}

/// Whether terminals may disagree about the width of a grapheme: one of several characters.
pub(super) fn is_doubtful(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let Some(first) = chars.next() else { return false };
    let one = first.width().unwrap_or(0);
    !symbol.is_ascii() && (chars.next().is_some() || one != 1)
}
