//! `model pull`: fetches an embedded model, or takes one from a file.

mod download;
mod progress;

use std::path::PathBuf;

use nanofolks_local::{HUB, LocalError, Progress, Pull, Record, Shelf, catalogue};
use nanofolks_protocol::{Problem, ProblemKind};
use serde_json::json;

use self::download::OverHttp;
use self::progress::Show;
use crate::cli::model::plain;
use crate::cli::{CliError, Cx, amount};
use crate::house::House;

#[cfg(test)]
mod tests;

/// The variable with which everybody names a mirror of the hub.
const MIRROR: &str = "HF_ENDPOINT";

pub(in crate::cli::model) fn pull(
    cx: &mut Cx,
    id: Option<&str>,
    file: Option<PathBuf>,
) -> Result<(), CliError> {
    let paths = cx.house.paths()?;
    let id = id.map(plain);
    if file.is_none() && cx.globals.offline {
        return Err(offline().into());
    }
    paths.create().map_err(Problem::from)?;
    let shelf = Shelf::new(paths.models());
    let mut show = Show::new(cx);
    let (name, record, new) = match file {
        Some(file) => {
            let (name, record) = shelf
                .pull_file(id, &file, &mut |progress| show.hear(progress))
                .map_err(|error| not_taken(&error))?;
            (name, record, true)
        }
        None => {
            let default = catalogue().first().map_or("", |entry| entry.id.as_str());
            let name = id.unwrap_or(default).to_owned();
            let before = shelf.get(&name).ok().and_then(|installed| installed.record);
            let record = fetch(cx, &shelf, &name, &mut show)?;
            let new = before.as_ref() != Some(&record);
            (name, record, new)
        }
    };
    show.end();
    tell(cx, &name, &record, new);
    Ok(())
}

fn offline() -> Problem {
    Problem::new(ProblemKind::Unavailable, "offline", "--offline forbids fetching a model")
        .hint("take one from a file: `nanofolks model pull --file PATH`")
}

/// Why a file was not taken; nothing is to be fetched, so the way out is another one.
fn not_taken(error: &LocalError) -> Problem {
    let problem = error.to_problem();
    match error {
        LocalError::BadFile { .. } => {
            problem.hint("nothing was installed; a model is a whole GGUF file")
        }
        LocalError::Mismatch { .. } => problem.hint(
            "nothing was installed; under another name it can be: \
             `nanofolks model pull NAME --file PATH`",
        ),
        LocalError::BadName(_) => {
            problem.hint("give it a name: `nanofolks model pull NAME --file PATH`")
        }
        LocalError::Read { .. } => problem.hint("check the path after --file"),
        _ => problem,
    }
}

fn fetch(cx: &mut Cx, shelf: &Shelf, name: &str, show: &mut Show) -> Result<Record, CliError> {
    let runtime = cx.runtime()?;
    let mut hear = |progress| show.hear(progress);
    Ok(runtime.block_on(from_anywhere(&cx.house, shelf, name, &mut hear))?)
}

async fn from_anywhere(
    house: &House,
    shelf: &Shelf,
    name: &str,
    progress: &mut (dyn FnMut(Progress) -> bool + Send),
) -> Result<Record, Problem> {
    let env = house.environment();
    let hub = env.get(MIRROR).unwrap_or(HUB).trim_end_matches('/').to_owned();
    let download = OverHttp::new(house.catalog()?.http());
    let pull = Pull { download: Some(&download), hub: &hub, packages: true, progress };
    shelf.pull(name, pull).await.map_err(|error| error.to_problem())
}

/// Fetches a model for a front end that shows by itself how far it is. Dropped, it stops; what
/// has come is kept for the next time.
///
/// # Errors
/// When no source has it, the disk is full, or `--offline` forbids it.
pub(in crate::cli) async fn bring(
    house: &House,
    name: &str,
    tell: &(dyn Fn(nanofolks_tui::Progress) + Send + Sync),
) -> Result<(), Problem> {
    let shelf = house.shelf()?;
    let mut hear = |progress| {
        let words = match progress {
            Progress::Bytes { done, total } => {
                let what = format!("fetching local/{name}");
                tell(nanofolks_tui::Progress { what, done: Some((done, total)) });
                return true;
            }
            Progress::Waiting => "another process fetches it; waiting for that".to_owned(),
            Progress::Trying { source } => format!("asking {source}"),
            Progress::Failed { source, .. } => format!("{source} does not work"),
            Progress::Verifying => "verifying what came".to_owned(),
        };
        tell(nanofolks_tui::Progress { what: words, done: None });
        true
    };
    from_anywhere(house, &shelf, name, &mut hear).await.map(drop).map_err(|problem| {
        if problem.code != "model_no_source" {
            return problem;
        }
        tracing::warn!(%problem, "a model cannot be fetched");
        let message = format!("local/{name} cannot be fetched: nobody who has it answers");
        Problem { message, ..problem }
            .hint("check the network and choose again; `nanofolks model pull` says more")
    })
}

fn tell(cx: &mut Cx, name: &str, record: &Record, new: bool) {
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.model_pull.v1",
            "model": format!("local/{name}"), "changed": new, "bytes": record.bytes,
            "sha256": record.sha256, "hash_from": record.hash_from, "source": record.source,
            "tools": record.tools,
        }));
        return;
    }
    let (size, source) = (amount::bytes(record.bytes), &record.source);
    if new {
        // Without a hash that somebody stated, there was nothing to verify it with.
        let checked = if record.hash_from == "computed" { "recorded" } else { "verified" };
        cx.out.line(&format!("local/{name} is here: {size}, {checked}, from {source}"));
        cx.out.flush();
        let ask = format!("nanofolks chat -q \"Hello\" --model local/{name}");
        cx.out.note(&format!("ask it: {ask}"));
        if !record.tools {
            cx.out.note("it is too small to use tools; it answers from what it knows");
        }
    } else {
        cx.out.line(&format!("local/{name} is here already: {size}, from {source}"));
    }
}
