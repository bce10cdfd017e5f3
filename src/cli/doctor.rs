//! `nanofolks doctor`: what is in order here, what is not, why, and what to do.
//!
//! Each check is a function that looks and gives findings. Only `fix` changes anything, and
//! only what a finding offers. With `--offline` no check that could open a socket is run.

mod clock;
mod configuration;
mod context;
mod database;
mod disk;
mod finding;
mod fix;
mod folder;
mod home;
mod keys;
mod leftovers;
#[cfg(feature = "local-llm")]
mod local_files;
mod locks;
mod model;
mod providers;
mod terminal;
mod tools;

use std::path::PathBuf;

use nanofolks_config::Paths;
use serde_json::json;

use self::finding::{Finding, Level};
use super::output::{Tone, one_line};
use super::{CliError, Cx, Run};

#[cfg(test)]
mod tests;

/// Check that everything is in order
///
/// Says what is wrong, why, and what to do about it. Ends with 1 when something does not work.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Repair what can be repaired safely: permissions, missing folders, stale lock files,
    /// a damaged database
    #[arg(long)]
    fix: bool,
    /// Read everything again: every row of the database, every byte of the model files
    #[arg(long)]
    deep: bool,
    /// Only what is not in order
    #[arg(long, short)]
    quiet: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let mut findings = examine(cx, self.deep);
        if self.fix {
            for finding in &mut findings {
                fix::apply(finding);
            }
        }
        let well = findings.iter().all(|finding| finding.level != Level::Error);
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.doctor.v1",
                "ok": well, "offline": cx.globals.offline, "deep": self.deep,
                "version": env!("CARGO_PKG_VERSION"),
                "findings": findings,
            }));
        } else {
            self.print(cx, &findings);
        }
        if well { Ok(()) } else { Err(CliError::Said(1)) }
    }
}

/// What the checks find that open no socket: codes and how much each matters, no names.
pub(super) fn facts(cx: &mut Cx) -> serde_json::Value {
    let online = std::mem::replace(&mut cx.globals.offline, true);
    let findings = examine(cx, false);
    cx.globals.offline = online;
    findings.iter().map(|finding| json!({ "code": finding.code, "level": finding.level })).collect()
}

/// Checks and says only what is not in order: how many things that were. With `online` the
/// providers are asked.
pub(super) fn in_short(cx: &mut Cx, online: bool) -> usize {
    let offline = cx.globals.offline;
    cx.globals.offline |= !online;
    let findings = examine(cx, false);
    cx.globals.offline = offline;
    let odd: Vec<_> = findings.iter().filter(|finding| finding.level > Level::Info).collect();
    for finding in &odd {
        print(cx, finding);
    }
    odd.len()
}

/// All checks, from the ground up.
fn examine(cx: &mut Cx, deep: bool) -> Vec<Finding> {
    let mut findings = home::check(&cx.house);
    // Without a home there is nothing to look into.
    if let Ok(paths) = cx.house.paths() {
        findings.extend(disk::check(paths.root()));
        findings.extend(locks::check(paths.root()));
        findings.extend(configuration::check(&cx.house));
        findings.extend(database::check(&paths, deep));
        findings.extend(leftovers::check(&paths));
        findings.extend(folder::check(&working_folders(cx, &paths)));
        #[cfg(feature = "local-llm")]
        findings.extend(local_files::check(&paths, deep));
        findings.extend(keys::check(&cx.house, &paths));
        findings.extend(model::check(&cx.house, cx.globals.offline));
        findings.extend(context::check(&cx.house));
        findings.extend(providers::check(cx));
        findings.extend(tools::check(&cx.house));
        findings.extend(clock::check(&paths));
    }
    findings.extend(terminal::check(cx));
    findings
}

/// Where tools act: here, and in the home's own folder.
fn working_folders(cx: &Cx, paths: &Paths) -> Vec<PathBuf> {
    let here = cx.house.folder().ok();
    let here = here.filter(|here| Some(here.as_path()) != paths.user_home());
    here.into_iter().chain([paths.workspace()]).collect()
}

impl Args {
    fn print(&self, cx: &mut Cx, findings: &[Finding]) {
        for finding in findings.iter().filter(|f| !self.quiet || f.level > Level::Ok) {
            print(cx, finding);
        }
        let count = |level| findings.iter().filter(|finding| finding.level == level).count();
        let (errors, warnings) = (count(Level::Error), count(Level::Warn));
        let summary = match (errors, warnings) {
            (0, 0) => cx.out.paint(Tone::Good, "everything is in order"),
            (0, warnings) => cx.out.paint(Tone::Warn, &format!("{} to look at", things(warnings))),
            (errors, warnings) => {
                let text = format!("{} wrong, {} to look at", things(errors), things(warnings));
                cx.out.paint(Tone::Bad, &text)
            }
        };
        cx.out.line(&summary);
        let repairable = findings.iter().filter(|finding| finding.fix.is_some()).count();
        if repairable > 0 && !self.fix {
            cx.out.line(&format!("`nanofolks doctor --fix` repairs {}", things(repairable)));
        }
    }
}

fn things(count: usize) -> String {
    match count {
        1 => "1 thing".to_owned(),
        count => format!("{count} things"),
    }
}

fn print(cx: &mut Cx, finding: &Finding) {
    let (tone, label) = match finding.level {
        Level::Ok => (Tone::Good, "ok   "),
        Level::Info => (Tone::Dim, "note "),
        Level::Warn => (Tone::Warn, "warn "),
        Level::Error => (Tone::Bad, "error"),
    };
    let label = cx.out.paint(tone, label);
    let code = cx.out.paint(Tone::Dim, &format!("({})", finding.code));
    cx.out.line(&format!("{label} {} {code}", one_line(&finding.what)));
    let more = [("because", &finding.cause), ("do", &finding.remedy), ("done", &finding.fixed)];
    for (name, text) in more {
        if let Some(text) = text {
            cx.out.line(&format!("      {name}: {}", one_line(text)));
        }
    }
}
