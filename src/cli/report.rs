//! `nanofolks report`: a turn in one file, to be looked into elsewhere.

mod form;
mod redact;

use std::path::{Path, PathBuf};

use nanofolks_engine::{Change, Material};
use serde_json::{Value, json};

use self::redact::Redactor;
use super::replay::{material_of, run};
use super::{CliError, Cx, Run, doctor, version};
use crate::house::resolved;

/// Pack a turn into a file that replays elsewhere
///
/// What looks like a secret is masked, names of folders of yours are, and pictures stay here.
/// `nanofolks replay --from FILE` runs the turn again on any machine, to the same events.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file has a JSON object per line, each with its `kind`:
  head      schema (nanofolks.report.v1), program, whether words were taken out
  facts     version, system, what `nanofolks doctor --offline` found, without paths
  turn      the turn: message, options, requests, responses, calls, questions, events
  recorded  what the turn read of the world, commit by commit
  message   one message of the conversation that the turn had before it, or wrote
  content   what lasted during the turn: settings, cards of models, tools, the bot
  blob      a picture or file that was sent along: its size, and its text if it has any
  end       the number of lines before it and their SHA-256")]
pub(crate) struct Args {
    /// The turn's id, its beginning, or `last`
    #[arg(value_name = "TURN|last", default_value = "last", add = super::complete::turns())]
    turn: String,
    /// The file to write; `-` is standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: PathBuf,
    /// Take out what people, models and tools said: an x for each letter
    #[arg(long)]
    without_words: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let to_stdout = self.output == Path::new("-");
        if to_stdout && cx.out.is_json() {
            let text = "--json and a report on standard output cannot be told apart";
            return Err(CliError::usage("argument_conflict", text)
                .hint("name a file with --output, or leave --json out"));
        }
        let material = material_of(cx, &self.turn)?;
        let redactor = redactor(cx, &material, self.without_words)?;
        let facts = facts(cx);
        let bytes = form::write(&material, &redactor, facts)?;
        // What cannot be read again, or does not run as it did, is said before it is sent.
        let read = form::read(&bytes[..])?;
        let replayed = run(cx, &read, Change::default(), false)?;
        if to_stdout {
            cx.out.raw(&String::from_utf8_lossy(&bytes));
            cx.out.finish()?;
        } else {
            form::save(&self.output, &bytes)?;
        }
        let same = replayed.difference.is_none();
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.report_written.v1",
                "path": self.output,
                "turn": material.record.turn.turn,
                "bytes": bytes.len(),
                "without_words": self.without_words,
                "replays": same,
            }));
            return Ok(());
        }
        if !to_stdout {
            cx.out.note(&format!("{}: {} bytes", self.output.display(), bytes.len()));
        }
        if same {
            cx.out.note("it replays to the same events; read it before you send it");
        } else {
            let text = "it does not replay to the same events";
            cx.out.warning(text, Some("`nanofolks replay --from FILE` shows the difference"));
        }
        Ok(())
    }
}

/// Reads a report.
pub(super) fn read(file: &Path) -> Result<Material, CliError> {
    form::open(file)
}

fn redactor(cx: &Cx, material: &Material, without_words: bool) -> Result<Redactor, CliError> {
    let paths = cx.house.paths()?;
    let mut places: Vec<String> = Vec::new();
    // As they were named, and as they are recorded: without links.
    for place in paths.user_home().into_iter().chain([paths.root()]) {
        places.push(place.display().to_string());
        places.push(resolved(place).display().to_string());
    }
    places.dedup();
    places.extend(material.record.options.folder.clone());
    Ok(Redactor::new(cx.house.sanitizer()?, places, without_words.then(|| redact::bots(material))))
}

/// What is known about this program and this machine, without anybody's names.
fn facts(cx: &mut Cx) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "features": version::features(),
        "debug": cfg!(debug_assertions),
        "doctor": doctor::facts(cx),
    })
}
