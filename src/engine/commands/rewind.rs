//! `/rewind`: go on from an earlier exchange.

use nanofolks_protocol::command::{Category, Choice, Completes, Table, WhileBusy};
use nanofolks_protocol::control::Place;
use nanofolks_protocol::{CommandOutput, Control, Problem, ProblemKind};

use super::{Asked, Command, Told, may, said, short};
use crate::tree::exchanges;

/// Exchanges that are listed.
const LISTED: u32 = 200;

pub(super) static COMMAND: Command = Command::new(
    "rewind",
    Category::Conversation,
    "show the exchanges, or go on in a branch after exchange N, or after 0",
)
.takes(&[may("N", Completes::Number)])
.while_busy(WhileBusy::Reject)
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    if asked.rest.is_empty() {
        return list(&asked).await;
    }
    let number = asked.rest.parse().map_err(|_| {
        let message = format!("{:?} is not the number of an exchange", asked.rest);
        Problem::new(ProblemKind::Usage, "value_invalid", message).hint("/rewind shows them")
    })?;
    let what = Control::Rewind { session: asked.envelope.session, to: Place::Exchange(number) };
    let text = format!("the conversation goes on after exchange {number}; /redo goes back");
    asked.goes_on(what, &text).await
}

async fn list(asked: &Asked) -> Told {
    let session = asked.session().await?;
    let archive = &*asked.shared.services.archive;
    let found = exchanges::first(archive, &session, LISTED).await.map_err(said)?;
    let row = |(at, exchange): (usize, &exchanges::Exchange)| {
        vec![(at + 1).to_string(), short(&exchange.message.text(), 60)]
    };
    let rows = found.iter().enumerate().map(row).collect::<Vec<_>>();
    let choice = |row: &Vec<String>| {
        let label = row.join("  ");
        row.first().map(|number| Choice {
            label,
            line: format!("/rewind {number}"),
            ..Choice::default()
        })
    };
    Ok(CommandOutput {
        choices: rows.iter().filter_map(choice).collect(),
        table: Some(Table { head: vec!["N".to_owned(), "SAID".to_owned()], rows }),
        ..CommandOutput::default()
    })
}
