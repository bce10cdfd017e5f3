//! `search_files`: finds text in files, or files by name.

mod content;
mod names;
pub(super) mod pattern;
mod walk;

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use nanofolks_protocol::ports::{Boxed, Preview, Tool};
use nanofolks_protocol::{ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use self::walk::Walk;
use crate::folder::{Folder, shown};
use crate::registry::{Entry, Parts};
use crate::{job, schema};

#[cfg(test)]
mod tests;

/// Hits at once, unless asked otherwise.
const LIMIT: u64 = 50;
/// Most hits at once.
const MAX_LIMIT: u64 = 500;
/// Most characters of an answer.
const MAX_CHARS: usize = 50_000;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("search_files"),
    title: Cow::Borrowed("Search files"),
    description: Cow::Borrowed(
        "Search text in files by regex, or with target `names` find files by glob. Skips what .gitignore names.",
    ),
    params: schema::of::<Args>(),
    audit_kind: Cow::Borrowed("file.search"),
    ..super::reading()
});

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Content,
    Names,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    #[schemars(description = "regex, or glob")]
    pattern: String,
    #[schemars(description = "default content")]
    target: Option<Kind>,
    #[schemars(description = "folder or file")]
    path: Option<String>,
    #[schemars(description = "only these files")]
    glob: Option<String>,
    #[schemars(description = "lines around")]
    context: Option<u64>,
    #[schemars(description = "default 50")]
    limit: Option<u64>,
    #[schemars(description = "hits to skip")]
    offset: Option<u64>,
}

/// Which hits are wanted.
#[derive(Debug, Clone, Copy)]
struct Range {
    offset: u64,
    limit: u64,
}

/// Its line in the catalogue.
pub(super) fn entry(parts: &Parts) -> Entry {
    Entry::new("search_files", SearchFiles { home: parts.home.clone() })
}

struct SearchFiles {
    home: Option<Arc<Path>>,
}

impl Tool for SearchFiles {
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
            let place = match args.path.as_deref() {
                None | Some("" | ".") => "the working folder".to_owned(),
                Some(path) => shown(path),
            };
            let what = match args.target.unwrap_or_default() {
                Kind::Content => "text",
                Kind::Names => "files named",
            };
            let summary = format!("search {place} for {what} {}", shown(&args.pattern));
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
            let (home, context) = (self.home.clone(), cx.clone());
            job::run(&cx.cancel, move |cancel| {
                let folder = Folder::open(&context, home.as_deref())?;
                search(&folder, &args, cancel)
            })
            .await
        })
    }
}

fn search(
    folder: &Folder,
    args: &Args,
    cancel: &CancellationToken,
) -> Result<ToolOutput, ToolError> {
    if args.pattern.is_empty() {
        return Err(ToolError::new("invalid_arguments", "argument `pattern` is empty"));
    }
    let range = Range {
        offset: args.offset.unwrap_or(0),
        limit: args.limit.unwrap_or(LIMIT).clamp(1, MAX_LIMIT),
    };
    let asked = args.path.as_deref().unwrap_or(".");
    let only = args.glob.as_deref().map(pattern::glob).transpose()?;
    let mut walk = Walk::new(folder, asked, cancel)?;
    walk.only(only);
    match args.target.unwrap_or_default() {
        Kind::Names => names::search(&mut walk, &args.pattern, range),
        Kind::Content => {
            let context = usize::try_from(args.context.unwrap_or(0)).unwrap_or(usize::MAX);
            content::search(&mut walk, &args.pattern, context.min(20), range)
        }
    }
}

/// What every search says at its end: how to go on, and what was left out.
fn notes(walk: &Walk<'_>, range: Range, shown: u64, more: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if more {
        notes.push(format!("more hits follow; continue with offset {}", range.offset + shown));
    }
    if shown == 0 && walk.ignored > 0 {
        notes.push(format!(
            "{} entries that .gitignore names were skipped; name one as path to search it",
            walk.ignored
        ));
    }
    if walk.unreadable > 0 {
        notes.push(format!("{} entries could not be read", walk.unreadable));
    }
    if walk.exhausted {
        notes.push(format!("stopped after {} entries", walk::MAX_ENTRIES));
    }
    notes
}
