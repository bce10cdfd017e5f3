//! Judges and runs tool calls.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use nanofolks_protocol::ports::{Preview, Tool, ToolOffer, Toolbox};
use nanofolks_protocol::tool::{CallStatus, Concurrency, Timing};
use nanofolks_protocol::{
    ApprovalMode, Effect, ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput, ToolResult,
    Trust, Verdict,
};
use nanofolks_security::{Sanitizer, policy};
use serde_json::Value;

use crate::replay::Reel;

/// How long a stopped tool may take to end by itself.
const GRACE: Duration = Duration::from_millis(500);

/// A call that is fit to run, if allowed.
pub(crate) struct Checked {
    /// The call with its arguments repaired.
    pub(crate) call: ToolCall,
    pub(crate) tool: Arc<dyn Tool>,
    /// What was repaired.
    pub(crate) repairs: Vec<String>,
    /// What it will do, for people.
    pub(crate) preview: Preview,
}

/// Finds the tool of a call, repairs the arguments and asks the tool what it would do.
///
/// # Errors
/// What the model is told instead of a result.
pub(crate) async fn check(
    call: &ToolCall,
    offers: &[ToolOffer],
    toolbox: &dyn Toolbox,
    cx: &ToolContext,
) -> Result<Checked, ToolError> {
    let offer = offers.iter().find(|offer| offer.schema.name == call.name);
    let Some(offer) = offer else {
        let names: Vec<_> = offers.iter().map(|offer| offer.schema.name.as_str()).collect();
        let error = ToolError::new("unknown_tool", format!("there is no tool {:?}", call.name));
        return Err(error.hint(format!("the tools are {}", names.join(", "))));
    };
    if call.malformed.is_some() {
        return Err(ToolError::new("invalid_arguments", "the arguments were not valid JSON")
            .hint("send the call again with complete arguments"));
    }
    let repaired = toolbox.repair(offer.tool.descriptor(), &call.arguments)?;
    let call = ToolCall { arguments: repaired.arguments, ..call.clone() };
    let tool = Arc::clone(&offer.tool);
    let preview = tool.preview(&call, cx).await?;
    Ok(Checked { call, tool, repairs: repaired.repairs, preview })
}

/// What the policy says about a call. Whether there is somebody to ask is the caller's to see.
pub(crate) fn judge(
    descriptor: &ToolDescriptor,
    mode: ApprovalMode,
    trust: Trust,
    granted: bool,
) -> Verdict {
    policy::judge(&policy::Question {
        tool: &descriptor.name,
        effects: &descriptor.effects,
        mode,
        trust,
        inside_folder: touches_files_only(descriptor),
        attended: true,
        contained: false,
        granted,
    })
}

/// A tool that touches nothing but files reaches them through the folder in its context,
/// which it cannot leave.
fn touches_files_only(descriptor: &ToolDescriptor) -> bool {
    descriptor.effects.iter().all(|effect| matches!(effect, Effect::FsRead | Effect::FsWrite))
}

/// Runs calls side by side where their descriptors allow it, and answers in their order.
pub(crate) async fn run_all(
    checked: &[Checked],
    cx: &ToolContext,
    sanitizer: &Sanitizer,
    reel: &Reel,
) -> Vec<ToolResult> {
    let asked_at = Instant::now();
    let mut results: Vec<Option<ToolResult>> = vec![None; checked.len()];
    let (alone, together): (Vec<usize>, Vec<usize>) =
        (0..checked.len()).partition(|&at| !is_parallel(&checked[at]));
    let side_by_side =
        join_all(together.iter().map(|&at| run(&checked[at], cx, asked_at, reel))).await;
    for (at, result) in together.into_iter().zip(side_by_side) {
        results[at] = Some(result);
    }
    for at in alone {
        results[at] = Some(run(&checked[at], cx, asked_at, reel).await);
    }
    results.into_iter().flatten().map(|result| clean(result, sanitizer)).collect()
}

fn is_parallel(checked: &Checked) -> bool {
    match checked.tool.descriptor().concurrency {
        Concurrency::Parallel => true,
        Concurrency::SerialPerPath | Concurrency::Exclusive => false,
    }
}

async fn run(checked: &Checked, cx: &ToolContext, asked_at: Instant, reel: &Reel) -> ToolResult {
    let Checked { call, tool, .. } = checked;
    if let Some(result) = reel.settled(call, tool.descriptor()).await {
        return result;
    }
    let begun = Instant::now();
    let timeout = tool.descriptor().timeout;
    // A tool that panics is a broken tool, not a broken turn.
    let work = std::panic::AssertUnwindSafe(tool.call(call, cx)).catch_unwind();
    let stopped = async {
        cx.cancel.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    let mut result = tokio::select! {
        biased;
        outcome = work => finished(call, outcome, cx),
        () = stopped => ToolResult::failed(
            call, CallStatus::Cancelled, ToolError::new("cancelled", "the turn was stopped")),
        () = tokio::time::sleep(timeout) => ToolResult::failed(
            call,
            CallStatus::TimedOut,
            ToolError::new("timed_out", format!("it took longer than {} s", timeout.as_secs())),
        ),
    };
    result.timing = Timing { queued_ms: millis(begun - asked_at), run_ms: millis(begun.elapsed()) };
    result
}

type Outcome = Result<Result<ToolOutput, ToolError>, Box<dyn std::any::Any + Send>>;

fn finished(call: &ToolCall, outcome: Outcome, cx: &ToolContext) -> ToolResult {
    match outcome {
        Ok(Ok(output)) => ToolResult::worked(call, output),
        Ok(Err(error)) => {
            let cancelled = cx.cancel.is_cancelled();
            let status = if cancelled { CallStatus::Cancelled } else { CallStatus::Error };
            ToolResult::failed(call, status, error)
        }
        Err(_panic) => {
            tracing::error!(tool = %call.name, "a tool panicked");
            let error = ToolError::new("broken_tool", format!("{} broke down", call.name));
            ToolResult::failed(call, CallStatus::Error, error)
        }
    }
}

/// Takes secrets out of everything a tool gave back, before anybody sees it.
fn clean(mut result: ToolResult, sanitizer: &Sanitizer) -> ToolResult {
    let clean_text = |text: &mut String| {
        if let std::borrow::Cow::Owned(masked) = sanitizer.clean(text) {
            *text = masked;
        }
    };
    if let Some(data) = &mut result.data {
        each_text(data, &clean_text);
    }
    if let Some(error) = &mut result.error {
        clean_text(&mut error.message);
        if let Some(hint) = &mut error.hint {
            clean_text(hint);
        }
    }
    result.warnings.iter_mut().for_each(clean_text);
    result.effects.iter_mut().for_each(clean_text);
    result
}

fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each_text(field, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a call changes nothing, so that its start and its end may share a commit.
pub(crate) fn changes_nothing(checked: &Checked) -> bool {
    checked.tool.descriptor().is_read_only()
}

/// The effects of a tool, for an approval.
pub(crate) fn effects(descriptor: &ToolDescriptor) -> Vec<Effect> {
    let effects: &BTreeSet<_> = &descriptor.effects;
    effects.iter().copied().collect()
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
