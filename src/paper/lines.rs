//! Lines that fit: broken at spaces, and where there is none, anywhere.

use super::Style;
use super::fonts::{Fonts, Glyph};

/// How wide glyphs are, in points.
pub(super) fn width(glyphs: &[Glyph], size: f32) -> f32 {
    glyphs.iter().map(|glyph| glyph.width).sum::<f32>() * size / 1000.0
}

/// A line of text as lines that fit. What no font has and nobody would see is left out.
pub(super) fn broken(fonts: &mut Fonts, style: Style, text: &str, wide: f32) -> Vec<Vec<Glyph>> {
    let most = wide * 1000.0 / style.size();
    let (mut lines, mut line) = (Vec::new(), Vec::new());
    let mut length = 0.0;
    // Behind the last space: where the line may be broken.
    let mut seam = 0;
    for c in text.chars() {
        let Some(glyph) = fonts.glyph(style.role(), c) else { continue };
        if length + glyph.width > most && !line.is_empty() {
            let at = if seam > 0 && style != Style::Code && c != ' ' { seam } else { line.len() };
            let rest = line.split_off(at);
            lines.push(std::mem::replace(&mut line, rest));
            length = line.iter().map(|glyph: &Glyph| glyph.width).sum();
            seam = 0;
            if c == ' ' && style != Style::Code {
                continue;
            }
        }
        line.push(glyph);
        length += glyph.width;
        if c == ' ' {
            seam = line.len();
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
