//! `read_file`: shows a text file as it is on disk, or a window of it.

mod page;
mod similar;

use std::borrow::Cow;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use nanofolks_protocol::ports::{Boxed, Preview, Tool};
use nanofolks_protocol::{ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput};
use nanofolks_security::sanitize;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use self::page::{Page, Window};
use crate::folder::{Folder, OpenFile, io_error, shown};
use crate::registry::{Entry, Parts};
use crate::seen::{Seen, Stamp};
use crate::text::{self, Format};
use crate::{job, schema, secret_file};

#[cfg(test)]
mod tests;

/// Files up to this size are shown whole, however long their lines are.
const WHOLE: u64 = 100_000;
/// A file with secrets is masked as a whole, so it must fit.
const MAX_SECRET: u64 = 1_000_000;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("read_file"),
    title: Cow::Borrowed("Read file"),
    description: Cow::Borrowed("Read a text file of the working folder."),
    params: schema::of::<Args>(),
    audit_kind: Cow::Borrowed("file.read"),
    ..super::reading()
});

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    #[schemars(description = "in the working folder")]
    path: String,
    #[schemars(description = "first line, from 1")]
    offset: Option<u64>,
    #[schemars(description = "lines, at most 2000")]
    limit: Option<u64>,
}

/// Its line in the catalogue.
pub(super) fn entry(parts: &Parts) -> Entry {
    let tool = ReadFile { home: parts.home.clone(), seen: Arc::clone(&parts.seen) };
    Entry::new("read_file", tool)
}

struct ReadFile {
    home: Option<Arc<Path>>,
    seen: Arc<Seen>,
}

impl Tool for ReadFile {
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
            let summary = match args.offset {
                Some(first) if first > 1 => format!("read {} from line {first}", shown(&args.path)),
                _ => format!("read {}", shown(&args.path)),
            };
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
            let (home, seen, context) = (self.home.clone(), Arc::clone(&self.seen), cx.clone());
            job::run(&cx.cancel, move |cancel| {
                let folder = Folder::open(&context, home.as_deref())?;
                let mut open = match folder.file(&args.path) {
                    Ok(open) => open,
                    Err(error) => return Err(similar::suggest(error, &folder, &args.path)),
                };
                let output = read(&mut open, &args, cancel)?;
                let stamp = Stamp::of(&open.metadata);
                seen.note(&context, open.real, stamp);
                Ok(output)
            })
            .await
        })
    }
}

/// Reads the wanted window of an open file.
fn read(
    open: &mut OpenFile,
    args: &Args,
    cancel: &CancellationToken,
) -> Result<ToolOutput, ToolError> {
    let failed = |error: std::io::Error| io_error(&args.path, "read", &error);
    let size = open.metadata.len();
    let mut sample = Vec::with_capacity(text::SAMPLE);
    (&mut open.file).take(text::SAMPLE as u64).read_to_end(&mut sample).map_err(failed)?;
    let format = text::format_of(&sample);
    if let Format::Binary(mime) = format {
        return Err(binary(&args.path, size, mime));
    }
    let window = Window::new(args.offset, args.limit);
    if secret_file::is_secret(&open.real) {
        return masked(open, sample, args, &window);
    }
    let small = size <= WHOLE;
    if small && format == Format::Utf8 && window.is_whole() {
        // The usual case: all of it, as it is.
        (&mut open.file).take(WHOLE + 1).read_to_end(&mut sample).map_err(failed)?;
        if sample.len() as u64 <= WHOLE && page::lines(&sample) <= page::MAX_LINES {
            return Ok(output(Page::whole(sample)));
        }
    }
    open.file.rewind().map_err(failed)?;
    let window = window.cutting(!small);
    let page = if format == Format::Utf8 {
        page::read(BufReader::new(&mut open.file), &window, cancel)
    } else {
        page::read(BufReader::new(text::transcode(&mut open.file)), &window, cancel)
    };
    let mut page = page.map_err(failed)?.ok_or_else(job::cancelled)?;
    if format != Format::Utf8 {
        page.notes.push("the file is UTF-16; shown as UTF-8".to_owned());
    }
    finish(page, args, &window)
}

/// The window of a file whose secrets are masked. All of it is masked before any of it is
/// shown: a part of a key does not look like one.
fn masked(
    open: &mut OpenFile,
    mut bytes: Vec<u8>,
    args: &Args,
    window: &Window,
) -> Result<ToolOutput, ToolError> {
    let failed = |error: std::io::Error| io_error(&args.path, "read", &error);
    (&mut open.file).take(MAX_SECRET).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_SECRET {
        let message = format!("{} holds secrets and is too large to mask", shown(&args.path));
        return Err(ToolError::new("too_large", message));
    }
    if text::format_of(&bytes) != Format::Utf8 {
        bytes = read_transcoded(&bytes).map_err(failed)?;
    }
    let plain = text::decode(bytes).text;
    let clean = sanitize(&plain);
    let hidden = clean != plain;
    let page = page::read(clean.as_bytes(), window, &CancellationToken::new());
    let mut page = page.map_err(failed)?.ok_or_else(job::cancelled)?;
    if hidden {
        page.notes.push("secrets in it are masked".to_owned());
    }
    finish(page, args, window)
}

fn read_transcoded(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    text::transcode(bytes).read_to_end(&mut plain)?;
    Ok(plain)
}

/// Refuses a window behind the end; otherwise the page as it is.
fn finish(page: Page, args: &Args, window: &Window) -> Result<ToolOutput, ToolError> {
    if page.shown == 0 && window.first > 1 {
        let lines = page.total.unwrap_or_default();
        let message = format!(
            "{} ends before line {}: it has {lines} {}",
            shown(&args.path),
            window.first,
            if lines == 1 { "line" } else { "lines" }
        );
        return Err(ToolError::new("offset_past_end", message));
    }
    Ok(output(page))
}

/// What stands in the file is the answer; what is to be said about it goes beside it.
fn output(page: Page) -> ToolOutput {
    let range = page.range();
    let decoded = text::decode(page.bytes);
    let mut warnings: Vec<String> = range.into_iter().chain(page.notes).collect();
    if decoded.invalid > 0 {
        warnings.push(format!(
            "{} bytes are not valid UTF-8 and shown as \u{fffd}; writing this text back would change them",
            decoded.invalid
        ));
    }
    if decoded.text.is_empty() {
        warnings.push("the file is empty".to_owned());
    }
    ToolOutput { warnings, ..ToolOutput::text(decoded.text) }
}

/// Refuses what is not text, and says what it is.
fn binary(asked: &str, size: u64, mime: Option<&str>) -> ToolError {
    let (path, size) = (shown(asked), text::size(size));
    match mime {
        Some(mime) if mime.starts_with("image/") => {
            let message = format!("{path} is a picture ({mime}, {size}), not text");
            ToolError::new("is_image", message)
                .hint("a person can attach it to a message to show it")
        }
        Some(mime) => {
            ToolError::new("is_binary", format!("{path} is not text but {mime} ({size})"))
        }
        None => ToolError::new("is_binary", format!("{path} is not text ({size})")),
    }
}
