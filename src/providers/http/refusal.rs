//! What a provider says when it does not want to answer, in one clear line.

use std::time::Duration;

use nanofolks_protocol::ModelErrorKind;
use serde_json::Value;

use super::retry_after::seconds;
use crate::fault::Fault;

#[cfg(test)]
mod tests;

/// Most characters of the provider's own words that are repeated.
const MAX_WORDS: usize = 300;

/// An answer with another status than 200.
pub(crate) fn with_status(status: u16, wish: Option<Duration>, body: &[u8]) -> Fault {
    let said = Said::read(body);
    let kind = kind(status, &said);
    let message = match (&said.words, said.is_page) {
        (Some(words), _) => format!("{words} (HTTP {status})"),
        (None, true) => format!("answered with a web page instead of an error (HTTP {status})"),
        (None, false) => format!("{} (HTTP {status})", plain_words(status)),
    };
    let message = match kind {
        ModelErrorKind::BadRequest if status == 404 => format!("{message}; check base_url"),
        _ => message,
    };
    Fault { kind, message, retry_after: wish.or(said.wait) }
}

/// An error object inside a stream that began well.
pub(crate) fn in_stream(error: &Value) -> Fault {
    let said = Said::of(error);
    let status = said.status.unwrap_or_else(|| status_of(&said.codes));
    let kind = kind(status, &said);
    let words = said.words.unwrap_or_else(|| "broke off with an error".to_owned());
    Fault { kind, message: words, retry_after: said.wait }
}

/// What can be learned from the body of an error.
#[derive(Debug, Default)]
struct Said {
    /// The provider's sentence.
    words: Option<String>,
    /// Its codes and types, lower case, separated by blanks.
    codes: String,
    /// A status inside the body.
    status: Option<u16>,
    /// A wish to wait inside the body.
    wait: Option<Duration>,
    /// Whether it is HTML.
    is_page: bool,
}

impl Said {
    fn read(body: &[u8]) -> Self {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return Self::of(&value);
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        if text.starts_with('<') {
            return Self { is_page: true, ..Self::default() };
        }
        let line = text.lines().next().unwrap_or_default();
        Self { words: (!line.is_empty()).then(|| one_line(line)), ..Self::default() }
    }

    /// Reads `{"error": {…}}`, `{"error": "…"}`, `{"message": …}`, `{"detail": …}` and lists
    /// of these.
    fn of(value: &Value) -> Self {
        let value = match value {
            Value::Array(items) => items.first().unwrap_or(value),
            _ => value,
        };
        let error = match value.get("error") {
            Some(inner @ Value::Object(_)) => inner,
            Some(Value::String(words)) => {
                return Self { words: Some(one_line(words)), ..Self::default() };
            }
            _ => value,
        };
        let words = ["message", "detail", "msg"].iter().find_map(|key| error.get(key)?.as_str());
        let words = words.or_else(|| error.as_str()).filter(|words| !words.trim().is_empty());
        let codes = ["code", "type", "status", "reason"].iter().filter_map(|key| error.get(key));
        let codes: Vec<String> =
            codes.filter_map(|code| code.as_str().map(str::to_ascii_lowercase)).collect();
        let status =
            ["code", "status", "http_code"].iter().find_map(|key| error.get(key)?.as_u64());
        Self {
            words: words.map(one_line),
            codes: codes.join(" "),
            status: status.and_then(|n| u16::try_from(n).ok()).filter(|n| (400..600).contains(n)),
            wait: retry_delay(error),
            is_page: false,
        }
    }

    fn mentions(&self, needles: &[&str]) -> bool {
        let words = self.words.as_deref().unwrap_or_default().to_ascii_lowercase();
        needles.iter().any(|needle| words.contains(needle) || self.codes.contains(needle))
    }
}

/// Google's way of asking for patience: `details[].retryDelay = "34s"`.
fn retry_delay(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    seconds(delay)
}

/// How vendors say that a request does not fit into the model's window.
const OVERFLOW: [&str; 16] = [
    "context_length_exceeded",
    "maximum context length",
    "context window",
    "context length",
    "context size",
    "context limit",
    "prompt is too long",
    "input is too long",
    "input length should be",
    "input token count",
    "exceeds the maximum number of tokens",
    "exceeded model token limit",
    "too many input tokens",
    "reduce the length of the messages",
    "request_too_large",
    "request too large",
];
const NO_MODEL: [&str; 7] = [
    "model_not_found",
    "no such model",
    "does not exist",
    "not a valid model",
    "unknown model",
    "model not found",
    "model not exist",
];
const NO_KEY: [&str; 5] = [
    "api key not valid",
    "invalid_api_key",
    "invalid api key",
    "api_key_invalid",
    "authentication",
];
const NO_MONEY: [&str; 5] = [
    "insufficient_quota",
    "insufficient balance",
    "insufficient credits",
    "credit balance",
    "billing_hard_limit",
];

fn kind(status: u16, said: &Said) -> ModelErrorKind {
    match status {
        401 => ModelErrorKind::Unauthorized,
        402 | 403 => ModelErrorKind::Forbidden,
        404 if said.mentions(&["model"]) => ModelErrorKind::ModelNotFound,
        408 => ModelErrorKind::Unavailable,
        413 => ModelErrorKind::ContextOverflow,
        429 if said.mentions(&NO_MONEY) => ModelErrorKind::Forbidden,
        429 => ModelErrorKind::RateLimited,
        400..=499 if said.mentions(&OVERFLOW) => ModelErrorKind::ContextOverflow,
        400..=499 if said.mentions(&NO_KEY) => ModelErrorKind::Unauthorized,
        400..=499 if said.mentions(&NO_MONEY) => ModelErrorKind::Forbidden,
        400..=499 if said.mentions(&NO_MODEL) => ModelErrorKind::ModelNotFound,
        500..=599 if said.mentions(&OVERFLOW) => ModelErrorKind::ContextOverflow,
        500..=599 => ModelErrorKind::Unavailable,
        _ => ModelErrorKind::BadRequest,
    }
}

/// The status that belongs to an error's code, where the code is all there is.
fn status_of(codes: &str) -> u16 {
    let table = [
        (401, &["authentication", "unauthenticated", "invalid_api_key"][..]),
        (403, &["permission", "forbidden", "billing"][..]),
        (404, &["not_found"][..]),
        (429, &["rate_limit", "resource_exhausted", "too_many_requests"][..]),
        (400, &["invalid_request", "invalid_argument", "invalid_prompt", "context_length"][..]),
    ];
    let found =
        table.iter().find(|(_, needles)| needles.iter().any(|needle| codes.contains(needle)));
    found.map_or(500, |(status, _)| *status)
}

const fn plain_words(status: u16) -> &'static str {
    match status {
        300..=399 => "redirects to another address, where the key must not go",
        401 => "does not take the key",
        403 => "does not allow this",
        404 => "has nothing at this address",
        408 | 504 => "took too long",
        413 => "finds the request too large",
        429 => "asks to slow down",
        500..=599 => "is not well",
        _ => "refused the request",
    }
}

/// Words from outside, made fit for one line: no line ends, no control characters, not endless.
fn one_line(words: &str) -> String {
    let mut line = String::new();
    let mut blank = false;
    for (count, c) in without_escapes(words).trim().chars().enumerate() {
        if count >= MAX_WORDS {
            line.push('…');
            break;
        }
        let is_blank = c.is_whitespace() || c.is_control();
        if !is_blank {
            line.push(c);
        } else if !blank {
            line.push(' ');
        }
        blank = is_blank;
    }
    line.trim_end_matches('.').to_owned()
}

/// Text without the sequences that colour it on a terminal: `ESC [ … letter`, `ESC ] … BEL`.
fn without_escapes(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        match chars.peek() {
            Some('[') => {
                chars.next();
                chars.by_ref().find(|c| ('@'..='~').contains(c));
            }
            Some(']') => {
                chars.by_ref().find(|c| matches!(c, '\u{7}' | '\u{1b}'));
                chars.next_if_eq(&'\\');
            }
            _ => out.push(' '),
        }
    }
    out
}
