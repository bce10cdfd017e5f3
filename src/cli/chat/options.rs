//! What the flags say about a turn.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;

use nanofolks_config::Settings;
use nanofolks_protocol::ports::Models;
use nanofolks_protocol::{ApprovalMode, BotId, ModelRef, Problem, ProblemKind, TurnOptions};
use serde_json::Value;

use super::Args;
use crate::cli::{CliError, Cx};

/// The options of a turn with these flags; `attended` when there is somebody to ask.
pub(crate) fn turn_options(
    args: &Args,
    cx: &mut Cx,
    attended: bool,
    schema: Option<Value>,
) -> Result<TurnOptions, CliError> {
    let loaded = cx.settings()?;
    let settings = &loaded.settings;
    let models = cx.house.models()?;
    let bot = bot(cx)?;
    Ok(TurnOptions {
        bot,
        model: named_model(cx, &models)?,
        approval: approval(args, settings, attended)?,
        attended,
        max_iterations: args.max_iterations.unwrap_or(settings.engine.max_iterations),
        max_cost_usd: args.max_cost.or(settings.engine.max_cost_usd),
        deadline_ms: deadline(args, cx)?,
        folder: Some(folder(cx)?),
        folder_is_explicit: cx.globals.dir.is_some(),
        offline: cx.globals.offline,
        output_schema: schema,
    })
}

/// How long everything may take, in milliseconds.
pub(super) fn deadline(args: &Args, cx: &mut Cx) -> Result<Option<u64>, CliError> {
    let usual = cx.settings()?.settings.engine.deadline;
    Ok(args.deadline.or(usual.map(|seconds| u64::from(seconds) * 1000)))
}

/// The model a turn with these options will ask.
pub(crate) fn model_of(options: &TurnOptions, cx: &Cx) -> Result<ModelRef, CliError> {
    if let Some(model) = &options.model {
        return Ok(model.clone());
    }
    let bot = options.bot.clone().unwrap_or(BotId::LEADER);
    let models = cx.house.models()?;
    let own = cx.house.roster()?.profile(&bot).and_then(|profile| profile.model);
    match own {
        Some(name) => Ok(models.resolve(&name)?),
        None => Ok(models.default_model()?.0),
    }
}

fn named_model(cx: &Cx, models: &Arc<dyn Models>) -> Result<Option<ModelRef>, CliError> {
    cx.globals.model.as_deref().map(|name| Ok(models.resolve(name)?)).transpose()
}

fn bot(cx: &Cx) -> Result<Option<BotId>, CliError> {
    let Some(name) = cx.globals.bot.as_deref() else { return Ok(None) };
    let bare = name.strip_prefix('@').unwrap_or(name).to_lowercase();
    let bots = cx.house.roster()?.bots();
    match bots.iter().find(|bot| bot.as_str() == bare) {
        Some(bot) => Ok(Some(bot.clone())),
        None => {
            let names: Vec<_> = bots.iter().map(BotId::as_str).collect();
            Err(CliError::usage("bot_unknown", format!("there is no bot {name:?}"))
                .hint(format!("the bots are {}", names.join(", "))))
        }
    }
}

fn approval(args: &Args, settings: &Settings, attended: bool) -> Result<ApprovalMode, CliError> {
    let mode = match args.approve {
        Some(mode) => mode,
        None if attended => settings.engine.approval,
        // Nobody can be asked, so nothing is allowed that would have to be asked.
        None => ApprovalMode::Ask,
    };
    if mode == ApprovalMode::Full && !args.i_accept_no_sandbox {
        let problem = Problem::new(
            ProblemKind::Usage,
            "sandbox_not_accepted",
            "--approve full runs everything uncontained",
        );
        return Err(problem.hint("if that is meant, add --i-accept-no-sandbox").into());
    }
    Ok(mode)
}

fn folder(cx: &Cx) -> Result<String, CliError> {
    let folder: PathBuf = cx.house.folder()?;
    folder.into_os_string().into_string().map_err(|folder| {
        CliError::usage(
            "folder_unreadable",
            format!("the folder's name is not valid Unicode: {}", folder.to_string_lossy()),
        )
        .hint("name another one with --dir")
    })
}

/// A time as people write it, in milliseconds: `90s`, `1m 30s`, `250ms`; bare numbers are seconds.
pub(super) fn duration(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is not a time: write 90s, 5m or 1h30m");
    let millis = if let Ok(seconds) = text.trim().parse::<u64>() {
        seconds.checked_mul(1000).ok_or_else(wrong)?
    } else {
        let time = jiff::SignedDuration::from_str(text.trim()).map_err(|_| wrong())?;
        u64::try_from(time.as_millis()).map_err(|_| wrong())?
    };
    // A year is more than anybody waits, and keeps sums of times in range.
    let year = 366 * 24 * 3600 * 1000;
    if (1..=year).contains(&millis) { Ok(millis) } else { Err(wrong()) }
}

/// Longest key of a message.
const KEY: usize = 200;

/// What a sender calls a message, to send it again without sending it twice.
pub(super) fn key(text: &str) -> Result<String, String> {
    match text.len() {
        1..=KEY => Ok(text.to_owned()),
        _ => Err(format!("a key has 1 to {KEY} bytes")),
    }
}

/// A repetition is known only where the first can be: in the room of the first.
pub(super) fn check_key(args: &Args, cx: &Cx) -> Result<(), CliError> {
    if args.idempotency_key.is_none() {
        return Ok(());
    }
    let fresh = args.session.as_deref() == Some("new");
    let placed = cx.globals.room.is_some() || args.session.is_some() || args.take_up;
    if placed && !fresh {
        return Ok(());
    }
    let message = "--idempotency-key needs a room or a session in which the message is known";
    Err(CliError::usage("argument_missing", message).hint("add --room NAME"))
}

/// An amount of US dollars.
pub(super) fn dollars(text: &str) -> Result<f64, String> {
    let amount = text.trim().trim_start_matches('$').parse::<f64>();
    amount
        .ok()
        .filter(|amount| amount.is_finite() && *amount >= 0.0)
        .ok_or_else(|| format!("{text:?} is not an amount of US dollars, for example 0.25"))
}
