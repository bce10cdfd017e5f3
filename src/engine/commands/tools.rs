//! `/tools`: what bots can do here.

use nanofolks_protocol::command::{Category, Table};
use nanofolks_protocol::ports::ToolQuery;
use nanofolks_protocol::{ApprovalMode, BotId, CommandOutput, Problem, ProblemKind};

use super::{Asked, Command, Told, said, short};

pub(super) static COMMAND: Command =
    Command::new("tools", Category::Info, "show the tools that bots have here")
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let services = &asked.shared.services;
    let bot = asked.options.bot.clone().unwrap_or(BotId::LEADER);
    let profile = services.roster.profile(&bot).ok_or_else(|| {
        Problem::new(ProblemKind::Usage, "bot_unknown", format!("there is no bot {bot}"))
    })?;
    let shortened = match asked.session().await {
        Ok(session) => services.archive.checkpoint(session.id).await.map_err(said)?.is_some(),
        Err(_) => false,
    };
    let offers = services.toolbox.offer(&ToolQuery {
        bot: &profile,
        trust: asked.envelope.trust,
        read_only: asked.options.approval == ApprovalMode::Plan,
        offline: asked.options.offline,
        shortened,
        attended: asked.options.attended,
    });
    if offers.is_empty() {
        return Ok(CommandOutput::text(format!("{bot} has no tools here")));
    }
    let rows = offers
        .iter()
        .map(|offer| vec![offer.schema.name.clone(), short(&offer.schema.description, 70)]);
    let table = Table { head: vec!["TOOL".into(), "WHAT IT DOES".into()], rows: rows.collect() };
    Ok(CommandOutput { table: Some(table), ..CommandOutput::default() })
}
