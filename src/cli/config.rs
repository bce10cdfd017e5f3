//! `nanofolks config`: shows and changes settings.

mod edit;
mod menu;

use std::path::PathBuf;

use clap::Subcommand;
use nanofolks_config::edit::Edited;
use nanofolks_config::{Entry, Finding, Level, Origin, schema, show};
use nanofolks_protocol::Problem;
use serde_json::{Value, json};

pub(super) use self::edit::{editor, open as open_editor};
use super::output::{Tone, one_line};
use super::{CliError, Cx, Run, complete};

#[cfg(test)]
mod tests;

/// Show and change settings
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show one setting, or all below a part of the key
    Get {
        /// The dotted key, for example engine.max_iterations
        #[arg(add = complete::config_keys())]
        key: String,
    },
    /// Change one setting; comments and the rest of the file stay
    Set {
        /// The dotted key
        #[arg(add = complete::config_keys())]
        key: String,
        /// Its value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Remove one setting, so that its default counts again
    Unset {
        /// The dotted key
        #[arg(add = complete::config_keys())]
        key: String,
    },
    /// Show all settings, and where each comes from
    #[command(visible_alias = "show")]
    List {
        /// Only what differs from its default
        #[arg(long)]
        changed: bool,
    },
    /// Look through all settings on the terminal and change some
    Menu,
    /// Open the configuration in your editor; it replaces the old one once it is right
    Edit,
    /// Show where the configuration file is
    Path,
    /// Say everything that is wrong or odd, with file and line
    Check,
    /// Let the settings and instructions of a folder count
    Trust {
        /// The folder [default: the working folder]
        #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
    /// Take the trust in a folder back
    Untrust {
        /// The folder [default: the working folder]
        #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
    /// Print the JSON Schema of the configuration file
    Schema,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.action {
            Action::Get { key } => get(cx, &key),
            Action::Set { key, value } => set(cx, &key, &value),
            Action::Unset { key } => unset(cx, &key),
            Action::List { changed } => list(cx, changed),
            Action::Menu => menu::run(cx),
            Action::Edit => edit::run(cx),
            Action::Path => path(cx),
            Action::Check => run_check(cx),
            Action::Trust { folder } => trust(cx, folder, true),
            Action::Untrust { folder } => trust(cx, folder, false),
            Action::Schema => {
                let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
                cx.out.line(&text);
                Ok(())
            }
        }
    }
}

fn get(cx: &mut Cx, key: &str) -> Result<(), CliError> {
    let loaded = cx.house.loaded()?;
    let Some(entry) = loaded.get(key) else { return Err(unknown(key)) };
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.setting.v1",
            "key": entry.key, "value": entry.value, "origin": entry.origin,
        }));
        return Ok(());
    }
    match &entry.value {
        Value::Object(_) => {
            let below = format!("{}.", entry.key);
            for entry in loaded.list().iter().filter(|entry| entry.key.starts_with(&below)) {
                cx.out.line(&format!("{} = {}", entry.key, in_words(&entry.value)));
            }
        }
        Value::Null => cx.out.line(""),
        // A text alone, so that scripts can use it as it is.
        Value::String(text) => cx.out.line(&one_line(text)),
        other => cx.out.line(&in_words(other)),
    }
    Ok(())
}

fn unknown(key: &str) -> CliError {
    let error = CliError::usage("unknown_key", format!("there is no setting {key:?}"));
    match show::nearest(key) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint("`nanofolks config list` shows all settings"),
    }
}

fn set(cx: &mut Cx, key: &str, value: &str) -> Result<(), CliError> {
    let (paths, env) = (cx.house.paths()?, cx.house.environment());
    let edited = nanofolks_config::edit::set(&paths, &env, key, value).map_err(Problem::from)?;
    // The value itself is not repeated: it may be a key.
    tell(cx, &edited, "set");
    Ok(())
}

fn unset(cx: &mut Cx, key: &str) -> Result<(), CliError> {
    let (paths, env) = (cx.house.paths()?, cx.house.environment());
    let edited = nanofolks_config::edit::unset(&paths, &env, key).map_err(Problem::from)?;
    tell(cx, &edited, "removed");
    Ok(())
}

fn tell(cx: &mut Cx, edited: &Edited, done: &str) {
    for finding in &edited.warnings {
        cx.out.warning(&finding.to_string(), finding.hint.as_deref());
    }
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.config_edit.v1",
            "key": edited.key, "file": edited.file, "changed": edited.changed,
        }));
    } else {
        let what = if edited.changed { done } else { "is so already, nothing changed" };
        cx.out.line(&format!("{} {what} ({})", edited.key, edited.file.display()));
    }
}

fn list(cx: &mut Cx, changed: bool) -> Result<(), CliError> {
    let loaded = cx.house.loaded()?;
    let mut entries = loaded.list();
    entries.retain(|entry| !changed || entry.origin != Origin::Default);
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.config.v1", "file": loaded.user_file, "entries": entries,
        }));
        return Ok(());
    }
    let row =
        |entry: &Entry| vec![entry.key.clone(), in_words(&entry.value), whence(&entry.origin)];
    let rows: Vec<_> = entries.iter().map(row).collect();
    cx.out.table(&["KEY", "VALUE", "FROM"], &rows);
    Ok(())
}

fn trust(cx: &mut Cx, folder: Option<PathBuf>, trusted: bool) -> Result<(), CliError> {
    let named = folder.map_or_else(|| cx.house.folder(), Ok)?;
    let folder = match named.canonicalize() {
        Ok(folder) if folder.is_dir() => folder,
        // The trust in a folder that is gone can be taken back.
        Err(_) if !trusted => named,
        Ok(folder) => {
            let message = format!("{} is not a folder", folder.display());
            return Err(CliError::usage("folder_unreadable", message));
        }
        Err(error) => {
            let message = format!("cannot read {}: {error}", named.display());
            return Err(CliError::usage("folder_unreadable", message));
        }
    };
    let paths = cx.house.paths()?;
    paths.create().map_err(Problem::from)?;
    let change =
        if trusted { nanofolks_config::trust::add } else { nanofolks_config::trust::remove };
    let changed = change(&paths, &folder).map_err(Problem::from)?;
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.config_trust.v1",
            "folder": folder, "trusted": trusted, "changed": changed,
        }));
    } else {
        let word = if trusted { "trusted" } else { "not trusted" };
        let word = if changed { format!("{word} now") } else { format!("{word}, as before") };
        cx.out.line(&format!("{}: {word}", folder.display()));
    }
    Ok(())
}

fn path(cx: &mut Cx) -> Result<(), CliError> {
    let paths = cx.house.paths()?;
    let file = edit::file(&paths)?;
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.config_path.v1", "file": file, "exists": file.exists(),
        }));
    } else {
        cx.out.line(&file.display().to_string());
    }
    Ok(())
}

fn run_check(cx: &mut Cx) -> Result<(), CliError> {
    let findings = cx.house.check_config()?;
    let wrong = findings.iter().any(|finding| finding.level == Level::Error);
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.config_check.v1", "ok": !wrong, "findings": findings,
        }));
    } else {
        for finding in &findings {
            show(cx, finding);
        }
        if findings.is_empty() {
            cx.out.line("the configuration is in order");
        }
    }
    if wrong { Err(CliError::Said(2)) } else { Ok(()) }
}

/// One finding for people: place, key, what, and what to do.
fn show(cx: &mut Cx, finding: &Finding) {
    let (tone, label) = match finding.level {
        Level::Error => (Tone::Bad, "error:"),
        Level::Warning => (Tone::Warn, "warning:"),
        Level::Info => (Tone::Dim, "note:"),
    };
    let label = cx.out.paint(tone, label);
    cx.out.line(&format!("{label} {}", one_line(&finding.to_string())));
    if let Some(hint) = &finding.hint {
        cx.out.line(&format!("  {}", one_line(hint)));
    }
}

/// A value on one line, text without quotes where it cannot be mistaken.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "(not set)".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => one_line(text),
        other => one_line(&other.to_string()),
    }
}

/// Where a value came from, for people.
pub(crate) fn whence(origin: &Origin) -> String {
    match origin {
        Origin::Flag { name } | Origin::Environment { name } => name.clone(),
        Origin::Project { file, line } | Origin::User { file, line } => match line {
            Some(line) => format!("{}:{line}", file.display()),
            None => file.display().to_string(),
        },
        Origin::Default => "default".to_owned(),
    }
}
