//! Files by their names.

use nanofolks_protocol::{ToolError, ToolOutput};

use super::walk::Walk;
use super::{MAX_CHARS, Range, notes, pattern};
use crate::folder::shown;

/// One path a line.
pub(super) fn search(
    walk: &mut Walk<'_>,
    wanted: &str,
    range: Range,
) -> Result<ToolOutput, ToolError> {
    let glob = pattern::glob(wanted)?;
    let (mut found, mut hits, mut shown_hits, mut more) = (String::new(), 0, 0, false);
    while let Some(file) = walk.next()? {
        if !glob.is_match(&file.path) {
            continue;
        }
        hits += 1;
        if hits <= range.offset {
            continue;
        }
        if shown_hits == range.limit || found.len() > MAX_CHARS {
            more = true;
            break;
        }
        found.push_str(&shown(&file.path.to_string_lossy()));
        found.push('\n');
        shown_hits += 1;
    }
    if shown_hits == 0 {
        found.push_str("no files\n");
    }
    Ok(ToolOutput { warnings: notes(walk, range, shown_hits, more), ..ToolOutput::text(found) })
}
