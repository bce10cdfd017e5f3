//! `nanofolks version`: what this program is.

use serde_json::json;

use super::{CliError, Cx, Run};

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
