//! `nanofolks session search`: messages by their words.

use nanofolks_protocol::Hit;
use nanofolks_protocol::history::SearchFilter;
use serde_json::json;

use crate::cli::chat::{find_session, find_session_in, room_id};
use crate::cli::output::{Tone, one_line};
use crate::cli::when::minute;
use crate::cli::{CliError, Cx};

#[derive(Debug, clap::Args)]
pub(super) struct Search {
    /// The words; all of them must be there, the last one may be unfinished
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    query: Vec<String>,
    /// Only in this conversation
    #[arg(long, value_name = "ID|last", add = crate::cli::complete::sessions())]
    session: Option<String>,
    /// Archived rooms too, for example those of single questions
    #[arg(long)]
    all: bool,
    /// What is in the trash too
    #[arg(long)]
    trash: bool,
    /// How many to list
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: u32,
}

impl Search {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let query = self.query.join(" ");
        if query.trim().is_empty() {
            return Err(CliError::usage("query_empty", "there is nothing to search for"));
        }
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let archive = cx.house.archive()?;
        let hits = cx.block_on(async {
            let session = match &self.session {
                Some(name) => Some(match &room {
                    Some(room) => find_session_in(name, room.clone(), &*archive).await?.id,
                    None => find_session(name, &*archive).await?.id,
                }),
                None => None,
            };
            let filter = SearchFilter { room, session, all: self.all, trashed: self.trash };
            Ok(archive.search(&query, filter, self.limit).await?)
        })?;
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.search.v1",
                "query": query,
                "hits": hits,
            }));
            return Ok(());
        }
        if hits.is_empty() {
            cx.out.note(if self.all {
                "nothing was found"
            } else {
                "nothing was found; --all searches archived rooms too"
            });
            return Ok(());
        }
        for hit in &hits {
            print(cx, hit);
        }
        Ok(())
    }
}

fn print(cx: &mut Cx, hit: &Hit) {
    let heading = cx.out.paint(Tone::Accent, &hit.session.to_string());
    let place = format!("{} {}", hit.room, minute(hit.at));
    let place = cx.out.paint(Tone::Dim, &place);
    cx.out.line(&format!("{heading} {place}"));
    cx.out.line(&format!("  {}", one_line(&hit.snippet)));
}
