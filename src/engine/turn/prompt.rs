//! The system prompt. Its bytes depend on the bot, the folder, the session and whether other
//! bots have spoken in it only, so that a provider's cache hits from turn to turn.

use std::path::Path;

use nanofolks_protocol::ports::FolderInstructions;
use nanofolks_protocol::{BotProfile, Origin, Timestamp};
use nanofolks_security::untrusted;

/// The whole prompt of a model too small for tools. A persona spoils what models of this
/// size answer: of five prompts tried with SmolLM2 135M this one gave the best answers.
const PLAIN: &str = "You are a helpful assistant. Answer the question in one sentence.";

/// What the prompt is made of.
pub(crate) struct Ingredients<'a> {
    pub(crate) bot: &'a BotProfile,
    /// Whether the model has room for a short prompt only.
    pub(crate) small: bool,
    /// Whether the model can use tools at all.
    pub(crate) can_use_tools: bool,
    pub(crate) folder: &'a Path,
    /// Whether there are tools that act in the folder.
    pub(crate) has_tools: bool,
    pub(crate) instructions: Option<&'a FolderInstructions>,
    pub(crate) session_began: Timestamp,
    /// What it should know of those who have spoken before.
    pub(crate) others: Option<&'a str>,
    /// What it should know of those who answer beside it.
    pub(crate) company: Option<&'a str>,
}

/// Writes the system prompt.
pub(crate) fn system(from: &Ingredients<'_>) -> String {
    if from.small && !from.can_use_tools {
        return PLAIN.to_owned();
    }
    if from.small {
        let company = from.company.map(|text| format!(" {text}")).unwrap_or_default();
        return format!("{}{company}", from.bot.short_persona);
    }
    let mut prompt = from.bot.persona.trim_end().to_owned();
    let began = from.session_began.to_string();
    let date = began.get(..10).unwrap_or(&began);
    prompt.push_str(&format!("\n\nThis session began on {date}."));
    if from.has_tools {
        prompt.push_str(&format!(" Tools act in the folder {}.", from.folder.display()));
    }
    if let Some(found) = from.instructions {
        let text = found.text.trim();
        if found.trusted {
            prompt.push_str(&format!("\n\nRules of this folder ({}):\n{text}", found.name));
        } else {
            prompt.push_str("\n\n");
            prompt.push_str(&untrusted::fence(Origin::File, &found.name, text));
        }
    }
    if let Some(others) = from.others {
        prompt.push_str(&format!("\n\n{others}"));
    }
    if let Some(company) = from.company {
        prompt.push_str(&format!("\n\n{company}"));
    }
    prompt
}
