//! A window of lines out of a stream of bytes, in constant memory.

use std::io::{self, BufRead};

use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod tests;

/// Most lines at once.
pub(super) const MAX_LINES: u64 = 2000;
/// Most characters at once.
const MAX_CHARS: usize = 100_000;
/// Most characters of a line of a file that is not shown whole.
const MAX_LINE: usize = 2000;
/// How far to read on just to say how many lines there are.
const COUNT_AHEAD: usize = 4 << 20;

/// Which lines are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// The first, from 1.
    pub(super) first: u64,
    limit: u64,
    max_line: usize,
}

impl Window {
    /// From what a model asked for.
    pub(super) fn new(offset: Option<u64>, limit: Option<u64>) -> Self {
        Self {
            first: offset.unwrap_or(1).max(1),
            limit: limit.unwrap_or(MAX_LINES).clamp(1, MAX_LINES),
            max_line: MAX_CHARS,
        }
    }

    /// The same, with long lines cut.
    pub(super) const fn cutting(mut self, cut: bool) -> Self {
        if cut {
            self.max_line = MAX_LINE;
        }
        self
    }

    /// Whether everything is wanted that fits.
    pub(super) const fn is_whole(&self) -> bool {
        self.first == 1 && self.limit == MAX_LINES
    }
}

/// Some lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The lines as they are, ends included.
    pub(super) bytes: Vec<u8>,
    /// The number of the first.
    pub(super) first: u64,
    /// How many there are.
    pub(super) shown: u64,
    /// How many the file has, when that is known.
    pub(super) total: Option<u64>,
    /// Whether nothing follows.
    pub(super) ended: bool,
    /// What else is to be said.
    pub(super) notes: Vec<String>,
}

impl Page {
    /// A file that is shown whole.
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        let shown = lines(&bytes);
        Self { bytes, first: 1, shown, total: Some(shown), ended: true, notes: Vec::new() }
    }

    /// Which lines these are and how to go on; nothing when they are all.
    pub(super) fn range(&self) -> Option<String> {
        if self.shown == 0 || (self.first == 1 && self.ended) {
            return None;
        }
        let last = self.first + self.shown - 1;
        let of = self.total.map(|total| format!(" of {total}")).unwrap_or_default();
        let next = if self.ended {
            "that is the end".to_owned()
        } else {
            format!("continue with offset {}", last + 1)
        };
        Some(format!("lines {}-{last}{of}; {next}", self.first))
    }
}

/// How many lines bytes are; the last may lack its end.
pub(super) fn lines(bytes: &[u8]) -> u64 {
    let ends = memchr::memchr_iter(b'\n', bytes).count() as u64;
    ends + u64::from(bytes.last().is_some_and(|last| *last != b'\n'))
}

/// Reads the window. `None` when it was stopped.
pub(super) fn read(
    mut reader: impl BufRead,
    window: &Window,
    cancel: &CancellationToken,
) -> io::Result<Option<Page>> {
    let mut reading = Reading::new(window);
    while !reading.full {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            reading.end();
            return Ok(Some(reading.page));
        }
        let used = reading.take(chunk);
        reader.consume(used);
    }
    // Full: whether and how much follows.
    let (mut ahead, mut more, mut unended) = (0, reading.last, false);
    while ahead < COUNT_AHEAD {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let chunk = reader.fill_buf()?;
        let Some(last) = chunk.last() else {
            let mut page = reading.page;
            let lines = more + u64::from(unended);
            page.ended = lines == page.first + page.shown - 1;
            page.total = Some(lines);
            return Ok(Some(page));
        };
        more += memchr::memchr_iter(b'\n', chunk).count() as u64;
        unended = *last != b'\n';
        ahead += chunk.len();
        let used = chunk.len();
        reader.consume(used);
    }
    Ok(Some(reading.page))
}

/// The state between two chunks.
struct Reading<'a> {
    window: &'a Window,
    page: Page,
    /// Lines that have ended.
    last: u64,
    /// The line that is being read, if it is wanted.
    line: Vec<u8>,
    /// Whether the line that is being read has bytes at all.
    begun: bool,
    /// How many bytes of the line were not kept.
    left_out: u64,
    chars: usize,
    cut: Vec<u64>,
    full: bool,
}

impl<'a> Reading<'a> {
    fn new(window: &'a Window) -> Self {
        Self {
            window,
            page: Page { first: window.first, ..Page::default() },
            last: 0,
            line: Vec::new(),
            begun: false,
            left_out: 0,
            chars: 0,
            cut: Vec::new(),
            full: false,
        }
    }

    /// Takes bytes up to the end of the next line; says how many.
    fn take(&mut self, chunk: &[u8]) -> usize {
        let end = memchr::memchr(b'\n', chunk);
        let piece = chunk.get(..end.map_or(chunk.len(), |at| at + 1)).unwrap_or(chunk);
        if self.last + 1 >= self.window.first {
            // A character has at most four bytes.
            let room = (self.window.max_line * 4 + 4).saturating_sub(self.line.len());
            let kept = piece.get(..room.min(piece.len())).unwrap_or(piece);
            self.line.extend_from_slice(kept);
            self.left_out += (piece.len() - kept.len()) as u64;
        }
        self.begun = true;
        if end.is_some() {
            self.finish_line();
        }
        piece.len()
    }

    /// A line is complete. It joins the page if it fits.
    fn finish_line(&mut self) {
        self.begun = false;
        let number = self.last + 1;
        if number < self.window.first {
            self.last = number;
            return;
        }
        let mut line = std::mem::take(&mut self.line);
        let left_out = std::mem::take(&mut self.left_out);
        let mut size = characters(&line);
        if left_out > 0 || size > self.window.max_line + 1 {
            truncate(&mut line, self.window.max_line);
            line.push(b'\n');
            size = self.window.max_line + 1;
            self.cut.push(number);
        }
        if self.page.shown > 0 && self.chars + size > MAX_CHARS {
            // It comes with the next page.
            self.full = true;
            self.last = number;
            self.note_cuts(number);
            return;
        }
        if self.chars + size > MAX_CHARS {
            truncate(&mut line, MAX_CHARS);
            size = MAX_CHARS;
            if self.cut.last() != Some(&number) {
                self.cut.push(number);
            }
        }
        self.chars += size;
        self.page.bytes.append(&mut line);
        self.page.shown += 1;
        self.last = number;
        if self.page.shown >= self.window.limit {
            self.full = true;
            self.note_cuts(number + 1);
        }
    }

    /// The stream has ended.
    fn end(&mut self) {
        if self.begun {
            let had = self.page.bytes.len();
            self.finish_line();
            if self.full && self.page.bytes.len() == had {
                // The last line did not fit.
                self.page.total = Some(self.last);
                return;
            }
        }
        self.page.ended = true;
        self.page.total = Some(self.last);
        self.note_cuts(self.last + 1);
    }

    /// Says which lines were cut, once.
    fn note_cuts(&mut self, before: u64) {
        self.cut.retain(|line| *line < before);
        let cut = std::mem::take(&mut self.cut);
        if cut.is_empty() {
            return;
        }
        let numbers: Vec<_> = cut.iter().take(5).map(u64::to_string).collect();
        let rest = cut.len().saturating_sub(5);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let plural = if cut.len() == 1 { "line" } else { "lines" };
        self.page.notes.push(format!(
            "{plural} {}{more} cut after {} characters",
            numbers.join(", "),
            self.window.max_line
        ));
    }
}

/// How many characters bytes are: those that do not continue one.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

/// Cuts bytes after so many characters, never inside one.
fn truncate(bytes: &mut Vec<u8>, most: usize) {
    let mut seen = 0;
    let end = bytes.iter().position(|byte| {
        seen += usize::from((*byte & 0xC0) != 0x80);
        seen > most
    });
    if let Some(end) = end {
        bytes.truncate(end);
    }
}
