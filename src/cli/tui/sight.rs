//! What tmux shows in the pane we are in.

use nanofolks_config::Environment;
use nanofolks_protocol::{Problem, ProblemKind};
use nanofolks_tui::Sight;

use super::clipboard;

#[cfg(test)]
mod tests;

/// Rows of the scrollback that are read, too.
const ABOVE: &str = "-300";
const FORMAT: &str = "#{pane_width} #{pane_height} #{cursor_x} #{cursor_y}";

/// Whether there is a pane that can be read.
pub(super) fn is_possible(env: &Environment) -> bool {
    ["TMUX", "TMUX_PANE"].iter().all(|name| env.get(name).is_some_and(|value| !value.is_empty()))
}

/// Reads the pane.
pub(super) async fn read(pane: Option<String>) -> Result<Sight, Problem> {
    let pane = pane.unwrap_or_default();
    // Both in one command: nothing can come between them.
    let size = ["display-message", "-p", "-t", &pane, FORMAT, ";"];
    let rows = ["capture-pane", "-p", "-S", ABOVE, "-t", &pane];
    let printed = clipboard::run("tmux", &[&size[..], &rows[..]].concat(), b"").await;
    printed.and_then(|printed| sight(&String::from_utf8_lossy(&printed))).ok_or_else(|| {
        Problem::new(ProblemKind::Unavailable, "tmux_silent", "tmux does not say what it shows")
    })
}

fn sight(printed: &str) -> Option<Sight> {
    let (numbers, rows) = printed.split_once('\n')?;
    let numbers: Vec<u16> = numbers.split(' ').map_while(|number| number.parse().ok()).collect();
    let &[width, height, x, y] = numbers.as_slice() else { return None };
    let rows: Vec<String> = rows.lines().map(str::to_owned).collect();
    (rows.len() >= height.into()).then_some(Sight { rows, size: (width, height), cursor: (x, y) })
}
