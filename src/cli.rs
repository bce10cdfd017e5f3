//! The command line: flags, commands, endings.
//!
//! `globals` holds the flags every command has, `registry` has one line per command,
//! `output` is the only place that prints. A command is one file: its flags as a
//! `clap::Args`, and what it does as [`Run`].

mod amount;
mod approval;
mod auth;
mod backup;
mod channel;
mod chat;
mod complete;
mod completions;
mod config;
mod context;
mod doctor;
mod error;
mod export;
mod foreign;
mod generate;
mod globals;
mod logs;
mod man;
mod model;
mod narrate;
mod onboard;
mod output;
mod pick;
mod plain;
mod prompt;
mod registry;
mod regular;
mod replay;
mod report;
mod room;
mod send;
mod session;
mod spending;
mod status;
mod told;
mod tui;
mod usage;
mod version;
mod when;

use std::ffi::OsString;
use std::process::ExitCode;

pub(crate) use self::context::Cx;
pub(crate) use self::error::CliError;
pub(crate) use self::globals::Globals;
pub(crate) use self::output::Output;
pub(crate) use self::prompt::{line_prompt, secret_prompt};
pub(crate) use self::registry::{Run, root};

#[cfg(test)]
mod tests;

/// Runs the program with these arguments, the program's own name first.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    if let Some(answered) = complete::answer(args).or_else(|| version::answer(args)) {
        return answered;
    }
    if let Some(refused) = usage::swallowed_flag(args) {
        return refused;
    }
    let matches = match root().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return usage::ending(&error, args),
    };
    let globals = match Globals::of(&matches) {
        Ok(globals) => globals,
        Err(error) => return usage::ending(&error, args),
    };
    let mut cx = Cx::new(globals);
    let ending = match matches.subcommand() {
        Some((name, matches)) => registry::run(name, matches, &mut cx),
        None => registry::run_bare(&mut cx),
    };
    cx.end(ending)
}
