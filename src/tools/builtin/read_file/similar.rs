//! Names like the one that does not exist.

use std::path::Path;

use nanofolks_protocol::ToolError;

use crate::folder::{Folder, shown};

/// Most names that are compared.
const MAX_NAMES: usize = 2000;
/// Names less alike than this are not worth a mention.
const ALIKE: f64 = 0.75;

/// Adds the nearest names to an error about a missing file.
pub(super) fn suggest(error: ToolError, folder: &Folder, asked: &str) -> ToolError {
    if error.code != "not_found" {
        return error;
    }
    let path = Path::new(asked);
    let parent = match path.parent().and_then(Path::to_str) {
        Some("") | None => ".",
        Some(parent) => parent,
    };
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().to_lowercase()) else {
        return error;
    };
    let Some(entries) = folder.folder(parent).ok().and_then(|(dir, _)| dir.entries().ok()) else {
        return error.hint(format!("the folder {} does not exist either", shown(parent)));
    };
    let mut alike: Vec<(f64, String)> = entries
        .take(MAX_NAMES)
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .map(|found| (strsim::jaro_winkler(&found.to_lowercase(), &name), found))
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    alike.sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| left.cmp(right)));
    if alike.is_empty() {
        return error;
    }
    let names: Vec<_> = alike.iter().take(3).map(|(_, name)| shown(name)).collect();
    error.hint(format!("similar names there: {}", names.join(", ")))
}
