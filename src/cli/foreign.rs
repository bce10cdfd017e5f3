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
    ("security", "secret"),
    ("configure", "config edit"),
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

/// What to say to somebody who writes this spelling.
pub(super) fn problem(spelling: &str) -> Option<Problem> {
    let spelling = spelling.split('=').next().unwrap_or(spelling);
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
