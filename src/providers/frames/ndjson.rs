//! One JSON object a line.

use std::collections::VecDeque;

use bytes::Bytes;

use super::lines::Lines;
use crate::fault::Fault;

/// Reads lines; empty ones are left out.
#[derive(Debug)]
pub(crate) struct Ndjson {
    lines: Lines,
    ready: VecDeque<Bytes>,
    max: usize,
}

impl Ndjson {
    /// At the start of an answer; no line may be longer than `max`.
    pub(super) fn new(max: usize) -> Self {
        Self { lines: Lines::default(), ready: VecDeque::new(), max }
    }

    /// Takes what the network delivered.
    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), Fault> {
        let whole = self.lines.push(chunk, self.max)?;
        self.ready.extend(whole);
        Ok(())
    }

    /// The last line may lack its end.
    pub(super) fn finish(&mut self) {
        let rest = self.lines.take();
        if !rest.is_empty() {
            self.ready.push_back(rest);
        }
    }

    /// The next line with something on it.
    pub(super) fn next(&mut self) -> Option<String> {
        loop {
            let lines = self.ready.front_mut()?;
            if lines.is_empty() {
                self.ready.pop_front();
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', lines).map_or(lines.len(), |at| at + 1);
            let line = lines.split_to(end);
            let line = line.trim_ascii();
            if !line.is_empty() {
                return Some(String::from_utf8_lossy(line).into_owned());
            }
        }
    }
}
