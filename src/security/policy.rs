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
/// `plan` refuses whatever is not reading, whoever is there. In the other modes a person is
/// asked about whatever the mode does not allow; where there is none, the answer is no.
#[must_use]
pub fn judge(question: &Question<'_>) -> Verdict {
    let Question { tool, mode, .. } = *question;
    let beyond = beyond(question);
    if beyond.is_empty() {
        return Verdict::Allow;
    }
    if mode == ApprovalMode::Plan && !reads_only(question) {
        let reason = format!("{tool} {}, and in plan mode nothing is changed", list(&beyond));
        return Verdict::Deny { reason };
    }
    if question.granted {
        return Verdict::Allow;
    }
    let reason = format!("{tool} {}", list(&beyond));
    if question.attended {
        Verdict::Ask { reason }
    } else {
        Verdict::Deny {
            reason: format!("{reason}: that needs an approval and there is nobody to ask"),
        }
    }
}

/// Whether a call only looks.
fn reads_only(question: &Question<'_>) -> bool {
    question.effects.iter().all(|effect| effect.is_read_only())
}

/// What goes beyond what the mode allows, in words.
fn beyond(question: &Question<'_>) -> Vec<&'static str> {
    let operator = matches!(question.trust, Trust::Operator | Trust::System);
    if question.mode == ApprovalMode::Full && operator {
        return Vec::new();
    }
    let over = |effect: &&Effect| !is_free(question, **effect);
    question.effects.iter().filter(over).map(|effect| words(question, *effect)).collect()
}

/// Whether an effect needs no answer.
fn is_free(question: &Question<'_>, effect: Effect) -> bool {
    let inside = question.inside_folder;
    let writes = match question.mode {
        ApprovalMode::Plan | ApprovalMode::Ask | ApprovalMode::Full => false,
        ApprovalMode::AutoEdit => inside,
        ApprovalMode::AutoSandbox => question.contained,
    };
    match effect {
        Effect::FsRead => {
            inside || (question.mode == ApprovalMode::AutoSandbox && question.contained)
        }
        Effect::FsWrite => writes,
        Effect::Exec => question.mode == ApprovalMode::AutoSandbox && question.contained,
        // Asking for an address tells its owner something, so it is more than reading.
        Effect::NetRead
        | Effect::NetWrite
        | Effect::MessageSend
        | Effect::Money
        | Effect::MemoryWrite
        | Effect::Schedule
        | Effect::SecretRead => false,
    }
}

const fn words(question: &Question<'_>, effect: Effect) -> &'static str {
    match effect {
        Effect::FsRead => "reads files outside the working folder",
        Effect::FsWrite if question.inside_folder => "writes files",
        Effect::FsWrite => "writes files outside the working folder",
        Effect::Exec if question.contained => "runs a program",
        Effect::Exec => "runs a program, not contained",
        Effect::NetRead => "reads from the network",
        Effect::NetWrite => "changes something on the network",
        Effect::MessageSend => "sends a message",
        Effect::Money => "spends money",
        Effect::MemoryWrite => "writes to memory",
        Effect::Schedule => "makes something happen later",
        Effect::SecretRead => "uses a secret",
    }
}

/// `a`, `a and b`, `a, b and c`
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}
