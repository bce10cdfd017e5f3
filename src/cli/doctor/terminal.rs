//! What the terminal can do.

use std::io::IsTerminal as _;

use nanofolks_config::Environment;

use super::finding::Finding;
use crate::cli::Cx;

pub(super) fn check(cx: &Cx) -> Vec<Finding> {
    let env = cx.house.environment();
    let seen = Seen {
        // Not where we print: within a conversation that is a piece of memory.
        terminal: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
        size: terminal_size::terminal_size().map(|(width, height)| (width.0, height.0)),
        colors: supports_color::on(supports_color::Stream::Stdout).map(|level| {
            if level.has_16m {
                "16 million colours"
            } else if level.has_256 {
                "256 colours"
            } else {
                "16 colours"
            }
        }),
    };
    judge(&env, &seen)
}

/// What can be seen of the terminal.
pub(super) struct Seen {
    pub(super) terminal: bool,
    pub(super) size: Option<(u16, u16)>,
    pub(super) colors: Option<&'static str>,
}

pub(super) fn judge(env: &Environment, seen: &Seen) -> Vec<Finding> {
    if !seen.terminal {
        return vec![Finding::info(
            "terminal_none",
            "there is no terminal; plain lines are printed",
        )];
    }
    let term = env.get("TERM").unwrap_or("not set");
    let (width, height) = seen.size.unwrap_or((80, 24));
    let colors = seen.colors.unwrap_or("no colours");
    let encoding = if is_utf8(env) { "UTF-8" } else { "not UTF-8" };
    let what = format!("terminal {term}, {width}x{height}, {colors}, {encoding}");
    let mut findings = Vec::new();
    if matches!(term, "dumb" | "not set") {
        findings.push(
            Finding::info("terminal_dumb", what.clone())
                .cause("TERM says that it can only print lines")
                .remedy("set TERM to what your terminal is, for example xterm-256color"),
        );
    }
    if !is_utf8(env) {
        findings.push(
            Finding::warn("terminal_encoding", what.clone())
                .cause("neither LC_ALL nor LC_CTYPE nor LANG names UTF-8")
                .remedy("for example: export LANG=C.UTF-8"),
        );
    }
    if width < 40 || height < 10 {
        findings.push(
            Finding::info("terminal_small", what.clone()).remedy("a larger window shows more"),
        );
    }
    if findings.is_empty() {
        findings.push(Finding::ok("terminal", what));
    }
    findings
}

/// The first of the three that is set decides, as the C library has it.
fn is_utf8(env: &Environment) -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env.get(name));
    match named {
        Some(named) => {
            let named = named.to_ascii_lowercase();
            named.contains("utf-8") || named.contains("utf8")
        }
        // On macOS nothing has to be set.
        None => cfg!(target_os = "macos"),
    }
}
