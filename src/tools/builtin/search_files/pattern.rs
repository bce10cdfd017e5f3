//! Patterns as models write them.

use globset::{Glob, GlobBuilder, GlobMatcher};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use nanofolks_protocol::ToolError;

#[cfg(test)]
mod tests;

/// Largest compiled pattern.
const MAX_SIZE: usize = 4 << 20;

/// A pattern for text. One that is no regular expression is searched for as it stands, and
/// a warning says so.
pub(in crate::builtin) fn compile(
    pattern: &str,
) -> Result<(RegexMatcher, Option<String>), ToolError> {
    let builder = || {
        let mut builder = RegexMatcherBuilder::new();
        builder.multi_line(true).size_limit(MAX_SIZE).dfa_size_limit(MAX_SIZE).crlf(false);
        if !spans_lines(pattern) {
            builder.line_terminator(Some(b'\n'));
        }
        builder
    };
    let error = match builder().build(pattern) {
        Ok(matcher) => return Ok((matcher, None)),
        Err(error) => error,
    };
    match builder().fixed_strings(true).build(pattern) {
        Ok(matcher) => {
            let note = "the pattern is not a regular expression; searched for it as plain text";
            Ok((matcher, Some(note.to_owned())))
        }
        Err(_) => Err(ToolError::new("invalid_arguments", format!("argument `pattern`: {error}"))),
    }
}

/// Whether a pattern speaks of line ends.
pub(super) fn spans_lines(pattern: &str) -> bool {
    pattern.contains('\n') || pattern.contains("\\n")
}

/// A pattern for names: a glob, or a part of the name. Without a slash it is about the last
/// part of the path.
pub(super) fn glob(pattern: &str) -> Result<GlobMatcher, ToolError> {
    let plain = pattern.trim().trim_start_matches("./").trim_start_matches('/');
    let is_glob = plain.contains(['*', '?', '[', '{']);
    let part = if is_glob { plain.to_owned() } else { format!("*{}*", globset::escape(plain)) };
    let whole = if plain.contains('/') {
        if is_glob { part } else { format!("**/{part}") }
    } else {
        format!("**/{part}")
    };
    GlobBuilder::new(&whole)
        .literal_separator(true)
        .case_insensitive(!is_glob)
        .build()
        .as_ref()
        .map(Glob::compile_matcher)
        .map_err(|error| ToolError::new("invalid_arguments", format!("not a glob: {error}")))
}
