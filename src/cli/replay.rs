//! `nanofolks replay`: a turn, run again from its record.

mod keep;
mod show;
mod turn;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use nanofolks_engine::{Change, Material, Replayed};
use nanofolks_protocol::CallId;
use nanofolks_protocol::ports::Journal;

pub(super) use self::turn::material_of;
use super::{CliError, Cx, Run, regular, report};
use crate::house::House;

/// Most bytes of a result that is read from a file.
const MAX_RESULT: u64 = 32 << 20;

/// Run a turn again from its record, offline
///
/// The same engine goes through the same turn with everything it had read of the world then:
/// answers of models, results of tools, decisions of people, the clock. Nobody is asked and
/// nothing is written. Ends with 0 when every event and the text are as they were, with 1 and
/// the first difference when they are not, with 7 when the turn was not recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What would have been:
  --until N, --edit-result and --model make a branch: the record is used up to there, then
  the model is really asked, below the same ceilings of cost. Tools that have effects are not
  run; the others are when the record has no answer. With --offline nobody is asked.

Examples:
  nanofolks replay last
  nanofolks replay last --until 2
  nanofolks replay last --edit-result call_1='no such file'
  nanofolks replay last --until 1 --model anthropic/claude-sonnet-4-5 --keep
  nanofolks replay --from report.jsonl")]
pub(crate) struct Args {
    /// The turn's id, its beginning, or `last`
    #[arg(value_name = "TURN|last", default_value = "last", conflicts_with = "from",
          add = super::complete::turns())]
    turn: String,
    /// A file that `nanofolks report` wrote, instead of a turn of this home
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    from: Option<PathBuf>,
    /// Stop after this model call, or after the event #NUMBER
    #[arg(long, value_name = "N|#EVENT")]
    until: Option<String>,
    /// Answer a tool call with another text, or with that of a file
    #[arg(long, value_name = "CALL=TEXT|CALL=@FILE")]
    edit_result: Vec<String>,
    /// Keep what would have been as a branch of the conversation
    #[arg(long, conflicts_with = "from")]
    keep: bool,
    /// The text only
    #[arg(long, short)]
    quiet: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let material = match &self.from {
            Some(file) => report::read(file)?,
            None => material_of(cx, &self.turn)?,
        };
        let change = self.change(cx, &material)?;
        if self.keep && !change.is_branch() {
            return Err(CliError::usage("nothing_to_keep", "--keep keeps what would have been")
                .hint("with --edit-result or --model there is something to keep"));
        }
        let asks = change.is_branch() && !change.offline;
        let replayed = run(cx, &material, change, asks)?;
        let kept = match self.keep && show::is_over(&replayed) {
            true => Some(keep::keep(cx, &material, &replayed)?),
            false => None,
        };
        show::print(cx, &material, &replayed, kept, self.quiet);
        let different = replayed.difference.is_some() && !replayed.branch;
        let unfinished = replayed.branch && !show::is_over(&replayed);
        if different || unfinished { Err(CliError::Said(1)) } else { Ok(()) }
    }
}

/// Runs a turn again. Only one that asks anew may write, and only what that costs.
pub(super) fn run(
    cx: &mut Cx,
    material: &Material,
    change: Change,
    asks: bool,
) -> Result<Replayed, CliError> {
    let till = asks.then(|| cx.house.store()).transpose()?;
    let services = cx.house.services_to_read()?;
    let till = till.map(|store| store as Arc<dyn Journal>);
    let runtime = cx.runtime()?;
    let replayed = nanofolks_engine::replay(services, material, change, till);
    Ok(runtime.block_on(replayed)?)
}

impl Args {
    /// What is to be different.
    fn change(&self, cx: &Cx, material: &Material) -> Result<Change, CliError> {
        let mut change = Change { offline: cx.globals.offline, ..Change::default() };
        match self.until.as_deref().map(|text| (text, text.strip_prefix('#'))) {
            None => {}
            Some((text, None)) => {
                let call = number(text)?;
                let calls = u32::try_from(material.record.requests.len()).unwrap_or(u32::MAX);
                within("model call", call, 0, calls)?;
                change.until = Some(call);
            }
            Some((_, Some(event))) => {
                let event = number(event)?;
                let seqs = || material.record.events.iter().filter_map(|event| event.seq);
                within("event", event, seqs().min().unwrap_or(0), seqs().max().unwrap_or(0))?;
                change.until_event = Some(event);
            }
        }
        for edit in &self.edit_result {
            let (call, text) = edited(edit, material)?;
            change.results.insert(call, text);
        }
        if let Some(model) = &cx.globals.model {
            change.model = Some(cx.house.models()?.resolve(model)?);
        }
        if change.until_event.is_some() && change.is_branch() {
            return Err(CliError::usage(
                "until_unclear",
                "a branch begins after a model call, not after an event",
            )
            .hint("for example --until 2"));
        }
        Ok(change)
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, CliError> {
    text.trim().parse().map_err(|_| {
        CliError::usage("value_invalid", format!("--until takes a number, not {text:?}"))
            .hint("for example --until 2 for a model call, --until '#7' for an event")
    })
}

/// A place that the turn does not have is a mistake, not a whole replay.
fn within<N: PartialOrd + Copy + std::fmt::Display>(
    what: &str,
    wanted: N,
    first: N,
    last: N,
) -> Result<(), CliError> {
    if wanted >= first && wanted <= last {
        return Ok(());
    }
    let message = format!("the turn has no {what} {wanted}: --until takes {first} to {last}");
    Err(CliError::usage("place_unknown", message))
}

/// A result that is to be another.
fn edited(edit: &str, material: &Material) -> Result<(CallId, String), CliError> {
    let Some((call, text)) = edit.split_once('=') else {
        return Err(CliError::usage(
            "value_invalid",
            format!("--edit-result takes CALL=TEXT, not {edit:?}"),
        )
        .hint("for example --edit-result call_1='no such file'"));
    };
    let calls = &material.record.calls;
    let known: BTreeMap<&str, &CallId> =
        calls.iter().map(|one| (one.call_id.as_str(), &one.call_id)).collect();
    let Some(call) = known.get(call.trim()) else {
        let names: Vec<&str> = known.keys().copied().collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(CliError::usage("call_unknown", format!("this turn has no call {call:?}"))
            .hint(format!("its calls: {names}")));
    };
    let text = match text.strip_prefix('@') {
        Some(file) => result_of(file)?,
        None => text.to_owned(),
    };
    Ok(((*call).clone(), text))
}

fn result_of(file: &str) -> Result<String, CliError> {
    let unreadable =
        |why: String| CliError::usage("file_unreadable", format!("cannot read {file}: {why}"));
    let size = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_RESULT {
        return Err(unreadable(format!("it has {size} bytes")));
    }
    regular::text(file.as_ref()).map_err(|error| unreadable(error.to_string()))
}

/// The time of this machine, for what is kept.
pub(super) fn now() -> nanofolks_protocol::Timestamp {
    House::clock().now()
}
