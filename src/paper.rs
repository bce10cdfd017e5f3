//! Text on paper: a PDF with the fonts of this machine.
//!
//! `fonts` finds them and knows their glyphs, `lines` breaks text, `file` writes the document
//! with what of the fonts was used. No shaping: scripts whose letters join are written apart,
//! and what is written from right to left stands from left to right.

mod file;
mod fonts;
mod lines;

use std::path::Path;

use nanofolks_protocol::Problem;
use nanofolks_security::terminal::clean;
use pdf_writer::{Content, Name, Str};

use self::fonts::{Fonts, Glyph, Role};

#[cfg(test)]
mod tests;

/// A4, in points.
const SIZE: (f32, f32) = (595.0, 842.0);
/// What stays empty at each side.
const MARGIN: f32 = 56.0;
/// The end of the text; below it is the number of the page.
const BOTTOM: f32 = 64.0;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// What was said.
    Body,
    /// Beside it.
    Small,
    /// As it is, every letter as wide as the next.
    Code,
    /// Who speaks.
    Heading,
    /// Above everything.
    Title,
}

impl Style {
    const fn role(self) -> Role {
        match self {
            Self::Body | Self::Small => Role::Text,
            Self::Code => Role::Code,
            Self::Heading | Self::Title => Role::Bold,
        }
    }

    const fn size(self) -> f32 {
        match self {
            Self::Body => 10.0,
            Self::Small | Self::Code => 8.5,
            Self::Heading => 10.5,
            Self::Title => 16.0,
        }
    }

    fn leading(self) -> f32 {
        self.size() * 1.4
    }
}

/// A document that is being written.
pub(crate) struct Paper {
    fonts: Fonts,
    /// Pages that are full, as they go into the file.
    pages: Vec<Vec<u8>>,
    page: Content,
    /// Where the next line goes; from the bottom, as PDF has it.
    at: f32,
    title: Option<String>,
}

impl Paper {
    /// Empty paper, with the font in a file, or those in a folder, or those of the system.
    ///
    /// # Errors
    /// `font_unreadable` when the named one is none, `font_missing` when there is none at all.
    pub(crate) fn new(font: Option<&Path>, folder: Option<&Path>) -> Result<Self, Problem> {
        let fonts = Fonts::find(font, folder)?;
        let (pages, page, title) = (Vec::new(), Content::new(), None);
        Ok(Self { fonts, pages, page, at: SIZE.1 - MARGIN, title })
    }

    /// The title of what follows, on a page of its own when something stands there already.
    pub(crate) fn title(&mut self, text: &str) {
        if self.title.is_none() {
            self.title = Some(text.to_owned());
        } else {
            self.turn();
        }
        self.write(Style::Title, text);
    }

    /// A heading, never alone at the end of a page.
    pub(crate) fn heading(&mut self, text: &str) {
        self.space(8.0);
        if self.at - 3.0 * Style::Heading.leading() < BOTTOM {
            self.turn();
        }
        self.write(Style::Heading, text);
    }

    /// Text; each of its lines begins a new one.
    pub(crate) fn write(&mut self, style: Style, text: &str) {
        let text = clean(text).replace('\t', "    ");
        for line in text.split('\n') {
            if line.trim().is_empty() {
                self.space(style.leading() / 2.0);
                continue;
            }
            let width = SIZE.0 - 2.0 * MARGIN;
            for line in lines::broken(&mut self.fonts, style, line, width) {
                self.line(style, &line);
            }
        }
    }

    /// How many characters no font of this machine has; they stand there as empty boxes.
    pub(crate) fn missing(&self) -> usize {
        self.fonts.missing.len()
    }

    /// The document.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.turn();
        file::write(&self.pages, &self.fonts, self.title.as_deref().unwrap_or("nanofolks"))
    }

    fn space(&mut self, points: f32) {
        self.at -= points;
    }

    fn line(&mut self, style: Style, glyphs: &[Glyph]) {
        if self.at - style.leading() < BOTTOM {
            self.turn();
        }
        self.at -= style.leading();
        let place = (MARGIN, self.at);
        draw(&mut self.page, style.size(), place, glyphs);
    }

    /// The next page.
    fn turn(&mut self) {
        let number = (self.pages.len() + 1).to_string();
        let glyphs: Vec<Glyph> =
            number.chars().filter_map(|c| self.fonts.glyph(Role::Text, c)).collect();
        let wide = lines::width(&glyphs, Style::Small.size());
        let place = ((SIZE.0 - wide) / 2.0, MARGIN / 2.0);
        draw(&mut self.page, Style::Small.size(), place, &glyphs);
        let page = std::mem::replace(&mut self.page, Content::new());
        self.pages.push(file::packed(&page.finish()));
        self.at = SIZE.1 - MARGIN;
    }
}

/// Draws glyphs; those of one font that stand side by side at once.
fn draw(page: &mut Content, size: f32, (x, y): (f32, f32), glyphs: &[Glyph]) {
    page.begin_text();
    page.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
    for run in glyphs.chunk_by(|one, next| one.face == next.face) {
        let Some(first) = run.first() else { continue };
        let bytes: Vec<u8> = run.iter().flat_map(|glyph| glyph.id.to_be_bytes()).collect();
        page.set_font(Name(file::font_name(first.face).as_bytes()), size);
        page.show(Str(&bytes));
    }
    page.end_text();
}
