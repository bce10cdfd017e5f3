//! Rows of styled text for the scrollback, and how they wrap.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

#[cfg(test)]
mod tests;

/// A stretch of text in one style, perhaps with a link behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    text: Cow<'static, str>,
    style: Style,
    link: Option<Arc<str>>,
}

/// One line as the terminal keeps it: no line end in it, however long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    pieces: Vec<Piece>,
}

impl Piece {
    /// Text in a style. It must be fit for a terminal and hold no line end.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>, style: Style) -> Self {
        Self { text: text.into(), style, link: None }
    }

    /// The same with a link behind it.
    #[must_use]
    pub fn linked(mut self, link: Option<Arc<str>>) -> Self {
        self.link = link;
        self
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its style.
    #[must_use]
    pub const fn style(&self) -> Style {
        self.style
    }

    /// The address behind it.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }
}

impl Row {
    /// A row of one piece.
    #[must_use]
    pub fn of(text: impl Into<Cow<'static, str>>, style: Style) -> Self {
        Self { pieces: vec![Piece::new(text, style)] }
    }

    /// The pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Adds a piece at the end; joins it with the last one where they are alike.
    pub fn push(&mut self, piece: Piece) {
        if piece.text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.style == piece.style && last.link == piece.link => {
                last.text.to_mut().push_str(&piece.text);
            }
            _ => self.pieces.push(piece),
        }
    }

    /// Adds all pieces of another row.
    pub fn append(&mut self, other: Self) {
        for piece in other.pieces {
            self.push(piece);
        }
    }

    /// The same row in a style where it has none of its own.
    #[must_use]
    pub fn under(mut self, style: Style) -> Self {
        for piece in &mut self.pieces {
            piece.style = style.patch(piece.style);
        }
        self
    }

    /// Its text without style.
    #[must_use]
    pub fn plain(&self) -> String {
        self.pieces.iter().map(Piece::text).collect()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| piece.text.is_empty())
    }

    /// How many cells it takes on an endless line.
    #[must_use]
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|piece| wide(&piece.text)).sum()
    }

    /// The row as terminals wrap it: cut where the next grapheme does not fit.
    #[must_use]
    pub fn wrap(&self, width: u16) -> Vec<Self> {
        let width = usize::from(width.max(1));
        let mut rows = Vec::new();
        let mut row = Self::default();
        let mut used = 0;
        for piece in &self.pieces {
            let mut start = 0;
            if piece.text.is_ascii() {
                // A cell for each byte.
                while used + piece.text.len() - start > width {
                    let at = start + width - used;
                    row.push(piece.part(start, at));
                    rows.push(std::mem::take(&mut row));
                    (start, used) = (at, 0);
                }
                used += piece.text.len() - start;
                row.push(piece.part(start, piece.text.len()));
                continue;
            }
            for (at, grapheme) in piece.text.grapheme_indices(true) {
                let wide = grapheme.width();
                if used + wide > width && used > 0 {
                    row.push(piece.part(start, at));
                    rows.push(std::mem::take(&mut row));
                    start = at;
                    used = 0;
                }
                used += wide;
            }
            row.push(piece.part(start, piece.text.len()));
        }
        rows.push(row);
        rows
    }

    /// The row cut at spaces where there are any; inside of a word only when it is wider than
    /// the row.
    #[must_use]
    pub fn wrap_words(&self, width: u16) -> Vec<Self> {
        let width = usize::from(width.max(1));
        let cells: Vec<_> = self
            .pieces
            .iter()
            .flat_map(|piece| {
                piece.text.grapheme_indices(true).map(move |(at, text)| (piece, at, text))
            })
            .collect();
        let mut rows = Vec::new();
        let (mut start, mut used, mut space) = (0, 0, None);
        let mut at = 0;
        while let Some((_, _, text)) = cells.get(at) {
            let wide = text.width();
            if used + wide > width && at > start {
                let end = if *text == " " { at } else { space.unwrap_or(at) };
                rows.push(gathered(cells.get(start..end).unwrap_or_default()));
                start = end + usize::from(cells.get(end).is_some_and(|(_, _, text)| *text == " "));
                (at, used, space) = (start, 0, None);
                continue;
            }
            if *text == " " {
                space = Some(at);
            }
            used += wide;
            at += 1;
        }
        rows.push(gathered(cells.get(start..).unwrap_or_default()));
        rows
    }

    /// The same for ratatui.
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        let spans = self.pieces.iter().map(|piece| Span::styled(piece.text(), piece.style));
        Line::from(spans.collect::<Vec<_>>())
    }
}

impl Piece {
    fn part(&self, from: usize, to: usize) -> Self {
        let text = self.text.get(from..to).unwrap_or_default().to_owned();
        Self { text: Cow::Owned(text), style: self.style, link: self.link.clone() }
    }
}

/// How many cells a text takes.
fn wide(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Graphemes of several pieces as a row.
fn gathered(cells: &[(&Piece, usize, &str)]) -> Row {
    cells.iter().map(|(piece, at, text)| piece.part(*at, at + text.len())).collect()
}

impl FromIterator<Piece> for Row {
    fn from_iter<T: IntoIterator<Item = Piece>>(pieces: T) -> Self {
        let mut row = Self::default();
        for piece in pieces {
            row.push(piece);
        }
        row
    }
}

/// Replaces tabs by spaces up to the next multiple of `stop`, counted from `column`.
#[must_use]
pub fn expand_tabs(text: &str, column: usize, stop: usize) -> Cow<'_, str> {
    if !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = column;
    for grapheme in text.graphemes(true) {
        if grapheme == "\t" {
            let spaces = stop - at % stop;
            out.extend(std::iter::repeat_n(' ', spaces));
            at += spaces;
        } else {
            out.push_str(grapheme);
            at += grapheme.width();
        }
    }
    Cow::Owned(out)
}

/// As much of the end of a text as fits, with `…` before it where something is missing.
#[must_use]
pub fn fit_end(text: &str, width: usize) -> Cow<'_, str> {
    if wide(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut from = text.len();
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used + 1 > width {
            break;
        }
        from = at;
    }
    let mark = if width > 0 { "…" } else { "" };
    Cow::Owned(format!("{mark}{}", text.get(from..).unwrap_or_default()))
}

/// As much of a text as fits, with `…` where something is missing.
#[must_use]
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if wide(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if used + wide + 1 > width {
            break;
        }
        out.push_str(grapheme);
        used += wide;
    }
    if width > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}
