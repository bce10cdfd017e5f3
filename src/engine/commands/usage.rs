//! `/usage`: tokens and what they cost.

use nanofolks_protocol::budget::dollars;
use nanofolks_protocol::command::{Category, Completes, Table};
use nanofolks_protocol::{CommandOutput, Problem, ProblemKind, UsageFilter, UsageGroup, UsageRow};

use super::{Asked, Command, Told, may, said};

pub(super) static COMMAND: Command =
    Command::new("usage", Category::Info, "show tokens used and what they cost")
        .aliases(&["cost"])
        .takes(&[may("BY", Completes::Words(&["session", "day", "model", "bot", "room", "kind"]))])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let group = match asked.rest.as_str() {
        "" | "session" => UsageGroup::Session,
        "day" => UsageGroup::Day,
        "model" => UsageGroup::Model,
        "bot" => UsageGroup::Bot,
        "room" => UsageGroup::Room,
        "kind" => UsageGroup::Kind,
        other => {
            let message =
                format!("usage is shown by session, day, model, bot, room or kind, not {other:?}");
            return Err(Problem::new(ProblemKind::Usage, "value_invalid", message));
        }
    };
    let filter = UsageFilter { group, ..UsageFilter::default() };
    let mut rows = asked.shared.services.archive.usage(filter).await.map_err(said)?;
    if asked.rest.is_empty() {
        // Without a word it is about the session one is in.
        let session = asked.session().await?.id.to_string();
        rows.retain(|row| row.key == session);
    }
    if rows.is_empty() {
        return Ok(CommandOutput::text("nothing was used yet"));
    }
    let line = |row: &UsageRow| {
        vec![
            row.key.clone(),
            row.requests.to_string(),
            row.usage.input_tokens.to_string(),
            row.usage.cached_input_tokens.to_string(),
            row.usage.output_tokens.to_string(),
            dollars(row.cost_usd, row.cost_known),
        ]
    };
    let head = ["", "CALLS", "IN", "CACHED", "OUT", "COST"].map(str::to_owned).to_vec();
    let rows = rows.iter().map(line).collect();
    Ok(CommandOutput { table: Some(Table { head, rows }), ..CommandOutput::default() })
}
