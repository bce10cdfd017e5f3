//! `recall_history`: the older messages of this conversation, as they were said.

use std::borrow::Cow;
use std::sync::LazyLock;

use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::ports::{Boxed, Preview, StoreError, Tool};
use nanofolks_protocol::{
    Content, Message, Role, ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::registry::{Entry, Parts};
use crate::{job, schema};

#[cfg(test)]
mod tests;

/// Messages at once, unless asked otherwise.
const PAGE: u32 = 20;
/// Most messages at once.
const MAX_PAGE: u32 = 100;
/// Bytes of one answer after which the rest waits for the next page.
const FULL: usize = 40_000;
/// Longest message that is shown whole on a page.
const LONGEST: usize = 8_000;
/// Messages that are looked through at once for words.
const SCAN: u32 = 400;
/// Most messages that one search looks through.
const MOST: u64 = 20_000;
/// Most messages found at once.
const FOUND: usize = 30;
/// How much is shown around what was found, in bytes.
const AROUND: usize = 300;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("recall_history"),
    title: Cow::Borrowed("Recall history"),
    description: Cow::Borrowed(
        "Read older messages of this conversation that were shortened, by number or by words.",
    ),
    toolset: Cow::Borrowed("core"),
    params: schema::of::<Args>(),
    audit_kind: Cow::Borrowed("history.read"),
    ..super::reading()
});

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    #[schemars(description = "words to find, in any order")]
    query: Option<String>,
    #[schemars(description = "first message, from 1")]
    from: Option<u64>,
    #[schemars(description = "messages, default 20")]
    limit: Option<u32>,
}

/// Its line in the catalogue.
pub(super) fn entry(_parts: &Parts) -> Entry {
    Entry::new("recall_history", RecallHistory).when_shortened()
}

struct RecallHistory;

impl Tool for RecallHistory {
    fn descriptor(&self) -> &ToolDescriptor {
        &DESCRIPTOR
    }

    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        Box::pin(async move {
            let args: Args = super::arguments(call)?;
            let summary = match &args.query {
                Some(query) => {
                    format!("search the conversation for {}", crate::folder::shown(query))
                }
                None => format!("read the conversation from message {}", args.from.unwrap_or(1)),
            };
            Ok(super::at_home(summary, String::new()))
        })
    }

    fn call<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>> {
        Box::pin(async move {
            let args: Args = super::arguments(call)?;
            let after = args.from.unwrap_or(1).saturating_sub(1);
            let words = args.query.as_deref().map(words).unwrap_or_default();
            if words.is_empty() {
                let limit = args.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
                let page = read(cx, after, limit).await?;
                return Ok(show(&page, limit));
            }
            find(cx, after, &words).await
        })
    }
}

async fn read(cx: &ToolContext, after: u64, limit: u32) -> Result<Vec<Numbered>, ToolError> {
    tokio::select! {
        page = cx.history.after(after, limit) => page.map_err(|error| lost(&error)),
        () = cx.cancel.cancelled() => Err(job::cancelled()),
    }
}

fn lost(error: &StoreError) -> ToolError {
    ToolError::new("history_unreadable", error.to_string())
}

/// A page of messages, as they were said.
fn show(page: &[Numbered], limit: u32) -> ToolOutput {
    let mut text = String::new();
    let mut warnings = Vec::new();
    for one in page {
        if text.len() > FULL {
            warnings.push(format!("continue with from {}", one.seq));
            return ToolOutput { warnings, ..ToolOutput::text(text) };
        }
        let said = said(&one.message);
        text.push_str(&label(one));
        text.push_str(head(&said, LONGEST));
        if said.len() > LONGEST {
            let words = "is longer; its words can be searched for";
            text.push_str(&format!("\n[message {} {words}]", one.seq));
        }
        text.push_str("\n\n");
    }
    match page.last() {
        None => text.push_str("there are no messages from there on\n"),
        Some(last) if page.len() == limit as usize => {
            warnings.push(format!("continue with from {}", last.seq + 1));
        }
        Some(_) => warnings.push("that is the end".to_owned()),
    }
    ToolOutput { warnings, ..ToolOutput::text(text) }
}

/// The messages with all words in them, what tools returned included.
async fn find(cx: &ToolContext, after: u64, words: &[String]) -> Result<ToolOutput, ToolError> {
    let mut text = String::new();
    let mut warnings = Vec::new();
    let (mut at, mut found) = (after, 0);
    'pages: loop {
        let page = read(cx, at, SCAN).await?;
        for one in &page {
            let said = said(&one.message);
            let folded = said.to_lowercase();
            if !words.iter().all(|word| folded.contains(word)) {
                continue;
            }
            if found == FOUND || text.len() > FULL {
                warnings.push(format!("more were found; continue with from {}", one.seq));
                break 'pages;
            }
            found += 1;
            text.push_str(&label(one));
            text.push_str(&around(&said, &folded, words));
            text.push_str("\n\n");
        }
        at = page.last().map_or(at, |last| last.seq);
        if page.len() < SCAN as usize {
            break;
        }
        if at - after >= MOST {
            warnings.push(format!("not searched further; continue with from {}", at + 1));
            break;
        }
        tokio::task::yield_now().await;
    }
    if found == 0 {
        text.push_str("no message has all of these words\n");
    }
    Ok(ToolOutput { warnings, ..ToolOutput::text(text) })
}

fn words(query: &str) -> Vec<String> {
    query.split_whitespace().map(str::to_lowercase).take(16).collect()
}

fn label(one: &Numbered) -> String {
    let message = &one.message;
    let who = match message.role {
        Role::User => "user",
        Role::Assistant => message.bot.as_ref().map_or("bot", |bot| bot.as_str()),
        Role::Tool => "tool",
        Role::System => "house",
    };
    format!("[{}] {who}, {}: ", one.seq, message.at)
}

/// All that a message says, calls and results included.
fn said(message: &Message) -> String {
    let mut said = String::new();
    for part in &message.parts {
        let text = match &part.content {
            Content::Text { text } => text.clone(),
            Content::File { name, text } => format!("[file {name}]\n{text}"),
            Content::Image { mime, .. } => format!("[a picture, {mime}]"),
            Content::Reasoning { .. } => continue,
            Content::ToolCall(call) => format!("[calls {} {}]", call.name, call.arguments),
            Content::ToolResult(result) => {
                format!("[{} returned]\n{}", result.tool, result.for_model())
            }
        };
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(&text);
    }
    said
}

/// What is around the first of the words that is rarest in it: the whole, when it is short.
fn around(said: &str, folded: &str, words: &[String]) -> String {
    if said.len() <= AROUND * 4 {
        return said.to_owned();
    }
    let longest = words.iter().max_by_key(|word| word.len());
    // Small letters can be longer than capitals, so the place is only near.
    let at = longest.and_then(|word| folded.find(word.as_str())).unwrap_or(0).min(said.len());
    let from = said.floor_char_boundary(at.saturating_sub(AROUND));
    let to = said.ceil_char_boundary((at + AROUND * 3).min(said.len()));
    let part = said.get(from..to).unwrap_or_default();
    let (before, behind) =
        (if from > 0 { "…" } else { "" }, if to < said.len() { "…" } else { "" });
    format!("{before}{part}{behind}")
}

fn head(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most.min(text.len()))).unwrap_or(text)
}
