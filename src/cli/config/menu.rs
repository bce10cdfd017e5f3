//! `nanofolks config menu`: all settings, part by part, each with what it is for.
//!
//! What there is comes from the schema, so a new setting is in the menu by itself. Each
//! change is written at once and is right or refused, as with `config set`.

use nanofolks_config::show::{ANY, below};
use nanofolks_config::{Entry, KeyInfo, PartInfo, parts};
use nanofolks_protocol::Problem;
use serde_json::Value;

use super::{in_words, tell, whence};
use crate::cli::output::{Tone, one_line};
use crate::cli::pick::{browse, unanswered};
use crate::cli::{CliError, Cx, auth, line_prompt, secret_prompt};

/// What the keys in no table are called here.
const GENERAL: &str = "general";
/// Takes a setting back to its default.
const DEFAULT: &str = "-";

pub(super) fn run(cx: &mut Cx) -> Result<(), CliError> {
    if !cx.out.is_interactive() || cx.out.is_json() {
        return Err(CliError::usage("terminal_needed", "there is nobody to ask here")
            .hint("`nanofolks config set KEY VALUE` asks nothing"));
    }
    // A configuration that is wrong is said before anything is chosen.
    cx.house.load()?;
    let parts = parts();
    let rows: Vec<_> = parts.iter().map(|part| (title(part), &*part.about)).collect();
    while let Some(at) = browse(cx, "Which part?", &rows)? {
        if let Some(part) = parts.get(at) {
            of_part(cx, part)?;
        }
    }
    Ok(())
}

fn title(part: &PartInfo) -> &str {
    if part.name.is_empty() { GENERAL } else { &part.name }
}

/// The settings of one part, until the person goes back.
fn of_part(cx: &mut Cx, part: &PartInfo) -> Result<(), CliError> {
    let named = below(&part.name, ANY).replace('"', "");
    if !part.keys.iter().all(|info| info.key.starts_with(&named)) {
        return of_keys(cx, &part.name, &part.keys);
    }
    // A table of things that have names: first which of them.
    while let Some(name) = name(cx, &part.name)? {
        let prefix = below(&part.name, &name);
        let real =
            |info: &KeyInfo| KeyInfo { key: info.key.replacen(&named, &prefix, 1), ..info.clone() };
        let keys: Vec<_> = part.keys.iter().map(real).collect();
        match &*keys {
            [only] if only.key == prefix => change(cx, only)?,
            keys => of_keys(cx, &prefix, keys)?,
        }
    }
    Ok(())
}

/// Which of the things that have names, or the name of a new one.
fn name(cx: &mut Cx, table: &str) -> Result<Option<String>, CliError> {
    let loaded = cx.house.load()?;
    let known = loaded.get(table).map(|entry| entry.value);
    let known: Vec<String> = match known {
        Some(Value::Object(known)) => known.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    };
    let mut rows: Vec<_> = known.iter().map(|name| (&**name, "")).collect();
    rows.push(("another one", ""));
    let Some(at) = browse(cx, table, &rows)? else { return Ok(None) };
    if let Some(name) = known.into_iter().nth(at) {
        return Ok(Some(name));
    }
    let typed = line_prompt("its name: ").map_err(unanswered)?;
    Ok(Some(typed).filter(|name| !name.is_empty()))
}

/// Some settings with their values, until the person goes back.
fn of_keys(cx: &mut Cx, table: &str, keys: &[KeyInfo]) -> Result<(), CliError> {
    loop {
        let loaded = cx.house.load()?;
        let short = |info: &KeyInfo| {
            let rest = info.key.strip_prefix(table).unwrap_or(&info.key);
            let value = loaded.get(&info.key).map_or(Value::Null, |entry| entry.value);
            format!("{} = {}", rest.trim_start_matches('.'), in_words(&value))
        };
        let shown: Vec<_> = keys.iter().map(short).collect();
        let rows: Vec<_> =
            shown.iter().zip(keys).map(|(shown, info)| (&**shown, &*info.about)).collect();
        let title = if table.is_empty() { GENERAL } else { table };
        let Some(info) = browse(cx, title, &rows)?.and_then(|at| keys.get(at)) else {
            return Ok(());
        };
        change(cx, info)?;
    }
}

/// One setting: what it is, what it is for, and what it shall be.
fn change(cx: &mut Cx, info: &KeyInfo) -> Result<(), CliError> {
    let Some(key) = whole(&info.key)? else { return Ok(()) };
    if let Some(provider) =
        key.strip_prefix("providers.").and_then(|it| it.strip_suffix(".api_key"))
    {
        // A key belongs to the other keys, not into a text.
        let done = auth::ask(cx, provider);
        return said(cx, done);
    }
    describe(cx, &key, info)?;
    let typed = if info.secret {
        let secret = secret_prompt("new value, which is not shown (nothing: it stays): ");
        secret.map_err(unanswered)?.expose().to_owned()
    } else if info.choices.is_empty() {
        let question = format!("{} (nothing: it stays; {DEFAULT}: the default): ", info.takes);
        line_prompt(&question).map_err(unanswered)?
    } else {
        let mut rows: Vec<_> = info.choices.iter().map(|choice| (&**choice, "")).collect();
        rows.push(("the default", ""));
        let Some(at) = browse(cx, &key, &rows)? else { return Ok(()) };
        info.choices.get(at).map_or(DEFAULT, |choice| choice).to_owned()
    };
    if typed.is_empty() {
        return Ok(());
    }
    let (paths, env) = (cx.house.paths()?, cx.house.environment());
    let (edited, done) = match &*typed {
        DEFAULT => (nanofolks_config::edit::unset(&paths, &env, &key), "removed"),
        value => (nanofolks_config::edit::set(&paths, &env, &key, value), "set"),
    };
    let done = edited.map_err(Problem::from).map(|edited| tell(cx, &edited, done));
    said(cx, done.map_err(CliError::from))
}

fn describe(cx: &mut Cx, key: &str, info: &KeyInfo) -> Result<(), CliError> {
    let title = cx.out.paint(Tone::Strong, &one_line(key));
    cx.out.line("");
    cx.out.line(&title);
    cx.out.line(&one_line(&info.about));
    if let Some(Entry { value, origin, .. }) = cx.house.load()?.get(key) {
        cx.out.line(&format!("now: {} ({})", in_words(&value), whence(&origin)));
    }
    cx.out.flush();
    Ok(())
}

/// A key with every name in it; `None` when one was not given.
fn whole(key: &str) -> Result<Option<String>, CliError> {
    let Some((before, after)) = key.split_once(ANY) else { return Ok(Some(key.to_owned())) };
    let before = before.trim_end_matches('.');
    let typed = line_prompt(&format!("name in {before}: ")).map_err(unanswered)?;
    let filled = below(before, &typed) + after;
    Ok((!typed.is_empty()).then_some(filled))
}

/// What was refused is said, and the menu goes on; an interruption ends it.
fn said(cx: &mut Cx, done: Result<(), CliError>) -> Result<(), CliError> {
    match done {
        Err(CliError::Problem(problem)) if problem.code != "interrupted" => {
            cx.out.problem(&problem);
            Ok(())
        }
        done => done,
    }
}
