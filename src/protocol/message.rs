//! Messages: what was said, by whom, and where each part came from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{BlobId, BotId, MessageId, Timestamp, ToolCall, ToolResult, TurnId};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A person.
    User,
    /// A bot.
    Assistant,
    /// Tools answering an assistant's calls.
    Tool,
    /// The house itself, for example a compaction summary.
    System,
}

/// Where a part came from. Text that is not from a person or the house is never trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A person wrote it.
    #[default]
    User,
    /// A model wrote it.
    Model,
    /// A tool returned it.
    Tool,
    /// It was read from a file, a pipe or an attachment.
    File,
    /// It came from the network.
    Web,
    /// We wrote it.
    House,
}

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Where it came from.
    pub origin: Origin,
    /// What it is.
    pub content: Content,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Plain text or Markdown.
    Text {
        /// The text.
        text: String,
    },
    /// What a model thought before it spoke.
    Reasoning {
        /// The readable part; may be empty.
        text: String,
        /// The provider's own form, given back to that provider only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opaque: Option<Value>,
    },
    /// A picture, kept in the blob store.
    Image {
        /// Its type, for example `image/png`.
        mime: String,
        /// Its bytes.
        blob: BlobId,
    },
    /// A file that was attached as text.
    File {
        /// What people call it.
        name: String,
        /// Its text.
        text: String,
    },
    /// A model's wish to use a tool.
    ToolCall(ToolCall),
    /// The answer to a tool call.
    ToolResult(ToolResult),
}

/// One message of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its name.
    pub id: MessageId,
    /// Who speaks.
    pub role: Role,
    /// Which bot, when a bot or its tools speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot: Option<BotId>,
    /// The turn it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnId>,
    /// When it was said.
    pub at: Timestamp,
    /// What was said, in order.
    pub parts: Vec<Part>,
}

impl Part {
    /// A text part.
    #[must_use]
    pub fn text(origin: Origin, text: impl Into<String>) -> Self {
        Self { origin, content: Content::Text { text: text.into() } }
    }
}

impl Message {
    /// Whether all of it is what we tell a model, and nobody said it.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| part.origin == Origin::House)
    }

    /// The text parts, joined by blank lines.
    #[must_use]
    pub fn text(&self) -> String {
        let mut texts = self.parts.iter().filter_map(|part| match &part.content {
            Content::Text { text } => Some(text.as_str()),
            Content::Reasoning { .. }
            | Content::Image { .. }
            | Content::File { .. }
            | Content::ToolCall(_)
            | Content::ToolResult(_) => None,
        });
        let Some(first) = texts.next() else { return String::new() };
        texts.fold(first.to_owned(), |mut all, text| {
            all.push_str("\n\n");
            all.push_str(text);
            all
        })
    }

    /// The tool calls in it, in order.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::ToolCall(call) => Some(call),
            Content::Text { .. }
            | Content::Reasoning { .. }
            | Content::Image { .. }
            | Content::File { .. }
            | Content::ToolResult(_) => None,
        })
    }
}
