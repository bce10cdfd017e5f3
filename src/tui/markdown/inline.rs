//! Text with emphasis, code and links in it, as one row.

use std::sync::Arc;

use pulldown_cmark::{Event, Tag, TagEnd};
use ratatui::style::Style;

use super::Look;
use crate::text::{Piece, Row};
use crate::theme::Role;

/// A row that is being put together.
#[derive(Debug)]
pub(super) struct Inline {
    row: Row,
    /// Finished rows of the same block: a hard break begins another.
    rows: Vec<Row>,
    styles: Vec<Style>,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    address: Arc<str>,
    /// How much text was there before it.
    from: usize,
    image: bool,
}

impl Inline {
    pub(super) fn new(style: Style) -> Self {
        Self { row: Row::default(), rows: Vec::new(), styles: vec![style], links: Vec::new() }
    }

    /// Adds text in the present style.
    pub(super) fn text(&mut self, text: &str, role: Option<Role>, look: Look<'_>) {
        let base = self.styles.last().copied().unwrap_or_default();
        let style = role.map_or(base, |role| base.patch(look.theme.style(role)));
        let link = self.links.last().map(|link| Arc::clone(&link.address));
        // The source is clean, but an entity (`&#27;`) is only now the character that it names.
        let text = nanofolks_security::terminal::clean(text);
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.hard_break();
            }
            let line = crate::text::expand_tabs(line, 0, 4).into_owned();
            self.row.push(Piece::new(line, style).linked(link.clone()));
        }
    }

    /// Takes an event of inline text; whether it was one.
    pub(super) fn take(&mut self, event: &Event<'_>, look: Look<'_>) -> bool {
        match event {
            Event::Text(text) => self.text(text, None, look),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(text, Some(Role::Code), look);
            }
            Event::InlineHtml(text) | Event::FootnoteReference(text) => {
                self.text(text.trim_end_matches('\n'), Some(Role::Dim), look);
            }
            Event::SoftBreak => self.text(" ", None, look),
            Event::HardBreak => self.hard_break(),
            Event::TaskListMarker(done) => {
                self.text(if *done { "[x] " } else { "[ ] " }, Some(Role::Marker), look);
            }
            Event::Start(tag) => return self.start(tag, look),
            Event::End(tag) => return self.end(*tag, look),
            Event::Html(_) | Event::Rule => return false,
        }
        true
    }

    fn start(&mut self, tag: &Tag<'_>, look: Look<'_>) -> bool {
        let role = match tag {
            Tag::Emphasis => Role::Emphasis,
            Tag::Strong => Role::Strong,
            Tag::Strikethrough => Role::Strike,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let image = matches!(tag, Tag::Image { .. });
                let from = self.row.plain().len();
                self.links.push(Link { address: address(dest_url).into(), from, image });
                Role::Link
            }
            _ => return false,
        };
        let style = self.styles.last().copied().unwrap_or_default().patch(look.theme.style(role));
        self.styles.push(style);
        true
    }

    fn end(&mut self, tag: TagEnd, look: Look<'_>) -> bool {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => {
                self.styles.pop();
                let Some(link) = self.links.pop() else { return true };
                let plain = self.row.plain();
                let shown = plain.get(link.from..).unwrap_or_default();
                let same = shown == &*link.address
                    || link.address.strip_prefix("mailto:").is_some_and(|mail| mail == shown);
                if !same && !link.address.is_empty() && (link.image || !look.links) {
                    let written = format!(" ({})", link.address);
                    self.text(&written, Some(Role::Dim), look);
                }
            }
            _ => return false,
        }
        true
    }

    fn hard_break(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
        if let Some(link) = self.links.last_mut() {
            link.from = 0;
        }
    }

    /// The rows, and nothing is left.
    pub(super) fn finish(mut self) -> Vec<Row> {
        if !self.row.is_empty() || self.rows.is_empty() {
            self.rows.push(self.row);
        }
        self.rows
    }
}

/// An address in which nothing can end the sequence it stands in.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
