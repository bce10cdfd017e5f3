//! `nanofolks session export`: conversations to take along.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::chat::room_id;
use crate::cli::export::{Form, Target, Writer, Written, chosen};
use crate::cli::{CliError, Cx};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks session export > all.jsonl              everything
  nanofolks session export last --format md         to read it
  nanofolks session export --room general -o general.jsonl")]
pub(super) struct Export {
    /// The conversations' ids, their beginnings, or `last` [default: all of them]
    #[arg(value_name = "ID|last", add = crate::cli::complete::sessions())]
    ids: Vec<String>,
    /// How to write them
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Write into this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line about the conversation, then a message a line; can be imported
    Jsonl,
    /// One object
    Json,
    /// To read
    Md,
}

impl Export {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let file = self.output.filter(|path| path.as_os_str() != "-");
        let unsaid = if cx.out.is_json() && file.is_none() { Format::Json } else { Format::Jsonl };
        let format = self.format.unwrap_or(unsaid);
        let form = match format {
            Format::Jsonl => Form::Jsonl,
            Format::Json => Form::Json,
            Format::Md => Form::Markdown,
        };
        let archive = cx.house.archive()?;
        let paths = cx.house.paths()?;
        let runtime = cx.runtime()?;
        let sessions = runtime.block_on(chosen(&*archive, &self.ids, room.as_ref()))?;
        let mut target = match &file {
            Some(path) => Target::file(path, true)?,
            None => Target::standard_output(&mut cx.out),
        };
        let mut writer = Writer::new(&*archive, paths.blobs(), form, &mut target);
        runtime.block_on(writer.all(&sessions))?;
        let written = writer.written;
        target.finish()?;
        written.warn(&mut cx.out);
        let Some(path) = file else { return Ok(()) };
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.session_export.v1",
                "path": path,
                "sessions": written.sessions,
                "messages": written.messages,
                "missing_blobs": written.missing_blobs,
            }));
        } else {
            let Written { sessions, messages, .. } = written;
            let text = format!("{}: conversations {sessions}, messages {messages}", path.display());
            cx.out.note(&text);
        }
        Ok(())
    }
}
