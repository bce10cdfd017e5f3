//! Names of arguments: another spelling, or what other systems call it.

use serde_json::{Map, Value};

/// What other systems call our arguments.
const KNOWN: [(&str, &[&str]); 7] = [
    (
        "path",
        &[
            "file_path",
            "filepath",
            "filename",
            "file_name",
            "file",
            "directory",
            "dir",
            "folder",
            "dir_path",
        ],
    ),
    ("content", &["contents", "text", "file_text", "data", "body"]),
    ("pattern", &["query", "regex", "regexp", "search", "search_pattern"]),
    ("offset", &["start_line", "first_line", "line_offset", "start"]),
    ("limit", &["max_results", "max_lines", "num_lines", "count", "head_limit"]),
    ("glob", &["file_glob", "include", "file_pattern"]),
    ("ref", &["id", "artifact", "artifact_id", "reference"]),
];

/// Renames arguments where only one name can be meant.
pub(super) fn fix(
    properties: &Map<String, Value>,
    object: &mut Map<String, Value>,
    repairs: &mut Vec<String>,
) {
    let strangers: Vec<String> =
        object.keys().filter(|name| !properties.contains_key(*name)).cloned().collect();
    let targets: Vec<Option<&str>> = strangers.iter().map(|name| meant(properties, name)).collect();
    for (stranger, target) in strangers.iter().zip(&targets) {
        let Some(target) = target else { continue };
        let rivals = targets.iter().filter(|other| **other == Some(*target)).count();
        if rivals > 1 || object.contains_key(*target) {
            continue;
        }
        if let Some(value) = object.remove(stranger) {
            object.insert((*target).to_owned(), value);
            repairs.push(format!("{stranger}: renamed to {target}"));
        }
    }
}

/// The argument that a strange name means, if only one can be meant.
fn meant<'a>(properties: &'a Map<String, Value>, stranger: &str) -> Option<&'a str> {
    let plain = snake(stranger);
    if let Some((name, _)) = properties.get_key_value(&plain) {
        return Some(name);
    }
    let (ours, _) = KNOWN.iter().find(|(_, others)| others.contains(&plain.as_str()))?;
    properties.get_key_value(*ours).map(|(name, _)| name.as_str())
}

/// `filePath`, `file-path` and `File_Path` as `file_path`.
fn snake(name: &str) -> String {
    let mut plain = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for c in name.trim().chars() {
        if c.is_ascii_uppercase() && after_small {
            plain.push('_');
        }
        after_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        plain.push(if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() });
    }
    plain
}
