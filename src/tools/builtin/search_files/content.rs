//! Text in files.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};

use cap_std::fs::{OpenOptions, OpenOptionsExt as _};
use grep_regex::RegexMatcher;
use grep_searcher::{
    BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkContextKind, SinkMatch,
};
use nanofolks_protocol::{ToolError, ToolOutput};
use rustix::fs::OFlags;
use tokio_util::sync::CancellationToken;

use super::walk::{Found, Walk};
use super::{MAX_CHARS, Range, notes, pattern};
use crate::folder::shown;
use crate::secret_file;

/// Most characters shown of a line.
const MAX_LINE: usize = 300;
/// Longest line that is searched, and longest file that is searched across its lines.
const MAX_BUFFER: usize = 32 << 20;

/// Hits by file: the path, then `12: line` for hits and `13- line` for what is around them.
pub(super) fn search(
    walk: &mut Walk<'_>,
    wanted: &str,
    context: usize,
    range: Range,
) -> Result<ToolOutput, ToolError> {
    let (matcher, warning) = pattern::compile(wanted)?;
    let mut searcher = SearcherBuilder::new()
        .line_number(true)
        .multi_line(pattern::spans_lines(wanted))
        .before_context(context)
        .after_context(context)
        .binary_detection(BinaryDetection::quit(0))
        .heap_limit(Some(MAX_BUFFER))
        .build();
    let mut hits = Hits { range, seen: 0, shown: 0, more: false, text: String::new() };
    while !hits.more {
        let Some(found) = walk.next()? else { break };
        if search_file(&mut searcher, &matcher, walk, &found, &mut hits).is_err() {
            walk.unreadable += 1;
        }
    }
    if hits.shown == 0 {
        hits.text.push_str("no matches\n");
    }
    let mut warnings: Vec<String> = warning.into_iter().collect();
    warnings.extend(notes(walk, range, hits.shown, hits.more));
    Ok(ToolOutput { warnings, ..ToolOutput::text(hits.text) })
}

/// Searches one file. Only what is open counts: it may have been swapped since it was listed.
fn search_file(
    searcher: &mut Searcher,
    matcher: &RegexMatcher,
    walk: &Walk<'_>,
    found: &Found,
    hits: &mut Hits,
) -> io::Result<()> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    let file = found.dir.open_with(&found.name, &options)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let file = file.into_std();
    let hidden = secret_file::is_secret(&walk.folder.real_path(&file, &found.path));
    let name = shown(&found.path.to_string_lossy());
    let mut sink = FileHits { hits, name, begun: false, hidden };
    searcher.search_reader(matcher, Stoppable { file, cancel: walk.cancel }, &mut sink)
}

/// A file that ends with an error when the turn is stopped.
struct Stoppable<'a> {
    file: File,
    cancel: &'a CancellationToken,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            // Not `Interrupted`: that would be tried again.
            return Err(io::Error::other("stopped"));
        }
        self.file.read(buffer)
    }
}

/// Hits of the whole search.
struct Hits {
    range: Range,
    seen: u64,
    shown: u64,
    more: bool,
    text: String,
}

/// Hits of one file.
struct FileHits<'a> {
    hits: &'a mut Hits,
    name: String,
    begun: bool,
    /// The file holds secrets: that there is a hit may be known, its text may not.
    hidden: bool,
}

impl FileHits<'_> {
    fn begin_file(&mut self) {
        if !self.begun {
            self.begun = true;
            if !self.hits.text.is_empty() {
                self.hits.text.push('\n');
            }
            self.hits.text.push_str(&self.name);
            self.hits.text.push('\n');
        }
    }

    fn line(&mut self, number: Option<u64>, mark: char, bytes: &[u8]) {
        let number = number.unwrap_or_default();
        let out = &mut self.hits.text;
        for (index, line) in
            bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|b| *b == b'\n').enumerate()
        {
            let text = if self.hidden {
                "(not shown: the file holds secrets)".to_owned()
            } else {
                cut(&String::from_utf8_lossy(line))
            };
            // Writing to a String cannot fail.
            let _ok = writeln!(out, "{}{mark} {text}", number + index as u64).is_ok();
        }
    }
}

/// The beginning of a line.
fn cut(line: &str) -> String {
    let line = line.trim_end_matches('\r');
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}\u{2026}", line.get(..end).unwrap_or(line)),
        None => line.to_owned(),
    }
}

impl Sink for FileHits<'_> {
    type Error = io::Error;

    fn matched(&mut self, _searcher: &Searcher, hit: &SinkMatch<'_>) -> io::Result<bool> {
        self.hits.seen += 1;
        if self.hits.seen <= self.hits.range.offset {
            return Ok(true);
        }
        if self.hits.shown == self.hits.range.limit || self.hits.text.len() > MAX_CHARS {
            self.hits.more = true;
            return Ok(false);
        }
        self.hits.shown += 1;
        self.begin_file();
        self.line(hit.line_number(), ':', hit.bytes());
        Ok(true)
    }

    fn context(&mut self, _searcher: &Searcher, around: &SinkContext<'_>) -> io::Result<bool> {
        // Lines around a hit that is skipped are skipped with it.
        let hits = &self.hits;
        let wanted = match around.kind() {
            SinkContextKind::Before => {
                hits.seen >= hits.range.offset && hits.shown < hits.range.limit
            }
            SinkContextKind::After | SinkContextKind::Other => hits.seen > hits.range.offset,
        };
        if wanted && hits.text.len() <= MAX_CHARS {
            self.begin_file();
            self.line(around.line_number(), '-', around.bytes());
        }
        Ok(true)
    }

    fn context_break(&mut self, _searcher: &Searcher) -> io::Result<bool> {
        if self.begun && self.hits.shown < self.hits.range.limit {
            self.hits.text.push_str("--\n");
        }
        Ok(true)
    }
}
