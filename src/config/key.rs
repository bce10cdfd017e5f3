//! Dotted keys: `providers.mylab.base_url`, `models."openai/gpt-4.1".max_output`.

use std::borrow::Cow;

#[cfg(test)]
mod tests;

/// Below this likeness a name is no suggestion.
const ALIKE: f64 = 0.7;

/// A key below another.
pub(crate) fn join(path: &str, name: &str) -> String {
    let name = quoted(name);
    if path.is_empty() { name.into_owned() } else { format!("{path}.{name}") }
}

fn quoted(name: &str) -> Cow<'_, str> {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(bare) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(toml_edit::Key::new(name).display_repr().into_owned())
    }
}

/// The names in a dotted key. What is not quoted but should be is taken as it stands.
pub(crate) fn split(key: &str) -> Vec<String> {
    match toml_edit::Key::parse(key.trim()) {
        Ok(keys) => keys.into_iter().map(|key| key.get().to_owned()).collect(),
        Err(_) => key.trim().split('.').map(|part| part.trim_matches('"').to_owned()).collect(),
    }
}

/// The field that a name means: itself, or another spelling of it (`maxIterations`,
/// `max-iterations`).
pub(crate) fn canonical<'f>(name: &str, fields: &[&'f str]) -> Option<&'f str> {
    if let Some(field) = fields.iter().find(|field| **field == name) {
        return Some(field);
    }
    let snake = snake(name);
    fields.iter().find(|field| **field == snake).copied()
}

fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(if c == '-' { '_' } else { c });
        }
    }
    out
}

/// How a name looks in a variable.
pub(crate) fn as_variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.chars().map(plain).collect()
}

/// The known name that resembles `name` most, if any does.
pub(crate) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let name = snake(name);
    known
        .map(|known| (strsim::jaro_winkler(&name, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
