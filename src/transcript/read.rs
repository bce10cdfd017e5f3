//! Takes a file of conversations apart, line by line. What is wrong is said with its line.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead, Read as _};

use nanofolks_protocol::{BlobId, Message, MessageId, SessionId};
use serde::Deserialize;
use serde_json::Value;

use super::foreign::{self, Foreign};
use super::{EXPORT, Heading, Line, SCHEMA};

/// Longest line, in bytes. A line may hold a picture.
const LINE: u64 = 64 << 20;
/// Largest file, in bytes.
const FILE: u64 = 1 << 30;
/// Bytes at the begin of a file that say what it is.
const BEGIN: u64 = 256;
/// Longest reason, in characters.
const REASON: usize = 160;

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    /// The conversations, in the order of their headings.
    pub(crate) sessions: Vec<Draft>,
    /// What is wrong with it.
    pub(crate) complaints: Vec<Complaint>,
}

/// A conversation as a file tells it.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) heading: Heading,
    /// The messages in their order.
    pub(crate) entries: Vec<Entry>,
    /// Lines that were there twice.
    pub(crate) duplicates: u64,
    /// Lines that were not in their place.
    pub(crate) reordered: u64,
}

/// A message as a file tells it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) line: u64,
    pub(crate) seq: u64,
    pub(crate) message: Message,
    pub(crate) blobs: BTreeMap<BlobId, String>,
}

/// A line that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) line: u64,
    pub(crate) reason: String,
}

impl Complaint {
    pub(crate) fn new(line: u64, reason: &str) -> Self {
        let mut short: String = reason.chars().take(REASON).collect();
        if short.len() < reason.len() {
            short.push('…');
        }
        Self { line, reason: short }
    }
}

/// Reads everything. `name` is what the file is called, which earlier programs told the room
/// with; `clean` takes secrets out of what they wrote.
///
/// # Errors
/// When the source cannot be read, or is too large.
pub(crate) fn read(
    source: impl BufRead,
    name: &str,
    clean: &dyn Fn(&str) -> String,
) -> io::Result<Transcript> {
    let mut source = source;
    let mut reader = Reader::new(name, clean);
    let mut begin = Vec::new();
    io::Read::by_ref(&mut source).take(BEGIN).read_to_end(&mut begin)?;
    let whole = is_export(&begin);
    let source = io::Cursor::new(begin).chain(source);
    if whole {
        return reader.export(source.take(FILE + 1));
    }
    let mut lines = Lines { source: source.take(FILE + 1), number: 0, taken: 0 };
    while let Some(line) = lines.next()? {
        match line {
            Ok(bytes) => reader.line(lines.number, &bytes),
            Err(reason) => reader.complain(lines.number, reason),
        }
    }
    Ok(reader.finish())
}

/// Whether a file is one object with conversations in it.
fn is_export(begin: &[u8]) -> bool {
    let text = String::from_utf8_lossy(begin);
    let text = text.trim_start();
    text.starts_with('{') && text.contains(EXPORT)
}

/// One object with conversations in it.
#[derive(Deserialize)]
struct Export {
    sessions: Vec<Exported>,
}

#[derive(Deserialize)]
struct Exported {
    session: Value,
    messages: Vec<Value>,
}

/// The lines of a source, none of which is longer than allowed.
struct Lines<R> {
    source: io::Take<R>,
    number: u64,
    taken: u64,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> io::Result<Option<Result<Vec<u8>, &'static str>>> {
        let mut bytes = Vec::new();
        let got = io::Read::by_ref(&mut self.source).take(LINE).read_until(b'\n', &mut bytes)?;
        if got == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.taken += got as u64;
        let mut whole = bytes.last() == Some(&b'\n') || (got as u64) < LINE;
        let fits = whole;
        while !whole {
            bytes.clear();
            let more =
                io::Read::by_ref(&mut self.source).take(LINE).read_until(b'\n', &mut bytes)?;
            self.taken += more as u64;
            whole = more == 0 || bytes.last() == Some(&b'\n');
        }
        if self.taken > FILE {
            return Err(io::Error::other("it is larger than 1 GB"));
        }
        Ok(Some(if fits { Ok(bytes) } else { Err("it is longer than 64 MB") }))
    }
}

struct Reader<'a> {
    headings: Vec<(u64, Heading)>,
    entries: HashMap<SessionId, Vec<Entry>>,
    twice: HashMap<SessionId, u64>,
    foreign: Foreign<'a>,
    complaints: Vec<Complaint>,
}

impl<'a> Reader<'a> {
    fn new(name: &str, clean: &'a dyn Fn(&str) -> String) -> Self {
        Self {
            headings: Vec::new(),
            entries: HashMap::new(),
            twice: HashMap::new(),
            foreign: Foreign::new(name, clean),
            complaints: Vec::new(),
        }
    }

    /// An export that is one object. What stands in it is numbered as if each had its line.
    fn export(mut self, source: impl io::Read) -> io::Result<Transcript> {
        let export: Export = match serde_json::from_reader(source) {
            Ok(export) => export,
            Err(error) if error.is_io() => return Err(error.into()),
            Err(error) => {
                let line = u64::try_from(error.line()).unwrap_or_default();
                self.complain(line, &format!("it is not a whole export: {error}"));
                return Ok(self.finish());
            }
        };
        let values = export
            .sessions
            .into_iter()
            .flat_map(|one| std::iter::once(one.session).chain(one.messages));
        for (number, value) in (1..).zip(values) {
            if let Err(reason) = self.value(number, value) {
                self.complain(number, &reason);
            }
        }
        Ok(self.finish())
    }

    fn complain(&mut self, line: u64, reason: &str) {
        self.complaints.push(Complaint::new(line, reason));
    }

    fn line(&mut self, number: u64, bytes: &[u8]) {
        let bytes = if number == 1 {
            bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
        } else {
            bytes
        };
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let reason = format!("it is not valid UTF-8 at byte {}", error.valid_up_to());
                return self.complain(number, &reason);
            }
        };
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                if let Err(reason) = self.value(number, value) {
                    self.complain(number, &reason);
                }
            }
            Err(error) => {
                // The place that serde names is in a text of one line.
                let reason = error.to_string();
                let reason = reason.split(" at line ").next().unwrap_or_default();
                self.complain(number, &format!("it is not JSON: {reason}"));
            }
        }
    }

    fn value(&mut self, number: u64, value: Value) -> Result<(), String> {
        let Some(object) = value.as_object() else {
            return Err("it is not a JSON object".to_owned());
        };
        if object.contains_key("schema") {
            return self.heading(number, value);
        }
        if foreign::is_heading(&value) {
            return self.foreign.heading(number, &value);
        }
        if object.contains_key("session") && object.contains_key("seq") {
            return self.message(number, value);
        }
        if object.contains_key("role") {
            return self.foreign.message(number, &value);
        }
        Err("it is neither a message nor the line about a conversation".to_owned())
    }

    fn heading(&mut self, number: u64, value: Value) -> Result<(), String> {
        match value.get("schema").and_then(Value::as_str) {
            Some(SCHEMA) => {}
            Some(other) => return Err(format!("{other:?} is not a conversation")),
            None => return Err("its schema is not a text".to_owned()),
        }
        let heading: Heading = serde_json::from_value(value).map_err(|error| error.to_string())?;
        match self.headings.iter().find(|(_, known)| known.session == heading.session) {
            None => self.headings.push((number, heading)),
            Some((_, known)) if *known == heading => {
                *self.twice.entry(heading.session).or_default() += 1;
            }
            Some((first, _)) => {
                return Err(format!("session {} begins on line {first} too", heading.session));
            }
        }
        Ok(())
    }

    fn message(&mut self, number: u64, value: Value) -> Result<(), String> {
        let line: Line = serde_json::from_value(value).map_err(|error| error.to_string())?;
        if line.seq == 0 {
            return Err("messages are numbered from 1".to_owned());
        }
        let (session, seq) = (line.session, line.seq);
        let (message, blobs) = line.into_message();
        let entry = Entry { line: number, seq, message, blobs };
        self.entries.entry(session).or_default().push(entry);
        Ok(())
    }

    fn finish(mut self) -> Transcript {
        let mut sessions = Vec::new();
        for (line, heading) in std::mem::take(&mut self.headings) {
            let entries = self.entries.remove(&heading.session).unwrap_or_default();
            let twice = self.twice.remove(&heading.session).unwrap_or_default();
            let wanted = heading.messages;
            let draft = Draft { heading, entries, duplicates: twice, reordered: 0 };
            sessions.push(ordered(line, wanted, draft, &mut self.complaints));
        }
        for (session, entries) in std::mem::take(&mut self.entries) {
            if let Some(first) = entries.first() {
                let reason = format!("session {session} has no line about it");
                self.complaints.push(Complaint::new(first.line, &reason));
            }
        }
        if let Some(draft) = self.foreign.finish(&mut self.complaints) {
            sessions.push(draft);
        }
        self.complaints.sort_by_key(|complaint| complaint.line);
        Transcript { sessions, complaints: self.complaints }
    }
}

/// The messages in their order, each once; what is missing is said.
fn ordered(
    line: u64,
    wanted: Option<u64>,
    mut draft: Draft,
    complaints: &mut Vec<Complaint>,
) -> Draft {
    let descents = draft.entries.windows(2).filter(|pair| pair[0].seq > pair[1].seq).count();
    draft.reordered = descents as u64;
    draft.entries.sort_by_key(|entry| entry.seq);
    let mut ids: HashSet<MessageId> = HashSet::new();
    let mut kept: Vec<Entry> = Vec::with_capacity(draft.entries.len());
    for entry in draft.entries {
        match kept.last_mut() {
            Some(last) if last.seq == entry.seq && last.message == entry.message => {
                last.blobs.extend(entry.blobs);
                draft.duplicates += 1;
                continue;
            }
            Some(last) if last.seq == entry.seq => {
                let reason = format!("message {} is on line {} too", entry.seq, last.line);
                complaints.push(Complaint::new(entry.line, &reason));
                continue;
            }
            _ => {}
        }
        if ids.insert(entry.message.id) {
            kept.push(entry);
        } else {
            let reason = format!("message {} has the id of another one", entry.seq);
            complaints.push(Complaint::new(entry.line, &reason));
        }
    }
    match (1..).zip(&kept).find(|(expected, entry)| entry.seq != *expected) {
        Some((expected, entry)) => {
            let reason = format!("message {expected} is missing before it");
            complaints.push(Complaint::new(entry.line, &reason));
        }
        None if wanted.is_some_and(|wanted| wanted > kept.len() as u64) => {
            let (has, wanted) = (kept.len(), wanted.unwrap_or_default());
            let reason = format!("the conversation has {wanted} messages, the file only {has}");
            complaints.push(Complaint::new(line, &reason));
        }
        None => {}
    }
    draft.entries = kept;
    draft
}
