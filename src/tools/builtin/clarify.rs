//! `clarify`: asks the person something, and waits for the answer.
//!
//! The engine asks and keeps the question; the answer is the result of the call.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use nanofolks_protocol::ports::{Boxed, Preview, Tool};
use nanofolks_protocol::{ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput, Trust};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::registry::{Entry, Parts};
use crate::schema;

#[cfg(test)]
mod tests;

/// Most answers on offer.
const CHOICES: usize = 4;
/// Longest question, in characters.
const QUESTION: usize = 2_000;
/// Longest answer on offer, in characters.
const CHOICE: usize = 200;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("clarify"),
    title: Cow::Borrowed("Ask the person"),
    description: Cow::Borrowed(
        "Ask the user one question and wait, where a wrong guess would cost more than asking.",
    ),
    toolset: Cow::Borrowed("core"),
    params: schema::of::<Args>(),
    effects: BTreeSet::new(),
    trust: BTreeSet::from([Trust::Operator, Trust::Paired]),
    audit_kind: Cow::Borrowed("question.ask"),
    asks: true,
    ..super::reading()
});

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    question: String,
    #[schemars(description = "at most 4 short answers on offer")]
    choices: Option<Vec<String>>,
}

/// Its line in the catalogue.
pub(super) fn entry(_parts: &Parts) -> Entry {
    Entry::new("clarify", Clarify).when_attended()
}

struct Clarify;

impl Tool for Clarify {
    fn descriptor(&self) -> &ToolDescriptor {
        &DESCRIPTOR
    }

    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        Box::pin(async move {
            let Args { question, choices } = super::arguments(call)?;
            check(&question, choices.as_deref().unwrap_or_default())?;
            let detail = choices.unwrap_or_default().join("\n");
            Ok(super::at_home(format!("ask: {}", question.trim()), detail))
        })
    }

    fn call<'a>(
        &'a self,
        _call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>> {
        Box::pin(async { Err(ToolError::new("clarify_unavailable", "there is nobody to ask")) })
    }
}

fn check(question: &str, choices: &[String]) -> Result<(), ToolError> {
    let wrong = |message: String| Err(ToolError::new("invalid_arguments", message));
    if question.trim().is_empty() {
        return wrong("the question is empty".to_owned());
    }
    if question.chars().count() > QUESTION {
        return wrong(format!("the question is longer than {QUESTION} characters"));
    }
    if choices.len() > CHOICES {
        return wrong(format!("there are {} choices, at most {CHOICES} fit", choices.len()));
    }
    match choices.iter().find(|one| one.trim().is_empty() || one.chars().count() > CHOICE) {
        Some(_) => wrong(format!("a choice has 1 to {CHOICE} characters")),
        None => Ok(()),
    }
}
