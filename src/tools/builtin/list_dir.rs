//! `list_dir`: what is in a folder.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use cap_std::fs::{Dir, DirEntry};
use nanofolks_protocol::ports::{Boxed, Preview, Tool};
use nanofolks_protocol::{ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::folder::{Folder, io_error, shown};
use crate::registry::{Beside, Entry, Parts};
use crate::{job, schema, text};

#[cfg(test)]
mod tests;

/// Most entries at once.
const MAX_ENTRIES: usize = 1000;
/// Most entries that are looked at.
const MAX_SCAN: usize = 200_000;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("list_dir"),
    title: Cow::Borrowed("List folder"),
    description: Cow::Borrowed("List a folder: names and sizes; folders end in /."),
    params: schema::of::<Args>(),
    audit_kind: Cow::Borrowed("file.list"),
    ..super::reading()
});

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    #[schemars(description = "default: the working folder")]
    path: Option<String>,
    #[schemars(description = "entries to skip")]
    offset: Option<u64>,
}

/// Its line in the catalogue.
pub(super) fn entry(parts: &Parts) -> Entry {
    Entry::new("list_dir", ListDir { home: parts.home.clone() })
        .beside(&[Beside { tool: "search_files", text: "To look deeper use search_files." }])
}

struct ListDir {
    home: Option<Arc<Path>>,
}

impl Tool for ListDir {
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
            let summary = match args.path.as_deref() {
                None | Some("" | ".") => "list the working folder".to_owned(),
                Some(path) => format!("list {}", shown(path)),
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
            let (home, context) = (self.home.clone(), cx.clone());
            job::run(&cx.cancel, move |cancel| {
                let folder = Folder::open(&context, home.as_deref())?;
                let asked = args.path.as_deref().unwrap_or(".");
                let (dir, _) = folder.folder(asked)?;
                list(&dir, asked, args.offset.unwrap_or(0), cancel)
            })
            .await
        })
    }
}

/// The wanted part of a folder, sorted by name. Hidden and ignored entries are listed too.
fn list(
    dir: &Dir,
    asked: &str,
    offset: u64,
    cancel: &CancellationToken,
) -> Result<ToolOutput, ToolError> {
    let failed = |error: std::io::Error| io_error(asked, "list", &error);
    let mut entries: Vec<DirEntry> = Vec::new();
    let mut warnings = Vec::new();
    for entry in dir.entries().map_err(failed)? {
        if cancel.is_cancelled() {
            return Err(job::cancelled());
        }
        if entries.len() == MAX_SCAN {
            warnings.push(format!("there are more than {MAX_SCAN} entries; not all are listed"));
            break;
        }
        entries.push(entry.map_err(failed)?);
    }
    entries.sort_by_cached_key(DirEntry::file_name);
    let total = entries.len();
    let skip = usize::try_from(offset).unwrap_or(usize::MAX).min(total);
    let mut listing = String::new();
    for entry in entries.iter().skip(skip).take(MAX_ENTRIES) {
        if cancel.is_cancelled() {
            return Err(job::cancelled());
        }
        line(dir, entry, &mut listing);
    }
    let end = (skip + MAX_ENTRIES).min(total);
    if end < total {
        warnings.push(format!("entries {}-{end} of {total}; continue with offset {end}", skip + 1));
    }
    if total == 0 {
        listing.push_str("(empty)\n");
    } else if skip == total {
        warnings.push(format!("there are only {total} entries"));
    }
    Ok(ToolOutput { warnings, ..ToolOutput::text(listing) })
}

/// One entry on one line, whatever its name holds.
fn line(dir: &Dir, entry: &DirEntry, listing: &mut String) {
    let raw = entry.file_name();
    let name = shown(&raw.to_string_lossy());
    let kind = entry.file_type();
    let is = |test: fn(&cap_std::fs::FileType) -> bool| kind.as_ref().is_ok_and(test);
    // Writing to a String cannot fail.
    let _ok = if is(cap_std::fs::FileType::is_dir) {
        writeln!(listing, "{name}/")
    } else if is(cap_std::fs::FileType::is_symlink) {
        match dir.read_link_contents(&raw) {
            Ok(target) => writeln!(listing, "{name} -> {}", shown(&target.to_string_lossy())),
            Err(_) => writeln!(listing, "{name} (link)"),
        }
    } else if is(cap_std::fs::FileType::is_file) {
        match entry.metadata() {
            Ok(metadata) => writeln!(listing, "{name} ({})", text::size(metadata.len())),
            Err(_) => writeln!(listing, "{name}"),
        }
    } else {
        writeln!(listing, "{name} (not a file)")
    }
    .is_ok();
}
