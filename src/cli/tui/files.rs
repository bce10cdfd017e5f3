//! Files: their names for completion, those a message names, pictures.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ignore::WalkBuilder;
use nanofolks_protocol::ports::Blobs;
use nanofolks_protocol::{ApprovalMode, Effect, Problem, ProblemKind, Trust, TurnOptions, Verdict};
use nanofolks_security::{Sanitizer, policy};
use nanofolks_tui::Gathered;

use crate::cli::CliError;
use crate::cli::chat::{self, SentAlong};

#[cfg(test)]
mod tests;

/// Most files that are listed, and how long that may take.
const MOST: usize = 20_000;
const PATIENCE: Duration = Duration::from_secs(2);
/// Most files that go along with a message, and most bytes of a text among them.
const ALONG: usize = 32;
const TEXT: u64 = 256 << 10;

/// The files below a folder that Git does not ignore, those near the top first.
pub(super) fn list(folder: &Path) -> Vec<String> {
    let begun = Instant::now();
    let mut walk = WalkBuilder::new(folder);
    walk.follow_links(false).require_git(false).hidden(false);
    walk.filter_entry(|entry| entry.file_name() != ".git");
    let mut names: Vec<String> = walk
        .build()
        .take_while(|_| begun.elapsed() < PATIENCE)
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| entry.path().strip_prefix(folder).ok()?.to_str().map(str::to_owned))
        .filter(|name| !name.chars().any(char::is_control))
        .take(MOST)
        .collect();
    names.sort_unstable_by(|one, other| {
        let depth = |name: &str| name.matches('/').count();
        depth(one).cmp(&depth(other)).then_with(|| one.cmp(other))
    });
    names
}

/// What was read for a message.
#[derive(Debug, Default)]
pub(super) struct Read {
    along: Vec<SentAlong>,
    remarks: Vec<String>,
}

/// Reads the files with these names, as far as reading them is free and they are fit to go
/// along.
pub(super) fn read(names: &[String], options: &TurnOptions, sanitizer: &Sanitizer) -> Read {
    let mut read = Read::default();
    let Some(folder) = options.folder.as_deref().map(PathBuf::from) else { return read };
    for name in names {
        let path = folder.join(name);
        // A folder, or a word that only looks like a name.
        if !path.is_file() {
            continue;
        }
        if read.along.len() >= ALONG {
            read.remarks.push(format!("{name} is not attached: {ALONG} files are the most"));
            continue;
        }
        match read_one(name, &path, &folder, options.approval) {
            Ok(mut sent) => {
                let size = crate::cli::amount::bytes(sent.bytes.len() as u64);
                let masked = chat::mask(&mut sent, sanitizer);
                let secret = if masked { "; what looks like a secret in it is masked" } else { "" };
                read.remarks.push(format!("attached: {name}, {size}{secret}"));
                read.along.push(sent);
            }
            Err(why) => read.remarks.push(format!("{name} is not attached: {why}")),
        }
    }
    read
}

fn read_one(
    name: &str,
    path: &Path,
    folder: &Path,
    mode: ApprovalMode,
) -> Result<SentAlong, String> {
    let real = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
    let path = real(path)?;
    let question = policy::Question {
        tool: "this",
        effects: &BTreeSet::from([Effect::FsRead]),
        mode,
        trust: Trust::Operator,
        inside_folder: path.starts_with(real(folder)?),
        attended: true,
        contained: false,
        granted: false,
    };
    match policy::judge(&question) {
        Verdict::Allow => {}
        Verdict::Ask { reason } | Verdict::Deny { reason } => return Err(reason),
    }
    match chat::text_file(&path, TEXT) {
        Ok(sent) => Ok(SentAlong { name: name.to_owned(), ..sent }),
        Err(CliError::Problem(problem)) => Err(match &*problem.code {
            "input_too_large" => "it is too large, and bots can read it with their tools".into(),
            "input_not_text" => "it is no text and no picture".into(),
            _ => problem.message.clone(),
        }),
        Err(_) => Err("it cannot be read".to_owned()),
    }
}

/// Keeps what was read, so that the message can refer to it.
pub(super) async fn keep(read: Read, blobs: Arc<dyn Blobs>) -> Result<Gathered, Problem> {
    let mut gathered = Gathered { attached: Vec::new(), remarks: read.remarks };
    for sent in read.along {
        gathered.attached.push(chat::keep(sent, &*blobs).await.map_err(super::problem)?);
    }
    Ok(gathered)
}

/// The picture that a person named.
pub(super) fn picture(
    named: &str,
    folder: &Path,
    home: Option<&Path>,
) -> Result<SentAlong, Problem> {
    let path = path(named, folder, home)?;
    chat::image(&path).map_err(super::problem)
}

/// The path that a person means: `~` is their home, a `file://` address is one as well.
fn path(named: &str, folder: &Path, home: Option<&Path>) -> Result<PathBuf, Problem> {
    if let Some(rest) = named.strip_prefix("~/")
        && let Some(home) = home
    {
        return Ok(home.join(rest));
    }
    if named.starts_with("file://") {
        let url = url::Url::parse(named).ok();
        let path = url.and_then(|url| url.to_file_path().ok());
        return path.ok_or_else(|| {
            let message = format!("{named} names no file of this machine");
            Problem::new(ProblemKind::Usage, "file_unreadable", message)
        });
    }
    let plain = folder.join(named);
    if plain.exists() {
        return Ok(plain);
    }
    // Written as for a shell.
    let words = shlex::split(named).unwrap_or_default();
    Ok(match words.as_slice() {
        [word] => folder.join(word),
        _ => plain,
    })
}
