//! The form of a report: a JSON object per line. Whatever is read may be hostile.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nanofolks_engine::Material;
use nanofolks_protocol::history::TurnRecord;
use nanofolks_protocol::{BlobId, Message, Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::redact::Redactor;
use crate::cli::{CliError, regular};

#[cfg(test)]
mod tests;

/// The form and its version.
const SCHEMA: &str = "nanofolks.report.v1";
/// What all versions of the form begin with.
const FAMILY: &str = "nanofolks.report.";
/// Most bytes of a report.
const MAX_BYTES: u64 = 256 << 20;
/// Most lines of a report.
const MAX_LINES: usize = 200_000;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Head { schema: String, program: String, wordless: bool },
    Facts { facts: Value },
    Turn { record: Box<TurnRecord> },
    Recorded { name: String, items: Value },
    Message { message: Box<Message> },
    Content { id: BlobId, content: Value },
    Blob { id: BlobId, bytes: u64, text: Option<String> },
    End { lines: usize, sha256: String },
}

/// Writes a turn as a report.
pub(super) fn write(
    material: &Material,
    redactor: &Redactor,
    facts: Value,
) -> Result<Vec<u8>, CliError> {
    let mut page = Page { bytes: Vec::new(), lines: 0, redactor };
    page.line(&Line::Head {
        schema: SCHEMA.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        wordless: redactor.takes_words(),
    })?;
    page.line(&Line::Facts { facts })?;
    let record = TurnRecord { recorded: Vec::new(), ..material.record.clone() };
    page.line(&Line::Turn { record: Box::new(record) })?;
    for (name, bytes) in &material.record.recorded {
        let items = serde_json::from_slice(bytes).map_err(|error| failed(&error))?;
        page.line(&Line::Recorded { name: name.clone(), items })?;
    }
    for message in &material.messages {
        page.line(&Line::Message { message: Box::new(message.clone()) })?;
    }
    for (id, bytes) in &material.contents {
        let content = serde_json::from_slice(bytes).map_err(|error| failed(&error))?;
        page.line(&Line::Content { id: id.clone(), content })?;
    }
    for (id, bytes) in &material.blobs {
        // What is not text is a picture, and what is on it does not change the turn.
        let text = std::str::from_utf8(bytes).ok().map(str::to_owned);
        page.line(&Line::Blob { id: id.clone(), bytes: bytes.len() as u64, text })?;
    }
    let (lines, sha256) = (page.lines, digest(&page.bytes));
    page.line(&Line::End { lines, sha256 })?;
    Ok(page.bytes)
}

/// What is written so far.
struct Page<'a> {
    bytes: Vec<u8>,
    lines: usize,
    redactor: &'a Redactor,
}

impl Page<'_> {
    fn line(&mut self, line: &Line) -> Result<(), CliError> {
        let mut value = serde_json::to_value(line).map_err(|error| failed(&error))?;
        if !matches!(line, Line::Head { .. } | Line::End { .. }) {
            self.redactor.redact(&mut value);
        }
        serde_json::to_writer(&mut self.bytes, &value).map_err(|error| failed(&error))?;
        self.bytes.push(b'\n');
        self.lines += 1;
        Ok(())
    }
}

/// Writes the file, for its owner only.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all())).map_err(
        |error| {
            let text = format!("cannot write {}: {error}", path.display());
            CliError::failure("output_failed", text)
        },
    )
}

/// Reads a report from a file.
pub(super) fn open(path: &Path) -> Result<Material, CliError> {
    let unreadable = |why: String| {
        CliError::usage("file_unreadable", format!("cannot read {}: {why}", path.display()))
    };
    let file = regular::open(path).map_err(|error| unreadable(error.to_string()))?;
    let about = file.metadata().map_err(|error| unreadable(error.to_string()))?;
    if about.len() > MAX_BYTES {
        return Err(unreadable(format!("it has more than {} MiB", MAX_BYTES >> 20)));
    }
    read(BufReader::new(file.take(MAX_BYTES)))
}

/// Reads a report.
pub(super) fn read(mut from: impl BufRead) -> Result<Material, CliError> {
    let mut reading = Reading::default();
    let mut hash = Sha256::new();
    let mut text = Vec::new();
    loop {
        text.clear();
        let count = from.read_until(b'\n', &mut text).map_err(|error| wrong(&error.to_string()))?;
        if count == 0 {
            return Err(wrong("it ends in the middle"));
        }
        if reading.lines == 0 {
            head(&text, &mut reading)?;
        } else {
            let line: Line = serde_json::from_slice(&text)
                .map_err(|error| wrong(&format!("line {}: {error}", reading.lines + 1)))?;
            if let Line::End { lines, sha256 } = line {
                let whole = lines == reading.lines && sha256 == hex(&hash.finalize());
                return if whole { reading.material() } else { Err(wrong("it was changed")) };
            }
            reading.take(line)?;
        }
        hash.update(&text);
        reading.lines += 1;
        if reading.lines > MAX_LINES {
            return Err(wrong("it has too many lines"));
        }
    }
}

fn head(text: &[u8], reading: &mut Reading) -> Result<(), CliError> {
    match serde_json::from_slice(text) {
        Ok(Line::Head { schema, wordless, .. }) if schema == SCHEMA => {
            reading.wordless = wordless;
            Ok(())
        }
        Ok(Line::Head { schema, .. }) if schema.starts_with(FAMILY) => {
            let text = format!("this report is of another version: {schema:?}, not {SCHEMA:?}");
            Err(Problem::new(ProblemKind::Unavailable, "report_version", text)
                .hint("the version of nanofolks that wrote it reads it")
                .into())
        }
        _ => Err(wrong("it does not begin like one")),
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    lines: usize,
    wordless: bool,
    record: Option<Box<TurnRecord>>,
    recorded: Vec<(String, Vec<u8>)>,
    messages: Vec<Message>,
    contents: Vec<(BlobId, Vec<u8>)>,
    blobs: Vec<(BlobId, bytes::Bytes)>,
}

impl Reading {
    fn take(&mut self, line: Line) -> Result<(), CliError> {
        match line {
            Line::Facts { .. } => {}
            Line::Turn { record } if self.record.is_none() => self.record = Some(record),
            Line::Recorded { name, items } => {
                self.recorded.push((name, items.to_string().into_bytes()));
            }
            Line::Message { message } => self.messages.push(*message),
            Line::Content { id, content } => {
                self.contents.push((id, content.to_string().into_bytes()));
            }
            Line::Blob { id, text, .. } => {
                self.blobs.push((id, text.unwrap_or_default().into_bytes().into()));
            }
            Line::Head { .. } | Line::Turn { .. } | Line::End { .. } => {
                return Err(wrong("it has a line twice"));
            }
        }
        Ok(())
    }

    fn material(self) -> Result<Material, CliError> {
        let mut record = *self.record.ok_or_else(|| wrong("it has no turn"))?;
        record.recorded = self.recorded;
        Ok(Material {
            record,
            messages: self.messages,
            contents: self.contents,
            blobs: self.blobs,
            wordless: self.wordless,
            masked: true,
        })
    }
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wrong(why: &str) -> CliError {
    CliError::usage("report_invalid", format!("this is not a whole report of a turn: {why}"))
        .hint("`nanofolks report -o FILE` writes one")
}

fn failed(error: &serde_json::Error) -> CliError {
    CliError::failure("report_failed", format!("the report cannot be written: {error}"))
}
