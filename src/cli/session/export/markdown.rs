//! A conversation as Markdown, for people.

use nanofolks_protocol::{Content, Message, Part, Role, Session};

use crate::cli::output::one_line;
use crate::cli::when::minute;

/// Characters of a tool's arguments and result that are shown.
const TOOL_CHARS: usize = 2000;

/// What stands above a conversation.
pub(super) fn heading(session: &Session) -> String {
    let title = one_line(session.title.as_deref().unwrap_or("Conversation"));
    let began = minute(session.created_at);
    format!("# {title}\n\nRoom {}, begun {began}, session {}\n", session.room, session.id)
}

/// A message and who said it.
pub(super) fn message(message: &Message) -> String {
    let speaker = match (message.role, &message.bot) {
        (Role::User, _) => "You".to_owned(),
        (Role::Tool, _) => "Tools".to_owned(),
        (Role::System, None) => "nanofolks".to_owned(),
        (Role::Assistant | Role::System, Some(bot)) => bot.to_string(),
        (Role::Assistant, None) => "Bot".to_owned(),
    };
    let mut text = format!("\n## {speaker}, {}\n", minute(message.at));
    for part in &message.parts {
        if let Some(part) = self::part(part) {
            text.push('\n');
            text.push_str(part.trim_end());
            text.push('\n');
        }
    }
    text
}

fn part(part: &Part) -> Option<String> {
    match &part.content {
        Content::Text { text } => (!text.trim().is_empty()).then(|| text.clone()),
        Content::Reasoning { .. } => None,
        Content::Image { mime, blob } => Some(format!("*picture, {mime}, {blob}*")),
        Content::File { name, text } => {
            Some(format!("*file {}*\n\n{}", one_line(name), fenced("", text)))
        }
        Content::ToolCall(call) => {
            let arguments = serde_json::to_string_pretty(&call.arguments).unwrap_or_default();
            Some(format!("*calls {}*\n\n{}", one_line(&call.name), fenced("json", &arguments)))
        }
        Content::ToolResult(result) => {
            Some(format!("*{}*\n\n{}", one_line(&result.tool), fenced("", &result.for_model())))
        }
    }
}

/// A block of code whose fence is longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let mut shown: String = text.chars().take(TOOL_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", shown.trim_end())
}
