//! Spellings of other programs and of earlier versions, and what they are called here.

use nanofolks_protocol::{Problem, ProblemKind};

use super::registry;

/// A spelling and what to write instead, without the program's name.
static SPELLINGS: &[(&str, &str)] = &[
    ("-z", "chat -q TEXT"),
    ("-p", "chat -q TEXT"),
    ("-q", "chat -q TEXT"),
    ("-m", "chat -q TEXT"),
    ("--print", "chat -q TEXT"),
    ("--query", "chat -q TEXT"),
    ("--message", "chat -q TEXT"),
    ("--oneshot", "chat -q TEXT"),
    ("--yolo", "chat --approve MODE"),
    ("--resume", "chat --session ID"),
    ("--continue", "chat --continue"),
    ("--provider", "--model PROVIDER/MODEL"),
    ("run", "chat -q TEXT"),
    ("exec", "chat -q TEXT"),
    ("ask", "chat -q TEXT"),
    ("agent", "chat"),
    ("repl", "chat"),
    ("login", "auth add"),
    ("logout", "auth logout"),
    ("signin", "auth add"),
    ("apikey", "auth add"),
    ("keys", "auth list"),
    ("credentials", "auth list"),
    ("cron", "routine"),
    ("routines", "routine"),
    ("schedule", "routine"),
    ("sessions", "session list"),
    ("history", "session list"),
    ("resume", "chat --session ID"),
    ("rooms", "room list"),
    ("bots", "bot list"),
    ("teams", "team list"),
    ("crew", "team"),
    ("models", "model list"),
    ("pull", "model pull"),
    ("tools", "tool list"),
    ("skills", "skill list"),
    ("plugins", "plugin list"),
    ("channels", "channel"),
    ("secrets", "secret"),
    ("security", "auth"),
    ("configure", "config menu"),
    ("settings", "config list"),
    ("setup", "onboard"),
    ("init", "onboard"),
    ("profile", "--profile NAME"),
    ("metrics", "usage"),
    ("insights", "usage"),
    ("workspace-logs", "logs"),
    ("log", "logs"),
    ("completion", "completions"),
    ("manpage", "man"),
    ("help", "--help"),
    ("upgrade", "update"),
    ("serve", "gateway"),
    ("cli", "chat"),
];

/// Commands that have a name and a place, but not in this version.
static LATER: &[&str] = &[
    "acp",
    "audit",
    "blame",
    "bot",
    "checkpoint",
    "explain",
    "gateway",
    "how",
    "mcp",
    "memory",
    "pairing",
    "plugin",
    "policy",
    "project",
    "routine",
    "routing",
    "secret",
    "skill",
    "team",
    "tool",
    "update",
];

/// What to say to somebody who writes this spelling.
pub(super) fn problem(spelling: &str) -> Option<Problem> {
    let spelling = spelling.split('=').next().unwrap_or(spelling);
    if LATER.contains(&spelling) {
        let message = format!("`{spelling}` is not in this version yet");
        let problem = Problem::new(ProblemKind::Usage, "command_unknown", message);
        return Some(problem.hint("`nanofolks --help` shows what is"));
    }
    let (_, ours) = SPELLINGS.iter().find(|(theirs, _)| *theirs == spelling)?;
    let message = format!("there is no `{spelling}` here");
    let first = ours.split(' ').next().unwrap_or(ours);
    let hint = if first.starts_with('-') || registry::knows(first) {
        format!("write `nanofolks {ours}`")
    } else {
        format!("it is called `nanofolks {ours}`, which this version does not have yet")
    };
    let code = if spelling.starts_with('-') { "option_unknown" } else { "command_unknown" };
    Some(Problem::new(ProblemKind::Usage, code, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_for_later_is_not_there_yet() {
        for name in LATER {
            assert!(!registry::knows(name), "{name} is here: take it off the list");
        }
    }

    #[test]
    fn a_foreign_spelling_is_no_command_of_ours() {
        for (theirs, _) in SPELLINGS {
            assert!(!registry::knows(theirs), "{theirs} is a command");
            assert!(!LATER.contains(theirs), "{theirs} comes later");
        }
    }

    #[test]
    fn the_right_spelling_is_named() {
        let hint = |spelling| problem(spelling).unwrap().hint.unwrap();
        assert!(hint("sessions").contains("nanofolks session list"));
        assert!(hint("-z").contains("nanofolks chat -q TEXT"));
        assert!(hint("cron").contains("nanofolks routine"));
        assert!(problem("chat").is_none());
    }
}
