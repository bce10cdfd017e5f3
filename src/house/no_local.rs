//! What is said about embedded models in a program that was built without them.

use std::sync::Arc;

use nanofolks_protocol::ports::Provider;
use nanofolks_protocol::{ModelCard, Problem, ProblemKind};
use nanofolks_providers::LocalModels;

/// No model runs inside this program.
pub(super) struct NotBuiltIn;

impl LocalModels for NotBuiltIn {
    fn present(&self) -> Vec<String> {
        Vec::new()
    }

    fn card(&self, _name: &str) -> Option<ModelCard> {
        None
    }

    fn open(&self, name: &str) -> Result<Arc<dyn Provider>, Problem> {
        Err(Problem::new(
            ProblemKind::Unavailable,
            "local_llm_missing",
            format!("this program was built without embedded models, so local/{name} cannot run"),
        )
        .hint("use another provider, or a build with the feature `local-llm`"))
    }
}
