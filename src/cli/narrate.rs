//! What happens beside the answer, as lines for people.

use nanofolks_protocol::event::EventKind;
use nanofolks_protocol::{Event, NoticeLevel};

use super::output::{Tone, one_line};

/// The line for an event, if it has one. `detailed` adds decisions, models and usage.
pub(super) fn line(event: &Event, detailed: bool) -> Option<(Tone, String)> {
    match &event.what {
        EventKind::ToolStarted { summary, .. } => {
            Some((Tone::Dim, format!("> {}", one_line(summary))))
        }
        EventKind::ToolFinished { result } => {
            let error = result.error.as_ref()?;
            Some((
                Tone::Warn,
                format!("! {}: {}", one_line(&result.tool), one_line(&error.message)),
            ))
        }
        EventKind::Notice { level, text, hint, .. } => {
            let tone = match level {
                NoticeLevel::Info => Tone::Dim,
                NoticeLevel::Warn => Tone::Warn,
                NoticeLevel::Error => Tone::Bad,
            };
            let hint = hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            Some((tone, one_line(&format!("* {text}{hint}"))))
        }
        EventKind::TurnJoined { sender, text, .. } => {
            Some((Tone::Dim, one_line(&format!("> {sender}: {text}"))))
        }
        EventKind::CompactionStarted { reason } => {
            Some((Tone::Dim, one_line(&format!("* older messages are being summed up: {reason}"))))
        }
        _ if detailed => detail(event).map(|text| (Tone::Dim, one_line(&text))),
        _ => None,
    }
}

fn detail(event: &Event) -> Option<String> {
    match &event.what {
        EventKind::TurnStage { stage, decided, reasons } => {
            let because = if reasons.is_empty() { "" } else { " because " };
            Some(format!("  {stage:?}: {decided}{because}{}", reasons.join(", ")).to_lowercase())
        }
        EventKind::BotStarted { model } => {
            let bot = event.bot.as_ref().map_or("a bot", |bot| bot.as_str());
            Some(format!("  {bot} asks {model}"))
        }
        EventKind::Usage { usage, cost_usd, cost_known, .. } => {
            let cost = if *cost_known { format!("${cost_usd:.4}") } else { "price unknown".into() };
            Some(format!(
                "  {} tokens in ({} cached), {} out, {cost}",
                usage.input_tokens, usage.cached_input_tokens, usage.output_tokens
            ))
        }
        EventKind::Context { used, window } => {
            Some(format!("  context: {used} of {window} tokens"))
        }
        EventKind::TurnFinished { duration_ms, .. } => {
            Some(format!("  {}.{:03} s", duration_ms / 1000, duration_ms % 1000))
        }
        _ => None,
    }
}
