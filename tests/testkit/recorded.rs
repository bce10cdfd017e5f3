//! What the fake server was asked, as it came and as it is meant.

use bytes::Bytes;
use serde_json::Value;

use crate::Dialect;

/// One request as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// `GET`, `POST`.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query without the question mark; may be empty.
    pub query: String,
    /// The headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub raw: Bytes,
    /// The body, when it is JSON; else `null`.
    pub body: Value,
    /// The format it is written in; `None` for lists and unknown paths.
    pub dialect: Option<Dialect>,
    /// The conversation in it.
    pub seen: Seen,
    /// Whether the server takes requests without a key.
    pub(crate) keyless: bool,
}

/// The conversation in a request, in one form for all formats.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// The system prompt.
    pub system: String,
    /// The messages.
    pub turns: Vec<SeenTurn>,
    /// The tools on offer: name and schema.
    pub tools: Vec<(String, Value)>,
    /// What broke the rules of the format.
    pub violations: Vec<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeenTurn {
    /// `user`, `assistant` or `tool`.
    pub role: String,
    /// Its text.
    pub text: String,
    /// The reasoning that was given back.
    pub reasoning: String,
    /// How many pictures it has.
    pub images: usize,
    /// The calls in it.
    pub calls: Vec<SeenCall>,
    /// The results in it.
    pub results: Vec<SeenResult>,
}

/// A tool call in the history.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenCall {
    /// Its id; empty where the format has none.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments.
    pub arguments: Value,
}

/// A tool result in the history.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenResult {
    /// The id of the call; empty where the format has none.
    pub id: String,
    /// The tool, where the format names it.
    pub name: String,
    /// What the model reads.
    pub text: String,
}

impl SeenTurn {
    pub(crate) fn of(role: &str) -> Self {
        Self { role: role.to_owned(), ..Self::default() }
    }
}

impl Recorded {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The model it asks for.
    #[must_use]
    pub fn model(&self) -> String {
        match self.dialect {
            Some(Dialect::Gemini) => {
                let name = self.path.rsplit("/models/").next().unwrap_or_default();
                name.split(':').next().unwrap_or_default().to_owned()
            }
            _ => self.body.get("model").and_then(Value::as_str).unwrap_or_default().to_owned(),
        }
    }

    /// The text of the last message of a person.
    #[must_use]
    pub fn last_user_text(&self) -> &str {
        let mut users = self.seen.turns.iter().filter(|turn| turn.role == "user");
        users.rfind(|turn| !turn.text.is_empty()).map_or("", |turn| turn.text.as_str())
    }

    /// The names of the tools on offer, in order.
    #[must_use]
    pub fn tool_names(&self) -> Vec<&str> {
        self.seen.tools.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// All tool results in it, in order.
    #[must_use]
    pub fn results(&self) -> Vec<&SeenResult> {
        self.seen.turns.iter().flat_map(|turn| &turn.results).collect()
    }

    /// How many pictures are in it.
    #[must_use]
    pub fn images(&self) -> usize {
        self.seen.turns.iter().map(|turn| turn.images).sum()
    }
}
