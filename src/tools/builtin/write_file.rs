//! `write_file`: puts a whole file in place, or leaves the old one as it was.

mod display;
mod draft;
mod plan;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use cap_std::fs::Dir;
use nanofolks_protocol::ports::{Boxed, Preview, Tool};
use nanofolks_protocol::tool::{Concurrency, Idempotence};
use nanofolks_protocol::{
    CallId, Effect, ToolCall, ToolContext, ToolDescriptor, ToolError, ToolOutput,
};
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::draft::is_draft;
use self::plan::Plan;
use crate::folder::{Folder, io_error, shown};
use crate::registry::{Beside, Entry, Parts};
use crate::seen::{Seen, Stamp};
use crate::{job, schema, text};

#[cfg(test)]
mod tests;

static DESCRIPTOR: LazyLock<ToolDescriptor> = LazyLock::new(|| ToolDescriptor {
    name: Cow::Borrowed("write_file"),
    title: Cow::Borrowed("Write file"),
    description: Cow::Borrowed("Create a text file or replace all of it; makes folders as needed."),
    params: schema::of::<Args>(),
    effects: BTreeSet::from([Effect::FsWrite]),
    // The same bytes again are harmless only while nobody else touches the file: after a crash
    // a person may have edited it since, and that would be lost.
    idempotent: Idempotence::No,
    concurrency: Concurrency::SerialPerPath,
    audit_kind: Cow::Borrowed("file.write"),
    ..super::reading()
});

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    #[schemars(description = "in the working folder")]
    path: String,
    #[schemars(description = "the whole new text")]
    content: String,
}

/// Its line in the catalogue.
pub(super) fn entry(parts: &Parts) -> Entry {
    let tool = WriteFile { home: parts.home.clone(), seen: Arc::clone(&parts.seen) };
    Entry::new("write_file", tool)
        .beside(&[Beside { tool: "read_file", text: "Use read_file on an existing file first." }])
}

struct WriteFile {
    home: Option<Arc<Path>>,
    seen: Arc<Seen>,
}

impl Tool for WriteFile {
    fn descriptor(&self) -> &ToolDescriptor {
        &DESCRIPTOR
    }

    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        Box::pin(async move {
            let args: Args = super::arguments(call)?;
            let (home, seen, context) = (self.home.clone(), Arc::clone(&self.seen), cx.clone());
            let id = call.id.clone();
            job::run(&cx.cancel, move |_| {
                let folder = open(&context, home.as_deref())?;
                let plan = Plan::make(&folder, &args.path, &args.content)?;
                seen.previewed(&context, &id, plan.stamp());
                Ok(super::at_home(plan.summary(), plan.diff()))
            })
            .await
        })
    }

    fn tidy<'a>(&'a self, call: &'a ToolCall, cx: &'a ToolContext) -> Boxed<'a, Option<String>> {
        Box::pin(async move {
            let args: Args = super::arguments(call).ok()?;
            let (home, context, name) = (self.home.clone(), cx.clone(), draft::name(cx, &call.id));
            let tidied = job::run_to_end(&cx.cancel, move || {
                let folder = open(&context, home.as_deref())?;
                let target = folder.target(&args.path)?;
                let parent = folder.dir().open_dir(&target.parent);
                let gone = parent.is_ok_and(|parent| draft::remove(&parent, &name));
                Ok(gone.then_some(name))
            });
            tidied.await.ok().flatten()
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
            let id = call.id.clone();
            job::run_to_end(&cx.cancel, move || {
                let folder = open(&context, home.as_deref())?;
                let plan = Plan::make(&folder, &args.path, &args.content)?;
                perform(&folder, &plan, &seen, &context, &id)
            })
            .await
        })
    }
}

/// The working folder, if it may be written to.
fn open(cx: &ToolContext, home: Option<&Path>) -> Result<Folder, ToolError> {
    match &cx.read_only {
        Some(reason) => Err(ToolError::new("folder_read_only", reason.clone())),
        None => Folder::open(cx, home),
    }
}

/// Carries a plan out.
fn perform(
    folder: &Folder,
    plan: &Plan,
    seen: &Seen,
    cx: &ToolContext,
    id: &CallId,
) -> Result<ToolOutput, ToolError> {
    let name = plan.name();
    if seen.differs_from_preview(cx, id, plan.stamp()) {
        let message = format!("{name} changed after this write was shown; nothing was written");
        return Err(ToolError::new("file_changed", message).hint("look at it again, then write"));
    }
    let place = folder.absolute(&plan.target.path());
    let mut warnings = plan.warnings.clone();
    if plan.stamp().is_some_and(|now| seen.is_stale(cx, place.clone(), now)) {
        warnings.push(format!("{name} had changed on disk since you last saw it"));
    }
    if plan.changes_nothing() {
        let text = format!("{name} already has exactly this content; nothing was written");
        return Ok(ToolOutput { warnings, ..ToolOutput::text(text) });
    }
    let failed = |error: io::Error| io_error(&plan.asked, "write", &error);
    let mut effects = Vec::new();
    let parent = match &plan.new_folder {
        Some(new) => {
            folder.dir().create_dir_all(&plan.target.parent).map_err(failed)?;
            effects.push(format!("created folder {}", shown(&new.to_string_lossy())));
            folder.dir().open_dir(&plan.target.parent)
        }
        None => folder.dir().open_dir(&plan.target.parent),
    };
    let parent = parent.map_err(failed)?;
    replace(&parent, &draft::name(cx, id), plan).map_err(failed)?;
    if let Ok(metadata) = parent.symlink_metadata(&plan.target.name) {
        seen.note(cx, place, Stamp::of(&metadata));
    }
    effects.push(format!("wrote {name}"));
    let text = format!("wrote {name} ({})", text::size(plan.bytes.len() as u64));
    Ok(ToolOutput { effects, warnings, ..ToolOutput::text(text) })
}

/// Writes beside the file and moves it over, so that there is always the old or the new file.
/// A link that took the file's place meanwhile is replaced, never followed.
fn replace(parent: &Dir, draft: &str, plan: &Plan) -> io::Result<()> {
    let done = draft::write(parent, draft, plan)
        .and_then(|()| parent.rename(draft, parent, &plan.target.name));
    if let Err(error) = done {
        // What could not be moved is taken away; the first error is the one to tell.
        let _gone = parent.remove_file(draft).is_ok();
        return Err(error);
    }
    // The name is on disk only when the folder is. Some file systems refuse; the file stands.
    let _synced = parent.try_clone().and_then(|dir| dir.into_std_file().sync_all()).is_ok();
    Ok(())
}
