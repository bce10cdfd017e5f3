//! `nanofolks chat`: one question, or a conversation.
//!
//! `input` gathers what is asked, `target` says where it is asked, `options` how. `oneshot`
//! asks it and follows the turn to its end; `answer` prints the answer while it arrives,
//! `report` collects the JSON object. The conversation line by line is in `plain`.

mod again;
mod answer;
mod ask;
mod follow;
mod input;
mod oneshot;
mod options;
mod report;
mod resume;
mod schema;
mod signals;
mod target;

use std::path::PathBuf;

use nanofolks_protocol::ApprovalMode;

pub(super) use self::again::say_again;
pub(super) use self::follow::{Follow, Typing, Waiting, runs_elsewhere};
pub(super) use self::input::{IMAGE_LIMIT, SentAlong, image, image_type, text_file};
pub(super) use self::oneshot::{envelope, keep, mask, never_begun};
pub(super) use self::options::turn_options;
pub(super) use self::report::Report;
pub(super) use self::resume::{TakeUp, take_up};
pub(super) use self::signals::Signals;
pub(super) use self::target::{
    Target, Wish, find as find_target, room_id, session as find_session,
    session_in as find_session_in, session_in_trash as find_session_in_trash,
};
use super::{CliError, Cx, Run};

#[cfg(test)]
mod tests;

/// Talk with the bots, or ask one question
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks chat                                  a conversation
  nanofolks chat -q 'What is in this folder?'     one question
  git diff | nanofolks chat -q 'Review this'      with text from a pipe
  nanofolks chat --continue -q 'And shorter?'     the next question
  nanofolks chat -q 'Describe it' --image a.png   with a picture

Exit codes: 0 ok, 1 failure, 2 usage or configuration, 3 blocked by policy,
4 approval needed, 5 budget, 6 provider, 7 not available here, 124 deadline,
130 interrupted.")]
#[expect(clippy::struct_excessive_bools, reason = "these are switches of a command line")]
pub(crate) struct Args {
    /// Ask this and print the answer; `-` reads the question from standard input
    #[arg(
        short,
        long,
        visible_alias = "message",
        visible_short_alias = 'm',
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    pub(crate) query: Option<String>,
    /// The session to speak in: an id, `new`, or `last`
    #[arg(long, value_name = "ID|new|last", add = super::complete::sessions())]
    pub(crate) session: Option<String>,
    /// Take up the last question asked in this folder
    #[arg(long = "continue", conflicts_with = "session")]
    pub(crate) take_up: bool,
    /// Send a picture along: PNG, JPEG, GIF or WebP
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = clap::ValueHint::FilePath)]
    pub(crate) image: Vec<PathBuf>,
    /// Send a text file along
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = clap::ValueHint::FilePath)]
    pub(crate) file: Vec<PathBuf>,
    /// Most model calls of the turn [default: 20]
    #[arg(
        long,
        visible_alias = "max-turns",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000)
    )]
    pub(crate) max_iterations: Option<u32>,
    /// Most US dollars the turn may cost
    #[arg(long, value_name = "USD", value_parser = options::dollars)]
    pub(crate) max_cost: Option<f64>,
    /// Stop after this long, for example 90s or 5m
    #[arg(long, value_name = "TIME", value_parser = options::duration)]
    pub(crate) deadline: Option<u64>,
    /// Send it at most once: with the same key again, the answer is that of the first time
    #[arg(long, value_name = "KEY", value_parser = options::key)]
    pub(crate) idempotency_key: Option<String>,
    /// How much is allowed without asking: plan, ask, auto-edit, auto-sandbox or full
    #[arg(long, value_name = "MODE")]
    pub(crate) approve: Option<ApprovalMode>,
    /// Allow `--approve full` although nothing contains the commands
    #[arg(long)]
    pub(crate) i_accept_no_sandbox: bool,
    /// The answer must be JSON that follows this JSON Schema
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) output_schema: Option<PathBuf>,
    /// Print every event as a line of JSON, as it happens
    #[arg(long)]
    pub(crate) stream_json: bool,
    /// Print nothing but the answer
    #[arg(long)]
    pub(crate) quiet: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        if self.is_conversation(cx) {
            return super::plain::run(&self, cx);
        }
        oneshot::run(&self, cx)
    }
}

impl Args {
    /// Whether this is a conversation at a terminal instead of one question.
    fn is_conversation(&self, cx: &Cx) -> bool {
        let for_programs = self.stream_json || self.output_schema.is_some() || cx.out.is_json();
        self.query.is_none() && !for_programs && cx.out.is_interactive()
    }
}
