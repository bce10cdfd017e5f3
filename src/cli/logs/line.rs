//! One recorded line. What cannot be understood is shown as it is.

use nanofolks_security::{sanitize, terminal};
use serde_json::{Map, Value, json};

use super::super::globals::LogLevel;
use super::super::output::{Output, Tone, one_line};

/// One recorded line.
pub(super) struct Line {
    text: String,
    fields: Option<Map<String, Value>>,
}

impl Line {
    /// Reads a line. Secrets were masked when it was written; here they are once more, for
    /// lines that were written by something else.
    pub(super) fn parse(text: &str) -> Self {
        let text = sanitize(text).into_owned();
        let fields = match serde_json::from_str(&text) {
            Ok(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        Self { text, fields }
    }

    /// Whether it is as bad as `level` or worse. What cannot be read always is.
    pub(super) fn is_at_least(&self, level: LogLevel) -> bool {
        self.level().is_none_or(|own| rank(own) <= rank(level.as_str()))
    }

    /// The line for programs.
    pub(super) fn object(&self) -> Value {
        match &self.fields {
            Some(fields) => Value::Object(fields.clone()),
            None => json!({ "message": self.text }),
        }
    }

    /// The line for people: time, level, target, message, the rest.
    pub(super) fn in_words(&self, out: &Output) -> String {
        let Some(fields) = &self.fields else { return terminal::clean(&self.text).into_owned() };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let level = text("level");
        let mut line = format!(
            "{} {} {} {}",
            out.paint(Tone::Dim, &one_line(&clock(text("timestamp")))),
            out.paint(tone(level), &format!("{:5}", one_line(level))),
            out.paint(Tone::Dim, &one_line(text("target"))),
            one_line(text("message")),
        );
        let named = ["timestamp", "level", "target", "message"];
        let rest = fields.iter().filter(|(name, _)| !named.contains(&name.as_str()));
        for (name, value) in rest.flat_map(|(name, value)| inside(name, value)) {
            let value = match value {
                Value::String(text) => one_line(&text),
                other => one_line(&other.to_string()),
            };
            line.push_str(&out.paint(Tone::Dim, &format!(" {}={value}", one_line(&name))));
        }
        line
    }

    fn level(&self) -> Option<&str> {
        match &self.fields {
            Some(fields) => fields.get("level")?.as_str(),
            // Plain text: the time, then the level.
            None => self.text.split_whitespace().nth(1).filter(|word| LEVELS.contains(word)),
        }
    }

    /// Whether it is about this turn, trace, room or delivery.
    pub(super) fn names(&self, id: &str) -> bool {
        self.text.contains(id)
    }
}

/// As they stand in a line of plain text.
const LEVELS: [&str; 5] = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];

/// `span={"name":"turn","trace_id":…}` as `trace_id=…`.
fn inside(name: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(fields) if name == "span" => fields
            .iter()
            .filter(|(name, _)| *name != "name")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        other => vec![(name.to_owned(), other.clone())],
    }
}

/// Worse is less.
fn rank(level: &str) -> u8 {
    match level.to_ascii_lowercase().as_str() {
        "off" => 0,
        "error" => 1,
        "warn" => 2,
        "info" => 3,
        "debug" => 4,
        _ => 5,
    }
}

fn tone(level: &str) -> Tone {
    match level {
        "ERROR" => Tone::Bad,
        "WARN" => Tone::Warn,
        "INFO" => Tone::Good,
        _ => Tone::Dim,
    }
}

/// `2026-11-20T21:08:01.123456Z` as `2026-11-20 21:08:01Z`.
fn clock(timestamp: &str) -> String {
    match timestamp.split_once('.') {
        Some((seconds, _)) => format!("{}Z", seconds.replacen('T', " ", 1)),
        None => timestamp.to_owned(),
    }
}
