//! Markdown while it arrives: finished blocks as rows for the scrollback, and the open one.
//!
//! Only the open block is ever parsed again. A block is finished when the next one has begun;
//! a list gives its items one by one, and a fenced block its lines. Prose is one row per
//! paragraph, wrapped by the terminal.

mod block;
mod code;
mod fence;
mod inline;
mod table;

use std::collections::HashMap;

use nanofolks_security::terminal::Cleaner;
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd};

use self::block::Blocks;
use self::code::Coder;
pub use self::code::Languages;
use self::fence::Fence;
use crate::text::Row;
use crate::theme::Theme;

#[cfg(test)]
mod tests;

/// How much of a long open block is shown while it arrives, in bytes.
const TAIL: usize = 16 << 10;

/// What rows are made for.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The look of each role.
    pub theme: &'a Theme,
    /// How many cells tables may take.
    pub width: u16,
    /// Whether the terminal knows links; their addresses are written out otherwise.
    pub links: bool,
    /// How code of each language is read.
    pub languages: &'a Languages,
}

/// A text that arrives in pieces.
#[derive(Debug, Default)]
pub struct Markdown {
    cleaner: Cleaner,
    /// What is not finished yet.
    open: String,
    fence: Option<(Fence, Coder)>,
    /// The number of the next item, when the open text goes on with a list.
    list: Option<Option<u64>>,
    /// Whether a blank line parts the open text from the item before it.
    spaced: bool,
    /// Links defined so far.
    links: HashMap<String, String>,
    /// Whether something was given out already.
    begun: bool,
}

impl Markdown {
    /// Takes the next piece.
    pub fn push(&mut self, text: &str) {
        let clean = self.cleaner.push(text);
        self.open.push_str(&clean);
    }

    /// Whether there is nothing that still waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.trim().is_empty()
    }

    /// Gives the rows of everything that is finished.
    pub fn take(&mut self, look: Look<'_>) -> Vec<Row> {
        let mut rows = Vec::new();
        while self.step(look, false, &mut rows) {}
        rows
    }

    /// Gives the rows of everything: the text is over.
    pub fn finish(&mut self, look: Look<'_>) -> Vec<Row> {
        let rest = self.cleaner.finish();
        self.open.push_str(&rest);
        let mut rows = self.take(look);
        if self.fence.is_some() {
            look.languages.wait();
        }
        while self.step(look, true, &mut rows) {}
        if let Some((_, mut coder)) = self.fence.take() {
            if !self.open.is_empty() {
                rows.push(coder.line(&self.open, look));
            }
        } else {
            self.render(self.open.len(), look, &mut rows);
        }
        self.open.clear();
        self.list = None;
        rows
    }

    /// The rows of what is open, as it looks now.
    #[must_use]
    pub fn tail(&self, look: Look<'_>) -> Vec<Row> {
        if let Some((_, coder)) = &self.fence {
            let lines = self.open.lines().map(|line| coder.plain(line, look));
            return lines.collect();
        }
        // Of a block without an end only the last of it is looked at.
        let over = self.open.len().saturating_sub(TAIL);
        let begin = (over..self.open.len()).find(|at| self.open.is_char_boundary(*at));
        let shown = self.open.get(begin.unwrap_or(0)..).unwrap_or_default();
        let mut blocks = Blocks::new(look, self.list, self.is_parted());
        blocks.read(self.parser(shown), shown);
        blocks.finish()
    }

    /// Takes one finished piece off the open text, if there is one.
    fn step(&mut self, look: Look<'_>, last: bool, rows: &mut Vec<Row>) -> bool {
        if let Some((fence, coder)) = &mut self.fence {
            let Some(end) = self.open.find('\n') else { return false };
            if !last && !look.languages.is_ready() {
                return false;
            }
            let line: String = self.open.drain(..=end).collect();
            let line = line.trim_end_matches('\n');
            if fence.closes(line) {
                self.fence = None;
            } else {
                let line = fence.content(line).to_owned();
                rows.push(coder.line(&line, look));
            }
            return true;
        }
        // Nothing can be finished in a single line that is still being written.
        if !self.open.contains('\n') {
            return false;
        }
        let Some(cut) = self.cut() else { return false };
        self.apply(cut, look, rows)
    }

    /// Renders up to a cut and takes it off.
    fn apply(&mut self, cut: Cut, look: Look<'_>, rows: &mut Vec<Row>) -> bool {
        match cut {
            Cut::Before(at) => {
                self.render(at, look, rows);
                self.list = None;
            }
            Cut::Item { at, next } => {
                self.render(at, look, rows);
                self.list = Some(next);
            }
            Cut::Fence { at, inside, fence } => {
                self.render(at, look, rows);
                self.list = None;
                if self.begun {
                    rows.push(Row::default());
                }
                self.begun = true;
                self.open.drain(..inside - at);
                look.languages.wish();
                let coder = Coder::new(&fence.language);
                self.fence = Some((fence, coder));
            }
        }
        true
    }

    /// Renders the first `end` bytes of the open text and takes them off.
    fn render(&mut self, end: usize, look: Look<'_>, rows: &mut Vec<Row>) {
        let text: String = self.open.drain(..end).collect();
        let parser = self.parser(&text);
        let links: Vec<_> = parser
            .reference_definitions()
            .iter()
            .map(|(label, link)| (label.to_lowercase(), link.dest.to_string()))
            .collect();
        let mut blocks = Blocks::new(look, self.list, self.is_parted());
        blocks.read(parser, &text);
        let made = blocks.finish();
        self.begun |= !made.is_empty();
        self.spaced = is_spaced(&text);
        rows.extend(made);
        self.links.extend(links);
    }

    /// Whether a blank row stands before what comes next.
    const fn is_parted(&self) -> bool {
        self.begun && (self.list.is_none() || self.spaced)
    }

    /// Where the open text can be cut, so that what comes before never changes again.
    fn cut(&self) -> Option<Cut> {
        let mut depth = 0;
        let mut last = 0;
        let mut blocks = 0;
        let mut list = None;
        let mut items = Vec::new();
        let mut fence = None;
        for (event, range) in self.parser(certain(&self.open)).into_offset_iter() {
            match event {
                Event::Start(tag) => {
                    if depth == 0 {
                        blocks += 1;
                        last = range.start;
                        items.clear();
                        list = match &tag {
                            Tag::List(first) => Some(*first),
                            _ => None,
                        };
                        fence = matches!(tag, Tag::CodeBlock(_)).then_some(range.start);
                    } else if depth == 1 && matches!(tag, Tag::Item) {
                        items.push(range.start);
                    }
                    depth += 1;
                }
                Event::End(TagEnd::Item) if depth == 2 => depth -= 1,
                Event::End(_) => depth -= 1,
                Event::Rule | Event::Html(_) if depth == 0 => {
                    blocks += 1;
                    last = range.start;
                    (list, fence) = (None, None);
                }
                _ => {}
            }
        }
        let line = |at: usize| self.open.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
        if let Some(begins) = fence
            && let at = line(begins)
            && let Some((fence, inside)) = Fence::open(&self.open, at)
        {
            return Some(Cut::Fence { at, inside, fence });
        }
        if let (Some(first), [before @ .., item]) = (list, items.as_slice())
            && !before.is_empty()
        {
            let first = if blocks == 1 { self.list.unwrap_or(first) } else { first };
            let next = first.map(|first| first + u64::try_from(before.len()).unwrap_or(0));
            return Some(Cut::Item { at: line(*item), next });
        }
        (blocks > 1 && line(last) > 0).then(|| Cut::Before(line(last)))
    }

    fn parser<'a>(
        &'a self,
        text: &'a str,
    ) -> Parser<'a, impl FnMut(BrokenLink<'a>) -> Option<(CowStr<'a>, CowStr<'a>)>> {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let known = |link: BrokenLink<'_>| {
            let address = self.links.get(&link.reference.to_lowercase())?;
            Some((CowStr::from(address.clone()), CowStr::from("")))
        };
        Parser::new_with_broken_link_callback(text, options, Some(known))
    }
}

/// A text without the line that is still being written, unless a blank line parts that from
/// what is before: the beginning of a line may look like the end of a table or a list that the
/// whole line goes on with.
fn certain(text: &str) -> &str {
    let Some(end) = text.rfind('\n') else { return text };
    let (before, last) = text.split_at(end + 1);
    if last.is_empty() || is_spaced(before) { text } else { before }
}

/// Whether a text ends in a blank line.
fn is_spaced(text: &str) -> bool {
    let mut ends = text.rsplit('\n').map(str::trim);
    ends.next() == Some("") && ends.next() == Some("") && !text.trim().is_empty()
}

/// A place where the open text can be cut.
#[derive(Debug)]
enum Cut {
    /// Before the last block.
    Before(usize),
    /// Before the last item of a list; `next` is its number.
    Item { at: usize, next: Option<u64> },
    /// Inside of a fenced block, behind its first line.
    Fence { at: usize, inside: usize, fence: Fence },
}
