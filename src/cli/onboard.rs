//! `nanofolks onboard`: from nothing to a first conversation.
//!
//! In three parts that any front can use: `survey` looks, `choices` says what there is to
//! choose and why, `apply` makes one of them so. `wizard` asks a person line by line.

mod apply;
mod choices;
mod survey;
mod wizard;

use nanofolks_protocol::Problem;
use serde_json::json;

pub(super) use self::apply::{Applied, Decision, apply};
use self::choices::unattended;
pub(super) use self::choices::{Choice, Offer, offers, usual_model, vendors};
pub(super) use self::survey::{Ollama, Survey, of_house};
use super::output::{Tone, one_line};
use super::{CliError, Cx, Run, auth, doctor, model};
use crate::house::House;

#[cfg(test)]
mod tests;

/// Set up: what is here, who answers, a first room
///
/// Looks for keys in the environment and the keyring, for Ollama on this machine and for
/// embedded models, asks who should answer, and makes the home. Again, it changes only what
/// is chosen. Escape leaves without a change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks onboard                                on a terminal: asks
  nanofolks onboard --non-interactive --json       in a script: takes what is here")]
pub(crate) struct Args {
    /// Ask nothing: take what is here, with the defaults for the rest
    #[arg(
        long,
        env = "NANOFOLKS_ONBOARD_NONINTERACTIVE",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    non_interactive: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        if self.non_interactive {
            return alone(cx);
        }
        if !cx.out.is_interactive() || cx.out.is_json() {
            return Err(CliError::usage("terminal_needed", "there is nobody to ask here")
                .hint("`nanofolks onboard --non-interactive` asks nothing"));
        }
        let survey = look(cx)?;
        wizard::show(&survey, cx);
        match wizard::ask(&survey, cx)? {
            Some(decision) => settle(&decision, cx),
            None => {
                cx.out.note("nothing was changed");
                Ok(())
            }
        }
    }
}

/// What is here.
fn look(cx: &mut Cx) -> Result<Survey, CliError> {
    cx.settings()?;
    let runtime = cx.runtime()?;
    Ok(runtime.block_on(of_house(&cx.house, cx.globals.offline))?)
}

/// Makes a decision so; from then on the house is the new one.
fn carry_out(decision: &Decision, cx: &mut Cx) -> Result<Applied, CliError> {
    let runtime = cx.runtime()?;
    let applied = runtime.block_on(apply(&cx.house, decision))?;
    cx.house = House::new(&cx.globals);
    Ok(applied)
}

/// With nobody to ask: what is here counts, and nothing is fetched.
fn alone(cx: &mut Cx) -> Result<(), CliError> {
    let survey = look(cx)?;
    let chosen = unattended(&survey);
    let decision = Decision { choice: chosen.choice.clone(), key: None, chosen: false };
    let applied = carry_out(&decision, cx)?;
    if cx.out.is_json() {
        let findings = doctor::facts(cx);
        cx.out.object(&json!({
            "schema": "nanofolks.onboard.v1", "found": survey, "offers": offers(&survey),
            "chosen": chosen, "made": applied.made, "set": applied.set, "findings": findings,
        }));
        return Ok(());
    }
    wizard::show(&survey, cx);
    cx.out.line(&format!("answers: {} ({})", one_line(&chosen.what), one_line(&chosen.because)));
    tell(&applied, cx)?;
    end(false, cx);
    Ok(())
}

/// Makes the decision of a person so, says what was done, checks it.
fn settle(decision: &Decision, cx: &mut Cx) -> Result<(), CliError> {
    let applied = carry_out(decision, cx)?;
    tell(&applied, cx)?;
    if let Choice::Fetch { id } = &decision.choice {
        fetch(id, cx)?;
    }
    end(applied.key.is_some(), cx);
    Ok(())
}

/// Fetches a model; once it is here, it answers.
fn fetch(id: &str, cx: &mut Cx) -> Result<(), CliError> {
    model::fetch(cx, id)?;
    cx.house = House::new(&cx.globals);
    let (paths, environment) = (cx.house.paths()?, cx.house.environment());
    let name = format!("local/{id}");
    nanofolks_config::edit::set(&paths, &environment, "model", &name).map_err(Problem::from)?;
    cx.house = House::new(&cx.globals);
    Ok(())
}

fn tell(applied: &Applied, cx: &mut Cx) -> Result<(), CliError> {
    if let Some(stored) = &applied.stored {
        auth::remark(cx, stored)?;
    }
    for made in &applied.made {
        cx.out.line(&format!("made {}", made.display()));
    }
    if let Some(provider) = &applied.key {
        cx.out.line(&format!("stored the key of {provider}"));
    }
    for key in &applied.set {
        cx.out.line(&format!("set {key}"));
    }
    let nothing = applied.made.is_empty() && applied.set.is_empty() && applied.key.is_none();
    if nothing {
        cx.out.line("everything was there already");
    }
    Ok(())
}

/// A check, and what to type next.
fn end(online: bool, cx: &mut Cx) {
    if doctor::in_short(cx, online) == 0 {
        let well = cx.out.paint(Tone::Good, "everything is in order");
        cx.out.line(&well);
    }
    // That nobody answers, and what to do about it, was just said.
    let answers = cx.house.models().and_then(|models| models.default_model()).ok();
    let line = match answers {
        Some((model, _)) => format!("{model} answers. Type `nanofolks` and say hello."),
        None => "Then type `nanofolks` and say hello.".to_owned(),
    };
    cx.out.line(&one_line(&line));
}
