//! What stands on a page about a conversation, before anybody draws it.

use nanofolks_protocol::{Content, Message, Origin, Part, Role, Session, ToolResult};

use crate::cli::output::one_line;
use crate::cli::when::minute;
use crate::paper::{Paper, Style};

/// Characters of a tool's arguments and result that are shown.
const TOOL_CHARS: usize = 2000;

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// The title of a conversation.
    Title(String),
    /// Facts about it.
    Facts(Vec<(&'static str, String)>),
    /// Who speaks, and when.
    Speaker { name: String, when: String },
    /// What was said: Markdown.
    Said(String),
    /// A line of ours.
    Remark(String),
    /// Something as it is, perhaps long: a name, the language, the text.
    Folded { name: String, language: &'static str, text: String },
}

/// What is written at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page(pub(super) Vec<Block>);

impl Page {
    /// What stands above a conversation.
    pub(super) fn heading(session: &Session, bots: &[String]) -> Self {
        let title = one_line(session.title.as_deref().unwrap_or("Conversation"));
        let who: Vec<&str> =
            std::iter::once("You").chain(bots.iter().map(String::as_str)).collect();
        let facts = vec![
            ("Room", session.room.to_string()),
            ("Participants", one_line(&who.join(", "))),
            ("Begun", minute(session.created_at)),
            ("Last message", minute(session.updated_at)),
            ("Messages", session.messages.to_string()),
            ("Session", session.id.to_string()),
        ];
        Self(vec![Block::Title(title), Block::Facts(facts)])
    }

    /// The same with every text changed.
    pub(super) fn map(self, change: impl Fn(&str) -> String) -> Self {
        let blocks = self.0.into_iter().map(|block| match block {
            Block::Title(text) => Block::Title(change(&text)),
            Block::Facts(facts) => {
                Block::Facts(facts.into_iter().map(|(name, text)| (name, change(&text))).collect())
            }
            Block::Said(text) => Block::Said(change(&text)),
            Block::Remark(text) => Block::Remark(change(&text)),
            Block::Folded { name, language, text } => {
                Block::Folded { name: change(&name), language, text: change(&text) }
            }
            block @ Block::Speaker { .. } => block,
        });
        Self(blocks.collect())
    }

    /// Puts it on paper.
    pub(super) fn draw(&self, paper: &mut Paper) {
        for block in &self.0 {
            match block {
                Block::Title(text) => paper.title(text),
                Block::Facts(facts) => {
                    for (name, text) in facts {
                        paper.write(Style::Small, &format!("{name}: {text}"));
                    }
                }
                Block::Speaker { name, when } => paper.heading(&format!("{name}, {when}")),
                Block::Said(text) => said(paper, text),
                Block::Remark(text) => paper.write(Style::Small, text),
                Block::Folded { name, text, .. } => {
                    paper.write(Style::Small, name);
                    paper.write(Style::Code, text);
                }
            }
        }
    }
}

/// Text, and code between fences, as it is.
fn said(paper: &mut Paper, text: &str) {
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let bare = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => paper.write(Style::Code, line),
            (None, None) => paper.write(Style::Body, line),
        }
    }
}

/// A message and who said it. What we tell a model besides is nobody's words and stays out;
/// nothing when there is nothing else.
pub(super) fn message(message: &Message, bot: Option<&str>) -> Option<Page> {
    if message.role == Role::User && message.is_ours() {
        return None;
    }
    let name = match (message.role, bot) {
        (Role::User, _) => "You".to_owned(),
        (Role::Tool, _) => "Tools".to_owned(),
        (Role::System, None) => "nanofolks".to_owned(),
        (Role::Assistant | Role::System, Some(bot)) => one_line(bot),
        (Role::Assistant, None) => "Bot".to_owned(),
    };
    let mut blocks = vec![Block::Speaker { name, when: minute(message.at) }];
    let is_said = |part: &&Part| message.role != Role::User || part.origin != Origin::House;
    blocks.extend(message.parts.iter().filter(is_said).filter_map(part));
    Some(Page(blocks))
}

fn part(part: &Part) -> Option<Block> {
    match &part.content {
        Content::Text { text } => (!text.trim().is_empty()).then(|| Block::Said(text.clone())),
        Content::Reasoning { .. } => None,
        Content::Image { mime, blob } => Some(Block::Remark(format!("picture, {mime}, {blob}"))),
        Content::File { name, text } => {
            let name = format!("file {}", one_line(name));
            Some(Block::Folded { name, language: "", text: text.clone() })
        }
        Content::ToolCall(call) => {
            let arguments = serde_json::to_string_pretty(&call.arguments).unwrap_or_default();
            let name = format!("calls {}", one_line(&call.name));
            Some(Block::Folded { name, language: "json", text: cut(&arguments) })
        }
        Content::ToolResult(result) => Some(Block::Folded {
            name: ended(result),
            language: "",
            text: cut(&result.for_model()),
        }),
    }
}

/// A tool, how it ended, and how long it took.
fn ended(result: &ToolResult) -> String {
    let how = if result.ok { "did" } else { "failed" };
    format!("{} {how}, {} ms", one_line(&result.tool), result.timing.run_ms)
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(TOOL_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
