//! `/rename`: a title for the session.

use nanofolks_protocol::command::{Category, Completes};
use nanofolks_protocol::{CommandOutput, Write};

use super::{Asked, Command, Told, must, short};

/// Longest title, in characters.
const TITLE: usize = 200;

pub(super) static COMMAND: Command =
    Command::new("rename", Category::Conversation, "give the session a title")
        .aliases(&["title"])
        .takes(&[must("TITLE", Completes::Text)])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let session = asked.session().await?;
    let title = asked.shared.services.sanitizer.clean(&asked.rest).into_owned();
    let title = short(&title, TITLE);
    let text = format!("the session is called {title:?} now");
    asked.write(vec![Write::TitleSession { session: session.id, title }], &text).await?;
    Ok(CommandOutput::text(text))
}
