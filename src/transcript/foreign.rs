//! Session files of earlier programs: a line with `_type: metadata`, then a message a line
//! with `role`, `content` and `timestamp`.
//!
//! Names are made from what is in the file, so that the same file read again is the same
//! conversation.

use std::collections::{BTreeMap, HashMap, HashSet};

use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    BotId, CallId, Content, Message, MessageId, Origin, Part, Role, RoomId, RoomKind, SessionId,
    Timestamp, ToolCall, ToolError, ToolOutput, ToolResult,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::read::{Complaint, Draft, Entry};
use super::{Heading, SCHEMA, origin};

/// Characters of the first question that become the title.
const TITLE: usize = 60;

/// Whether this is the line about a conversation of an earlier program.
pub(crate) fn is_heading(value: &Value) -> bool {
    value.get("_type").and_then(Value::as_str) == Some("metadata")
}

/// The conversation of a file of an earlier program.
pub(crate) struct Foreign<'a> {
    name: String,
    clean: &'a dyn Fn(&str) -> String,
    heading: Option<(u64, Value)>,
    lines: Vec<Said>,
    seen: HashSet<[u8; 32]>,
    duplicates: u64,
    calls: HashMap<String, (CallId, String)>,
}

/// A message whose place is not certain yet.
struct Said {
    line: u64,
    at: Option<Timestamp>,
    digest: [u8; 32],
    role: Role,
    bot: Option<BotId>,
    parts: Vec<Part>,
}

impl<'a> Foreign<'a> {
    /// Nothing yet, from a file of this name.
    pub(crate) fn new(name: &str, clean: &'a dyn Fn(&str) -> String) -> Self {
        Self {
            name: name.to_owned(),
            clean,
            heading: None,
            lines: Vec::new(),
            seen: HashSet::new(),
            duplicates: 0,
            calls: HashMap::new(),
        }
    }

    /// Takes the line about the conversation.
    pub(crate) fn heading(&mut self, line: u64, value: &Value) -> Result<(), String> {
        match &self.heading {
            // Files that were merged have it twice.
            Some(_) => self.duplicates += 1,
            None => self.heading = Some((line, value.clone())),
        }
        Ok(())
    }

    /// Takes a message.
    pub(crate) fn message(&mut self, line: u64, value: &Value) -> Result<(), String> {
        let digest: [u8; 32] = Sha256::digest(value.to_string().as_bytes()).into();
        let role = match text_of(value, "role")?.as_deref() {
            Some("user" | "human") => Role::User,
            Some("assistant" | "model" | "bot") => Role::Assistant,
            Some("tool" | "function") => Role::Tool,
            Some("system" | "developer") => Role::System,
            Some(other) => return Err(format!("{other:?} is not a role")),
            None => return Err("it has no role".to_owned()),
        };
        let at = match value.get("timestamp").or_else(|| value.get("at")) {
            None | Some(Value::Null) => None,
            Some(stamp) => Some(time(stamp)?),
        };
        let parts = self.parts(role, value)?;
        let bot = text_of(value, "bot")?.or(text_of(value, "bot_name")?);
        let bot = bot.and_then(|bot| bot.trim_start_matches('@').to_lowercase().parse().ok());
        if parts.is_empty() {
            return Err("there is nothing in it".to_owned());
        }
        // Without a time, two lines alike may be two messages alike.
        if !self.seen.insert(digest) && (at.is_some() || value.get("id").is_some()) {
            self.duplicates += 1;
            return Ok(());
        }
        self.lines.push(Said { line, at, digest, role, bot, parts });
        Ok(())
    }

    fn parts(&mut self, role: Role, value: &Value) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        if let Some(text) = text_of(value, "reasoning_content")?.filter(|text| !text.is_empty()) {
            let content = Content::Reasoning { text: (self.clean)(&text), opaque: None };
            parts.push(Part { origin: Origin::Model, content });
        }
        if role == Role::Tool {
            let id = text_of(value, "tool_call_id")?.unwrap_or_default();
            let name = text_of(value, "name")?;
            let text = flat(value.get("content"))?;
            parts.push(self.result(&id, name, &text, false));
            return Ok(parts);
        }
        match value.get("content") {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::String(text)) => parts.push(self.text(role, text)),
            Some(Value::Array(pieces)) => {
                for piece in pieces {
                    self.piece(role, piece, &mut parts)?;
                }
            }
            Some(_) => return Err("its content is neither text nor a list of parts".to_owned()),
        }
        match value.get("tool_calls") {
            None | Some(Value::Null) => {}
            Some(Value::Array(calls)) => {
                for call in calls {
                    let function = call.get("function").unwrap_or(call);
                    let id = text_of(call, "id")?.unwrap_or_default();
                    let name = text_of(function, "name")?.ok_or("a tool call has no name")?;
                    let arguments = function.get("arguments").cloned().unwrap_or(Value::Null);
                    parts.push(self.call(&id, name, arguments));
                }
            }
            Some(_) => return Err("its tool calls are not a list".to_owned()),
        }
        Ok(parts)
    }

    fn text(&self, role: Role, text: &str) -> Part {
        Part::text(origin(role), (self.clean)(text))
    }

    fn piece(&mut self, role: Role, piece: &Value, parts: &mut Vec<Part>) -> Result<(), String> {
        if let Some(text) = piece.as_str() {
            parts.push(self.text(role, text));
            return Ok(());
        }
        match piece.get("type").and_then(Value::as_str) {
            Some("text" | "input_text" | "output_text") => {
                let text = text_of(piece, "text")?.ok_or("a part has no text")?;
                parts.push(self.text(role, &text));
            }
            Some("image" | "image_url" | "input_image") => parts.push(self.text(role, "[image]")),
            Some("tool_use") => {
                let id = text_of(piece, "id")?.unwrap_or_default();
                let name = text_of(piece, "name")?.ok_or("a tool call has no name")?;
                let input = piece.get("input").cloned().unwrap_or(Value::Null);
                parts.push(self.call(&id, name, input));
            }
            Some("tool_result") => {
                let id = text_of(piece, "tool_use_id")?.unwrap_or_default();
                let failed = piece.get("is_error").and_then(Value::as_bool).unwrap_or(false);
                let text = flat(piece.get("content"))?;
                parts.push(self.result(&id, None, &text, failed));
            }
            Some("thinking" | "reasoning") => {
                let text = text_of(piece, "thinking")?.or(text_of(piece, "text")?);
                let text = (self.clean)(&text.unwrap_or_default());
                let content = Content::Reasoning { text, opaque: None };
                parts.push(Part { origin: Origin::Model, content });
            }
            Some(other) => return Err(format!("a part is {other:?}, which is not known")),
            None => return Err("a part has no type".to_owned()),
        }
        Ok(())
    }

    fn call(&mut self, id: &str, name: String, arguments: Value) -> Part {
        let id = self.call_id(id, &name);
        let (arguments, malformed) = match arguments {
            Value::String(text) => match serde_json::from_str::<Value>(&text) {
                Ok(value @ Value::Object(_)) => (value, None),
                _ if text.trim().is_empty() => (Value::Object(serde_json::Map::new()), None),
                _ => (Value::Null, Some((self.clean)(&text))),
            },
            Value::Null => (Value::Object(serde_json::Map::new()), None),
            value @ Value::Object(_) => (value, None),
            other => (Value::Null, Some(other.to_string())),
        };
        let call = ToolCall { id, name, arguments, malformed, opaque: None };
        Part { origin: Origin::Model, content: Content::ToolCall(call) }
    }

    fn result(&mut self, id: &str, name: Option<String>, text: &str, failed: bool) -> Part {
        let known = self.calls.get(id).map(|(_, name)| name.clone());
        let tool = name.or(known).unwrap_or_else(|| "unknown".to_owned());
        let id = self.call_id(id, &tool);
        let text = (self.clean)(text);
        let call =
            ToolCall { id, name: tool, arguments: Value::Null, malformed: None, opaque: None };
        let result = if failed {
            ToolResult::failed(&call, CallStatus::Error, ToolError::new("failed", text))
        } else {
            ToolResult::worked(&call, ToolOutput::text(text))
        };
        Part { origin: Origin::Tool, content: Content::ToolResult(result) }
    }

    /// The call's own id where every provider would take it, else one made from it.
    fn call_id(&mut self, id: &str, name: &str) -> CallId {
        let made = || {
            let kept = CallId::from_provider(id);
            if kept.as_str() == id {
                return kept;
            }
            let digest: [u8; 32] = Sha256::digest(id.as_bytes()).into();
            CallId::from_provider(&format!("call_{}", &hex(&digest)[..24]))
        };
        let known = self.calls.entry(id.to_owned()).or_insert_with(|| (made(), name.to_owned()));
        known.0.clone()
    }

    /// The conversation, if there is one.
    pub(crate) fn finish(self, complaints: &mut Vec<Complaint>) -> Option<Draft> {
        let Self { name, heading, mut lines, duplicates, .. } = self;
        if heading.is_none() && lines.is_empty() {
            return None;
        }
        if heading.is_none()
            && let Some(first) = lines.first()
        {
            let reason = "the line about the conversation is missing: {\"_type\":\"metadata\",…}";
            complaints.push(Complaint::new(first.line, reason));
        }
        let told = heading.map_or(Value::Null, |(_, value)| value);
        let stamp = |key: &str| told.get(key).and_then(|stamp| time(stamp).ok());
        let created = stamp("created_at").or_else(|| lines.iter().find_map(|said| said.at));
        let created = created.unwrap_or_default();
        // A message without a time came with the one before it.
        let mut last = created;
        for said in &mut lines {
            last = *said.at.get_or_insert(last);
        }
        let reordered = lines.windows(2).filter(|pair| pair[0].at > pair[1].at).count() as u64;
        lines.sort_by_key(|said| said.at);
        let session = session_id(&name, &told, created, &lines);
        let entries: Vec<Entry> =
            (1..).zip(lines).map(|(seq, said)| entry(seq, said, &session)).collect();
        let updated = entries.iter().map(|entry| entry.message.at).max();
        let heading = Heading {
            schema: SCHEMA.to_owned(),
            session,
            room: room(&name, &told),
            room_kind: RoomKind::Open,
            members: Vec::new(),
            archived: false,
            parent: None,
            title: title(&told, &entries),
            created_at: created,
            updated_at: Some(updated.unwrap_or(created).max(created)),
            messages: None,
        };
        Some(Draft { heading, entries, duplicates, reordered })
    }
}

fn entry(seq: u64, said: Said, session: &SessionId) -> Entry {
    let Said { line, at, digest, role, bot, parts } = said;
    let at = at.unwrap_or_default();
    let mut sum = Sha256::new();
    sum.update(session.as_uuid().as_bytes());
    sum.update(seq.to_be_bytes());
    sum.update(digest);
    let text = name_at(at, &sum.finalize().into());
    let id = text.parse().unwrap_or_else(|_| MessageId::fresh());
    let message = Message { id, role, bot, turn: None, at, parts };
    Entry { line, seq, message, blobs: BTreeMap::new() }
}

/// The same file, also one that has grown, is the same session.
fn session_id(name: &str, told: &Value, created: Timestamp, lines: &[Said]) -> SessionId {
    let mut sum = Sha256::new();
    let key = told.get("key").and_then(Value::as_str).unwrap_or(name);
    sum.update(key.as_bytes());
    sum.update(created.as_millis().to_be_bytes());
    if let Some(first) = lines.first() {
        sum.update(first.digest);
    }
    name_at(created, &sum.finalize().into()).parse().unwrap_or_else(|_| SessionId::fresh())
}

/// A name that sorts by time like those we make, its rest taken from a digest.
fn name_at(at: Timestamp, digest: &[u8; 32]) -> String {
    let millis = u64::try_from(at.as_millis()).unwrap_or(0) & 0xffff_ffff_ffff;
    let rest = hex(digest);
    format!("{millis:012x}7{}8{}", &rest[..3], &rest[3..18])
}

fn hex(digest: &[u8; 32]) -> String {
    nanofolks_protocol::BlobId::from_digest(digest).as_str().to_owned()
}

/// The room: as the file says, else as it is called: `room_general`.
fn room(name: &str, told: &Value) -> RoomId {
    let inner = told.get("metadata");
    let said = told.get("key").or_else(|| inner?.get("room")).or_else(|| inner?.get("key"));
    let said = said.and_then(Value::as_str).map(str::to_owned);
    let name = said.unwrap_or_else(|| name.replacen('_', ":", 1));
    name.parse().unwrap_or_else(|_| RoomId::general())
}

fn title(told: &Value, entries: &[Entry]) -> Option<String> {
    let inner = told.get("metadata");
    let said = told.get("title").or_else(|| inner?.get("title")).and_then(Value::as_str);
    let first = || {
        let first = entries.iter().find(|entry| entry.message.role == Role::User)?;
        Some(first.message.text())
    };
    let text = said.map(str::to_owned).or_else(first)?;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(TITLE).collect();
    (!short.is_empty()).then_some(short)
}

/// A field that is text, or is not there.
fn text_of(value: &Value, key: &str) -> Result<Option<String>, String> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("its {key} is not a text")),
    }
}

/// Text, or the texts of a list of parts.
fn flat(content: Option<&Value>) -> Result<String, String> {
    match content {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Array(pieces)) => {
            let text = |piece: &Value| match piece {
                Value::String(text) => text.clone(),
                piece => piece.get("text").and_then(Value::as_str).unwrap_or("[image]").to_owned(),
            };
            Ok(pieces.iter().map(text).collect::<Vec<_>>().join("\n"))
        }
        Some(Value::Object(object)) => Ok(Value::Object(object.clone()).to_string()),
        Some(_) => Err("its content is neither text nor a list of parts".to_owned()),
    }
}

/// A time: RFC 3339, the same without a zone, or seconds since 1970.
fn time(stamp: &Value) -> Result<Timestamp, String> {
    let wrong = || format!("{stamp} is not a time");
    match stamp {
        Value::String(text) => {
            if let Ok(time) = text.parse::<jiff::Timestamp>() {
                return Ok(Timestamp::from_millis(time.as_millisecond()));
            }
            let local: jiff::civil::DateTime = text.parse().map_err(|_| wrong())?;
            let zoned = local.to_zoned(jiff::tz::TimeZone::system()).map_err(|_| wrong())?;
            Ok(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
        }
        Value::Number(number) => {
            let seconds =
                number.as_f64().filter(|at| (0.0..1e11).contains(at)).ok_or_else(wrong)?;
            let time = jiff::SignedDuration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
            let time = jiff::Timestamp::from_duration(time).map_err(|_| wrong())?;
            Ok(Timestamp::from_millis(time.as_millisecond()))
        }
        _ => Err(wrong()),
    }
}
