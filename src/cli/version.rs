//! `nanofolks version`: what this program is.

use std::ffi::OsString;
use std::process::ExitCode;

use serde_json::json;

use super::globals::ColorChoice;
use super::{CliError, Cx, Output, Run};

/// Answers `nanofolks --version`, for which no command line has to be built.
pub(super) fn answer(args: &[OsString]) -> Option<ExitCode> {
    let [_, asked] = args else { return None };
    if asked != "--version" && asked != "-V" {
        return None;
    }
    let mut out = Output::new(ColorChoice::Never, false);
    out.line(concat!("nanofolks ", env!("CARGO_PKG_VERSION")));
    Some(match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => out.error(&error),
    })
}

/// Show the version and what was built in
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let version = env!("CARGO_PKG_VERSION");
        let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.version.v1",
                "version": version,
                "os": system,
                "arch": machine,
                "features": features(),
                "debug": cfg!(debug_assertions),
            }));
        } else {
            cx.out.line(&format!("nanofolks {version} ({system} {machine})"));
            let features = features();
            let built_in = if features.is_empty() { "nothing" } else { &features.join(", ") };
            cx.out.line(&format!("built in: {built_in}"));
        }
        Ok(())
    }
}

/// The parts that can be left out when building, and are in.
pub(crate) fn features() -> Vec<&'static str> {
    let mut features = Vec::new();
    if cfg!(feature = "local-llm") {
        features.push("local-llm");
    }
    features
}
