//! `nanofolks session`: conversations, to look at, to look for, to change, to take along.

mod change;
mod course;
mod export;
mod import;
mod list;
mod search;
mod show;

use super::{CliError, Cx, Run};

/// List, show, search, change, export and import conversations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List conversations, the newest first
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Print what was said in a conversation
    #[command(visible_alias = "cat")]
    Show(show::Show),
    /// Find messages by their words
    #[command(visible_alias = "find")]
    Search(search::Search),
    /// Give a conversation a title
    Rename(change::Rename),
    /// Begin a branch of a conversation
    #[command(visible_alias = "branch")]
    Fork(change::Fork),
    /// Go on without the last exchange, in a branch
    Undo(course::Undo),
    /// Go back to what an undo or a rewind left
    Redo(course::Redo),
    /// Go on from an earlier place, in a branch
    Rewind(course::Rewind),
    /// Say the last message again, in a branch, also to another --model
    Retry(course::Retry),
    /// Make a conversation the current one of its room
    #[command(visible_alias = "switch")]
    Resume(course::Resume),
    /// Write conversations out: as JSONL that can be imported, as JSON, or as Markdown
    Export(export::Export),
    /// Take in conversations from a file, also those of earlier programs
    Import(import::Import),
    /// Put conversations into the trash
    #[command(visible_alias = "rm")]
    Delete(change::Delete),
    /// Take conversations out of the trash
    Restore(change::Restore),
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::List(list) => list.run(cx),
            What::Show(show) => show.run(cx),
            What::Search(search) => search.run(cx),
            What::Rename(rename) => rename.run(cx),
            What::Fork(fork) => fork.run(cx),
            What::Undo(undo) => undo.run(cx),
            What::Redo(redo) => redo.run(cx),
            What::Rewind(rewind) => rewind.run(cx),
            What::Retry(retry) => retry.run(cx),
            What::Resume(resume) => resume.run(cx),
            What::Export(export) => export.run(cx),
            What::Import(import) => import.run(cx),
            What::Delete(delete) => delete.run(cx),
            What::Restore(restore) => restore.run(cx),
        }
    }
}
