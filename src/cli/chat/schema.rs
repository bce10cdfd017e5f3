//! `--output-schema`: the answer as JSON that follows a schema.

use std::path::Path;

use jsonschema::Validator;
use nanofolks_protocol::{Problem, ProblemKind};
use serde_json::Value;

use crate::cli::{CliError, regular};

#[cfg(test)]
mod tests;

/// Most complaints that are listed.
const COMPLAINTS: usize = 3;

/// A schema that was checked and can check.
pub(super) struct OutputSchema {
    pub(super) schema: Value,
    validator: Validator,
}

impl OutputSchema {
    /// Reads a schema.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let wrong = |why: String| {
            CliError::usage("schema_invalid", format!("cannot use {}: {why}", path.display()))
                .hint("--output-schema takes a file with a JSON Schema")
        };
        let text = regular::text(path).map_err(|error| wrong(error.to_string()))?;
        let schema: Value =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let validator =
            jsonschema::validator_for(&schema).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { schema, validator })
    }

    /// The JSON in an answer, once it follows the schema.
    pub(super) fn check<'a>(&self, answer: &'a str) -> Result<&'a str, Problem> {
        let json = unfenced(answer);
        let value: Value = serde_json::from_str(json)
            .map_err(|error| violation(&format!("it is not JSON: {error}")))?;
        let complaints: Vec<String> = self
            .validator
            .iter_errors(&value)
            .take(COMPLAINTS)
            .map(|error| match error.instance_path().as_str() {
                "" => error.to_string(),
                place => format!("{place}: {error}"),
            })
            .collect();
        if complaints.is_empty() { Ok(json) } else { Err(violation(&complaints.join("; "))) }
    }
}

fn violation(why: &str) -> Problem {
    Problem::new(
        ProblemKind::Failure,
        "schema_violation",
        format!("the answer does not follow the schema: {why}"),
    )
    .hint("ask again, or use a model that can promise a schema")
}

/// Models like to put JSON into a Markdown fence.
fn unfenced(answer: &str) -> &str {
    let answer = answer.trim();
    let inside = answer.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let Some(inside) = inside else { return answer };
    match inside.split_once('\n') {
        Some(("" | "json" | "JSON", json)) => json.trim(),
        _ => answer,
    }
}
