//! `nanofolks export`: conversations for people, and as one object that can be imported.
//!
//! `writer` reads and writes them, also for `session export`; `page` says what stands on a page,
//! `markdown` and [`crate::paper`] draw it; `target` is where it goes.

mod markdown;
mod page;
mod target;
mod writer;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::chat::room_id;
use super::{CliError, Cx, Run};
use crate::paper::Paper;

pub(super) use self::target::Target;
pub(super) use self::writer::{Form, Writer, Written, chosen};

/// Write conversations for people, as Markdown, JSON or PDF
///
/// Secrets are masked, calls of tools are folded, code stays as it is. What is JSON can be
/// imported with `nanofolks session import`. Without --session or --room: the newest
/// conversation.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks export --room general -o general.md        all conversations of a room
  nanofolks export --session 0198 -o talk.pdf          one, to print
  nanofolks export --format json | nanofolks session import - --profile work")]
pub(crate) struct Args {
    /// The conversation: its id, its beginning, or `last`
    #[arg(long, value_name = "ID|last", add = super::complete::sessions())]
    session: Option<String>,
    /// How to write it [default: as the name of the file says, else md]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Write into this file; `-` is standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
    /// Use the font in this file, for PDF [default: fonts of this system]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    font: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// To read, as text
    Md,
    /// One object, which can be imported
    Json,
    /// To read, on paper
    Pdf,
}

impl Format {
    /// What the name of a file says.
    fn of(file: &Path) -> Option<Self> {
        match &*file.extension()?.to_str()?.to_ascii_lowercase() {
            "md" | "markdown" => Some(Self::Md),
            "json" => Some(Self::Json),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let file = self.output.as_deref().filter(|path| path.as_os_str() != "-");
        let unsaid = || match file {
            Some(file) => Format::of(file).unwrap_or(Format::Md),
            None if cx.out.is_json() => Format::Json,
            None => Format::Md,
        };
        let format = self.format.unwrap_or_else(unsaid);
        if format == Format::Pdf && file.is_none() && cx.out.stdout_is_terminal() {
            return Err(CliError::usage("output_is_terminal", "a PDF is not for the terminal")
                .hint("name a file: `nanofolks export --format pdf -o FILE`"));
        }
        let (form, paper) = match format {
            Format::Md => (Form::Markdown, None),
            Format::Json => (Form::Json, None),
            Format::Pdf => (Form::Pdf, Some(self.paper(cx)?)),
        };
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let newest = if room.is_none() { Some("last".to_owned()) } else { None };
        let ids: Vec<String> = self.session.clone().or(newest).into_iter().collect();
        let (archive, paths) = (cx.house.archive()?, cx.house.paths()?);
        let (sanitizer, roster) = (cx.house.sanitizer()?, cx.house.roster()?);
        let runtime = cx.runtime()?;
        let sessions = runtime.block_on(chosen(&*archive, &ids, room.as_ref()))?;
        if sessions.is_empty() {
            return Err(CliError::usage("session_unknown", "there is no conversation to write")
                .hint("`nanofolks session list --all` shows what is there"));
        }
        let mut target = match file {
            Some(path) => Target::file(path, self.force)?,
            None => Target::standard_output(&mut cx.out),
        };
        let writer = Writer::new(&*archive, paths.blobs(), form, &mut target);
        let mut writer = writer.for_people(sanitizer, roster);
        if let Some(paper) = paper {
            writer = writer.on_paper(paper);
        }
        runtime.block_on(writer.all(&sessions))?;
        let written = writer.written;
        target.finish()?;
        written.warn(&mut cx.out);
        if let Some(file) = file {
            tell(cx, file, format, &written);
        }
        Ok(())
    }
}

impl Args {
    /// Paper with the fonts of this system, or the one that was named.
    fn paper(&self, cx: &Cx) -> Result<Paper, CliError> {
        let environment = cx.house.environment();
        let folder = environment.get("NANOFOLKS_FONTS").map(Path::new);
        Ok(Paper::new(self.font.as_deref(), folder)?)
    }
}

fn tell(cx: &mut Cx, file: &Path, format: Format, written: &Written) {
    let Written { sessions, messages, missing_blobs, missing_characters } = written;
    if cx.out.is_json() {
        let format = match format {
            Format::Md => "md",
            Format::Json => "json",
            Format::Pdf => "pdf",
        };
        cx.out.object(&json!({
            "schema": "nanofolks.export_written.v1", "path": file, "format": format,
            "sessions": sessions, "messages": messages, "missing_blobs": missing_blobs,
            "missing_characters": missing_characters,
        }));
    } else {
        let text = format!("{}: conversations {sessions}, messages {messages}", file.display());
        cx.out.note(&text);
    }
}
