//! `nanofolks model`: which models there are, which one answers, what lies on this machine.

#[cfg(feature = "local-llm")]
mod embedded;
#[cfg(not(feature = "local-llm"))]
#[path = "model/no_embedded.rs"]
mod embedded;
mod list;
mod rows;

use std::path::PathBuf;

use clap::Subcommand;
use nanofolks_config::{Origin, edit};
use nanofolks_protocol::ports::Models as _;
use nanofolks_protocol::{ModelRef, Problem};
use serde_json::json;

use super::output::one_line;
use super::{CliError, Cx, Run, complete};

pub(super) use self::embedded::bring;
pub(crate) use self::embedded::{fetchable, fetched, here};
pub(crate) use self::rows::rows;

#[cfg(test)]
mod tests;

/// Show and choose models; fetch embedded ones
///
/// Without an action: which model answers, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the models that can be used here, without asking anybody
    #[command(visible_alias = "ls")]
    List {
        /// Ask this provider which models it has
        provider: Option<String>,
        /// Also those whose provider has no key
        #[arg(long, short)]
        all: bool,
    },
    /// Show what is known about a model
    Show {
        /// The model, as provider/model or an alias [default: the one that answers]
        #[arg(add = complete::models())]
        name: Option<String>,
    },
    /// Make a model the one that answers
    Use {
        /// The model, as provider/model or an alias
        #[arg(add = complete::models())]
        name: String,
    },
    /// Fetch an embedded model, or take one from a file
    ///
    /// What was fetched before an interruption is kept. Each file is verified before it counts.
    Pull {
        /// Its name in the catalogue [default: the smallest]
        #[arg(add = complete::fetchable())]
        id: Option<String>,
        /// Take this GGUF file instead of fetching one
        #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Delete the file of an embedded model
    #[command(visible_alias = "rm")]
    Remove {
        /// Its name
        #[arg(add = complete::fetched())]
        id: String,
    },
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.action {
            None => current(cx),
            Some(Action::List { provider: Some(name), .. }) => list::of_provider(cx, &name),
            Some(Action::List { provider: None, all }) => list::run(cx, all),
            Some(Action::Show { name }) => list::show(cx, name.as_deref()),
            Some(Action::Use { name }) => choose(cx, &name),
            Some(Action::Pull { id, file }) => embedded::pull(cx, id.as_deref(), file),
            Some(Action::Remove { id }) => embedded::remove(cx, plain(&id)),
        }
    }
}

/// Fetches an embedded model, showing how far it is.
///
/// # Errors
/// When it cannot be fetched; what came so far is kept for the next time.
pub(crate) fn fetch(cx: &mut Cx, id: &str) -> Result<(), CliError> {
    embedded::pull(cx, Some(id), None)
}

/// The name of an embedded model without `local/`.
fn plain(id: &str) -> &str {
    id.strip_prefix("local/").unwrap_or(id)
}

fn current(cx: &mut Cx) -> Result<(), CliError> {
    let (model, why) = cx.house.catalog()?.default_model()?;
    let why = because(cx, why);
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.model_current.v1", "model": model, "because": why,
        }));
    } else {
        cx.out.line(&format!("{} ({})", one_line(&model.to_string()), one_line(&why)));
    }
    Ok(())
}

/// Why a model answers; when `model` is set, where.
pub(crate) fn because(cx: &Cx, why: String) -> String {
    match cx.house.loaded().map(|loaded| loaded.origin("model")) {
        Ok(Origin::Default) | Err(_) => why,
        Ok(origin) => format!("set in {}", super::config::whence(&origin)),
    }
}

fn choose(cx: &mut Cx, name: &str) -> Result<(), CliError> {
    let catalog = cx.house.catalog()?;
    let model = catalog.resolve(name)?;
    // What can never answer is not made the model that answers. A missing key may come later.
    if let Err(problem) = catalog.open(&model) {
        if problem.code == "key_missing" {
            cx.out.warning(&problem.message, problem.hint.as_deref());
        } else {
            return Err(problem.into());
        }
    }
    let loaded = cx.house.loaded()?;
    let stronger = match loaded.origin("model") {
        Origin::Flag { name } | Origin::Environment { name } => Some(name),
        Origin::Project { file, .. } => Some(file.display().to_string()),
        Origin::User { .. } | Origin::Default => None,
    };
    let (paths, env) = (cx.house.paths()?, cx.house.environment());
    let written = written(name, &model, &loaded.settings.aliases);
    let edited = edit::set(&paths, &env, "model", &written).map_err(Problem::from)?;
    if let Some(place) = stronger {
        cx.out.warning(&format!("{place} still says another model, and it counts more"), None);
    }
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.model_use.v1",
            "model": model, "file": edited.file, "changed": edited.changed,
        }));
    } else {
        let file = edited.file.display();
        cx.out.line(&format!("{} answers from now on ({file})", one_line(&model.to_string())));
    }
    Ok(())
}

/// What goes into the file: an alias of one's own stays one, so that it can change later.
fn written(
    name: &str,
    model: &ModelRef,
    aliases: &std::collections::BTreeMap<String, String>,
) -> String {
    if aliases.contains_key(name) { name.to_owned() } else { model.to_string() }
}
