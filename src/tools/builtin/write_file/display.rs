//! Text as tools show it is not text to be written.

#[cfg(test)]
mod tests;

/// Fewest numbered lines that are taken for a listing.
const FEWEST: usize = 3;

/// What in a text shows that it was copied from a tool's answer.
pub(super) fn is_display(content: &str) -> Option<&'static str> {
    if is_numbered(content) {
        return Some("every line begins with its line number");
    }
    let last = content.trim_end().lines().next_back()?;
    let is_note = last.starts_with("[warning: ") && last.ends_with(']');
    is_note.then_some("it ends with a note about a file, not with the file's text")
}

/// Whether all lines are numbered in order, as `12|text` or `12→text`.
fn is_numbered(content: &str) -> bool {
    let mut lines = content.lines();
    let Some(mut previous) = lines.next().and_then(number) else { return false };
    let mut count = 1;
    for line in lines {
        match number(line) {
            Some(next) if next == previous + 1 => previous = next,
            _ => return false,
        }
        count += 1;
    }
    count >= FEWEST
}

fn number(line: &str) -> Option<u64> {
    let line = line.trim_start();
    let end = line.find(['|', '\u{2192}'])?;
    line.get(..end)?.parse().ok()
}
