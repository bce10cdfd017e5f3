//! Blocks as rows: paragraphs, headings, lists, quotations, code, tables.

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd};
use ratatui::style::Style;

use super::Look;
use super::code::Coder;
use super::inline::Inline;
use super::table::Table;
use crate::text::{Piece, Row};
use crate::theme::Role;

/// What stands before the rows of a container.
#[derive(Debug)]
struct Container {
    /// Before its first row; then it is blank or, in a quotation, the same.
    first: Option<Row>,
    rest: Row,
    quote: bool,
}

/// A list that is open.
#[derive(Debug)]
struct List {
    /// The number of its next item, if it has numbers.
    next: Option<u64>,
    /// Whether blank rows part its items.
    loose: bool,
}

/// Blocks on their way to rows.
pub(super) struct Blocks<'a> {
    look: Look<'a>,
    rows: Vec<Row>,
    containers: Vec<Container>,
    lists: Vec<List>,
    /// What the first list goes on from.
    going_on: Option<Option<u64>>,
    inline: Option<Inline>,
    code: Option<(Coder, String)>,
    table: Option<Table>,
    /// Whether the next block is parted from the one before by a blank row.
    parted: bool,
}

impl<'a> Blocks<'a> {
    /// Blocks at the start of a text, or after others. `going_on` is the number of the next
    /// item when the text goes on with a list; `parted` says whether a blank row comes first.
    pub(super) fn new(look: Look<'a>, going_on: Option<Option<u64>>, parted: bool) -> Self {
        Self {
            look,
            rows: Vec::new(),
            containers: Vec::new(),
            lists: Vec::new(),
            going_on,
            inline: None,
            code: None,
            table: None,
            parted,
        }
    }

    /// Reads everything a parser says.
    pub(super) fn read<'t, F>(&mut self, parser: Parser<'t, F>, _text: &'t str)
    where
        F: FnMut(BrokenLink<'t>) -> Option<(CowStr<'t>, CowStr<'t>)>,
    {
        for event in parser {
            self.take(&event);
        }
    }

    /// The rows.
    pub(super) fn finish(mut self) -> Vec<Row> {
        self.close();
        self.rows
    }

    fn take(&mut self, event: &Event<'_>) {
        if let Some((_, code)) = &mut self.code
            && let Event::Text(text) = event
        {
            code.push_str(text);
            return;
        }
        if let Some(table) = &mut self.table
            && table.take(event, self.look)
        {
            return;
        }
        match event {
            Event::Start(tag) if self.start(tag) => {}
            Event::End(tag) if self.end(*tag) => {}
            Event::Rule => {
                self.close();
                self.part();
                self.push(Row::of("───", self.look.theme.style(Role::Rule)));
                self.parted = true;
            }
            Event::Html(text) => {
                let look = self.look;
                self.inline().text(text, Some(Role::Dim), look);
            }
            inline => {
                let look = self.look;
                self.inline().take(inline, look);
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>) -> bool {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => {
                if self.containers.last().is_some_and(|container| !container.quote)
                    && let Some(list) = self.lists.last_mut()
                {
                    list.loose |= matches!(tag, Tag::Paragraph);
                }
                self.open(Style::new());
            }
            Tag::Heading { level, .. } => {
                self.open(self.look.theme.style(Role::Heading));
                let marks = heading(*level);
                let look = self.look;
                self.inline().text(marks, None, look);
            }
            Tag::BlockQuote(_) => {
                self.close();
                self.part();
                let bar = Row::of("▎ ", self.look.theme.style(Role::Quote));
                self.containers.push(Container { first: None, rest: bar, quote: true });
                self.parted = false;
            }
            Tag::List(first) => {
                self.close();
                let outermost = self.lists.is_empty();
                if self.lists.last().is_none_or(|outer| outer.loose) {
                    self.part();
                }
                let going_on = self.going_on.take().filter(|_| outermost);
                self.lists.push(List { next: going_on.unwrap_or(*first), loose: false });
                self.parted = false;
            }
            Tag::Item => {
                self.close();
                self.part();
                self.item();
            }
            Tag::CodeBlock(kind) => {
                self.close();
                self.part();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or(""),
                    CodeBlockKind::Indented => "",
                };
                self.look.languages.wish();
                self.code = Some((Coder::new(&language.to_lowercase()), String::new()));
            }
            Tag::Table(alignments) => {
                self.close();
                self.part();
                self.table = Some(Table::new(alignments.clone()));
            }
            _ => return false,
        }
        true
    }

    fn end(&mut self, tag: TagEnd) -> bool {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock => {
                self.close();
                self.parted = true;
            }
            TagEnd::BlockQuote(_) => {
                self.close();
                self.containers.pop();
                self.parted = true;
            }
            TagEnd::Item => {
                self.close();
                if let Some(Container { first: Some(marker), .. }) = self.containers.pop() {
                    // An item with nothing in it has its mark all the same.
                    self.push(marker);
                }
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.parted = self.lists.last().is_none_or(|outer| outer.loose);
            }
            TagEnd::CodeBlock => {
                if let Some((mut coder, code)) = self.code.take() {
                    for line in code.lines() {
                        let row = coder.line(line, self.look);
                        self.push(row);
                    }
                }
                self.parted = true;
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let used: usize = self.containers.iter().map(|c| c.rest.width()).sum();
                    let width = usize::from(self.look.width).saturating_sub(used);
                    for row in table.rows(width, self.look) {
                        self.push(row);
                    }
                }
                self.parted = true;
            }
            _ => return false,
        }
        true
    }

    /// Begins an item: its mark, and as many blanks for the rows below.
    fn item(&mut self) {
        let mark = match self.lists.last_mut() {
            Some(List { next: Some(number), .. }) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        };
        let blank = Row::of(" ".repeat(mark.chars().count()), Style::new());
        let first = Row::of(mark, self.look.theme.style(Role::Marker));
        self.containers.push(Container { first: Some(first), rest: blank, quote: false });
        self.parted = false;
    }

    fn open(&mut self, style: Style) {
        self.close();
        self.part();
        self.inline = Some(Inline::new(style));
    }

    fn inline(&mut self) -> &mut Inline {
        self.inline.get_or_insert_with(|| Inline::new(Style::new()))
    }

    /// Ends the text that is being put together.
    fn close(&mut self) {
        if let Some(inline) = self.inline.take() {
            for row in inline.finish() {
                self.push(row);
            }
        }
    }

    /// A blank row between two blocks.
    fn part(&mut self) {
        if std::mem::take(&mut self.parted) {
            self.push(Row::default());
        }
    }

    /// Adds a row behind what its containers put before it.
    fn push(&mut self, row: Row) {
        let mut whole = Row::default();
        let mut quoted = Style::new();
        let blank = row.is_empty();
        for container in &mut self.containers {
            match container.first.take_if(|_| !blank) {
                Some(first) => whole.append(first),
                None => whole.append(container.rest.clone()),
            }
            if container.quote {
                quoted = self.look.theme.style(Role::Quote);
            }
        }
        if blank && whole.plain().trim().is_empty() {
            self.rows.push(Row::default());
            return;
        }
        whole.append(row.under(quoted));
        self.rows.push(whole);
    }
}

/// What stands before a heading: its level is seen without colours, too.
const fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "# ",
        HeadingLevel::H2 => "## ",
        HeadingLevel::H3 => "### ",
        HeadingLevel::H4 => "#### ",
        HeadingLevel::H5 => "##### ",
        HeadingLevel::H6 => "###### ",
    }
}

/// A row of several pieces.
pub(super) fn joined(pieces: impl IntoIterator<Item = Piece>) -> Row {
    pieces.into_iter().collect()
}
