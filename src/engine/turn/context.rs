//! Fits a conversation into a model's window, in the form that model can read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::ports::Blobs;
use nanofolks_protocol::{BlobId, BotId, Content, Message, ModelCard, Part, Role};
use nanofolks_security::untrusted;
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// Tokens a picture counts for until the provider says better.
const IMAGE_TOKENS: u64 = 1_000;
/// Bytes of text a token stands for, on average over languages and code.
const BYTES_PER_TOKEN: u64 = 4;
/// Tokens of overhead per message.
const MESSAGE_TOKENS: u64 = 4;

/// Tokens a text will take, roughly.
pub(crate) const fn tokens_of_text(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BYTES_PER_TOKEN)
}

/// Tokens a message will take, roughly.
pub(crate) fn tokens_of(message: &Message) -> u64 {
    let parts = message.parts.iter().map(|part| match &part.content {
        Content::Text { text } | Content::File { text, .. } => tokens_of_text(text.len()),
        Content::Reasoning { text, opaque } => {
            let sealed = opaque.as_ref().map_or(0, |value| value.to_string().len());
            tokens_of_text(text.len().max(sealed))
        }
        Content::Image { .. } => IMAGE_TOKENS,
        Content::ToolCall(call) => {
            tokens_of_text(call.name.len() + call.arguments.to_string().len())
        }
        Content::ToolResult(result) => tokens_of_text(result.for_model().len()),
    });
    MESSAGE_TOKENS + parts.sum::<u64>()
}

/// Tokens the tool schemas will take, roughly.
pub(crate) fn tokens_of_tools(tools: &[ToolSchema]) -> u64 {
    let bytes: usize = tools
        .iter()
        .map(|tool| tool.name.len() + tool.description.len() + tool.parameters.to_string().len())
        .sum();
    tokens_of_text(bytes)
}

/// The newest messages that fit into `budget` tokens, beginning where a person speaks, so
/// that a call is never parted from its result. The last message is always in.
pub(crate) fn fit(messages: &[Arc<Message>], budget: u64) -> &[Arc<Message>] {
    let mut used = 0;
    let mut begin = messages.len().saturating_sub(1);
    for (at, message) in messages.iter().enumerate().rev() {
        used += tokens_of(message);
        if used > budget && at + 1 < messages.len() {
            break;
        }
        if message.role == Role::User {
            begin = at;
        }
    }
    &messages[begin..]
}

/// Who reads a conversation.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The bot that is to answer.
    pub(crate) bot: &'a BotId,
    /// The model that speaks for it.
    pub(crate) card: &'a ModelCard,
}

impl Reader<'_> {
    /// The bot that said it, when that is another one. A model with little room is not told:
    /// it would begin its own answers so.
    fn other<'m>(&self, message: &'m Message) -> Option<&'m BotId> {
        let is_said = message.role == Role::Assistant && !self.card.small;
        message.bot.as_ref().filter(|bot| is_said && *bot != self.bot)
    }

    /// What the bot has to know when others have spoken: how their words are told from its own.
    pub(crate) fn company(&self, messages: &[Arc<Message>]) -> Option<&'static str> {
        let others = messages.iter().any(|message| self.other(message).is_some());
        others.then_some(
            "Several bots speak in this room. An earlier answer that begins with @name: is that \
             bot's; those without a name are yours. Put no name before your own.",
        )
    }
}

/// A message in the form this model can read: files fenced, pictures it cannot see named,
/// other vendors' sealed data left out, the words of other bots with their names.
pub(crate) fn readable(message: &Arc<Message>, reader: Reader<'_>) -> Arc<Message> {
    let (card, other) = (reader.card, reader.other(message));
    if other.is_none() && message.parts.iter().all(|part| is_readable(part, card)) {
        return Arc::clone(message);
    }
    let mut parts: Vec<_> = message.parts.iter().filter_map(|part| translate(part, card)).collect();
    let said = parts.iter_mut().find_map(|part| match &mut part.content {
        Content::Text { text } => Some(text),
        _ => None,
    });
    if let (Some(other), Some(text)) = (other, said) {
        text.insert_str(0, &format!("@{other}: "));
    }
    Arc::new(Message { parts, ..Message::clone(message) })
}

fn is_readable(part: &Part, card: &ModelCard) -> bool {
    match &part.content {
        Content::Text { .. } => true,
        Content::ToolResult(_) => card.tools,
        Content::Reasoning { opaque, .. } => opaque.is_none(),
        Content::Image { .. } => card.images,
        Content::File { .. } => false,
        Content::ToolCall(call) => card.tools && call.opaque.is_none(),
    }
}

fn translate(part: &Part, card: &ModelCard) -> Option<Part> {
    let content = match &part.content {
        Content::File { name, text } => {
            Content::Text { text: untrusted::fence(part.origin, name, text) }
        }
        Content::Image { .. } if !card.images => {
            Content::Text { text: "[a picture that this model cannot see]".to_owned() }
        }
        Content::Reasoning { text, opaque } => {
            let opaque = opaque.as_ref().and_then(|sealed| unseal(sealed, card));
            Content::Reasoning { text: text.clone(), opaque }
        }
        Content::ToolCall(call) if card.tools => {
            let opaque = call.opaque.as_ref().and_then(|sealed| unseal(sealed, card));
            Content::ToolCall(nanofolks_protocol::ToolCall { opaque, ..call.clone() })
        }
        Content::ToolCall(call) => Content::Text { text: format!("[used the tool {}]", call.name) },
        Content::ToolResult(result) if !card.tools => {
            Content::Text { text: format!("[{} answered]\n{}", result.tool, result.for_model()) }
        }
        Content::Text { .. } | Content::Image { .. } | Content::ToolResult(_) => {
            return Some(part.clone());
        }
    };
    Some(Part { origin: part.origin, content })
}

/// Marks a vendor's own data with the vendor, so that nobody else is given it.
pub(crate) fn seal(data: &Value, card: &ModelCard) -> Value {
    json!({ "provider": card.model.provider, "data": data })
}

fn unseal(sealed: &Value, card: &ModelCard) -> Option<Value> {
    let ours = sealed.get("provider").and_then(Value::as_str) == Some(&card.model.provider);
    ours.then(|| sealed.get("data").cloned()).flatten()
}

/// The pictures that messages refer to.
///
/// # Errors
/// The artifact that cannot be read.
pub(crate) async fn pictures(
    messages: &[Arc<Message>],
    blobs: &dyn Blobs,
) -> Result<BTreeMap<BlobId, Bytes>, nanofolks_protocol::ports::BlobError> {
    let wanted: BTreeSet<&BlobId> = messages
        .iter()
        .flat_map(|message| &message.parts)
        .filter_map(|part| match &part.content {
            Content::Image { blob, .. } => Some(blob),
            _ => None,
        })
        .collect();
    let mut found = BTreeMap::new();
    for id in wanted {
        found.insert(id.clone(), blobs.get(id).await?);
    }
    Ok(found)
}
