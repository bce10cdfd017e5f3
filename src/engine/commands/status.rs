//! `/status`: where one is, and what goes on there.

use nanofolks_protocol::CommandOutput;
use nanofolks_protocol::command::{Category, Table};

use super::{Asked, Command, Told, said};

pub(super) static COMMAND: Command =
    Command::new("status", Category::Info, "show room, session, model and what runs and waits")
        .aliases(&["info"])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let services = &asked.shared.services;
    let state = services.archive.room(asked.room()).await.map_err(said)?;
    let session = match asked.session().await {
        Ok(session) => {
            let title = session.title.unwrap_or_else(|| "(no title)".to_owned());
            format!("{title}, {} messages, {}", session.messages, session.id)
        }
        Err(_) => "none yet".to_owned(),
    };
    let model = match &asked.options.model {
        Some(model) => model.to_string(),
        None => match services.models.default_model() {
            Ok((model, _why)) => model.to_string(),
            Err(problem) => problem.message,
        },
    };
    let runs = match state.as_ref().and_then(|state| state.live) {
        Some((_, owner)) if owner == services.owner => "a turn",
        Some(_) => "a turn of another process",
        None => "nothing",
    };
    let waits = state.as_ref().map_or(0, |state| state.queued);
    let rows = [
        ("room", asked.room().to_string()),
        ("session", session),
        ("model", model),
        ("answers", asked.options.bot.as_ref().map_or("leader", |bot| bot.as_str()).to_owned()),
        ("approve-mode", asked.options.approval.to_string()),
        ("folder", asked.options.folder.clone().unwrap_or_default()),
        ("runs", runs.to_owned()),
        ("waits", format!("{waits} messages")),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]).to_vec();
    Ok(CommandOutput { table: Some(Table { head: vec![], rows }), ..CommandOutput::default() })
}
