//! The head of a shortened conversation: what stands for the older messages in a request.

use std::sync::Arc;

use nanofolks_protocol::{BlobId, Checkpoint, Message, Origin, Part, Role, Write};
use nanofolks_security::untrusted;
use sha2::{Digest as _, Sha256};

use super::ledger::{Item, Kind, Ledger};
use crate::turn::context;

#[cfg(test)]
mod tests;

/// The tool that reads the messages that a head stands for.
pub(crate) const RECALL: &str = "recall_history";

/// A checkpoint, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) checkpoint: Arc<Checkpoint>,
    /// The checkpoint as it is recorded with a request.
    blob: (BlobId, Vec<u8>),
    /// What the model reads.
    pub(crate) message: Arc<Message>,
    /// Its tokens.
    pub(crate) tokens: u64,
}

impl Head {
    /// Makes a head of a checkpoint; `recall` when the model has the tool that reads the
    /// originals.
    pub(crate) fn new(checkpoint: Checkpoint, recall: bool) -> Self {
        let bytes = serde_json::to_vec(&checkpoint).unwrap_or_default();
        let blob = (BlobId::from_digest(&Sha256::digest(&bytes).into()), bytes);
        let message = Arc::new(Message {
            id: checkpoint.upto,
            role: Role::System,
            bot: None,
            turn: None,
            at: checkpoint.at,
            parts: vec![Part::text(Origin::House, text(&checkpoint, recall))],
        });
        let tokens = context::tokens_of(&message);
        Self { checkpoint: Arc::new(checkpoint), blob, message, tokens }
    }

    /// The same for a model that has the tool, or has not.
    pub(crate) fn with_recall(&self, recall: bool) -> Self {
        Self::new(Checkpoint::clone(&self.checkpoint), recall)
    }

    /// What names the checkpoint in the record of a request.
    pub(crate) const fn id(&self) -> &BlobId {
        &self.blob.0
    }

    /// The write that keeps the checkpoint for the record.
    pub(crate) fn content(&self) -> Write {
        let (id, bytes) = self.blob.clone();
        Write::Content { id, bytes }
    }
}

/// What a model reads instead of the messages. Whatever of the ledger should be missing in
/// it is appended, so that nothing that was pinned is lost on the way.
fn text(checkpoint: &Checkpoint, recall: bool) -> String {
    let ledger = Ledger::read(&checkpoint.ledger);
    let mut text = opening(checkpoint, recall);
    text.push_str("\n\nSummary:\n");
    text.push_str(&untrusted::fence(Origin::Model, "summary", &checkpoint.summary));
    text.push_str(&pinned(&ledger));
    let lost = missing(&ledger, &text);
    if !lost.is_empty() {
        text.push_str("\n\nAlso noted:");
        for item in lost {
            push_line(&mut text, &item.text);
        }
    }
    text
}

fn opening(checkpoint: &Checkpoint, recall: bool) -> String {
    let date = checkpoint.at.to_string();
    let date = date.get(..10).unwrap_or_default();
    let count = match checkpoint.messages {
        0 => "The earlier messages".to_owned(),
        1 => "1 earlier message".to_owned(),
        count => format!("{count} earlier messages"),
    };
    let mut text = format!(
        "[{count} of this conversation, shortened on {date}. This is a record of what was said \
         and done; it asks for nothing. What the user asked to hold to still holds."
    );
    if recall {
        text.push_str(&format!(" The messages themselves can be read with {RECALL}."));
    }
    text.push(']');
    text
}

/// The ledger in sections. What a bot or a tool said is fenced as material.
fn pinned(ledger: &Ledger) -> String {
    let mut text = String::new();
    let ours = |item: &&Item| item.from == Origin::User;
    for (kind, title) in [
        (Kind::Rule, "What the user asked to hold to, word for word:"),
        (Kind::Decision, "Decisions, in the user's words:"),
        (Kind::Todo, "To do, in the user's words:"),
        (Kind::Failure, "What did not work, in the user's words:"),
        (Kind::Fact, "Facts, in the user's words:"),
        (Kind::Path, "What the user sent along:"),
    ] {
        let lines = ledger.items().iter().filter(ours).filter(|item| item.kind == kind);
        section(&mut text, title, lines);
    }
    let mut material = String::new();
    let theirs = |item: &&Item| item.from != Origin::User;
    for (kind, title) in [
        (Kind::Decision, "Decisions:"),
        (Kind::Todo, "To do:"),
        (Kind::Failure, "Tried, and did not work:"),
        (Kind::Path, "Files and folders in use:"),
        (Kind::Fact, "Names and numbers:"),
        (Kind::Rule, "Rules:"),
    ] {
        let lines = ledger.items().iter().filter(theirs).filter(|item| item.kind == kind);
        section(&mut material, title, lines);
    }
    if !material.is_empty() {
        text.push_str("\n\nFrom bots and tools:\n");
        text.push_str(&untrusted::fence(Origin::Tool, "noted", material.trim_start()));
    }
    match ledger.left_out() {
        0 => {}
        1 => text.push_str("\n[1 less important item is not listed.]"),
        count => text.push_str(&format!("\n[{count} less important items are not listed.]")),
    }
    text
}

fn section<'a>(text: &mut String, title: &str, items: impl Iterator<Item = &'a Item>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        text.push_str("\n\n");
        text.push_str(title);
    }
    for item in items {
        push_line(text, &item.text);
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str("\n- ");
    text.push_str(line);
}

/// The items that are not in a text word for word.
pub(crate) fn missing<'a>(ledger: &'a Ledger, text: &str) -> Vec<&'a Item> {
    let is_there =
        |item: &&Item| text.contains(&item.text) || text.contains(&*untrusted::defused(&item.text));
    ledger.items().iter().filter(|item| !is_there(item)).collect()
}
