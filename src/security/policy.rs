//! May this call run? Pure: effects, mode and circumstances in, a verdict out.

use std::collections::BTreeSet;

use nanofolks_protocol::{ApprovalMode, Effect, Trust, Verdict};

#[cfg(test)]
mod tests;

/// One call, as far as permission is concerned.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent circumstances, not states")]
pub struct Question<'a> {
    /// The tool, for the reason.
    pub tool: &'a str,
    /// What the call may do.
    pub effects: &'a BTreeSet<Effect>,
    /// How much is allowed without asking.
    pub mode: ApprovalMode,
    /// How far the sender is trusted.
    pub trust: Trust,
    /// Whether everything it touches is inside the working folder.
    pub inside_folder: bool,
    /// Whether there is somebody to ask.
    pub attended: bool,
    /// Whether a sandbox is proven to contain the call.
    pub contained: bool,
    /// Whether a person allowed calls like this one before, in a scope that still holds.
    pub granted: bool,
}

/// Says whether a call may run.
///
/// Where a person would be asked and there is none, the answer is no.
#[must_use]
pub fn judge(question: &Question<'_>) -> Verdict {
    match free(question) {
        Free::Yes => Verdict::Allow,
        Free::Never(reason) => Verdict::Deny { reason },
        Free::Ask(_) if question.granted => Verdict::Allow,
        Free::Ask(reason) if question.attended => Verdict::Ask { reason },
        Free::Ask(reason) => Verdict::Deny {
            reason: format!("{reason} needs an approval and there is nobody to ask"),
        },
    }
}

enum Free {
    Yes,
    Ask(String),
    Never(String),
}

fn free(question: &Question<'_>) -> Free {
    let reads_only = question.effects.iter().all(|effect| effect.is_read_only());
    if reads_only && question.inside_folder {
        return Free::Yes;
    }
    Free::Ask(format!("{}: {}", question.tool, words(question)))
}

fn words(question: &Question<'_>) -> String {
    format!("{:?}", question.effects)
}
