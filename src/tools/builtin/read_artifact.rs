//! `read_artifact`: pages through a result that was too large to be shown whole.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use grep_matcher::Matcher as _;
use grep_regex::RegexMatcher;
use nanofolks_protocol::ports::{BlobError, Boxed, Preview, Tool};
use nanofolks_protocol::{BlobId, ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::search_files::pattern;
use crate::registry::{Entry, Parts};
use crate::text::{self, Format};
use crate::{job, schema};

#[cfg(test)]
mod tests;

/// Bytes at once, unless asked otherwise.
const PAGE: usize = 20_000;
/// Most bytes at once.
const MAX_PAGE: usize = 100_000;
/// Most matches at once.
const MAX_MATCHES: usize = 50;
/// How much is shown around a match, in bytes.
const AROUND: usize = 120;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("read_artifact"),
    title: Cow::Borrowed("Read artifact"),
    description: Cow::Borrowed("Page or search a stored result by its ref."),
    toolset: Cow::Borrowed("core"),
    params: schema::of::<Args>(),
    audit_kind: Cow::Borrowed("artifact.read"),
    ..super::reading()
});

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    #[schemars(description = "64 characters")]
    r#ref: String,
    #[schemars(description = "first byte, from 0")]
    offset: Option<u64>,
    #[schemars(description = "bytes, default 20000")]
    limit: Option<u64>,
    #[schemars(description = "regex: show only matches, with offsets")]
    pattern: Option<String>,
}

/// Its line in the catalogue.
pub(super) fn entry(_parts: &Parts) -> Entry {
    Entry::new("read_artifact", ReadArtifact)
}

struct ReadArtifact;

impl Tool for ReadArtifact {
    fn descriptor(&self) -> &ToolDescriptor {
        &DESCRIPTOR
    }

    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        Box::pin(async move {
            let args: Args = super::arguments(call)?;
            let name: String = args.r#ref.chars().take(12).collect();
            let summary = format!("read artifact {}", crate::folder::shown(&name));
            Ok(super::at_home(summary, String::new()))
        })
    }

    fn call<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>> {
        Box::pin(async move {
            let args: Args = super::arguments(call)?;
            let id: BlobId = args.r#ref.trim().parse().map_err(|_| {
                ToolError::new("invalid_ref", "the ref is not one that a result gave")
                    .hint("copy all 64 characters of the ref")
            })?;
            let bytes = tokio::select! {
                bytes = cx.blobs.get(&id) => bytes.map_err(|error| lost(&error))?,
                () = cx.cancel.cancelled() => return Err(job::cancelled()),
            };
            if let Format::Binary(mime) = text::format_of(sample(&bytes)) {
                let mime = mime.unwrap_or("binary data");
                let size = text::size(bytes.len() as u64);
                let message = format!("the artifact is not text but {mime} ({size})");
                return Err(ToolError::new("is_binary", message));
            }
            match &args.pattern {
                None => Ok(page(&bytes, args.offset, args.limit)),
                Some(wanted) => {
                    let (matcher, warning) = pattern::compile(wanted)?;
                    let start = position(args.offset, bytes.len());
                    job::run(&cx.cancel, move |cancel| {
                        let mut output = matches(&bytes, start, &matcher, cancel)?;
                        output.warnings.extend(warning);
                        Ok(output)
                    })
                    .await
                }
            }
        })
    }
}

fn lost(error: &BlobError) -> ToolError {
    let code = match error {
        BlobError::Missing(_) => "not_found",
        BlobError::Damaged(_) => "damaged",
        BlobError::Io(_) => "io_error",
    };
    ToolError::new(code, error.to_string())
}

fn sample(bytes: &[u8]) -> &[u8] {
    bytes.get(..text::SAMPLE).unwrap_or(bytes)
}

fn position(offset: Option<u64>, length: usize) -> usize {
    usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX).min(length)
}

/// A stretch of bytes that begins and ends between characters, and if it can between lines.
fn page(bytes: &[u8], offset: Option<u64>, limit: Option<u64>) -> ToolOutput {
    let total = bytes.len();
    let limit = limit.map_or(PAGE, |limit| usize::try_from(limit).unwrap_or(MAX_PAGE));
    let start = boundary(bytes, position(offset, total));
    let mut end = boundary(bytes, start.saturating_add(limit.clamp(4, MAX_PAGE)).min(total));
    if end < total
        && let Some(last) = bytes.get(start..end).and_then(|part| memchr::memrchr(b'\n', part))
        && last > (end - start) / 2
    {
        end = start + last + 1;
    }
    let shown = bytes.get(start..end).unwrap_or_default().to_vec();
    let mut warnings = Vec::new();
    if start > 0 || end < total {
        let next = if end < total {
            format!("continue with offset {end}")
        } else {
            "that is the end".to_owned()
        };
        warnings.push(format!("bytes {start}-{end} of {total}; {next}"));
    }
    ToolOutput { warnings, ..ToolOutput::text(text::decode(shown).text) }
}

/// The nearest place at or before `at` where a character begins.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let continues = |at: usize| bytes.get(at).is_some_and(|byte| (byte & 0xC0) == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !continues(*at)).unwrap_or(at)
}

/// Every match from `start` on: its offset and what is around it on its line.
fn matches(
    bytes: &[u8],
    start: usize,
    matcher: &RegexMatcher,
    cancel: &CancellationToken,
) -> Result<ToolOutput, ToolError> {
    let mut found = String::new();
    let (mut count, mut at, mut warnings) = (0, start, Vec::new());
    while let Ok(Some(hit)) = matcher.find_at(bytes, at) {
        if cancel.is_cancelled() {
            return Err(job::cancelled());
        }
        if count == MAX_MATCHES {
            warnings.push(format!("more matches follow; continue with offset {}", hit.start()));
            break;
        }
        count += 1;
        let from = boundary(bytes, hit.start().saturating_sub(AROUND));
        let to =
            boundary(bytes, (hit.end().min(hit.start() + 4 * AROUND) + AROUND).min(bytes.len()));
        let around = |part: std::ops::Range<usize>| bytes.get(part).unwrap_or_default();
        let from =
            memchr::memrchr(b'\n', around(from..hit.start())).map_or(from, |nl| from + nl + 1);
        let after = hit.start().max(from)..to;
        let to = memchr::memchr(b'\n', around(after.clone())).map_or(to, |nl| after.start + nl);
        let line = String::from_utf8_lossy(around(from..to.max(from)));
        // Writing to a String cannot fail.
        let _ok = writeln!(found, "{}: {}", hit.start(), line.trim_end()).is_ok();
        at = if hit.is_empty() { hit.end() + 1 } else { hit.end() };
        if at > bytes.len() {
            break;
        }
    }
    if count == 0 {
        found.push_str("no matches\n");
    }
    Ok(ToolOutput { warnings, ..ToolOutput::text(found) })
}
