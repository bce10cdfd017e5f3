//! `${VAR}` and `${VAR:default}` inside texts. `$${` stands for a plain `${`.

use std::borrow::Cow;

use crate::Environment;

#[cfg(test)]
mod tests;

/// Why a text cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ExpandError {
    #[error("the environment variable {0} is not set")]
    NotSet(String),
    #[error("`${{` is never closed")]
    Open,
    #[error("{0:?} is not a variable's name")]
    Name(String),
}

/// Replaces every variable.
pub(crate) fn expand<'a>(text: &'a str, env: &Environment) -> Result<Cow<'a, str>, ExpandError> {
    if !text.contains("${") {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = &from[2..];
            continue;
        }
        out.push_str(before);
        let (inside, after) = from[2..].split_once('}').ok_or(ExpandError::Open)?;
        let (name, default) = match inside.split_once(':') {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(ExpandError::Name(name.chars().take(40).collect()));
        }
        match env.get(name).or(default) {
            Some(value) => out.push_str(value),
            None => return Err(ExpandError::NotSet(name.to_owned())),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}
