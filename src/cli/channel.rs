//! `nanofolks channel`: other ways in and out than the terminal, and what leaves by them.
//!
//! `work` takes in what waits and brings out what is due, `watch` stays and goes on doing so; `deliveries` shows the outbox and
//! changes what stands in it.

mod deliveries;
mod watch;
mod work;

use serde_json::{Value, json};

use super::{CliError, Cx, Run};
pub(super) use deliveries::{GIVEN_UP, say};
pub(super) use work::bring_out;

/// Take messages in from folders, and watch over what is sent
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A channel is a table of the configuration:

  [channels.desk]
  kind = \"folder\"            # questions are files in desk/in, answers in desk/out
  path = \"/home/me/desk\"
  room = \"desk\"              # general when not named

  [channels.wall]
  kind = \"file\"              # answers are written to the end of a file, pipe or terminal
  path = \"/home/me/wall.txt\"

`nanofolks channel run` takes in, answers and sends, and ends; `nanofolks channel run --watch`
stays and does so as things come, until it is told to end.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List the channels
    #[command(visible_alias = "ls")]
    List,
    /// Take in what waits, answer it, send what is due
    Run(work::Args),
    /// List what is to be sent
    Deliveries(deliveries::List),
    /// Show a delivery in full
    Show(deliveries::Named),
    /// Send again what was given up, or what nobody knows the outcome of
    Retry(deliveries::Named),
    /// Give a delivery up
    Drop(deliveries::Named),
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::List => list(cx),
            What::Run(args) => args.run(cx),
            What::Deliveries(list) => list.run(cx),
            What::Show(named) => deliveries::show(cx, &named),
            What::Retry(named) => deliveries::retry(cx, &named),
            What::Drop(named) => deliveries::drop(cx, &named),
        }
    }
}

fn list(cx: &mut Cx) -> Result<(), CliError> {
    let channels = cx.settings()?.settings.reachable_channels();
    let archive = cx.house.archive()?;
    let filter =
        nanofolks_protocol::DeliveryFilter { limit: deliveries::MOST, ..Default::default() };
    let open = cx.block_on(async { Ok(archive.deliveries(filter).await?) })?;
    let count = |name: &str| open.iter().filter(|row| row.delivery.channel == name).count();
    if cx.out.is_json() {
        let rows: Vec<Value> = channels
            .iter()
            .map(|(name, channel)| {
                json!({
                    "name": name, "kind": channel.kind, "path": channel.path,
                    "room": channel.room, "open_deliveries": count(name),
                })
            })
            .collect();
        cx.out.object(&json!({ "schema": "nanofolks.channels.v1", "channels": rows }));
        return Ok(());
    }
    if channels.is_empty() {
        cx.out.note("no channel is configured; `nanofolks channel --help` shows how");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = channels
        .iter()
        .map(|(name, channel)| {
            let path = channel.path.as_ref().map(|path| path.display().to_string());
            vec![
                name.clone(),
                channel.kind.as_str().to_owned(),
                channel.room.clone().unwrap_or_else(|| "general".to_owned()),
                count(name).to_string(),
                super::output::one_line(&path.unwrap_or_default()),
            ]
        })
        .collect();
    cx.out.table(&["NAME", "KIND", "ROOM", "OPEN", "PATH"], &rows);
    Ok(())
}
