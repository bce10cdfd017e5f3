//! What a bot answers with: the model, the folder, and whether the message fits them.

use std::path::PathBuf;

use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::{
    BotId, BotProfile, Envelope, ModelCard, ModelRef, Problem, ProblemKind, TurnOptions,
};
use nanofolks_security::folder;

use crate::engine::Shared;

pub(super) fn choose_model(
    shared: &Shared,
    options: &TurnOptions,
    bot: &BotProfile,
) -> Result<ModelRef, Problem> {
    let models = &shared.services.models;
    match (&options.model, &bot.model) {
        (Some(model), _) => Ok(model.clone()),
        (None, Some(name)) => models.resolve(name),
        (None, None) => models.default_model().map(|(model, _why)| model),
    }
}

/// The model, or the first of its fallbacks whose provider may be asked.
pub(super) fn awake(shared: &Shared, wanted: ModelRef) -> (ModelRef, Option<ModelRef>) {
    let now = shared.services.clock.now();
    if !shared.rests(&wanted.provider, now) {
        return (wanted, None);
    }
    let other = shared
        .services
        .models
        .fallbacks(&wanted)
        .into_iter()
        .filter(|fallback| fallback.refused.is_none())
        .find(|fallback| !shared.rests(&fallback.model.provider, now));
    match other {
        Some(other) => (other.model, Some(wanted)),
        None => (wanted, None),
    }
}

/// The folder tools act in, and why it may only be read, if so.
pub(super) fn working_folder(shared: &Shared, options: &TurnOptions) -> (PathBuf, Option<String>) {
    let settings = &shared.services.settings;
    let folder =
        options.folder.as_ref().map_or_else(|| settings.default_folder.clone(), PathBuf::from);
    let read_only = folder::refusal(&folder::WorkingFolder {
        folder: &folder,
        explicit: options.folder_is_explicit,
        user_home: settings.user_home.as_deref(),
        data_root: &settings.data_root,
    });
    (folder, read_only)
}

pub(super) fn check_pictures(envelope: &Envelope, card: &ModelCard) -> Result<(), Problem> {
    let has_picture = envelope.attachments.iter().any(|one| one.kind == AttachmentKind::Image);
    if has_picture && !card.images {
        return Err(Problem::new(
            ProblemKind::Unavailable,
            "images_unsupported",
            format!("{} cannot look at pictures", card.model),
        )
        .hint("choose a model that can: `nanofolks model list`"));
    }
    Ok(())
}

/// Refuses what cannot fit by any count. What is near the limit the provider decides.
pub(super) fn check_length(tokens: u64, card: &ModelCard) -> Result<(), Problem> {
    if tokens > u64::from(card.context_window) * 3 / 2 {
        return Err(Problem::new(
            ProblemKind::Provider,
            "context_overflow",
            format!(
                "the message has about {tokens} tokens, {} has room for {}",
                card.model, card.context_window
            ),
        )
        .hint("send less, or choose a model with a larger window"));
    }
    Ok(())
}

pub(super) fn unknown_bot(shared: &Shared, bot: &BotId) -> Problem {
    let known: Vec<_> = shared.services.roster.bots().iter().map(ToString::to_string).collect();
    Problem::new(ProblemKind::Usage, "bot_unknown", format!("there is no bot {bot}"))
        .hint(format!("the bots are {}", known.join(", ")))
}
